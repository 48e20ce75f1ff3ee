import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { both, quoted } from "../lib/filters";
import { tagOf } from "../lib/runs";
import { get, post } from "./client";
import { liveInterval } from "./queries";
import type { Run, RunResponse, SearchRuns, SearchRunsResponse } from "./types.gen";

export const RUNS_PER_PAGE = 100;
const WAITING_INTERVAL = 1000;

export interface RunsSearch {
  experimentId: string;
  filter: string;
  orderBy: string;
  deleted: boolean;
}

export const isRunning = (run: Run) => run.info.status === "RUNNING";

function searchBody(search: RunsSearch): SearchRuns {
  return {
    experiment_ids: [search.experimentId],
    max_results: RUNS_PER_PAGE,
    run_view_type: search.deleted ? "DELETED_ONLY" : "ACTIVE_ONLY",
    order_by: [search.orderBy],
    ...(search.filter === "" ? {} : { filter: search.filter }),
  };
}

/** Pages of an experiment's runs. */
export function runsQuery(search: RunsSearch) {
  return infiniteQueryOptions({
    queryKey: ["runs", "search", search],
    queryFn: ({ pageParam, signal }) => {
      const body = searchBody(search);
      return post<SearchRunsResponse>(
        "runs/search",
        pageParam === "" ? body : { ...body, page_token: pageParam },
        signal,
      );
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_page_token || undefined,
  });
}

/** Those of the runs that are running now: all that can have changed since the table was read. */
export function runningQuery(search: RunsSearch) {
  const filter = both(search.filter, "attributes.status = 'RUNNING'");
  return queryOptions({
    queryKey: ["runs", "running", search],
    queryFn: async ({ signal }) =>
      (await post<SearchRunsResponse>("runs/search", searchBody({ ...search, filter }), signal))
        .runs ?? [],
    staleTime: 0,
    refetchInterval: ({ state }) => liveInterval(state, true),
  });
}

/** The newest runs of several experiments; while there is none, it is asked for every second. */
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
    refetchInterval: ({ state }) =>
      state.data?.length === 0
        ? WAITING_INTERVAL
        : liveInterval(state, state.data?.some(isRunning) ?? false),
  });
}

/** A run. A finished run is never asked for again; a running one while the tab is visible. */
export function runQuery(id: string) {
  return queryOptions({
    queryKey: ["runs", "one", id],
    queryFn: async ({ signal }) => (await get<RunResponse>("runs/get", { run_id: id }, signal)).run,
    staleTime: ({ state }) => (state.data && !isRunning(state.data) ? 60_000 : 2000),
    refetchOnWindowFocus: ({ state }) => state.data === undefined || isRunning(state.data),
    refetchInterval: ({ state }) =>
      liveInterval(state, state.data !== undefined && isRunning(state.data)),
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
    refetchInterval: ({ state }) => liveInterval(state, isRunning(parent)),
  });
}

export function parentId(run: Run): string | undefined {
  return tagOf(run, "mlflow.parentRunId") || undefined;
}
