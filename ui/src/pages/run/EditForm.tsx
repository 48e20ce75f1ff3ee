import { type FormEvent, type KeyboardEvent, type ReactNode, useState } from "react";
import { Button } from "../../components/controls";
import controls from "../../components/controls.module.css";
import { useI18n } from "../../i18n/context";
import styles from "./edit.module.css";
import { type RunEdit, useRunEdit } from "./useRunEdit";

interface Props {
  runId: string;
  /** What is edited, for who doesn't see it. */
  label: string;
  text: string;
  isLong?: boolean;
  /** null: this text can't be saved. */
  edit(text: string): RunEdit | null;
  /** More fields, before the text; the first of them has the focus then. */
  children?: ReactNode;
  onClose(): void;
}

/** A field in place of a text, saved on Enter (a long one on Ctrl + Enter), given up on Escape. */
export function EditForm({ runId, label, text, isLong = false, edit, children, onClose }: Props) {
  const { t } = useI18n();
  const [value, setValue] = useState(text);
  const change = useRunEdit(runId);
  const wanted = edit(value);
  const save = (event?: FormEvent) => {
    event?.preventDefault();
    if (wanted !== null && !change.isPending) change.mutate(wanted, { onSuccess: onClose });
  };
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") onClose();
    if (event.key === "Enter" && isLong && (event.ctrlKey || event.metaKey)) save();
  };
  const field = {
    className: controls.input,
    "aria-label": label,
    value,
    placeholder: children === undefined ? undefined : label,
    autoFocus: children === undefined,
  };
  return (
    <form className={styles.form} onSubmit={save} onKeyDown={press}>
      {children}
      {isLong ? (
        <textarea {...field} rows={5} onChange={(event) => setValue(event.target.value)} />
      ) : (
        <input {...field} onChange={(event) => setValue(event.target.value)} />
      )}
      <Button type="submit" disabled={wanted === null || change.isPending}>
        {t("edit.save")}
      </Button>
      <Button onClick={onClose}>{t("edit.cancel")}</Button>
      {change.isError && (
        <p role="alert" className={styles.wrong}>
          {t("app.failed", { message: change.error.message })}
        </p>
      )}
    </form>
  );
}
