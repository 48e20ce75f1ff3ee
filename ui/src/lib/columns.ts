import type { ExperimentKeys } from "../api/workspace";
import { quotedKey } from "./filters";

/**
 * A column of a run table: "attributes.duration", "params.lr", "metrics.val/loss", "tags.team"; "min.val/loss" and
 * "max.val/loss" are a metric's least and greatest value, where "metrics." is its last one.
 */
export type ColumnKey = `${ColumnKind | "min" | "max"}.${string}`;

export type ColumnKind = "attributes" | "params" | "metrics" | "tags";

/** The columns that every run has beside its name and status. */
export const ATTRIBUTES = ["start_time", "duration", "user_id"] as const;
export type Attribute = (typeof ATTRIBUTES)[number];

export const MOST_COLUMNS = 12;
const METRIC_SHARE = 6;

export const byText = new Intl.Collator("en", { numeric: true }).compare;

export function columnName(key: ColumnKey): string {
  return key.slice(key.indexOf(".") + 1);
}

export function columnKind(key: ColumnKey): ColumnKind {
  return isMetric(key) ? "metrics" : (key.slice(0, key.indexOf(".")) as ColumnKind);
}

/** Whether a column, or what a table is sorted by, is a metric, whichever of its values. */
export function isMetric(key: string): boolean {
  return /^(metrics|min|max)\./.test(key);
}

/** Which of its values a metric's column shows. */
export const SUMMARIES = ["last", "min", "max"] as const;
export type Summary = (typeof SUMMARIES)[number];

export function summaryOf(key: ColumnKey): Summary {
  return key.startsWith("min.") ? "min" : key.startsWith("max.") ? "max" : "last";
}

/** The column of the same metric with another of its values. */
export function withSummary(key: ColumnKey, summary: Summary): ColumnKey {
  return `${summary === "last" ? "metrics" : summary}.${columnName(key)}`;
}

/** Columns in which one takes the place of another, and of itself where it is there already. */
export function replacedColumn(
  columns: readonly ColumnKey[],
  old: ColumnKey,
  by: ColumnKey,
): ColumnKey[] {
  return columns.filter((key) => key !== by || key === old).map((key) => (key === old ? by : key));
}

function isAttribute(name: string): name is Attribute {
  return (ATTRIBUTES as readonly string[]).includes(name);
}

export function isColumnKey(text: string): text is ColumnKey {
  if (text.startsWith("attributes.")) return isAttribute(text.slice(11));
  return /^(params|metrics|min|max|tags)\../.test(text);
}

/** What the server sorts the column by; null where it can't. */
export function sortKey(key: ColumnKey): string | null {
  if (key === "attributes.duration") return null;
  return key === "attributes.user_id" ? "tags.mlflow.user" : key;
}

/** The column as the server names its values; null for those that every answer has. */
export function fieldOf(key: ColumnKey): string | null {
  return columnKind(key) === "attributes" ? null : quotedKey(key);
}

/**
 * The columns of a first view: when it started, the metrics in the server's order (validation first, then those
 * that most runs log) and the parameters that differ among the newest runs, at most MOST_COLUMNS of both, how
 * long it took and whose it is. Either kind may use the room that the other leaves.
 */
export function chooseColumns(keys: ExperimentKeys): ColumnKey[] {
  const params = keys.params.filter((one) => one.varies).map((one) => one.key);
  const metrics = keys.metrics
    .filter((one) => one.runs > 0 && !one.key.startsWith("system/"))
    .map((one) => one.key);
  const metricRoom = Math.max(METRIC_SHARE, MOST_COLUMNS - params.length);
  const shown = metrics.slice(0, metricRoom);
  return [
    "attributes.start_time",
    ...shown.map((key): ColumnKey => `metrics.${key}`),
    ...params
      .slice(0, MOST_COLUMNS - shown.length)
      .toSorted(byText)
      .map((key): ColumnKey => `params.${key}`),
    "attributes.duration",
    "attributes.user_id",
  ];
}

/** The columns with another one, after the last of its kind or else at the end. */
export function withColumn(columns: readonly ColumnKey[], key: ColumnKey): ColumnKey[] {
  const last = columns.findLastIndex((one) => columnKind(one) === columnKind(key));
  return columns.toSpliced(last < 0 ? columns.length : last + 1, 0, key);
}

/** The columns with one moved by some places, as far as there is room. */
export function movedColumn(
  columns: readonly ColumnKey[],
  key: ColumnKey,
  by: number,
): ColumnKey[] {
  const from = columns.indexOf(key);
  if (from < 0) return [...columns];
  const to = Math.min(columns.length - 1, Math.max(0, from + by));
  return columns.toSpliced(from, 1).toSpliced(to, 0, key);
}
