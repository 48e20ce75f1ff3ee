import { Icon, type IconName } from "../../components/Icon";
import { useI18n } from "../../i18n/context";
import type { MessageKey } from "../../i18n/types";
import styles from "./traces.module.css";

const STATES = {
  OK: { icon: "check", text: "traces.OK" },
  ERROR: { icon: "cross", text: "traces.ERROR" },
  IN_PROGRESS: { icon: "play", text: "traces.IN_PROGRESS" },
  STATE_UNSPECIFIED: { icon: "question", text: "traces.STATE_UNSPECIFIED" },
} as const satisfies Record<string, { icon: IconName; text: MessageKey }>;

const isKnown = (state: string): state is keyof typeof STATES => state in STATES;

/** A trace's state: a sign of its own for each, so that colour is never all there is. */
export function State({ state }: { state: string }) {
  const { t } = useI18n();
  const known = isKnown(state) ? state : "STATE_UNSPECIFIED";
  return (
    <span className={`${styles.state} ${styles[known]}`}>
      <Icon name={STATES[known].icon} size={12} />
      {t(STATES[known].text)}
    </span>
  );
}
