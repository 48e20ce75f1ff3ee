/** The pages and their paths; the query string belongs to the page (`views.ts`). */
export type Route =
  | { page: "home" }
  | { page: "experiment"; id: string }
  | { page: "run"; id: string }
  | { page: "missing"; path: string };

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** The page at a path of the UI. */
export function routeOf(path: string): Route {
  const [head, id, ...rest] = path.split("/").filter((part) => part !== "");
  if (head === undefined) return { page: "home" };
  if (rest.length === 0) {
    if (head === "experiments") {
      return id === undefined ? { page: "home" } : { page: "experiment", id: decode(id) };
    }
    if (head === "runs" && id !== undefined) return { page: "run", id: decode(id) };
  }
  return { page: "missing", path };
}

export const homePath = "/";

export function experimentPath(id: string): string {
  return `/experiments/${encodeURIComponent(id)}`;
}

export function runPath(id: string): string {
  return `/runs/${encodeURIComponent(id)}`;
}
