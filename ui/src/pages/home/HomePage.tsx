import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { experimentsQuery } from "../../api/experiments";
import { useLive } from "../../api/live";
import { Button, SearchField, Segments } from "../../components/controls";
import { FirstRun } from "../../components/FirstRun";
import { Link } from "../../components/Link";
import { Empty, QueryNotice } from "../../components/notices";
import { Page } from "../../components/Page";
import { useI18n } from "../../i18n/context";
import { trashPath } from "../../lib/routes";
import { useView } from "../../lib/useView";
import { readHome, writeHome } from "../../lib/views";
import { ExperimentTable } from "./ExperimentTable";
import styles from "./home.module.css";
import { MoveToast } from "./MoveToast";
import { NewExperiment } from "./NewExperiment";
import { RecentRuns } from "./RecentRuns";
import { useMoves } from "./useMoves";
import { useRecentRuns } from "./useRecentRuns";

const EVERYTHING = { points: false };

/** Where a first run goes. */
const FIRST_EXPERIMENT = "first steps";

export default function HomePage() {
  const { t } = useI18n();
  const [view, change] = useView(readHome, writeHome);
  const recent = useRecentRuns();
  const query = useInfiniteQuery({
    ...experimentsQuery(view),
    placeholderData: keepPreviousData,
  });
  const moves = useMoves();
  useLive(EVERYTHING);
  const find = useCallback((name: string) => change({ name }, { replace: true }), [change]);
  const experiments = query.data?.pages.flatMap((page) => page.experiments ?? []) ?? [];
  const isFirstVisit = recent.isWaiting && !view.deleted;

  return (
    <Page title={t("home.title")}>
      {isFirstVisit && <FirstRun experiment={FIRST_EXPERIMENT} isNew />}
      <div className={styles.head}>
        {isFirstVisit ? <h2>{t("home.title")}</h2> : <h1>{t("home.title")}</h1>}
        <div className={styles.find}>
          <SearchField label={t("home.find")} value={view.name} onSearch={find} />
        </div>
        <Segments
          legend={t("app.view")}
          value={view.deleted ? "deleted" : "active"}
          options={[
            ["active", t("app.active")],
            ["deleted", t("app.deleted")],
          ]}
          onChange={(value) => change({ deleted: value === "deleted" })}
        />
        {!view.deleted && <NewExperiment />}
        <Link to={trashPath}>{t("trash.title")}</Link>
      </div>
      <QueryNotice query={query} />
      <div className={recent.runs.length > 0 ? styles.columns : styles.list}>
        <div className={`${styles.list} ${query.isPlaceholderData ? styles.dim : ""}`}>
          {experiments.length > 0 && (
            <ExperimentTable experiments={experiments} running={recent.running} moves={moves} />
          )}
          {query.isSuccess && experiments.length === 0 && (
            <NoExperiments name={view.name} deleted={view.deleted} />
          )}
          {experiments.length > 0 && (
            <div className={styles.foot}>
              <span>
                {query.hasNextPage
                  ? t("home.countMore", { n: experiments.length })
                  : t("home.count", { n: experiments.length })}
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
          )}
        </div>
        {recent.runs.length > 0 && (
          <RecentRuns runs={recent.runs} names={recent.names} running={recent.running} />
        )}
      </div>
      <MoveToast moves={moves} />
    </Page>
  );
}

function NoExperiments({ name, deleted }: { name: string; deleted: boolean }) {
  const { t } = useI18n();
  return (
    <Empty>
      {name !== ""
        ? t("home.noMatch", { name })
        : deleted
          ? t("home.noDeleted")
          : t("home.noActive")}
    </Empty>
  );
}
