import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../components/controls";
import { useI18n } from "../../i18n/context";
import styles from "./models.module.css";

interface Props {
  /** What goes, and that it doesn't come back. */
  text: string;
  /** What the button that does it says. */
  label: string;
  remove(): Promise<unknown>;
}

/** A button that deletes, but first says what that means. */
export function Removal({ text, label, remove }: Props) {
  const { t } = useI18n();
  const [isAsked, setAsked] = useState(false);
  const removal = useMutation({ mutationFn: remove, networkMode: "always" });
  if (!isAsked) return <Button onClick={() => setAsked(true)}>{t("models.delete")}</Button>;
  return (
    <div className={styles.removal}>
      <p>{text}</p>
      <Button disabled={removal.isPending} onClick={() => removal.mutate()}>
        {label}
      </Button>
      <Button autoFocus onClick={() => setAsked(false)}>
        {t("edit.cancel")}
      </Button>
      {removal.isError && (
        <p role="alert" className={styles.wrong}>
          {t("app.failed", { message: removal.error.message })}
        </p>
      )}
    </div>
  );
}
