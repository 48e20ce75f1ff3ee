import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { get } from "./client";
import type { GetHistoryInterval, Metric, MetricsResponse } from "./types.gen";

/** How many points a chart asks for; more would be less than a pixel apart. */
export const POINTS = 600;

export interface HistoryRange {
  from: number;
  to: number;
}

/**
 * A metric's history, evenly sampled by the server where it is longer than POINTS, of the whole run or of
 * a range of steps. `latest` is part of the key: a history is read again when a newer point is known of.
 */
export function historyQuery(runId: string, latest: Metric, range: HistoryRange | null) {
  const { key, step, timestamp, value } = latest;
  return queryOptions({
    queryKey: ["history", runId, key, range, step, timestamp, value],
    queryFn: async ({ signal }) => {
      const request: GetHistoryInterval = {
        run_ids: [runId],
        metric_key: key,
        max_results: POINTS,
        ...(range === null ? {} : { start_step: range.from, end_step: range.to }),
      };
      const path = "metrics/get-history-bulk-interval";
      return (await get<MetricsResponse>(path, request, signal)).metrics ?? [];
    },
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });
}
