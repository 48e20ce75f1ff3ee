/**
 * What an experiment's page shows, as its query string says: the URL is the only place where it is kept, so
 * that a link restores it. Defaults are left out; what can't be read is the default.
 */
import { type ChartsView, readCharts, writeCharts } from "./chartsView";
import { type ColumnKey, isColumnKey } from "./columns";
import { type GroupView, readGroups, writeGroups } from "./groups";
import { decode, encode, list, query } from "./views";

export interface Sort {
  /** A key of the search grammar, unquoted: "attributes.start_time", "metrics.val/loss", "min.val/loss". */
  key: string;
  descending: boolean;
}

/** What of the page is to be seen: the table beside the charts, or one of them. */
export type Layout = "both" | "table" | "charts";

export interface ExperimentView {
  filter: string;
  sort: Sort;
  /** null: active runs, or all that a deleted experiment has. */
  deleted: boolean | null;
  /** In the order of the table; null: chosen from what the runs have. */
  columns: readonly ColumnKey[] | null;
  /** Columns that stay while the others scroll. */
  fixed: readonly ColumnKey[];
  /** Widths in pixels that a person gave to columns; "name" is the run's name. */
  widths: Readonly<Record<string, number>>;
  /** The first characters of the ids of parents whose children are hidden. */
  folded: readonly string[];
  layout: Layout;
  /** The table's share of the width, in per cent. */
  split: number;
  /** Whether rows stand close together; null: as the reader has set it. */
  dense: boolean | null;
  /** Whether all runs are drawn that can be, rather than the first ones. */
  drawAll: boolean;
  /** Ids of runs that are drawn although they are not among the first. */
  shown: readonly string[];
  /** Ids of runs that aren't drawn although they are among the first. */
  hidden: readonly string[];
  /** Ids of runs that stand out in the charts, and are always drawn. */
  pinned: readonly string[];
  groups: GroupView;
  charts: ChartsView;
}

export const DEFAULT_SORT: Sort = { key: "attributes.start_time", descending: true };
export const DEFAULT_SPLIT = 50;
export const LEAST_SPLIT = 20;
export const MOST_SPLIT = 80;
export const LEAST_WIDTH = 48;
export const MOST_WIDTH = 800;
export const FOLD_CHARACTERS = 8;
const SORT_ENTITIES = /^(attributes|metrics|min|max|params|tags)\../;

/** "metrics.loss" sorts upwards, "-metrics.loss" downwards. */
function readSort(text: string | null): Sort {
  const descending = text?.startsWith("-") ?? false;
  const key = descending ? text?.slice(1) : text;
  return key && SORT_ENTITIES.test(key) ? { key, descending } : DEFAULT_SORT;
}

function writeSort(sort: Sort): string | null {
  const text = (sort.descending ? "-" : "") + sort.key;
  return text === `-${DEFAULT_SORT.key}` ? null : text;
}

export function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

function readWidths(text: string | null): Record<string, number> {
  const widths: Record<string, number> = {};
  for (const item of list(text)) {
    const colon = item.lastIndexOf(":");
    const width = Math.round(Number(item.slice(colon + 1)));
    if (colon <= 0 || !Number.isFinite(width)) continue;
    widths[decode(item.slice(0, colon))] = clamp(width, LEAST_WIDTH, MOST_WIDTH);
  }
  return widths;
}

function columns(text: string | null): ColumnKey[] {
  return [...new Set(list(text).map(decode))].filter(isColumnKey);
}

function readSplit(text: string | null): number {
  const value = Number(text ?? DEFAULT_SPLIT);
  return Number.isFinite(value) ? clamp(Math.round(value), LEAST_SPLIT, MOST_SPLIT) : DEFAULT_SPLIT;
}

function readDense(rows: string | null): boolean | null {
  return rows === "dense" ? true : rows === "wide" ? false : null;
}

export function readExperiment(search: string): ExperimentView {
  const params = new URLSearchParams(search);
  const view = params.get("view");
  const layout = params.get("layout");
  const chosen = params.get("columns");
  return {
    filter: params.get("filter") ?? "",
    sort: readSort(params.get("sort")),
    deleted: view === "deleted" ? true : view === "active" ? false : null,
    columns: chosen === null ? null : columns(chosen),
    fixed: columns(params.get("fixed")),
    widths: readWidths(params.get("widths")),
    folded: list(params.get("folded")),
    layout: layout === "table" || layout === "charts" ? layout : "both",
    split: readSplit(params.get("split")),
    dense: readDense(params.get("rows")),
    drawAll: params.get("drawn") === "all",
    shown: list(params.get("shown")),
    hidden: list(params.get("hidden")),
    pinned: list(params.get("pinned")),
    groups: readGroups(params),
    charts: readCharts(params),
  };
}

export function writeExperiment(view: ExperimentView): string {
  const widths = Object.entries(view.widths).map(([key, width]) => `${encode(key)}:${width}`);
  const text = query({
    filter: view.filter,
    sort: writeSort(view.sort),
    view: view.deleted === null ? null : view.deleted ? "deleted" : "active",
    fixed: view.fixed.map(encode).join(","),
    widths: widths.join(","),
    folded: view.folded.join(","),
    layout: view.layout === "both" ? null : view.layout,
    split: view.split === DEFAULT_SPLIT ? null : String(view.split),
    rows: view.dense === null ? null : view.dense ? "dense" : "wide",
    drawn: view.drawAll && "all",
    shown: view.shown.join(","),
    hidden: view.hidden.join(","),
    pinned: view.pinned.join(","),
    ...writeGroups(view.groups),
    ...writeCharts(view.charts),
  });
  if (view.columns === null) return text;
  // No columns at all is a choice too, so it is written even when empty.
  const chosen = `columns=${view.columns.map(encode).map(encodeURIComponent).join(",")}`;
  return text === "" ? `?${chosen}` : `${text}&${chosen}`;
}
