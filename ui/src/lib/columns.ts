import type { ExperimentKeys } from "../api/workspace";

/** A column of a run table: "attributes.duration", "params.lr", "metrics.val/loss", "tags.team". */
export type ColumnKey = `${"attributes" | "params" | "metrics" | "tags"}.${string}`;

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
  return key.slice(0, key.indexOf(".")) as ColumnKind;
}

export function isMetric(key: ColumnKey): boolean {
  return key.startsWith("metrics.");
}

function isAttribute(name: string): name is Attribute {
  return (ATTRIBUTES as readonly string[]).includes(name);
}

export function isColumnKey(text: string): text is ColumnKey {
  if (text.startsWith("attributes.")) return isAttribute(text.slice(11));
  return /^(params|metrics|tags)\../.test(text);
}

/** What the server sorts the column by; null where it can't. */
export function sortKey(key: ColumnKey): string | null {
  if (key === "attributes.duration") return null;
  return key === "attributes.user_id" ? "tags.mlflow.user" : key;
}

/** The column as the server names its values; null for those that every answer has. */
export function fieldOf(key: ColumnKey): string | null {
  return columnKind(key) === "attributes" ? null : `${columnKind(key)}.\`${columnName(key)}\``;
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
