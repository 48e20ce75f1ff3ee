import { queryOptions } from "@tanstack/react-query";
import { quoted } from "../lib/filters";
import { tagOf } from "../lib/runs";
import { get, post } from "./client";
import type { Run, RunResponse, SearchRunsResponse } from "./types.gen";

export const RUNS_PER_PAGE = 100;

/** How often a running run's children are looked for, in milliseconds: the stream tells of known runs only. */
const CHILDREN_INTERVAL = 30_000;

export const isRunning = (run: Run) => run.info.status === "RUNNING";

/** The newest runs of several experiments. */
export function recentRunsQuery(experimentIds: string[], limit: number) {
  return queryOptions({
    queryKey: ["runs", "recent", experimentIds, limit],
    queryFn: async ({ signal }) =>
      (
        await post<SearchRunsResponse>(
          "runs/search",
          {
            experiment_ids: experimentIds,
            max_results: limit,
            order_by: ["attributes.start_time DESC"],
          },
          signal,
        )
      ).runs ?? [],
  });
}

/** A run. A finished run is never asked for again; a running one is kept in step by the stream. */
export function runQuery(id: string) {
  return queryOptions({
    queryKey: ["runs", "one", id],
    queryFn: async ({ signal }) => (await get<RunResponse>("runs/get", { run_id: id }, signal)).run,
    staleTime: ({ state }) => (state.data && !isRunning(state.data) ? 60_000 : 2000),
    refetchOnWindowFocus: ({ state }) => state.data === undefined,
  });
}

/** The direct children of a run, oldest first. */
export function childRunsQuery(parent: Run) {
  return queryOptions({
    queryKey: ["runs", "children", parent.info.run_id],
    queryFn: async ({ signal }) =>
      await post<SearchRunsResponse>(
        "runs/search",
        {
          experiment_ids: [parent.info.experiment_id],
          filter: `tags.\`mlflow.parentRunId\` = ${quoted(parent.info.run_id)}`,
          max_results: RUNS_PER_PAGE,
          order_by: ["attributes.start_time ASC"],
        },
        signal,
      ),
    refetchOnWindowFocus: false,
    refetchInterval: isRunning(parent) ? CHILDREN_INTERVAL : false,
  });
}

/** Deletes a run, so that it can be restored. */
export function deleteRun(id: string): Promise<unknown> {
  return post("runs/delete", { run_id: id });
}

export function restoreRun(id: string): Promise<unknown> {
  return post("runs/restore", { run_id: id });
}

export function renameRun(id: string, name: string): Promise<unknown> {
  return post("runs/update", { run_id: id, run_name: name });
}

export function setTag(id: string, key: string, value: string): Promise<unknown> {
  return post("runs/set-tag", { run_id: id, key, value });
}

export function deleteTag(id: string, key: string): Promise<unknown> {
  return post("runs/delete-tag", { run_id: id, key });
}

export function parentId(run: Run): string | undefined {
  return tagOf(run, "mlflow.parentRunId") || undefined;
}
