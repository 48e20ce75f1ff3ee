import { useState } from "react";
import type { Run, Tag } from "../../api/types.gen";
import { IconButton } from "../../components/controls";
import controls from "../../components/controls.module.css";
import { Icon } from "../../components/Icon";
import { useI18n } from "../../i18n/context";
import { splitTags } from "../../lib/runs";
import { EditForm } from "./EditForm";
import edit from "./edit.module.css";
import styles from "./run.module.css";
import { useRunEdit } from "./useRunEdit";

/** The tags that a person set: to be changed, removed and added in place. */
export function Tags({ run }: { run: Run }) {
  const { t, format } = useI18n();
  const { own } = splitTags(run.data.tags);
  const [editing, setEditing] = useState<string | null>(null);
  const [isAdding, setAdding] = useState(false);
  const change = useRunEdit(run.info.run_id);
  return (
    <section className={styles.section}>
      <h2>
        {t("run.tags")} <span className={styles.count}>{format.integer(own.length)}</span>
      </h2>
      <ul className={edit.tags}>
        {own.map((tag) =>
          editing === tag.key ? (
            <li key={tag.key} className={edit.tag}>
              <span>{tag.key}</span>
              <EditForm
                runId={run.info.run_id}
                label={tag.key}
                text={tag.value}
                edit={(value) =>
                  value === tag.value ? null : { kind: "tag", key: tag.key, value }
                }
                onClose={() => setEditing(null)}
              />
            </li>
          ) : (
            <TagLine
              key={tag.key}
              tag={tag}
              onEdit={() => setEditing(tag.key)}
              onRemove={() => change.mutate({ kind: "untag", key: tag.key })}
            />
          ),
        )}
      </ul>
      {change.isError && <p role="alert">{t("app.failed", { message: change.error.message })}</p>}
      {isAdding ? (
        <NewTag runId={run.info.run_id} onClose={() => setAdding(false)} />
      ) : (
        <button type="button" className={edit.add} onClick={() => setAdding(true)}>
          {t("edit.addTag")}
        </button>
      )}
    </section>
  );
}

interface TagLineProps {
  tag: Tag;
  onEdit(): void;
  onRemove(): void;
}

function TagLine({ tag, onEdit, onRemove }: TagLineProps) {
  const { t } = useI18n();
  return (
    <li className={edit.tag}>
      <span>{tag.key}</span>
      <span>{tag.value}</span>
      <span className={edit.signs}>
        <IconButton label={t("edit.tag", { key: tag.key })} onClick={onEdit}>
          <Icon name="pencil" />
        </IconButton>
        <IconButton label={t("edit.removeTag", { key: tag.key })} onClick={onRemove}>
          <Icon name="cross" />
        </IconButton>
      </span>
    </li>
  );
}

function NewTag({ runId, onClose }: { runId: string; onClose(): void }) {
  const { t } = useI18n();
  const [key, setKey] = useState("");
  return (
    <EditForm
      runId={runId}
      label={t("edit.value")}
      text=""
      edit={(value) => (key.trim() === "" ? null : { kind: "tag", key: key.trim(), value })}
      onClose={onClose}
    >
      <input
        className={controls.input}
        aria-label={t("edit.key")}
        placeholder={t("edit.key")}
        value={key}
        // biome-ignore lint/a11y/noAutofocus: it was just asked for.
        autoFocus
        onChange={(event) => setKey(event.target.value)}
      />
    </EditForm>
  );
}
