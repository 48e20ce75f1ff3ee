import { queryOptions } from "@tanstack/react-query";
import { getOwn, postOwn } from "./client";
import type { MetricDictionary, MetricEntry } from "./types.gen";

/** What is said of the metrics of an experiment there, or by the server (null) of all. */
export function dictionaryQuery(experimentId: string | null) {
  return queryOptions({
    queryKey: ["dictionary", experimentId],
    queryFn: ({ signal }) =>
      getOwn<MetricDictionary>(
        "metric-dictionary",
        experimentId === null ? {} : { experiment_id: experimentId },
        signal,
      ),
    // What is being edited isn't read anew.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
}

/** Puts entries in place of all; refused where somebody has changed them since `version`. */
export function saveDictionary(
  experimentId: string | null,
  metrics: readonly MetricEntry[],
  version: number,
): Promise<MetricDictionary> {
  const whose = experimentId === null ? {} : { experiment_id: experimentId };
  return postOwn<MetricDictionary>("metric-dictionary", { ...whose, metrics, version });
}
