import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Webhook } from "../../api/types.gen";
import { deleteWebhook, lastDeliveryQuery, switchWebhook, testWebhook } from "../../api/webhooks";
import { Button } from "../../components/controls";
import { useI18n } from "../../i18n/context";
import { eventName, shownUrl } from "../../lib/webhooks";
import { Outcome, State } from "./Outcome";
import styles from "./webhooks.module.css";

interface Props {
  webhook: Webhook;
  onEdit(): void;
}

/** A webhook: where it leads, what it is told, what became of the last, and what can be done. */
export function WebhookCard({ webhook, onEdit }: Props) {
  const { t } = useI18n();
  const client = useQueryClient();
  const { webhook_id: id, name } = webhook;
  const isActive = webhook.status === "ACTIVE";
  const [isAsked, setAsked] = useState(false);
  const work = useMutation({
    mutationFn: (task: () => Promise<unknown>) => task(),
    onSettled: () => client.invalidateQueries({ queryKey: ["webhooks"] }),
    networkMode: "always",
  });
  const test = useMutation({ mutationFn: () => testWebhook(id), networkMode: "always" });
  return (
    <>
      <div className={styles.top}>
        <h2>{name}</h2>
        <span className={isActive ? styles.on : styles.off}>
          {t(isActive ? "webhooks.active" : "webhooks.disabled")}
        </span>
        <div className={styles.actions}>
          <Button
            aria-label={t("webhooks.testWhat", { name })}
            disabled={test.isPending}
            onClick={() => test.mutate()}
          >
            {t(test.isPending ? "webhooks.testing" : "webhooks.test")}
          </Button>
          <Button aria-label={t("webhooks.editWhat", { name })} onClick={onEdit}>
            {t("webhooks.edit")}
          </Button>
          <Button
            aria-label={t(isActive ? "webhooks.disableWhat" : "webhooks.enableWhat", { name })}
            disabled={work.isPending}
            onClick={() => work.mutate(() => switchWebhook(id, !isActive))}
          >
            {t(isActive ? "webhooks.disable" : "webhooks.enable")}
          </Button>
          <Button
            aria-label={t("webhooks.deleteWhat", { name })}
            disabled={work.isPending || isAsked}
            onClick={() => setAsked(true)}
          >
            {t("webhooks.delete")}
          </Button>
        </div>
      </div>
      {isAsked && (
        <div className={styles.sure}>
          <p>{t("webhooks.deleteText")}</p>
          <Button disabled={work.isPending} onClick={() => work.mutate(() => deleteWebhook(id))}>
            {t("webhooks.deleteNow")}
          </Button>
          <Button autoFocus onClick={() => setAsked(false)}>
            {t("edit.cancel")}
          </Button>
        </div>
      )}
      <p className={styles.url}>{shownUrl(webhook.url)}</p>
      {webhook.description && <p>{webhook.description}</p>}
      <ul className={styles.events} aria-label={t("webhooks.events")}>
        {webhook.events.map((event) => (
          <li key={eventName(event)}>{eventName(event)}</li>
        ))}
      </ul>
      <Last id={id} />
      <p role="status" className={test.data?.success === false ? styles.wrong : styles.soft}>
        {test.data !== undefined &&
          (test.data.success
            ? t("webhooks.testGood", { status: String(test.data.response_status) })
            : t("webhooks.testBad", { reason: test.data.error_message ?? "" }))}
      </p>
      {(work.error ?? test.error) !== null && (
        <p role="alert" className={styles.wrong}>
          {t("app.failed", { message: (work.error ?? test.error)?.message ?? "" })}
        </p>
      )}
    </>
  );
}

/** What became of the last delivery. */
function Last({ id }: { id: string }) {
  const { t, format } = useI18n();
  const { data } = useQuery(lastDeliveryQuery(id));
  if (data === undefined) return null;
  if (data === null) return <p className={styles.soft}>{t("webhooks.never")}</p>;
  return (
    <p className={styles.last}>
      <State delivery={data} />
      <span className={styles.soft}>
        {eventName(data.event)}, {format.dateTime(data.creation_time)}
      </span>
      {data.state !== "DELIVERED" && <Outcome delivery={data} />}
    </p>
  );
}
