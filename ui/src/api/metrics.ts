import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { get } from "./client";
import type { Metric } from "./types";

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
    queryFn: async ({ signal }) =>
      (
        await get<{ metrics?: Metric[] }>(
          "metrics/get-history-bulk-interval",
          {
            run_ids: [runId],
            metric_key: key,
            max_results: POINTS,
            start_step: range?.from,
            end_step: range?.to,
          },
          signal,
        )
      ).metrics ?? [],
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });
}
