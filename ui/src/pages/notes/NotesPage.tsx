import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type KeyboardEvent, useState } from "react";
import { ApiError, isRefusal } from "../../api/client";
import { experimentQuery, setExperimentTag } from "../../api/experiments";
import type { Experiment } from "../../api/types.gen";
import { Button } from "../../components/controls";
import controls from "../../components/controls.module.css";
import { Link } from "../../components/Link";
import { Markdown } from "../../components/Markdown";
import { Empty, Notice, QueryNotice } from "../../components/notices";
import { Page } from "../../components/Page";
import { useI18n } from "../../i18n/context";
import { experimentPath, homePath } from "../../lib/routes";
import { NOTE_TAG, tagValue } from "../../lib/runs";
import styles from "./notes.module.css";

/** What people wrote about an experiment; MLflow's UI keeps it in the same tag. */
export default function NotesPage({ id }: { id: string }) {
  const { t } = useI18n();
  const query = useQuery(experimentQuery(id));
  const name = query.data?.name ?? id;
  const crumbs = [
    { text: t("home.title"), to: homePath },
    { text: name, to: experimentPath(id) },
  ];
  const refusal = query.error instanceof ApiError && isRefusal(query.error) ? query.error : null;
  if (refusal !== null) {
    return (
      <Page title={t("home.title")} crumbs={crumbs.slice(0, 1)}>
        <Empty>
          <h1>{t("experiment.unknown", { id })}</h1>
          <Link to={homePath}>{t("app.toExperiments")}</Link>
        </Empty>
      </Page>
    );
  }
  return (
    <Page title={t("notes.of", { name })} crumbs={crumbs}>
      <QueryNotice query={query} />
      {query.data !== undefined && <Notes experiment={query.data} />}
    </Page>
  );
}

function Notes({ experiment }: { experiment: Experiment }) {
  const { t } = useI18n();
  const [isEditing, setEditing] = useState(false);
  const note = tagValue(experiment.tags, NOTE_TAG) ?? "";
  const isBlank = note.trim() === "";
  const isDeleted = experiment.lifecycle_stage === "deleted";
  return (
    <>
      <div className={styles.head}>
        <h1>{t("notes.of", { name: experiment.name })}</h1>
        {!isEditing && !isDeleted && (
          <Button onClick={() => setEditing(true)}>
            {isBlank ? t("notes.write") : t("notes.edit")}
          </Button>
        )}
      </div>
      {isDeleted && <Notice>{t("experiment.isDeleted")}</Notice>}
      {isEditing ? (
        <Editor experiment={experiment} note={note} onClose={() => setEditing(false)} />
      ) : isBlank ? (
        <Empty>{t("notes.none")}</Empty>
      ) : (
        <Markdown text={note} />
      )}
    </>
  );
}

interface EditorProps {
  experiment: Experiment;
  note: string;
  onClose(): void;
}

function Editor({ experiment, note, onClose }: EditorProps) {
  const { t } = useI18n();
  const client = useQueryClient();
  const [text, setText] = useState(note);
  const save = useMutation({
    mutationFn: async () => {
      await setExperimentTag(experiment.experiment_id, NOTE_TAG, text);
      await client.invalidateQueries({ queryKey: ["experiments"] });
    },
    onSuccess: onClose,
    networkMode: "always",
  });
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (!save.isPending) save.mutate();
  };
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit();
    // What was typed isn't lost by a key.
    if (event.key === "Escape" && text === note) onClose();
  };
  return (
    <form className={styles.editor} onSubmit={submit} onKeyDown={press}>
      <textarea
        // biome-ignore lint/a11y/noAutofocus: it takes the place of what was pressed.
        autoFocus
        className={controls.input}
        aria-label={t("notes.text")}
        value={text}
        rows={18}
        onChange={(event) => setText(event.target.value)}
      />
      <section className={styles.preview} aria-label={t("notes.preview")}>
        <Markdown text={text} />
      </section>
      <div className={styles.row}>
        <Button type="submit" disabled={save.isPending || text === note}>
          {t("edit.save")}
        </Button>
        <Button onClick={onClose}>{t("edit.cancel")}</Button>
        <span className={styles.hint}>{t("notes.hint")}</span>
      </div>
      {save.isError && (
        <p role="alert" className={styles.wrong}>
          {t("app.failed", { message: save.error.message })}
        </p>
      )}
    </form>
  );
}
