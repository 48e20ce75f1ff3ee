import { useInfiniteQuery } from "@tanstack/react-query";
import { webhooksQuery } from "../../api/webhooks";
import { Button } from "../../components/controls";
import { Empty, QueryNotice } from "../../components/notices";
import { Page } from "../../components/Page";
import { useI18n } from "../../i18n/context";
import { modelsPath } from "../../lib/routes";
import { useView } from "../../lib/useView";
import { NEW, readWebhooks, writeWebhooks } from "../../lib/views";
import { DeliveryLog } from "./DeliveryLog";
import { WebhookCard } from "./WebhookCard";
import { WebhookForm } from "./WebhookForm";
import styles from "./webhooks.module.css";

/** Who is told of what happens in the registry, and what became of it. */
export default function WebhooksPage() {
  const { t } = useI18n();
  const [view, change] = useView(readWebhooks, writeWebhooks);
  const query = useInfiniteQuery(webhooksQuery);
  const webhooks = query.data?.pages.flatMap((page) => page.webhooks ?? []) ?? [];
  const close = () => change({ edit: null });
  return (
    <Page title={t("webhooks.title")} crumbs={[{ text: t("models.title"), to: modelsPath }]}>
      <div className={styles.head}>
        <h1>{t("webhooks.title")}</h1>
        {view.edit !== NEW && (
          <Button onClick={() => change({ edit: NEW })}>{t("webhooks.new")}</Button>
        )}
      </div>
      <p className={styles.hint}>{t("webhooks.what")}</p>
      {view.edit === NEW && <WebhookForm webhook={null} onClose={close} />}
      <QueryNotice query={query} />
      {query.isSuccess && webhooks.length === 0 && view.edit !== NEW && (
        <Empty>{t("webhooks.none")}</Empty>
      )}
      {webhooks.length > 0 && (
        <ul className={styles.cards}>
          {webhooks.map((webhook) => (
            <li key={webhook.webhook_id} className={styles.card}>
              {view.edit === webhook.webhook_id ? (
                <WebhookForm webhook={webhook} onClose={close} />
              ) : (
                <WebhookCard
                  webhook={webhook}
                  onEdit={() => change({ edit: webhook.webhook_id })}
                />
              )}
            </li>
          ))}
        </ul>
      )}
      {query.hasNextPage && (
        <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t(query.isFetchingNextPage ? "app.loadingMore" : "app.more")}
        </Button>
      )}
      {webhooks.length > 0 && <DeliveryLog webhooks={webhooks} view={view} change={change} />}
    </Page>
  );
}
