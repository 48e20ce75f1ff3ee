import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo } from "react";
import { ApiError, isRefusal } from "../../api/client";
import { experimentQuery } from "../../api/experiments";
import { isRunning, type RunsSearch, runsQuery } from "../../api/runs";
import type { Experiment } from "../../api/types.gen";
import { Button, IconButton, Segments } from "../../components/controls";
import { FirstRun } from "../../components/FirstRun";
import { Icon } from "../../components/Icon";
import { Link } from "../../components/Link";
import { Empty, Notice, QueryNotice } from "../../components/notices";
import { Page } from "../../components/Page";
import { useI18n } from "../../i18n/context";
import { cellColumn } from "../../lib/cells";
import { chooseColumns, keysOf } from "../../lib/columns";
import { quotedKey } from "../../lib/filters";
import { nest } from "../../lib/nesting";
import { homePath } from "../../lib/routes";
import { useView } from "../../lib/useView";
import { FOLD_CHARACTERS, readExperiment, writeExperiment } from "../../lib/views";
import { ColumnMenu } from "./ColumnMenu";
import { ExperimentHead } from "./ExperimentHead";
import styles from "./experiment.module.css";
import { FilterBar } from "./FilterBar";
import { RunTable } from "./RunTable";
import { useLiveRuns } from "./useLiveRuns";

export default function ExperimentPage({ id }: { id: string }) {
  const { t } = useI18n();
  const query = useQuery(experimentQuery(id));
  const crumbs = [{ text: t("home.title"), to: homePath }];
  if (query.data !== undefined) {
    return (
      <Page title={query.data.name} crumbs={crumbs} filled>
        <Runs experiment={query.data} />
      </Page>
    );
  }
  const refusal = query.error instanceof ApiError && isRefusal(query.error) ? query.error : null;
  return (
    <Page title={t("home.title")} crumbs={crumbs}>
      {refusal !== null ? (
        <Empty>
          <h1>{t("experiment.unknown", { id })}</h1>
          <p>{refusal.message}</p>
          <Link to={homePath}>{t("app.toExperiments")}</Link>
        </Empty>
      ) : (
        <QueryNotice query={query} />
      )}
    </Page>
  );
}

/** A filter that the server refuses is the reader's to mend; everything else is a notice. */
function filterError(error: Error | null, filter: string): string | null {
  return error instanceof ApiError && isRefusal(error) && filter !== "" ? error.message : null;
}

function Runs({ experiment }: { experiment: Experiment }) {
  const { t, format } = useI18n();
  const [view, change] = useView(readExperiment, writeExperiment);
  const isDeleted = experiment.lifecycle_stage === "deleted";
  // Deleting an experiment deletes its runs: its active ones are none.
  const showDeleted = view.deleted ?? isDeleted;
  const search: RunsSearch = {
    experimentId: experiment.experiment_id,
    filter: view.filter,
    orderBy: `${quotedKey(view.sort.key)} ${view.sort.descending ? "DESC" : "ASC"}`,
    deleted: showDeleted,
  };
  const query = useInfiniteQuery({ ...runsQuery(search), placeholderData: keepPreviousData });
  const runs = useMemo(
    () => query.data?.pages.flatMap((page) => page.runs ?? []) ?? [],
    [query.data],
  );
  const wrong = filterError(query.error, view.filter);

  const keys = useMemo(() => keysOf(runs), [runs]);
  const shown = useMemo(() => view.columns ?? chooseColumns(runs), [view.columns, runs]);
  const columns = useMemo(
    () => shown.map((key) => cellColumn(key, runs, format)),
    [shown, runs, format],
  );
  const rows = useMemo(() => {
    const folded = runs
      .map((run) => run.info.run_id)
      .filter((id) => view.folded.includes(id.slice(0, FOLD_CHARACTERS)));
    return nest(runs, new Set(folded));
  }, [runs, view.folded]);
  const fold = useCallback(
    (id: string, folded: boolean) => {
      const short = id.slice(0, FOLD_CHARACTERS);
      const others = view.folded.filter((one) => one !== short);
      change({ folded: folded ? [...others, short] : others }, { replace: true });
    },
    [view.folded, change],
  );

  const isLive = !showDeleted && runs.some(isRunning);
  const hasNone = query.isSuccess && !query.isPlaceholderData && runs.length === 0;
  const isUnused = hasNone && view.filter === "" && !showDeleted && !isDeleted;
  useWaiting(isUnused, query.refetch);
  useLiveRuns(search, isLive);

  return (
    <>
      <ExperimentHead experiment={experiment} isLive={isLive} />
      {isDeleted && <Notice>{t("experiment.isDeleted")}</Notice>}
      <div className={styles.tools}>
        <FilterBar filter={view.filter} error={wrong} onFilter={(filter) => change({ filter })} />
        <Segments
          legend={t("app.view")}
          value={showDeleted ? "deleted" : "active"}
          options={[
            ["active", t("app.active")],
            ["deleted", t("app.deleted")],
          ]}
          onChange={(value) => change({ deleted: value === "deleted" })}
        />
        <ColumnMenu
          keys={keys}
          shown={shown}
          isChosen={view.columns !== null}
          onChange={(chosen) => change({ columns: chosen }, { replace: true })}
        />
        <IconButton label={t("app.refresh")} onClick={() => void query.refetch()}>
          <Icon name="refresh" size={16} />
        </IconButton>
      </div>
      {wrong === null && <QueryNotice query={query} />}
      {isUnused && <FirstRun experiment={experiment.name} isNew={false} />}
      {hasNone && !isUnused && (
        <Empty>
          <p>{t(view.filter === "" ? "experiment.noDeleted" : "experiment.noMatch")}</p>
          {view.filter !== "" && (
            <Button onClick={() => change({ filter: "" })}>{t("experiment.filterClear")}</Button>
          )}
        </Empty>
      )}
      {runs.length > 0 && (
        <div className={styles.region} aria-busy={query.isPlaceholderData}>
          <div className={query.isPlaceholderData ? styles.dim : undefined}>
            <RunTable
              caption={t("experiment.table", { name: experiment.name })}
              rows={rows}
              columns={columns}
              sort={view.sort}
              readAt={query.dataUpdatedAt}
              onSort={(sort) => change({ sort })}
              onFold={fold}
            />
          </div>
          <div className={styles.foot}>
            <span>
              {t(query.hasNextPage ? "experiment.runsMore" : "experiment.runs", { n: runs.length })}
            </span>
            {query.hasNextPage && (
              <Button
                disabled={query.isFetchingNextPage}
                onClick={() => void query.fetchNextPage()}
              >
                {query.isFetchingNextPage ? t("app.loadingMore") : t("app.more")}
              </Button>
            )}
          </div>
        </div>
      )}
    </>
  );
}

const WAITING_INTERVAL = 1000;

/** Asks every second, while the tab is visible, for the first run of an experiment without any. */
function useWaiting(isWaiting: boolean, refetch: () => unknown): void {
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") void refetch();
    }, WAITING_INTERVAL);
    return () => clearInterval(timer);
  }, [isWaiting, refetch]);
}
