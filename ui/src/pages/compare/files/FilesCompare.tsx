import { queryOptions, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Button, Segments } from "../../../components/controls";
import { Empty, Notice, QueryNotice } from "../../../components/notices";
import { digestOf, filesOfRunsQuery } from "../../../files/api";
import { TableGrid, widthOf } from "../../../files/TableGrid";
import { useI18n } from "../../../i18n/context";
import { runNames } from "../../../lib/diff";
import type { PlotProps } from "../plots/ParallelPlot";
import { FileDiff } from "./FileDiff";
import { eachOf, type FileRow, fileRows } from "./fileRows";
import styles from "./filesCompare.module.css";

/** So much is compared without being asked: requests, and bytes that the server reads. */
const FEW = 60;
const LIGHT = 64_000_000;
const AT_ONCE = 6;

const STATES = {
  same: "filediff.same",
  differs: "filediff.differs",
  missing: "filediff.missing",
  unknown: "filediff.unknown",
} as const;

/** For each path whether the runs have the same bytes there; the server makes the checksums. */
function contentsQuery(runIds: readonly string[], rows: readonly FileRow[]) {
  return queryOptions({
    queryKey: ["artifacts", "contents", runIds, rows],
    queryFn: async ({ signal }) => {
      const same = new Map<string, boolean>();
      await eachOf(rows, AT_ONCE, async ({ path }) => {
        let first: string | null = null;
        for (const id of runIds) {
          const digest = await digestOf(id, path, signal);
          first ??= digest;
          if (digest === null) return;
          if (digest !== first) {
            same.set(path, false);
            return;
          }
        }
        same.set(path, true);
      });
      return same;
    },
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  });
}

/** The files of compared runs: which differ, and how. */
export default function FilesCompare({ runs, view, onChange }: PlotProps) {
  const { t, format } = useI18n();
  const ids = useMemo(() => runs.map((run) => run.info.run_id), [runs]);
  const query = useQuery(filesOfRunsQuery(ids));
  const rows = useMemo(() => fileRows(ids.map((id) => query.data?.get(id))), [ids, query.data]);
  const open = useMemo(() => rows.filter(({ state }) => state === "unknown"), [rows]);
  const [isAsked, setAsked] = useState(false);
  const bytes = open.reduce((sum, row) => sum + (row.sizes[0] ?? 0) * ids.length, 0);
  const isLight = open.length * ids.length <= FEW && bytes <= LIGHT;
  const isChecking = open.length > 0 && (isLight || isAsked);
  const contents = useQuery({ ...contentsQuery(ids, open), enabled: isChecking });
  const names = runNames(runs);
  if (query.isError) return <QueryNotice query={query} />;
  if (query.data === undefined) return <Empty>{t("app.loading")}</Empty>;
  if (rows.length === 0) return <Empty>{t("filediff.none")}</Empty>;
  const stateOf = ({ path, state }: FileRow) => {
    if (state !== "unknown") return state;
    const same = contents.data?.get(path);
    if (same === undefined) return state;
    return same ? "same" : "differs";
  };
  const differing = rows.filter((row) => ["missing", "differs"].includes(stateOf(row)));
  const shown = view.all ? rows : rows.filter((row) => stateOf(row) !== "same");
  const errors = [...query.data.values()].filter(({ error }) => error !== null);
  const at = shown.findIndex(({ path }) => path === view.path);
  const columns = [
    {
      name: t("filediff.path"),
      width:
        widthOf(
          "",
          rows.slice(0, 500).map(({ path }) => path),
        ) + 2,
    },
    { name: t("filediff.state"), width: 12 },
    ...names.map((name) => ({ name, width: widthOf(name, []) + 4, isNumeric: true })),
  ].map((column) => ({ isNumeric: false, ...column }));
  const cell = (row: number, column: number) => {
    const one = shown[row];
    if (one === undefined) return null;
    if (column === 0) {
      return (
        <button type="button" className={styles.path} onClick={() => onChange({ path: one.path })}>
          {one.path}
        </button>
      );
    }
    if (column === 1) {
      const state = stateOf(one);
      return <span className={styles[state]}>{t(STATES[state])}</span>;
    }
    const size = one.sizes[column - 2] ?? null;
    return size === null ? "–" : format.bytes(size);
  };
  return (
    <>
      <div className={styles.tools}>
        <Segments
          legend={t("compare.rows")}
          value={view.all ? "all" : "differing"}
          options={[
            ["differing", t("compare.differing")],
            ["all", t("compare.all")],
          ]}
          onChange={(value) => onChange({ all: value === "all" })}
        />
        <span className={styles.count} role="status">
          {t("filediff.count", { n: differing.length, total: format.integer(rows.length) })}
        </span>
        {open.length > 0 && !isLight && (
          <Button disabled={isAsked} onClick={() => setAsked(true)}>
            {t(isAsked && contents.isPending ? "filediff.checking" : "filediff.check")}
          </Button>
        )}
      </div>
      {isChecking && <QueryNotice query={contents} />}
      {errors.map(({ error }) => (
        <Notice key={error}>{error}</Notice>
      ))}
      {shown.length === 0 && <Empty>{t("filediff.nothing")}</Empty>}
      {shown.length > 0 && (
        <div className={view.path === null ? styles.whole : styles.part}>
          <TableGrid
            label={t("filediff.tab")}
            columns={columns}
            rowCount={shown.length}
            cell={cell}
            row={at < 0 ? null : at + 1}
            onRow={(row) =>
              onChange({ path: row === null ? null : (shown[row - 1]?.path ?? null) })
            }
          />
        </div>
      )}
      {view.path !== null && (
        <FileDiff
          key={view.path}
          runs={runs}
          names={names}
          lists={query.data}
          view={view}
          path={view.path}
          onChange={onChange}
        />
      )}
    </>
  );
}
