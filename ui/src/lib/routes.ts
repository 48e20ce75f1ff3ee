/** The parts of a run's page that have a path of their own; "" is all others. */
export type RunPart = "" | "files" | "media";

/** The pages and their paths; the query string belongs to the page (`views.ts`). */
export type Route =
  | { page: "home" }
  | { page: "experiment"; id: string }
  | { page: "views"; id: string }
  | { page: "notes"; id: string }
  | { page: "traces"; id: string }
  | { page: "trace"; id: string }
  | { page: "metrics"; id: string }
  | { page: "view"; id: string }
  | { page: "media"; id: string }
  | { page: "run"; id: string; part: RunPart; path: string }
  | { page: "compare" }
  | { page: "settings" }
  | { page: "trash" }
  | { page: "models" }
  | { page: "webhooks" }
  | { page: "model"; id: string }
  | { page: "version"; id: string; version: string }
  | { page: "versions"; id: string }
  | { page: "missing"; path: string };

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Where a page is now that had another path or query before; null for all others. */
export function movedPlace(path: string, search: string): string | null {
  const [head, id, ...rest] = path.split("/").filter((part) => part !== "");
  if (id === undefined || rest.length > 0) return null;
  if (head === "experiments") return experimentPath(decode(id)) + search;
  const params = new URLSearchParams(search);
  if ((head === "runs" || head === "r") && params.get("tab") === "artifacts") {
    return filesPath(decode(id), params.get("path") ?? "");
  }
  return head === "runs" ? runPath(decode(id)) + search : null;
}

/** The page at a path of the UI. */
export function routeOf(path: string): Route {
  const [head, id, ...rest] = path.split("/").filter((part) => part !== "");
  if (head === undefined) return { page: "home" };
  if (head === "compare" && id === undefined) return { page: "compare" };
  if (head === "settings" && id === undefined) return { page: "settings" };
  if (head === "trash" && id === undefined) return { page: "trash" };
  if (head === "experiments" && id === undefined) return { page: "home" };
  if (head === "models" && id === undefined) return { page: "models" };
  if (head === "webhooks" && id === undefined) return { page: "webhooks" };
  if (head === "m" && id !== undefined)
    return modelRoute(decode(id), rest) ?? { page: "missing", path };
  if (id !== undefined) {
    const isRuns = rest.length === 0 || (rest.length === 1 && rest[0] === "runs");
    if (head === "e" && isRuns) return { page: "experiment", id: decode(id) };
    if (head === "e" && rest.length === 1 && isExperimentPart(rest[0])) {
      return { page: rest[0], id: decode(id) };
    }
    if (head === "t" && rest.length === 0) return { page: "trace", id: decode(id) };
    if (head === "e" && rest.length === 1 && rest[0] === "settings") {
      return { page: "metrics", id: decode(id) };
    }
    if (head === "v" && rest.length === 0) return { page: "view", id: decode(id) };
    if (head === "r") return runRoute(decode(id), rest) ?? { page: "missing", path };
  }
  return { page: "missing", path };
}

function isExperimentPart(
  part: string | undefined,
): part is "views" | "notes" | "media" | "traces" {
  return ["views", "notes", "media", "traces"].includes(part ?? "");
}

function runRoute(id: string, [part, ...rest]: string[]): Route | null {
  if (part === undefined) return { page: "run", id, part: "", path: "" };
  if (part === "media" && rest.length === 0) return { page: "run", id, part, path: "" };
  return part === "files" ? { page: "run", id, part, path: rest.map(decode).join("/") } : null;
}

function modelRoute(id: string, rest: string[]): Route | null {
  const [part, version] = rest;
  if (part === undefined) return { page: "model", id };
  if (part === "compare" && rest.length === 1) return { page: "versions", id };
  if (part !== "v" || version === undefined || rest.length > 2) return null;
  return { page: "version", id, version: decode(version) };
}

export const homePath = "/";
export const settingsPath = "/settings";
export const modelsPath = "/models";
export const webhooksPath = "/webhooks";

export const trashPath = "/trash";

export function experimentPath(id: string): string {
  return `/e/${encodeURIComponent(id)}`;
}

/** The page of what is written about an experiment. */
export function notesPath(id: string): string {
  return `${experimentPath(id)}/notes`;
}

/** The page of what is said of an experiment's metrics. */
export function experimentSettingsPath(id: string): string {
  return `${experimentPath(id)}/settings`;
}

/** The same, with a line for a metric. */
export function metricSettingsPath(id: string, metric: string): string {
  return `${experimentSettingsPath(id)}?metric=${encodeURIComponent(metric)}`;
}

/** The page of an experiment's saved views. */
export function viewsPath(id: string): string {
  return `${experimentPath(id)}/views`;
}

/** The page of an experiment's traces. */
export function tracesPath(id: string): string {
  return `${experimentPath(id)}/traces`;
}

export function tracePath(id: string): string {
  return `/t/${encodeURIComponent(id)}`;
}

export function runPath(id: string): string {
  return `/r/${encodeURIComponent(id)}`;
}

/** A run's files, and one of them or a folder. */
export function filesPath(id: string, path: string): string {
  const parts = path.split("/").filter((part) => part !== "");
  return [`${runPath(id)}/files`, ...parts.map(encodeURIComponent)].join("/");
}

/** The pictures, sounds and films of a run. */
export function runMediaPath(id: string): string {
  return `${runPath(id)}/media`;
}

/** Those of an experiment's runs. */
export function mediaPath(id: string): string {
  return `${experimentPath(id)}/media`;
}

/** The page that sets runs side by side. */
export function comparePath(runIds: readonly string[]): string {
  return `/compare?runs=${runIds.map(encodeURIComponent).join(",")}`;
}

/** A file of two runs side by side. */
export function fileDiffPath(from: string, to: string, path: string): string {
  const query = new URLSearchParams({ tab: "files", path });
  return `${comparePath([from, to])}&${query}`;
}

export function modelPath(name: string): string {
  return `/m/${encodeURIComponent(name)}`;
}

export function versionPath(name: string, version: string): string {
  return `${modelPath(name)}/v/${encodeURIComponent(version)}`;
}

/** The page that sets versions of a model side by side. */
export function versionsPath(name: string, versions: readonly string[]): string {
  return `${modelPath(name)}/compare?v=${versions.map(encodeURIComponent).join(",")}`;
}
