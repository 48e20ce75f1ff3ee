import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Fragment, useId } from "react";
import type { Webhook, WebhookDelivery } from "../../api/types.gen";
import { deliveriesQuery } from "../../api/webhooks";
import { Button, IconButton } from "../../components/controls";
import controls from "../../components/controls.module.css";
import { Icon } from "../../components/Icon";
import { Empty, QueryNotice, Snippet } from "../../components/notices";
import table from "../../components/table.module.css";
import { useI18n } from "../../i18n/context";
import type { WebhooksView } from "../../lib/views";
import { eventName, readableBody } from "../../lib/webhooks";
import { EventName, Outcome, State } from "./Outcome";
import styles from "./webhooks.module.css";

interface Props {
  webhooks: readonly Webhook[];
  view: WebhooksView;
  change(part: Partial<WebhooksView>): void;
}

/** What webhooks were told, and are being told. */
export function DeliveryLog({ webhooks, view, change }: Props) {
  const { t } = useI18n();
  const id = useId();
  const names = new Map(webhooks.map((one) => [one.webhook_id, one.name]));
  // A link may name one that is gone.
  const chosen = view.webhook !== null && names.has(view.webhook) ? view.webhook : null;
  const query = useInfiniteQuery({
    ...deliveriesQuery(chosen),
    placeholderData: keepPreviousData,
  });
  const deliveries = query.data?.pages.flatMap((page) => page.deliveries) ?? [];
  return (
    <section className={styles.log}>
      <div className={styles.head}>
        <h2>{t("webhooks.log")}</h2>
        <label className={styles.choose} htmlFor={id}>
          {t("webhooks.of")}
          <select
            id={id}
            className={controls.input}
            value={chosen ?? ""}
            onChange={(event) => change({ webhook: event.target.value || null })}
          >
            <option value="">{t("webhooks.all")}</option>
            {webhooks.map((one) => (
              <option key={one.webhook_id} value={one.webhook_id}>
                {one.name}
              </option>
            ))}
          </select>
        </label>
      </div>
      <QueryNotice query={query} />
      {query.isSuccess && deliveries.length === 0 && <Empty>{t("webhooks.logEmpty")}</Empty>}
      {deliveries.length > 0 && (
        <table className={table.table}>
          <Head />
          <tbody>
            {deliveries.map((one) => (
              <Row
                key={one.delivery_id}
                delivery={one}
                webhook={names.get(one.webhook_id) ?? one.webhook_id}
                isOpen={view.open === one.delivery_id}
                onOpen={(isOpen) => change({ open: isOpen ? one.delivery_id : null })}
              />
            ))}
          </tbody>
        </table>
      )}
      {query.hasNextPage && (
        <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t(query.isFetchingNextPage ? "app.loadingMore" : "app.more")}
        </Button>
      )}
    </section>
  );
}

function Head() {
  const { t } = useI18n();
  return (
    <thead>
      <tr>
        <th scope="col">{t("webhooks.when")}</th>
        <th scope="col">{t("webhooks.event")}</th>
        <th scope="col" className={styles.wide}>
          {t("webhooks.webhook")}
        </th>
        <th scope="col">{t("webhooks.state")}</th>
        <th scope="col" className={`${table.number} ${styles.wide}`}>
          {t("webhooks.attempts")}
        </th>
        <th scope="col" className={`${styles.widest} ${styles.wide}`}>
          {t("webhooks.answer")}
        </th>
      </tr>
    </thead>
  );
}

interface RowProps {
  delivery: WebhookDelivery;
  webhook: string;
  isOpen: boolean;
  onOpen(isOpen: boolean): void;
}

function Row({ delivery, webhook, isOpen, onOpen }: RowProps) {
  const { t, format } = useI18n();
  const id = useId();
  const event = eventName(delivery.event);
  const time = format.dateTime(delivery.creation_time);
  return (
    <Fragment>
      <tr>
        <td className={table.nowrap} title={format.exactTime(delivery.creation_time)}>
          <span className={styles.when}>
            <IconButton
              label={t("webhooks.details", { event, time })}
              aria-expanded={isOpen}
              aria-controls={isOpen ? id : undefined}
              onClick={() => onOpen(!isOpen)}
            >
              <span className={isOpen ? styles.turned : styles.turn}>
                <Icon name="chevron" size={12} />
              </span>
            </IconButton>
            {time}
          </span>
        </td>
        <td className={styles.event}>
          <EventName event={delivery.event} />
        </td>
        <td className={styles.wide}>{webhook}</td>
        <td>
          <State delivery={delivery} />
        </td>
        <td className={`${table.number} ${styles.wide}`}>{format.integer(delivery.attempts)}</td>
        <td className={styles.wide}>
          <Outcome delivery={delivery} />
        </td>
      </tr>
      {isOpen && (
        <tr id={id}>
          <td colSpan={6}>
            <div className={styles.details}>
              <p className={styles.narrow}>
                {webhook} <Outcome delivery={delivery} />
              </p>
              <p className={styles.soft}>
                {t("webhooks.id")} <code>{delivery.delivery_id}</code>
              </p>
              <Snippet code={readableBody(delivery.body)} what={t("webhooks.body")} />
            </div>
          </td>
        </tr>
      )}
    </Fragment>
  );
}
