/**
 * What a page shows, as its query string says: the URL is the only place where it is kept, so that a link
 * restores it. Defaults are left out; what can't be read is the default.
 */
import type { XAxis } from "./series";

export type ShownExperiments = "active" | "starred" | "deleted";

export interface HomeView {
  name: string;
  show: ShownExperiments;
  /** Whether they are shown in folders. */
  tree: boolean;
  /** The paths of folders that are closed. */
  folded: string[];
}

/** What is edited, on the page of webhooks, for a webhook that isn't there yet; no id is like that. */
export const NEW = "new";

export interface WebhooksView {
  /** The id of the webhook that is edited. */
  edit: string | null;
  /** The id of the webhook whose deliveries are seen; null for those of all. */
  webhook: string | null;
  /** The id of the delivery whose body is seen. */
  open: string | null;
}

export interface ModelsView {
  name: string;
  /** Prompts in place of models. */
  prompts: boolean;
}

export interface VersionsView {
  versions: string[];
  /** The version that the others are measured against; null: the first. */
  baseline: string | null;
  /** Whether rows that are the same in all versions are shown too. */
  all: boolean;
}

export interface TracesView {
  /** A filter in MLflow's words. */
  filter: string;
}

export interface TraceView {
  /** The span whose details are shown; "": the root. */
  span: string;
}

export type RunTab = "metrics" | "children";

export interface RunView {
  tab: RunTab;
  axis: XAxis;
  log: boolean;
  /** Metric keys must contain this. */
  find: string;
  /** The part of the x axis that all charts show. */
  zoom: [number, number] | null;
}

/** Entries as a query string; what is empty is left out. */
export function query(entries: Record<string, string | null | false>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(entries)) if (value) params.set(name, value);
  const text = params.toString();
  return text === "" ? "" : `?${text}`;
}

/** Keys may hold anything; in a list they can't hold what separates its items. */
export const encode = (key: string) => key.replace(/[%,:]/g, encodeURIComponent);

/** What `encode` made, or the text itself where that is nothing of it. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The items of a list with commas. */
export function list(text: string | null): string[] {
  return (text ?? "").split(",").filter((item) => item !== "");
}

export function readHome(search: string): HomeView {
  const params = new URLSearchParams(search);
  const show = params.get("view");
  return {
    name: params.get("name") ?? "",
    show: show === "starred" || show === "deleted" ? show : "active",
    tree: params.get("layout") === "tree",
    folded: params.getAll("folded"),
  };
}

export function writeHome(view: HomeView): string {
  const plain = query({
    name: view.name,
    view: view.show !== "active" && view.show,
    layout: view.tree && "tree",
  });
  // A name may have any sign in it, so each has an entry of its own.
  const folded = new URLSearchParams(view.folded.map((path) => ["folded", path])).toString();
  return folded === "" ? plain : `${plain || "?"}${plain && "&"}${folded}`;
}

export function readModels(search: string): ModelsView {
  const params = new URLSearchParams(search);
  return { name: params.get("name") ?? "", prompts: params.get("view") === "prompts" };
}

export function writeModels(view: ModelsView): string {
  return query({ name: view.name, view: view.prompts && "prompts" });
}

export function readTraces(search: string): TracesView {
  return { filter: new URLSearchParams(search).get("filter") ?? "" };
}

export function writeTraces(view: TracesView): string {
  return query({ filter: view.filter });
}

export function readTrace(search: string): TraceView {
  return { span: new URLSearchParams(search).get("span") ?? "" };
}

export function writeTrace(view: TraceView): string {
  return query({ span: view.span });
}

export function readWebhooks(search: string): WebhooksView {
  const params = new URLSearchParams(search);
  const given = (name: string) => params.get(name) || null;
  return { edit: given("edit"), webhook: given("webhook"), open: given("open") };
}

export function writeWebhooks(view: WebhooksView): string {
  return query({ edit: view.edit, webhook: view.webhook, open: view.open });
}

export function readVersions(search: string): VersionsView {
  const params = new URLSearchParams(search);
  return {
    versions: [...new Set(list(params.get("v")))],
    baseline: params.get("baseline") || null,
    all: params.get("rows") === "all",
  };
}

export function writeVersions(view: VersionsView): string {
  return query({
    v: view.versions.join(","),
    baseline: view.baseline,
    rows: view.all && "all",
  });
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
    tab: tab === "children" ? tab : "metrics",
    axis: params.get("x") === "time" ? "time" : "step",
    log: params.get("y") === "log",
    find: params.get("find") ?? "",
    zoom: readZoom(params.get("zoom")),
  };
}

export function writeRun(view: RunView): string {
  return query({
    tab: view.tab === "metrics" ? null : view.tab,
    x: view.axis === "time" && "time",
    y: view.log && "log",
    find: view.find,
    zoom: view.zoom?.join(",") ?? null,
  });
}
