/**
 * What a page shows, as its query string says: the URL is the only place where it is kept, so that a link
 * restores it. Defaults are left out; what can't be read is the default.
 */
import type { ColumnKey } from "./columns";
import type { XAxis } from "./series";

export interface HomeView {
  name: string;
  deleted: boolean;
}

export interface Sort {
  /** A key of the search grammar, unquoted: "attributes.start_time", "metrics.val/loss". */
  key: string;
  descending: boolean;
}

export interface ExperimentView {
  filter: string;
  sort: Sort;
  /** null: active runs, or all that a deleted experiment has. */
  deleted: boolean | null;
  /** null: chosen from what the runs have. */
  columns: ColumnKey[] | null;
  /** The first characters of the ids of parents whose children are hidden. */
  folded: string[];
}

export type RunTab = "metrics" | "artifacts" | "children";

export interface RunView {
  tab: RunTab;
  /** The file or folder that is open in the artifacts. */
  path: string;
  axis: XAxis;
  log: boolean;
  /** Metric keys must contain this. */
  find: string;
  /** The part of the x axis that all charts show. */
  zoom: [number, number] | null;
}

export const DEFAULT_SORT: Sort = { key: "attributes.start_time", descending: true };
const SORT_ENTITIES = /^(attributes|metrics|params|tags)\../;
const COLUMN = /^(params|metrics)\../;
export const FOLD_CHARACTERS = 8;

function query(entries: Record<string, string | null | false>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(entries)) if (value) params.set(name, value);
  const text = params.toString();
  return text === "" ? "" : `?${text}`;
}

function list(text: string | null): string[] {
  return (text ?? "").split(",").filter((item) => item !== "");
}

export function readHome(search: string): HomeView {
  const params = new URLSearchParams(search);
  return { name: params.get("name") ?? "", deleted: params.get("view") === "deleted" };
}

export function writeHome(view: HomeView): string {
  return query({ name: view.name, view: view.deleted && "deleted" });
}

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

export function readExperiment(search: string): ExperimentView {
  const params = new URLSearchParams(search);
  const view = params.get("view");
  const columns = params.get("columns");
  return {
    filter: params.get("filter") ?? "",
    sort: readSort(params.get("sort")),
    deleted: view === "deleted" ? true : view === "active" ? false : null,
    columns:
      columns === null ? null : list(columns).filter((key): key is ColumnKey => COLUMN.test(key)),
    folded: list(params.get("folded")),
  };
}

export function writeExperiment(view: ExperimentView): string {
  const text = query({
    filter: view.filter,
    sort: writeSort(view.sort),
    view: view.deleted === null ? null : view.deleted ? "deleted" : "active",
    folded: view.folded.join(","),
  });
  if (view.columns === null) return text;
  // No columns at all is a choice too, so it is written even when empty.
  const columns = `columns=${view.columns.map(encodeURIComponent).join(",")}`;
  return text === "" ? `?${columns}` : `${text}&${columns}`;
}

function readZoom(text: string | null): RunView["zoom"] {
  const parts = text?.split(",").map(Number) ?? [];
  const [from, to] = parts;
  if (parts.length !== 2 || from === undefined || to === undefined) return null;
  return Number.isFinite(from) && Number.isFinite(to) && from < to ? [from, to] : null;
}

export function readRun(search: string): RunView {
  const params = new URLSearchParams(search);
  const tab = params.get("tab");
  return {
    tab: tab === "artifacts" || tab === "children" ? tab : "metrics",
    path: params.get("path") ?? "",
    axis: params.get("x") === "time" ? "time" : "step",
    log: params.get("y") === "log",
    find: params.get("find") ?? "",
    zoom: readZoom(params.get("zoom")),
  };
}

export function writeRun(view: RunView): string {
  return query({
    tab: view.tab === "metrics" ? null : view.tab,
    path: view.path,
    x: view.axis === "time" && "time",
    y: view.log && "log",
    find: view.find,
    zoom: view.zoom?.join(",") ?? null,
  });
}
