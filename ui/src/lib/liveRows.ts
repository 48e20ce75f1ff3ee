import type { Metric, Run } from "../api/types.gen";
import { quotedKey } from "./filters";
import type { Cell, Row } from "./rows";

/** A run that is running and of which nothing was heard for so long has stalled, in milliseconds. */
export const STALLED = 5 * 60_000;
/** When a run was heard of last is known to so many milliseconds. */
const KNOWN_TO = 15_000;

export const isStalled = (status: string, active: number | null, now: number): boolean =>
  status === "RUNNING" && active !== null && now - active >= STALLED + KNOWN_TO;

/** The rows with the latest values of metrics in place of those they have; the same rows where none is new. */
export function withLatest(
  rows: Row[],
  latest: ReadonlyMap<string, ReadonlyMap<string, number>>,
  now: number,
): Row[] {
  if (!rows.some((row) => latest.has(row.id))) return rows;
  return rows.map((row) => {
    const values = latest.get(row.id);
    if (values === undefined) return row;
    // A row of its own, so that the columns of the others stay as they are.
    const columns = new Map<string, readonly Cell[]>();
    for (const [field, cells] of row.columns) columns.set(field, [cells[row.at] ?? null]);
    for (const [key, value] of values) {
      const field = quotedKey(`metrics.${key}`);
      if (columns.has(field)) columns.set(field, [Number.isNaN(value) ? "NaN" : value]);
    }
    return { ...row, columns, at: 0, active: now };
  });
}

/** The run with the latest values of metrics; what else is told of them is of before. */
export function withLatestOfRun(run: Run, latest: ReadonlyMap<string, number>): Run {
  const metrics = new Map((run.data.metrics ?? []).map((metric) => [metric.key, metric]));
  for (const [key, value] of latest) {
    const known: Metric = metrics.get(key) ?? { key, value: 0, timestamp: 0, step: 0 };
    metrics.set(key, { ...known, value: Number.isNaN(value) ? "NaN" : value });
  }
  return { ...run, data: { ...run.data, metrics: [...metrics.values()] } };
}
