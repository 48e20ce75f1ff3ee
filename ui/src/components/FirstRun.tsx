import { useI18n } from "../i18n/context";
import { trackingUri } from "../lib/root";
import { firstScript, INSTALL, pointAt } from "../lib/snippets";
import styles from "./FirstRun.module.css";
import { Snippet } from "./notices";

/** How to log a first run into `experiment`: three things to copy, and a line that waits for it. */
export function FirstRun({ experiment, isNew }: { experiment: string; isNew: boolean }) {
  const { t } = useI18n();
  const steps = [
    { title: t("start.install"), code: INSTALL },
    { title: t("start.point"), code: pointAt(trackingUri()) },
    { title: t("start.run"), code: firstScript(experiment) },
  ];
  return (
    <section className={styles.start}>
      <div>
        {isNew ? <h1>{t("start.title")}</h1> : <h2>{t("start.experiment")}</h2>}
        <p>{isNew ? t("start.text") : t("start.experimentText")}</p>
      </div>
      <ol className={styles.steps}>
        {steps.map(({ title, code }, index) => (
          <li key={title}>
            <span aria-hidden="true">{index + 1}</span>
            <div>
              <strong>{title}</strong>
              <Snippet code={code} what={title} />
            </div>
          </li>
        ))}
      </ol>
      <p role="status" className={styles.waiting}>
        {t("start.waiting")}
      </p>
    </section>
  );
}
