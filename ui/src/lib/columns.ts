import type { Run } from "../api/types.gen";

/** A column of a run table that shows a parameter or a metric: "params.lr", "metrics.val/loss". */
export type ColumnKey = `params.${string}` | `metrics.${string}`;

export const MOST_COLUMNS = 12;
const METRIC_SHARE = 6;

export interface Keys {
  params: ColumnKey[];
  metrics: ColumnKey[];
}

const byText = new Intl.Collator("en", { numeric: true }).compare;

export function columnName(key: ColumnKey): string {
  return key.slice(key.indexOf(".") + 1);
}

export function isMetric(key: ColumnKey): boolean {
  return key.startsWith("metrics.");
}

/** All parameter and metric keys of the runs, by name. */
export function keysOf(runs: Run[]): Keys {
  const params = new Set<string>();
  const metrics = new Set<string>();
  for (const { data } of runs) {
    for (const { key } of data.params ?? []) params.add(key);
    for (const { key } of data.metrics ?? []) metrics.add(key);
  }
  return {
    params: [...params].sort(byText).map((key): ColumnKey => `params.${key}`),
    metrics: [...metrics].sort(byText).map((key): ColumnKey => `metrics.${key}`),
  };
}

function varyingParams(runs: Run[]): string[] {
  const values = new Map<string, Set<string>>();
  const counts = new Map<string, number>();
  for (const { data } of runs) {
    for (const { key, value } of data.params ?? []) {
      values.set(key, (values.get(key) ?? new Set()).add(value));
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return [...values]
    .filter(([key, seen]) => seen.size > 1 || (counts.get(key) ?? 0) < runs.length)
    .map(([key]) => key)
    .sort(byText);
}

function rankedMetrics(runs: Run[]): string[] {
  const counts = new Map<string, number>();
  for (const { data } of runs) {
    for (const { key } of data.metrics ?? []) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const isValidation = (key: string) => Number(!/^val/i.test(key));
  return [...counts]
    .filter(([key]) => !key.startsWith("system/"))
    .sort(
      ([a, countA], [b, countB]) =>
        isValidation(a) - isValidation(b) || countB - countA || byText(a, b),
    )
    .map(([key]) => key);
}

/**
 * The columns of a first view: parameters that differ among the runs and the metrics that most runs log,
 * validation first, at most MOST_COLUMNS in all. Either kind may use the room that the other leaves.
 */
export function chooseColumns(runs: Run[]): ColumnKey[] {
  const params = varyingParams(runs);
  const metrics = rankedMetrics(runs);
  const metricRoom = Math.max(METRIC_SHARE, MOST_COLUMNS - params.length);
  const shown = metrics.slice(0, metricRoom);
  return [
    ...params.slice(0, MOST_COLUMNS - shown.length).map((key): ColumnKey => `params.${key}`),
    ...shown.map((key): ColumnKey => `metrics.${key}`),
  ];
}

/** Parameters first, as in the table. */
export function inTableOrder(columns: ColumnKey[]): ColumnKey[] {
  return [...columns.filter((key) => !isMetric(key)), ...columns.filter(isMetric)];
}
