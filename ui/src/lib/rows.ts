/** Rows of the run table, over the columns in which the server sends a page of runs. */
import type { RunsPage } from "../api/workspace";

/** A cell as the server sends it; null where the run has no such value. */
export type Cell = string | number | null;

export interface Row {
  /** "" for a run that was removed for good since the list was made. */
  id: string;
  name: string;
  experimentId: string;
  status: string;
  /** Unix milliseconds; 0 where the run has none. */
  start: number;
  end: number | null;
  user: string;
  deleted: boolean;
  parent: string | null;
  /** When the server was last told something of it, in Unix milliseconds; null where that isn't known. */
  active: number | null;
  /** The page's columns by field, each with the cells of all of its rows. */
  columns: ReadonlyMap<string, readonly Cell[]>;
  /** The row's place in these columns. */
  at: number;
}

export const COLOUR_FIELD = "tags.`mlflow.runColor`";
export const USER_FIELD = "tags.`mlflow.user`";

export function rowsOf(page: RunsPage): Row[] {
  const { runs } = page;
  const columns = new Map(page.columns.map(({ field, values }) => [field, values]));
  const users = columns.get(USER_FIELD);
  return runs.run_id.map((id, at) => ({
    id,
    name: runs.run_name[at] || id.slice(0, 8),
    experimentId: runs.experiment_id[at] ?? "",
    status: runs.status[at] ?? "",
    start: runs.start_time[at] ?? 0,
    end: runs.end_time[at] ?? null,
    user: String(users?.[at] || runs.user_id[at] || ""),
    deleted: runs.lifecycle_stage[at] === "deleted",
    parent: runs.parent[at] ?? null,
    active: runs.active?.[at] ?? null,
    columns,
    at,
  }));
}

/** A row's value of a field such as "metrics.`loss`"; undefined while it wasn't asked for. */
export function cellOf(row: Row, field: string): Cell | undefined {
  return row.columns.get(field)?.[row.at];
}

/** How long the run took, or has taken until `now`, in milliseconds; null where it can't be told. */
export function rowDuration(row: Row, now: number): number | null {
  if (!row.start) return null;
  if (row.end) return Math.max(0, row.end - row.start);
  return row.status === "RUNNING" ? Math.max(0, now - row.start) : null;
}
