import { Fragment, type RefObject } from "react";
import { Button } from "../../components/controls";
import { useI18n } from "../../i18n/context";
import type { MessageKey } from "../../i18n/types";
import styles from "./experiment.module.css";

const SHORTCUTS = [
  [["j", "k"], "keys.move"],
  [["Home", "End"], "keys.ends"],
  [["x"], "keys.select"],
  [["h"], "keys.draw"],
  [["p"], "keys.pin"],
  [["o", "Enter"], "keys.open"],
  [["d"], "keys.compare"],
  [["/"], "keys.filter"],
  [["1", "2", "3"], "keys.layout"],
  [["z"], "keys.zoom"],
  [["Ctrl+Z"], "keys.undo"],
  [["Ctrl+Shift+Z"], "keys.redo"],
  [["Esc"], "keys.clear"],
  [["?"], "keys.list"],
] as const satisfies readonly (readonly [readonly string[], MessageKey])[];

/** The keys of an experiment's page, as a list. */
export function Shortcuts() {
  const { t } = useI18n();
  return (
    <dl className={styles.keys}>
      {SHORTCUTS.map(([keys, text]) => (
        <div key={text}>
          <dt>
            {keys.map((key) => (
              <Fragment key={key}>
                <kbd>{key}</kbd>{" "}
              </Fragment>
            ))}
          </dt>
          <dd>{t(text)}</dd>
        </div>
      ))}
      <div>
        <dt>{t("keys.altClick")}</dt>
        <dd>{t("keys.cell")}</dd>
      </div>
      <div>
        <dt>{t("keys.shiftClick")}</dt>
        <dd>{t("keys.range")}</dd>
      </div>
    </dl>
  );
}

/** The list of the page's keys. */
export function ShortcutList({ dialog }: { dialog: RefObject<HTMLDialogElement | null> }) {
  const { t } = useI18n();
  return (
    <dialog ref={dialog} className={styles.shortcuts} aria-labelledby="shortcuts">
      <h2 id="shortcuts">{t("keys.title")}</h2>
      <Shortcuts />
      <form method="dialog">
        <Button type="submit">{t("app.close")}</Button>
      </form>
    </dialog>
  );
}
