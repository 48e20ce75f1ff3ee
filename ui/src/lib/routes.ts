/** The pages and their paths; the query string belongs to the page (`views.ts`). */
export type Route =
  | { page: "home" }
  | { page: "experiment"; id: string }
  | { page: "views"; id: string }
  | { page: "notes"; id: string }
  | { page: "view"; id: string }
  | { page: "run"; id: string }
  | { page: "compare" }
  | { page: "settings" }
  | { page: "trash" }
  | { page: "models" }
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

/** The path now of a page that had another one before; null for all other paths. */
export function movedPath(path: string): string | null {
  const [head, id, ...rest] = path.split("/").filter((part) => part !== "");
  if (id === undefined || rest.length > 0) return null;
  if (head === "experiments") return experimentPath(decode(id));
  return head === "runs" ? runPath(decode(id)) : null;
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
  if (head === "m" && id !== undefined)
    return modelRoute(decode(id), rest) ?? { page: "missing", path };
  if (id !== undefined) {
    const isRuns = rest.length === 0 || (rest.length === 1 && rest[0] === "runs");
    if (head === "e" && isRuns) return { page: "experiment", id: decode(id) };
    if (head === "e" && rest.length === 1 && (rest[0] === "views" || rest[0] === "notes")) {
      return { page: rest[0], id: decode(id) };
    }
    if (head === "v" && rest.length === 0) return { page: "view", id: decode(id) };
    if (head === "r" && rest.length === 0) return { page: "run", id: decode(id) };
  }
  return { page: "missing", path };
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

export const trashPath = "/trash";

export function experimentPath(id: string): string {
  return `/e/${encodeURIComponent(id)}`;
}

/** The page of what is written about an experiment. */
export function notesPath(id: string): string {
  return `${experimentPath(id)}/notes`;
}

/** The page of an experiment's saved views. */
export function viewsPath(id: string): string {
  return `${experimentPath(id)}/views`;
}

export function runPath(id: string): string {
  return `/r/${encodeURIComponent(id)}`;
}

/** The page that sets runs side by side. */
export function comparePath(runIds: readonly string[]): string {
  return `/compare?runs=${runIds.map(encodeURIComponent).join(",")}`;
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
