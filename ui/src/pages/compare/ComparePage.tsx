import { useQueries, useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useMemo } from "react";
import { ApiError, isRefusal } from "../../api/client";
import { experimentQuery } from "../../api/experiments";
import { useLive } from "../../api/live";
import { isRunning, runQuery } from "../../api/runs";
import type { Run } from "../../api/types.gen";
import { viewQuery } from "../../api/views";
import { keysQuery } from "../../api/workspace";
import { CopyButton, Segments } from "../../components/controls";
import { Link } from "../../components/Link";
import { Empty, Notice, QueryNotice } from "../../components/notices";
import { Page } from "../../components/Page";
import { ShareLink } from "../../components/ShareLink";
import { useI18n } from "../../i18n/context";
import { type CompareTab, readCompare, writeCompare } from "../../lib/compareView";
import { type Dictionary, dictionaryOf } from "../../lib/dictionary";
import { type DiffRow, diffRuns, diffText, runNames } from "../../lib/diff";
import { experimentPath, homePath } from "../../lib/routes";
import { MOST_COMPARED } from "../../lib/selection";
import { tableText } from "../../lib/tableText";
import { useView } from "../../lib/useView";
import styles from "./compare.module.css";
import { DiffTable } from "./DiffTable";
import { useRunHeads } from "./runHeads";

const ParallelPlot = lazy(() => import("./plots/ParallelPlot"));
const BoxPlot = lazy(() => import("./plots/BoxPlot"));
const ContourPlot = lazy(() => import("./plots/ContourPlot"));
const FilesCompare = lazy(() => import("./files/FilesCompare"));
const ScatterPlot = lazy(() => import("./plots/ScatterPlot"));

const PLOTS = {
  parallel: ParallelPlot,
  scatter: ScatterPlot,
  box: BoxPlot,
  contour: ContourPlot,
  files: FilesCompare,
};

/** Runs side by side: what differs between them, and by how much. */
export default function ComparePage() {
  const { t } = useI18n();
  const [view, change] = useView(readCompare, writeCompare);
  const set = useQuery({ ...viewQuery(view.set ?? ""), enabled: view.set !== null });
  const chosen = view.set === null ? view.runs : readCompare(`?${set.data?.query ?? ""}`).runs;
  const ids = chosen.slice(0, MOST_COMPARED);
  const queries = useQueries({ queries: ids.map((id) => runQuery(id)) });
  const runs = queries.map((query) => query.data).filter((run) => run !== undefined);
  const running = runs.filter(isRunning).map((run) => run.info.run_id);
  useLive(running.length === 0 ? null : { run_ids: running });
  const away = queries.find(({ error }) => error instanceof ApiError && !isRefusal(error));
  const missing = ids.filter((_, at) => {
    const error = queries[at]?.error;
    return error instanceof ApiError && isRefusal(error);
  });
  const isReading = queries.some((query) => query.isPending) || set.isLoading;
  const experiments = [...new Set(runs.map((run) => run.info.experiment_id))];
  const crumbs = [{ text: t("home.title"), to: homePath }];
  const [experiment = ""] = experiments;
  const isOne = experiments.length === 1;
  const Plot = view.tab === "diff" ? ParallelPlot : PLOTS[view.tab];
  const name = useQuery({ ...experimentQuery(experiment), enabled: isOne }).data?.name;
  const dictionary = dictionaryOf(
    useQuery({ ...keysQuery(experiment), enabled: isOne && view.tab === "diff" }).data?.dictionary,
  );
  if (isOne) crumbs.push({ text: name ?? experiment, to: experimentPath(experiment) });
  return (
    <Page title={t("compare.title")} crumbs={crumbs} filled>
      <div className={styles.head}>
        <h1>{t("compare.runs", { n: ids.length })}</h1>
        {ids.length > 0 && <ShareLink />}
      </div>
      {set.isError && <QueryNotice query={set} />}
      {away !== undefined && <QueryNotice query={away} />}
      {missing.length > 0 && (
        <Notice>{t("compare.missing", { n: missing.length, ids: missing.join(", ") })}</Notice>
      )}
      {chosen.length > ids.length && (
        <Notice>{t("compare.tooMany", { most: String(MOST_COMPARED) })}</Notice>
      )}
      {isReading && <Empty>{t("app.loading")}</Empty>}
      {!isReading && runs.length === 0 && (
        <Empty>
          <p>{t("compare.none")}</p>
          <Link to={homePath}>{t("app.toExperiments")}</Link>
        </Empty>
      )}
      {!isReading && runs.length > 0 && <Tabs tab={view.tab} onChange={(tab) => change({ tab })} />}
      {!isReading && runs.length > 0 && view.tab !== "diff" && (
        <Suspense fallback={<Empty>{t("app.loading")}</Empty>}>
          <Plot runs={runs} view={view} onChange={(part) => change(part, { replace: true })} />
        </Suspense>
      )}
      {!isReading && runs.length > 0 && view.tab === "diff" && (
        <Comparison
          runs={runs}
          baseline={view.baseline}
          all={view.all}
          dictionary={dictionary}
          onBaseline={(baseline) => change({ baseline }, { replace: true })}
          onAll={(all) => change({ all }, { replace: true })}
        />
      )}
    </Page>
  );
}

interface TabsProps {
  tab: CompareTab;
  onChange(tab: CompareTab): void;
}

function Tabs({ tab, onChange }: TabsProps) {
  const { t } = useI18n();
  return (
    <Segments
      legend={t("plots.tabs")}
      value={tab}
      options={[
        ["diff", t("plots.diff")],
        ["parallel", t("plots.parallel")],
        ["scatter", t("plots.scatter")],
        ["box", t("plots.box")],
        ["contour", t("plots.contour")],
        ["files", t("filediff.tab")],
      ]}
      onChange={onChange}
    />
  );
}

const COPIES = [
  ["markdown", "Markdown", "compare.markdown"],
  ["latex", "LaTeX", "compare.latex"],
  ["csv", "CSV", "compare.csv"],
] as const;

interface Props {
  runs: Run[];
  baseline: string | null;
  all: boolean;
  dictionary: Dictionary;
  onBaseline(id: string): void;
  onAll(all: boolean): void;
}

function Comparison({ runs, baseline, all, dictionary, onBaseline, onAll }: Props) {
  const { t, format } = useI18n();
  const rows = useMemo(
    () =>
      diffRuns(
        runs,
        {
          status: t("column.status"),
          start: t("run.started"),
          duration: t("column.duration"),
          user: t("column.user"),
          source: t("run.source"),
          commit: t("run.commit"),
        },
        format,
      ),
    [runs, t, format],
  );
  const shown = all ? rows : rows.filter((one) => one.differs);
  const base = Math.max(
    0,
    runs.findIndex((run) => run.info.run_id === baseline),
  );
  const columns = useRunHeads(runs, base, onBaseline);
  const table = () => [
    ["", ...runNames(runs)],
    ...shown.map((one: DiffRow) => [one.key, ...runs.map((_, at) => diffText(one, at, format))]),
  ];
  return (
    <>
      <div className={styles.tools}>
        <Segments
          legend={t("compare.rows")}
          value={all ? "all" : "differing"}
          options={[
            ["differing", t("compare.differing")],
            ["all", t("compare.all")],
          ]}
          onChange={(value) => onAll(value === "all")}
        />
        <span className={styles.count}>
          {t("compare.count", { n: shown.length, total: format.integer(rows.length) })}
        </span>
        <span className={styles.copies}>
          {COPIES.map(([form, name, what]) => (
            <span key={form}>
              {name}
              <CopyButton text={tableText(table(), form)} what={t(what)} />
            </span>
          ))}
        </span>
      </div>
      {shown.length === 0 ? (
        <Empty>{t("compare.same")}</Empty>
      ) : (
        <DiffTable columns={columns} rows={shown} baseline={base} dictionary={dictionary} />
      )}
    </>
  );
}
