import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { experimentQuery } from "../../api/experiments";
import { tracesQuery } from "../../api/traces";
import { Button, SearchField } from "../../components/controls";
import { Empty, QueryNotice, Snippet } from "../../components/notices";
import { Page } from "../../components/Page";
import { useI18n } from "../../i18n/context";
import { trackingUri } from "../../lib/root";
import { experimentPath, homePath } from "../../lib/routes";
import { traceScript } from "../../lib/snippets";
import { useView } from "../../lib/useView";
import { readTraces, writeTraces } from "../../lib/views";
import { TraceTable } from "./TraceTable";
import styles from "./traces.module.css";

/** The traces of an experiment, newest first. */
export default function TracesPage({ id }: { id: string }) {
  const { t } = useI18n();
  const [view, change] = useView(readTraces, writeTraces);
  const experiment = useQuery(experimentQuery(id)).data;
  const query = useInfiniteQuery({
    ...tracesQuery(id, view.filter.trim()),
    placeholderData: keepPreviousData,
  });
  const find = useCallback((filter: string) => change({ filter }, { replace: true }), [change]);
  const traces = query.data?.pages.flatMap((page) => page.traces ?? []) ?? [];
  const name = experiment?.name ?? id;
  return (
    <Page
      title={`${t("traces.title")} · ${name}`}
      crumbs={[
        { text: t("home.title"), to: homePath },
        { text: name, to: experimentPath(id) },
      ]}
    >
      <div className={styles.head}>
        <h1>{t("traces.title")}</h1>
        <div className={styles.find}>
          <SearchField
            label={t("traces.filter")}
            value={view.filter}
            delay={500}
            onSearch={find}
            spellCheck={false}
          />
        </div>
      </div>
      <QueryNotice query={query} />
      {traces.length > 0 && (
        <div className={query.isPlaceholderData ? styles.dim : undefined}>
          <TraceTable traces={traces} />
          <div className={styles.foot}>
            <span>
              {t(query.hasNextPage ? "traces.countMore" : "traces.count", { n: traces.length })}
            </span>
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
      {query.isSuccess && traces.length === 0 && view.filter.trim() !== "" && (
        <Empty>{t("traces.noMatch")}</Empty>
      )}
      {query.isSuccess && traces.length === 0 && view.filter.trim() === "" && (
        <section className={styles.first}>
          <h2>{t("traces.none")}</h2>
          <p>{t("traces.noneText")}</p>
          <Snippet code={traceScript(trackingUri(), name)} what={t("traces.howTo")} />
        </section>
      )}
    </Page>
  );
}
