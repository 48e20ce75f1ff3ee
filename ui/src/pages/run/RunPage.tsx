import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { filesQuery } from "../../api/artifacts";
import { ApiError, isRefusal } from "../../api/client";
import { experimentQuery } from "../../api/experiments";
import { useLive } from "../../api/live";
import { childRunsQuery, isRunning, parentId, runQuery } from "../../api/runs";
import type { Run } from "../../api/types.gen";
import { activityQuery } from "../../api/workspace";
import { Link } from "../../components/Link";
import { Empty, QueryNotice } from "../../components/notices";
import { type Crumb, Page } from "../../components/Page";
import { useI18n } from "../../i18n/context";
import { experimentPath, homePath, runPath } from "../../lib/routes";
import { nameOf } from "../../lib/runs";
import { useView } from "../../lib/useView";
import { type RunTab, readRun, writeRun } from "../../lib/views";
import { ArtifactsTab } from "./ArtifactsTab";
import { ChildrenTab } from "./ChildrenTab";
import { DeletedNotice } from "./DeletedNotice";
import { Details } from "./Details";
import { MetricsTab } from "./MetricsTab";
import { RunHead } from "./RunHead";
import styles from "./run.module.css";

export default function RunPage({ id }: { id: string }) {
  const { t } = useI18n();
  const query = useQuery(runQuery(id));
  if (query.data !== undefined)
    return <Loaded run={query.data} notice={<QueryNotice query={query} />} />;
  const refusal = query.error instanceof ApiError && isRefusal(query.error) ? query.error : null;
  return (
    <Page title="" crumbs={[{ text: t("home.title"), to: homePath }]}>
      {refusal !== null ? (
        <Empty>
          <h1>{t("run.unknown", { id })}</h1>
          <p>{t("run.unknownText")}</p>
          <p>{refusal.message}</p>
          <Link to={homePath}>{t("app.toExperiments")}</Link>
        </Empty>
      ) : (
        <QueryNotice query={query} />
      )}
    </Page>
  );
}

function useCrumbs(run: Run): Crumb[] {
  const { t } = useI18n();
  const { experiment_id: experimentId } = run.info;
  const experiment = useQuery(experimentQuery(experimentId)).data;
  const parent = parentId(run);
  const parentRun = useQuery({ ...runQuery(parent ?? ""), enabled: parent !== undefined }).data;
  const crumbs = [
    { text: t("home.title"), to: homePath },
    { text: experiment?.name ?? experimentId, to: experimentPath(experimentId) },
  ];
  if (parentRun === undefined) return crumbs;
  return [...crumbs, { text: nameOf(parentRun), to: runPath(parentRun.info.run_id) }];
}

function Loaded({ run, notice }: { run: Run; notice: React.ReactNode }) {
  const { t } = useI18n();
  const [view, change] = useView(readRun, writeRun);
  const children = useQuery(childRunsQuery(run)).data;
  // The tab says at once whether there is anything behind it.
  const files = useInfiniteQuery(filesQuery(run.info.run_id, "")).data?.pages[0]?.files?.length;
  const running = (children?.runs ?? []).filter(isRunning).map((child) => child.info.run_id);
  useLive(isRunning(run) ? { run_ids: [run.info.run_id, ...running.slice(0, 100)] } : null);
  const active = useQuery({
    ...activityQuery(run.info.experiment_id, run.info.run_id),
    enabled: isRunning(run),
  }).data;
  const childCount = children?.runs?.length ?? 0;
  const metricCount = run.data.metrics?.length ?? 0;

  const tabs: { tab: RunTab; label: string; count: string }[] = [
    { tab: "metrics", label: t("run.metrics"), count: String(metricCount) },
    { tab: "artifacts", label: t("run.artifacts"), count: files === 0 ? "0" : "" },
  ];
  if (childCount > 0 || view.tab === "children") {
    const more = children?.next_page_token ? "+" : "";
    tabs.push({ tab: "children", label: t("run.children"), count: `${childCount}${more}` });
  }
  return (
    <Page title={nameOf(run)} crumbs={useCrumbs(run)}>
      <RunHead run={run} isLive={isRunning(run)} active={active?.[0]?.active ?? null} />
      {notice}
      {run.info.lifecycle_stage === "deleted" && <DeletedNotice id={run.info.run_id} />}
      <div className={styles.columns}>
        <Details run={run} />
        <div className={styles.main}>
          <nav className={styles.tabs} aria-label={nameOf(run)}>
            {tabs.map(({ tab, label, count }) => (
              <Link
                key={tab}
                to={runPath(run.info.run_id) + writeRun({ ...view, tab })}
                replace
                aria-current={tab === view.tab ? "page" : undefined}
              >
                {label} <span className={styles.count}>{count}</span>
              </Link>
            ))}
          </nav>
          {view.tab === "metrics" && <MetricsTab run={run} view={view} onChange={change} />}
          {view.tab === "artifacts" && (
            <ArtifactsTab
              run={run}
              path={view.path}
              onOpen={(path) => change({ path }, { replace: true })}
            />
          )}
          {view.tab === "children" && <ChildrenTab page={children ?? {}} />}
        </div>
      </div>
    </Page>
  );
}
