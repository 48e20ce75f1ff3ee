import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { ApiError, isRefusal } from "../../api/client";
import { MOST_GROUPS, renewGroups } from "../../api/groups";
import type { Experiment } from "../../api/types.gen";
import { type ExperimentKeys, keysQuery, type RunsSearch } from "../../api/workspace";
import { HoverStore } from "../../charts/hoverStore";
import { FirstRun } from "../../components/FirstRun";
import { Empty, Notice, QueryNotice } from "../../components/notices";
import { useI18n } from "../../i18n/context";
import { chooseColumns } from "../../lib/columns";
import { quotedKey } from "../../lib/filters";
import { groupColumns, opened, spreadWidths } from "../../lib/groups";
import { useMedia, useStable } from "../../lib/hooks";
import { selectedCount } from "../../lib/selection";
import { useView } from "../../lib/useView";
import { type Layout, readExperiment, writeExperiment } from "../../lib/workspaceView";
import { BulkActions, BulkToast } from "./BulkActions";
import { ExperimentHead } from "./ExperimentHead";
import styles from "./experiment.module.css";
import { NoMatch } from "./NoMatch";
import { ShortcutList } from "./ShortcutList";
import { Splitter } from "./Splitter";
import { StatusBar } from "./StatusBar";
import { TablePane } from "./TablePane";
import { Tools } from "./Tools";
import { fieldsOf, useColumns } from "./table/useColumns";
import { useBulk } from "./useBulk";
import { useDrawn } from "./useDrawn";
import { useGroups } from "./useGroups";
import { useRuns } from "./useRuns";
import { useSelection } from "./useSelection";
import { useTableRows } from "./useTableRows";
import { useWorkspaceKeys } from "./useWorkspaceKeys";

const Charts = lazy(async () => ({ default: (await import("./charts/Charts")).Charts }));

const NO_KEYS: ExperimentKeys = { runs: 0, sampled: 0, metrics: [], params: [], tags: [] };
const PARENT_TAG = "mlflow.parentRunId";
/** A window that has no room for table and charts side by side. */
const NARROW = "(max-width: 799px)";
/** How many rows the columns are made for. */
const SAMPLE = 50;

interface Props {
  id: string;
  /** undefined until it is read. */
  experiment: Experiment | undefined;
}

/** A filter that the server refuses is the reader's to mend; everything else is a notice. */
function filterError(error: Error | null, filter: string): string | null {
  return error instanceof ApiError && isRefusal(error) && filter !== "" ? error.message : null;
}

/** An experiment's runs: table and charts side by side, of the same runs. */
export function Workspace({ id, experiment }: Props) {
  const { t } = useI18n();
  const [view, change] = useView(readExperiment, writeExperiment);
  const isDeleted = experiment?.lifecycle_stage === "deleted";
  // Deleting an experiment deletes its runs: its active ones are none.
  const showDeleted = view.deleted ?? isDeleted;
  const search = useStable<RunsSearch>({
    experimentId: id,
    filter: view.filter,
    orderBy: `${quotedKey(view.sort.key)} ${view.sort.descending ? "DESC" : "ASC"}`,
    deleted: showDeleted,
  });

  const keysResult = useQuery(keysQuery(id));
  const keys = keysResult.data ?? (keysResult.isError ? NO_KEYS : undefined);
  const shown = useStable(view.columns ?? (keys === undefined ? [] : chooseColumns(keys)));
  const fixed = useStable(view.fixed);
  const widths = useStable(view.widths);
  const fields = useStable(fieldsOf(shown));
  const isNested = keys?.tags.some((tag) => tag.key === PARENT_TAG) ?? false;
  const areKnown = view.columns !== null || keys !== undefined;
  const runs = useRuns(search, fields, areKnown, isNested);
  const { list, rowAt } = runs;
  const total = list?.total ?? 0;
  const folded = useStable(view.folded);
  const ungrouped = useTableRows(total, runs.isWhole, rowAt, folded);
  const sample = useSample(rowAt, total);
  const isGrouped = view.groups.by !== null;
  const roomy = useMemo(
    () => (isGrouped ? { ...spreadWidths(shown), ...widths } : widths),
    [isGrouped, shown, widths],
  );
  const ordered = useStable(isGrouped ? groupColumns(shown) : shown);
  const columns = useColumns(ordered, fixed, roomy, keys, sample);
  const choice = useStable({
    shown: view.shown,
    hidden: view.hidden,
    pinned: view.pinned,
    drawAll: view.drawAll,
  });
  const drawnRuns = useDrawn(search, list, rowAt, choice, change);
  const grouped = useGroups(search, view, areKnown ? fields : null, change, runs.isLive);
  const { count, tableRowAt } = isGrouped ? grouped : ungrouped;
  const drawn = isGrouped ? grouped.drawn : drawnRuns;
  const { band } = view.groups;
  const bands = useMemo(
    () => (isGrouped ? { set: grouped.set, band } : null),
    [isGrouped, grouped.set, band],
  );
  const ticks = useSelection(JSON.stringify(search), tableRowAt);
  const [hover] = useState(() => new HoverStore());
  const client = useQueryClient();
  const { refetch: readKeys } = keysResult;
  const { refetch: readRuns } = runs.query;
  const refresh = useCallback(() => {
    void readRuns();
    void readKeys();
    renewGroups(client);
  }, [readRuns, readKeys, client]);
  const isPlain = view.filter === "" && !showDeleted;
  useKeysInStep(isPlain && !runs.isStale ? total : null, keysResult.data?.runs, readKeys);

  const bulk = useBulk(search, list, ticks.selection, () => {
    ticks.clear();
    refresh();
  });
  const selected = selectedCount(ticks.selection, total);

  const isNarrow = useMedia(NARROW);
  const layout: Layout = isNarrow && view.layout === "both" ? "table" : view.layout;
  const field = useRef<HTMLInputElement>(null);
  const shortcuts = useRef<HTMLDialogElement>(null);
  const panes = useRef<HTMLDivElement>(null);
  const keyboard = useWorkspaceKeys({
    listName: JSON.stringify(search),
    count,
    tableRowAt,
    ticks,
    drawn,
    field,
    shortcuts,
    onLayout: (next) => change({ layout: next }, { replace: true }),
    onOpenGroup: (group, isOpen) => change(opened(view.groups, group, isOpen), { replace: true }),
  });

  const wrong = filterError(runs.query.error, view.filter);
  const hasNone = runs.query.isSuccess && !runs.isStale && total === 0;
  const isUnused = hasNone && isPlain && !isDeleted;
  const isReady = list !== undefined && keys !== undefined;
  return (
    <>
      {experiment !== undefined && <ExperimentHead experiment={experiment} />}
      {isDeleted && <Notice>{t("experiment.isDeleted")}</Notice>}
      <Tools
        view={view}
        change={change}
        layout={layout}
        isNarrow={isNarrow}
        showDeleted={showDeleted}
        keys={keys}
        shown={shown}
        wrong={wrong}
        field={field}
        shortcuts={shortcuts}
        onRefresh={refresh}
      />
      {wrong === null && <QueryNotice query={runs.query} />}
      <QueryNotice query={keysResult} />
      {runs.failed !== null && <QueryNotice query={runs.failed} />}
      {isGrouped && wrong === null && <QueryNotice query={grouped.query} />}
      {isGrouped && grouped.total > MOST_GROUPS && <Notice>{t("groups.members")}</Notice>}
      {isUnused && experiment !== undefined && (
        <FirstRun experiment={experiment.name} isNew={false} />
      )}
      {hasNone && view.filter !== "" && (
        <NoMatch search={search} onFilter={(filter) => change({ filter })} />
      )}
      {hasNone && view.filter === "" && !isUnused && <Empty>{t("experiment.noDeleted")}</Empty>}
      {total > 0 && isReady && (
        <div
          ref={panes}
          className={`${styles.panes} ${styles[layout]}`}
          style={{ "--share": `${view.split}%` } as React.CSSProperties}
        >
          {layout !== "charts" && (
            <section className={styles.tablePane} aria-label={t("workspace.table")}>
              <TablePane
                label={t("experiment.table", { name: experiment?.name ?? id })}
                search={search}
                view={view}
                change={change}
                shown={shown}
                columns={columns}
                runs={runs}
                count={count}
                tableRowAt={tableRowAt}
                ticks={ticks}
                drawn={drawn}
                keyboard={keyboard}
                hover={hover}
                isNarrow={isNarrow}
              />
              <StatusBar
                total={total}
                groups={isGrouped && grouped.query.isSuccess ? grouped.total : null}
                drawn={drawn.count}
                isAllDrawn={view.drawAll}
                selected={selected}
                actions={
                  <BulkActions
                    bulk={bulk}
                    selection={ticks.selection}
                    count={selected}
                    showDeleted={showDeleted}
                  />
                }
                onDrawAll={(drawAll) => change({ drawAll }, { replace: true })}
                onSelectAll={ticks.all}
                onClear={ticks.clear}
              />
            </section>
          )}
          {layout === "both" && (
            <Splitter
              panes={panes}
              share={view.split}
              onShare={(split) => change({ split }, { replace: true })}
            />
          )}
          {layout !== "table" && (
            <section className={styles.chartPane} aria-label={t("workspace.charts")}>
              <Suspense fallback={<Empty>{t("app.loading")}</Empty>}>
                <Charts
                  experimentIds={[id]}
                  keys={keys}
                  runs={drawn.runs}
                  groups={bands}
                  total={isGrouped ? grouped.total : total}
                  hover={hover}
                  onPin={drawn.onPin}
                  onDrawAll={() => change({ drawAll: true }, { replace: true })}
                  view={view.charts}
                  onView={(part) =>
                    change({ charts: { ...view.charts, ...part } }, { replace: true })
                  }
                />
              </Suspense>
            </section>
          )}
        </div>
      )}
      <BulkToast bulk={bulk} />
      <ShortcutList dialog={shortcuts} />
    </>
  );
}

/** The first rows: decimals and widths are made for them. */
function useSample(rowAt: ReturnType<typeof useRuns>["rowAt"], total: number) {
  return useMemo(() => {
    const rows = Array.from({ length: Math.min(total, SAMPLE) }, (_, index) => rowAt(index));
    return rows.filter((row) => row !== undefined);
  }, [rowAt, total]);
}

/** Reads the keys anew when the number of runs shows that they are of an earlier state. */
function useKeysInStep(total: number | null, known: number | undefined, read: () => unknown): void {
  const isBehind = total !== null && known !== undefined && total !== known;
  useEffect(() => {
    if (isBehind) void read();
  }, [isBehind, read]);
}
