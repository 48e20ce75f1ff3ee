import { useCallback } from "react";
import { useLive } from "../../api/live";
import { Button, SearchField, Segments } from "../../components/controls";
import { FirstRun } from "../../components/FirstRun";
import { Link } from "../../components/Link";
import { Empty, QueryNotice } from "../../components/notices";
import { Page } from "../../components/Page";
import { useI18n } from "../../i18n/context";
import { treeLines } from "../../lib/experimentTree";
import { trashPath } from "../../lib/routes";
import { useView } from "../../lib/useView";
import { readHome, type ShownExperiments, writeHome } from "../../lib/views";
import { ExperimentTable } from "./ExperimentTable";
import styles from "./home.module.css";
import { MoveToast } from "./MoveToast";
import { NewExperiment } from "./NewExperiment";
import { RecentRuns } from "./RecentRuns";
import { useExperiments } from "./useExperiments";
import { useMoves } from "./useMoves";
import { useRecentRuns } from "./useRecentRuns";

const EVERYTHING = { points: false };

/** Where a first run goes. */
const FIRST_EXPERIMENT = "first steps";

export default function HomePage() {
  const { t } = useI18n();
  const [view, change] = useView(readHome, writeHome);
  const recent = useRecentRuns();
  const found = useExperiments(view);
  const { experiments, more } = found;
  // What is sought is shown, wherever it is.
  const isFinding = view.name !== "";
  const lines = view.tree
    ? treeLines(experiments, new Set(isFinding ? [] : view.folded))
    : experiments.map((item) => ({ kind: "leaf" as const, item, name: item.name, depth: 0 }));
  const fold = (path: string) => {
    const { folded } = view;
    const others = folded.filter((one) => one !== path);
    change({ folded: others.length === folded.length ? [...folded, path] : others });
  };
  const moves = useMoves();
  useLive(EVERYTHING);
  const find = useCallback((name: string) => change({ name }, { replace: true }), [change]);
  const isFirstVisit = recent.isWaiting && view.show === "active";

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
          value={view.show}
          options={[
            ["active", t("app.active")],
            ["starred", t("experiments.starred")],
            ["deleted", t("app.deleted")],
          ]}
          onChange={(show) => change({ show })}
        />
        <Segments
          legend={t("experiments.layout")}
          value={view.tree ? "tree" : "list"}
          options={[
            ["list", t("experiments.list")],
            ["tree", t("experiments.tree")],
          ]}
          onChange={(layout) => change({ tree: layout === "tree" })}
        />
        {view.show !== "deleted" && <NewExperiment />}
        <Link to={trashPath}>{t("trash.title")}</Link>
      </div>
      {found.failed !== undefined && <QueryNotice query={found.failed} />}
      <div className={recent.runs.length > 0 ? styles.columns : styles.list}>
        <div className={`${styles.list} ${found.isOld ? styles.dim : ""}`}>
          {experiments.length > 0 && (
            <ExperimentTable
              lines={lines}
              running={recent.running}
              moves={moves}
              onFold={isFinding ? null : fold}
            />
          )}
          {found.isComplete && experiments.length === 0 && (
            <NoExperiments name={view.name} show={view.show} />
          )}
          {experiments.length > 0 && (
            <div className={styles.foot}>
              <span>
                {more !== null
                  ? t("home.countMore", { n: experiments.length })
                  : t("home.count", { n: experiments.length })}
              </span>
              {more !== null && (
                <Button
                  disabled={more.isFetchingNextPage}
                  onClick={() => void more.fetchNextPage()}
                >
                  {more.isFetchingNextPage ? t("app.loadingMore") : t("app.more")}
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

const NONE = {
  active: "home.noActive",
  starred: "experiments.noStarred",
  deleted: "home.noDeleted",
} as const;

function NoExperiments({ name, show }: { name: string; show: ShownExperiments }) {
  const { t } = useI18n();
  return <Empty>{name !== "" ? t("home.noMatch", { name }) : t(NONE[show])}</Empty>;
}
