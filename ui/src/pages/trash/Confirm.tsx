import { useEffect, useRef } from "react";
import { thingsIn } from "../../api/trash";
import type { TrashedExperiment } from "../../api/types.gen";
import { Button } from "../../components/controls";
import { useI18n } from "../../i18n/context";
import { Bytes } from "./TrashPage";
import styles from "./trash.module.css";

interface Props {
  experiments: readonly TrashedExperiment[];
  measured: ReadonlyMap<string, number>;
  onClose(): void;
  onConfirm(): void;
}

/** Says how much goes, and that it does not come back. */
export function Confirm({ experiments, measured, onClose, onConfirm }: Props) {
  const { t } = useI18n();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const n = experiments.reduce((sum, one) => sum + thingsIn(one), 0);
  const only = experiments.length === 1 ? experiments[0] : undefined;
  return (
    <dialog ref={dialog} className={styles.dialog} aria-labelledby="purge" onClose={onClose}>
      <h2 id="purge">{t("trash.sure", { n })}</h2>
      {only !== undefined && <p className={styles.what}>{only.name}</p>}
      <p>
        <Bytes experiments={experiments} measured={measured} />
      </p>
      <p>{t("trash.sureText")}</p>
      <div className={styles.choice}>
        <Button onClick={onClose}>{t("trash.cancel")}</Button>
        <button type="button" className={styles.danger} onClick={onConfirm}>
          {t("trash.removeNow")}
        </button>
      </div>
    </dialog>
  );
}
