import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { ROOT } from "../lib/root";
import { readSpans } from "../lib/spans";
import { ApiError, get3, post3, request } from "./client";
import type { SearchTracesV3, SearchTracesV3Response, TraceResponse } from "./types.gen";

export const TRACES_PER_PAGE = 100;

/** Pages of an experiment's traces that match a filter, newest first. */
export function tracesQuery(experimentId: string, filter: string) {
  return infiniteQueryOptions({
    queryKey: ["traces", "search", experimentId, filter],
    queryFn: ({ pageParam, signal }) => {
      const asked: SearchTracesV3 = {
        locations: [
          { type: "MLFLOW_EXPERIMENT", mlflow_experiment: { experiment_id: experimentId } },
        ],
        max_results: TRACES_PER_PAGE,
        ...(filter === "" ? {} : { filter }),
        ...(pageParam === "" ? {} : { page_token: pageParam }),
      };
      return post3<SearchTracesV3Response>("traces/search", asked, signal);
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_page_token || undefined,
  });
}

export function traceQuery(id: string) {
  return queryOptions({
    queryKey: ["traces", "one", id],
    queryFn: async ({ signal }) =>
      (await get3<TraceResponse>(`traces/${encodeURIComponent(id)}`, {}, signal)).trace.trace_info,
  });
}

/** The spans of a trace, as far as they are here: in the store, or in the file that a client left. */
export function spansQuery(id: string) {
  return queryOptions({
    queryKey: ["traces", "spans", id],
    queryFn: async ({ signal }) => {
      const url = new URL("ajax-api/2.0/mlflow/get-trace-artifact", ROOT);
      url.searchParams.set("request_id", id);
      try {
        return readSpans(await (await request(url, { signal })).text());
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return [];
        throw error;
      }
    },
  });
}
