import { useI18n } from "../i18n/context";
import { Icon, type IconName } from "./Icon";
import styles from "./Status.module.css";

const ICONS = {
  RUNNING: "play",
  SCHEDULED: "clock",
  FINISHED: "check",
  FAILED: "cross",
  KILLED: "stop",
} as const satisfies Record<string, IconName>;

const isKnown = (status: string): status is keyof typeof ICONS => status in ICONS;

/** A run's status: a sign of its own for each, so that colour is never all there is. */
export function Status({ status }: { status: string }) {
  const { t } = useI18n();
  const name = isKnown(status) ? status : "unknown";
  return (
    <span className={`${styles.status} ${styles[name]}`}>
      <Icon name={name === "unknown" ? "question" : ICONS[name]} size={12} />
      {t(`status.${name}`)}
    </span>
  );
}

/** The sign of a status alone, where there is no room for its name. */
export function StatusSign({ status }: { status: string }) {
  const { t } = useI18n();
  const name = isKnown(status) ? status : "unknown";
  const text = t(`status.${name}`);
  return (
    <span className={`${styles.status} ${styles[name]}`} role="img" aria-label={text} title={text}>
      <Icon name={name === "unknown" ? "question" : ICONS[name]} size={12} />
    </span>
  );
}
