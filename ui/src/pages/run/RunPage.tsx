import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
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
import { experimentPath, homePath, type RunPart, runPath } from "../../lib/routes";
import { nameOf } from "../../lib/runs";
import { useView } from "../../lib/useView";
import { readRun, writeRun } from "../../lib/views";
import { ChildrenTab } from "./ChildrenTab";
import { DeletedNotice } from "./DeletedNotice";
import { Details } from "./Details";
import { MetricsTab } from "./MetricsTab";
import { RunHead } from "./RunHead";
import { RunTabs } from "./RunTabs";
import styles from "./run.module.css";

const MediaTab = lazy(() => import("./MediaTab"));
const FilesTab = lazy(() => import("./files/FilesTab"));

interface Props {
  id: string;
  part: RunPart;
  /** The file or folder that is open. */
  path: string;
}

export default function RunPage({ id, part, path }: Props) {
  const { t } = useI18n();
  const query = useQuery(runQuery(id));
  if (query.data !== undefined)
    return (
      <Loaded run={query.data} place={{ part, path }} notice={<QueryNotice query={query} />} />
    );
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

interface LoadedProps {
  run: Run;
  place: { part: RunPart; path: string };
  notice: React.ReactNode;
}

function Loaded({ run, place, notice }: LoadedProps) {
  const { t } = useI18n();
  const [view, change] = useView(readRun, writeRun);
  const children = useQuery(childRunsQuery(run)).data;
  const running = (children?.runs ?? []).filter(isRunning).map((child) => child.info.run_id);
  useLive(isRunning(run) ? { run_ids: [run.info.run_id, ...running.slice(0, 100)] } : null);
  const active = useQuery({
    ...activityQuery(run.info.experiment_id, run.info.run_id),
    enabled: isRunning(run),
  }).data;
  const shown = place.part === "" ? view.tab : place.part;
  return (
    <Page title={nameOf(run)} crumbs={useCrumbs(run)} filled={place.part !== ""}>
      <RunHead run={run} isLive={isRunning(run)} active={active?.[0]?.active ?? null} />
      {notice}
      {run.info.lifecycle_stage === "deleted" && <DeletedNotice id={run.info.run_id} />}
      <RunTabs run={run} view={view} shown={shown} childRuns={children} />
      {place.part !== "" && (
        <Suspense fallback={<Empty>{t("app.loading")}</Empty>}>
          {place.part === "media" && <MediaTab run={run} />}
          {place.part === "files" && <FilesTab run={run} path={place.path} />}
        </Suspense>
      )}
      {place.part === "" && (
        <div className={styles.columns}>
          <Details run={run} />
          <div className={styles.main}>
            {view.tab === "metrics" && <MetricsTab run={run} view={view} onChange={change} />}
            {view.tab === "children" && <ChildrenTab page={children ?? {}} />}
          </div>
        </div>
      )}
    </Page>
  );
}
