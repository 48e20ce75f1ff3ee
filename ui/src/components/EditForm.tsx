import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type KeyboardEvent, type ReactNode, useState } from "react";
import { useI18n } from "../i18n/context";
import { Button } from "./controls";
import controls from "./controls.module.css";
import styles from "./edit.module.css";

interface Props {
  /** What is edited, for who doesn't see it. */
  label: string;
  text: string;
  isLong?: boolean;
  /** Saves a text; null where this text can't be saved. */
  save(text: string): (() => Promise<unknown>) | null;
  /** More fields, before the text; the first of them has the focus then. */
  children?: ReactNode;
  /** Told what is typed. */
  onText?(text: string): void;
  onClose(): void;
}

/** A field in place of a text, saved on Enter (a long one on Ctrl + Enter), given up on Escape. */
export function EditForm(props: Props) {
  const { label, text, isLong = false, save, children, onText, onClose } = props;
  const { t } = useI18n();
  const [value, setValue] = useState(text);
  const change = useMutation({
    mutationFn: (act: () => Promise<unknown>) => act(),
    networkMode: "always",
    onSuccess: onClose,
  });
  const wanted = save(value);
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (wanted !== null && !change.isPending) change.mutate(wanted);
  };
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") onClose();
    if (event.key === "Enter" && isLong && (event.ctrlKey || event.metaKey)) submit();
  };
  const type = (typed: string) => {
    setValue(typed);
    onText?.(typed);
  };
  const field = {
    className: controls.input,
    "aria-label": label,
    value,
    placeholder: children === undefined ? undefined : label,
    autoFocus: children === undefined,
  };
  return (
    <form className={styles.form} onSubmit={submit} onKeyDown={press}>
      {children}
      {isLong ? (
        <textarea {...field} rows={5} onChange={(event) => type(event.target.value)} />
      ) : (
        <input {...field} onChange={(event) => type(event.target.value)} />
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
