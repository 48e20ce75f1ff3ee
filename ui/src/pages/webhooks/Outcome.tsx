import { Fragment } from "react";
import type { WebhookDelivery, WebhookEvent } from "../../api/types.gen";
import { Icon } from "../../components/Icon";
import { useI18n } from "../../i18n/context";
import { eventName } from "../../lib/webhooks";
import styles from "./webhooks.module.css";

const STATES = {
  PENDING: { icon: "clock", text: "webhooks.pending" },
  DELIVERED: { icon: "check", text: "webhooks.delivered" },
  FAILED: { icon: "cross", text: "webhooks.givenUp" },
} as const;

const isState = (state: string): state is keyof typeof STATES => state in STATES;

/** The name of a kind of event, which may break between its words. */
export function EventName({ event }: { event: WebhookEvent }) {
  return [...eventName(event).matchAll(/[^._]+[._]?/g)].map((part) => (
    <Fragment key={part.index}>
      {part[0]}
      <wbr />
    </Fragment>
  ));
}

/** The state of a delivery: a sign of its own for each. */
export function State({ delivery }: { delivery: WebhookDelivery }) {
  const { t } = useI18n();
  const state = isState(delivery.state) ? delivery.state : "PENDING";
  return (
    <span className={`${styles.state} ${styles[state]}`}>
      <Icon name={STATES[state].icon} size={12} />
      {t(STATES[state].text)}
    </span>
  );
}

/** What the receiver answered, or why it did not, and when it is tried again. */
export function Outcome({ delivery }: { delivery: WebhookDelivery }) {
  const { t, format } = useI18n();
  const { error, response_status: status, next_attempt_time: next, attempts } = delivery;
  const said = error ?? (status == null ? "" : String(status));
  const again =
    next != null && attempts > 0 ? t("webhooks.next", { time: format.dateTime(next) }) : "";
  return (
    <span className={styles.outcome}>
      {said !== "" && <span className={error == null ? undefined : styles.wrong}>{said}</span>}
      {again !== "" && <span className={styles.soft}>{again}</span>}
    </span>
  );
}
