import { useLiveStatus } from "../api/live";
import { useI18n } from "../i18n/context";
import { useNow } from "../lib/hooks";
import { isStalled } from "../lib/liveRows";
import { Icon } from "./Icon";
import styles from "./LiveDot.module.css";

const TEXTS = {
  connecting: ["live.connecting", "live.liveHint"],
  live: ["live.live", "live.liveHint"],
  paused: ["live.paused", "live.pausedHint"],
  away: ["live.away", "live.awayHint"],
} as const;

/** Whether the page hears what happens; nothing on pages where nothing can. */
export function LiveDot() {
  const { t } = useI18n();
  const { state } = useLiveStatus();
  if (state === "off") return null;
  const [text, hint] = TEXTS[state];
  return (
    <span className={`${styles.dot} ${styles[state]}`} title={t(hint)}>
      <span className={styles.text}>{t(text)}</span>
    </span>
  );
}

/** How often it is looked whether a run has gone silent, in milliseconds. */
const LOOK_EVERY = 15_000;

/** The present time on the server, renewed now and then while something runs. */
export function useServerNow(isRunning: boolean): number {
  const { ahead } = useLiveStatus();
  return useNow(isRunning, LOOK_EVERY) + ahead;
}

interface Props {
  status: string;
  /** When the server was last told something of the run; null where that isn't known. */
  active: number | null;
  now: number;
  /** A sign alone, where there is no room for words. */
  isShort?: boolean;
}

/** Says that nothing was heard of a running run for long. */
export function Stalled({ status, active, now, isShort = false }: Props) {
  const { t, format } = useI18n();
  if (active === null || !isStalled(status, active, now)) return null;
  // To the minute: it would change all the time.
  const minutes = Math.floor((now - active) / 60_000);
  const time = minutes < 60 ? t("live.minutes", { n: minutes }) : format.duration(now - active);
  const hint = t("live.stalledHint", { time });
  if (isShort) {
    return (
      <span
        className={styles.sign}
        role="img"
        aria-label={t("live.stalled", { time })}
        title={hint}
      >
        <Icon name="silent" size={12} />
      </span>
    );
  }
  return (
    <span className={styles.stalled} title={hint}>
      <Icon name="silent" size={12} />
      {t("live.stalled", { time })}
    </span>
  );
}
