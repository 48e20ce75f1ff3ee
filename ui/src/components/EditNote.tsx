import { useState } from "react";
import { useI18n } from "../i18n/context";
import { IconButton } from "./controls";
import { EditForm } from "./EditForm";
import styles from "./edit.module.css";
import { Icon } from "./Icon";
import { Markdown } from "./Markdown";

interface Props {
  note: string;
  save(text: string): Promise<unknown>;
}

/** A description under its heading, edited in place. */
export function EditNote({ note, save }: Props) {
  const { t } = useI18n();
  const [isEditing, setEditing] = useState(false);
  const isBlank = note.trim() === "";
  return (
    <>
      <div className={styles.heading}>
        <h2>{t("run.description")}</h2>
        {!isEditing && !isBlank && (
          <IconButton label={t("edit.description")} onClick={() => setEditing(true)}>
            <Icon name="pencil" />
          </IconButton>
        )}
      </div>
      {isEditing ? (
        <EditForm
          label={t("run.description")}
          text={note}
          isLong
          save={(text) => (text === note ? null : () => save(text))}
          onClose={() => setEditing(false)}
        />
      ) : isBlank ? (
        <button type="button" className={styles.add} onClick={() => setEditing(true)}>
          {t("edit.addDescription")}
        </button>
      ) : (
        <Markdown text={note.trim()} />
      )}
    </>
  );
}
