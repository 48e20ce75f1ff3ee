import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Tag } from "../api/types.gen";
import { useI18n } from "../i18n/context";
import { IconButton } from "./controls";
import controls from "./controls.module.css";
import { EditForm } from "./EditForm";
import styles from "./edit.module.css";
import { Icon } from "./Icon";

interface Props {
  tags: readonly Tag[];
  set(key: string, value: string): Promise<unknown>;
  remove(key: string): Promise<unknown>;
}

/** Tags that are changed, removed and added in place. */
export function EditTags({ tags, set, remove }: Props) {
  const { t } = useI18n();
  const [editing, setEditing] = useState<string | null>(null);
  const [isAdding, setAdding] = useState(false);
  const removal = useMutation({ mutationFn: remove, networkMode: "always" });
  return (
    <>
      <ul className={styles.tags}>
        {tags.map((tag) =>
          editing === tag.key ? (
            <li key={tag.key} className={styles.tag}>
              <span>{tag.key}</span>
              <EditForm
                label={tag.key}
                text={tag.value}
                save={(value) => (value === tag.value ? null : () => set(tag.key, value))}
                onClose={() => setEditing(null)}
              />
            </li>
          ) : (
            <TagLine
              key={tag.key}
              tag={tag}
              onEdit={() => setEditing(tag.key)}
              onRemove={() => removal.mutate(tag.key)}
            />
          ),
        )}
      </ul>
      {removal.isError && <p role="alert">{t("app.failed", { message: removal.error.message })}</p>}
      {isAdding ? (
        <NewTag set={set} onClose={() => setAdding(false)} />
      ) : (
        <button type="button" className={styles.add} onClick={() => setAdding(true)}>
          {t("edit.addTag")}
        </button>
      )}
    </>
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
    <li className={styles.tag}>
      <span>{tag.key}</span>
      <span>{tag.value}</span>
      <span className={styles.signs}>
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

function NewTag({ set, onClose }: Pick<Props, "set"> & { onClose(): void }) {
  const { t } = useI18n();
  const [key, setKey] = useState("");
  return (
    <EditForm
      label={t("edit.value")}
      text=""
      save={(value) => (key.trim() === "" ? null : () => set(key.trim(), value))}
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
