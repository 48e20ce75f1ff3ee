import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { modelsQuery } from "../../api/registry";
import { Button, SearchField, Segments } from "../../components/controls";
import { Link } from "../../components/Link";
import { Empty, QueryNotice, Snippet } from "../../components/notices";
import { Page } from "../../components/Page";
import { useI18n } from "../../i18n/context";
import { trackingUri } from "../../lib/root";
import { webhooksPath } from "../../lib/routes";
import { promptScript, registerScript } from "../../lib/snippets";
import { useView } from "../../lib/useView";
import { type ModelsView, readModels, writeModels } from "../../lib/views";
import { ModelTable } from "./ModelTable";
import styles from "./models.module.css";

/** The registered models, or the prompts. */
export default function ModelsPage() {
  const { t } = useI18n();
  const [view, change] = useView(readModels, writeModels);
  const query = useInfiniteQuery({ ...modelsQuery(view), placeholderData: keepPreviousData });
  const find = useCallback((name: string) => change({ name }, { replace: true }), [change]);
  const models = query.data?.pages.flatMap((page) => page.registered_models ?? []) ?? [];
  const title = t(view.prompts ? "models.prompts" : "models.title");
  const counts = view.prompts
    ? (["models.promptCountMore", "models.promptCount"] as const)
    : (["models.countMore", "models.count"] as const);
  return (
    <Page title={title}>
      <div className={styles.head}>
        <h1>{title}</h1>
        <div className={styles.find}>
          <SearchField label={t("models.find")} value={view.name} onSearch={find} />
        </div>
        <Segments
          legend={t("models.kind")}
          value={view.prompts ? "prompts" : "models"}
          options={[
            ["models", t("models.title")],
            ["prompts", t("models.prompts")],
          ]}
          onChange={(value) => change({ prompts: value === "prompts" })}
        />
        <Link to={webhooksPath}>{t("webhooks.title")}</Link>
      </div>
      <QueryNotice query={query} />
      {models.length > 0 && (
        <div className={query.isPlaceholderData ? styles.dim : undefined}>
          <ModelTable models={models} />
          <div className={styles.foot}>
            <span>{t(query.hasNextPage ? counts[0] : counts[1], { n: models.length })}</span>
            {query.hasNextPage && (
              <Button
                disabled={query.isFetchingNextPage}
                onClick={() => void query.fetchNextPage()}
              >
                {t(query.isFetchingNextPage ? "app.loadingMore" : "app.more")}
              </Button>
            )}
          </div>
        </div>
      )}
      {query.isSuccess && models.length === 0 && <Nothing view={view} />}
    </Page>
  );
}

function Nothing({ view }: { view: ModelsView }) {
  const { t } = useI18n();
  if (view.name !== "") return <Empty>{t("models.noMatch", { name: view.name })}</Empty>;
  const [what, code] = view.prompts
    ? [t("models.howToPrompt"), promptScript(trackingUri())]
    : [t("models.howTo"), registerScript(trackingUri())];
  return (
    <section className={styles.first}>
      <h2>{t(view.prompts ? "models.noPrompts" : "models.none")}</h2>
      {!view.prompts && <p>{t("models.noneText")}</p>}
      <Snippet code={code} what={what} />
    </section>
  );
}
