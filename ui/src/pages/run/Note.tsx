import { useState } from "react";
import type { Run } from "../../api/types.gen";
import { IconButton } from "../../components/controls";
import { Icon } from "../../components/Icon";
import { useI18n } from "../../i18n/context";
import { NOTE_TAG, tagOf } from "../../lib/runs";
import { Markdown } from "../notes/Markdown";
import { EditForm } from "./EditForm";
import edit from "./edit.module.css";
import styles from "./run.module.css";

/** What a person wrote about the run; MLflow's UI keeps it in the same tag. */
export function Note({ run }: { run: Run }) {
  const { t } = useI18n();
  const [isEditing, setEditing] = useState(false);
  const note = tagOf(run, NOTE_TAG) ?? "";
  const isBlank = note.trim() === "";
  return (
    <section className={styles.section}>
      <div className={edit.heading}>
        <h2>{t("run.description")}</h2>
        {!isEditing && !isBlank && (
          <IconButton label={t("edit.description")} onClick={() => setEditing(true)}>
            <Icon name="pencil" />
          </IconButton>
        )}
      </div>
      {isEditing ? (
        <EditForm
          runId={run.info.run_id}
          label={t("run.description")}
          text={note}
          isLong
          edit={(value) => (value === note ? null : { kind: "tag", key: NOTE_TAG, value })}
          onClose={() => setEditing(false)}
        />
      ) : isBlank ? (
        <button type="button" className={edit.add} onClick={() => setEditing(true)}>
          {t("edit.addDescription")}
        </button>
      ) : (
        <Markdown text={note.trim()} />
      )}
    </section>
  );
}
