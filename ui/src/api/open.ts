import { queryOptions } from "@tanstack/react-query";
import { getOwn } from "./client";
import { experimentQuery } from "./experiments";
import type { OpenedExperiment } from "./types.gen";
import { defaultViewQuery } from "./views";
import { keysQuery } from "./workspace";

/** What the page of an experiment begins with, in one request: the queries for its parts then have their answers. */
export function openQuery(id: string) {
  return queryOptions({
    queryKey: ["open", id],
    queryFn: async ({ client, signal }) => {
      const opened = await getOwn<OpenedExperiment>(
        "experiments/open",
        { experiment_id: id },
        signal,
      );
      client.setQueryData(experimentQuery(id).queryKey, opened.experiment);
      client.setQueryData(keysQuery(id).queryKey, opened.keys);
      client.setQueryData(defaultViewQuery(id).queryKey, opened.view ?? null);
      return null;
    },
    staleTime: 30_000,
    // Where it fails, the queries for the parts say why.
    retry: false,
    refetchOnWindowFocus: false,
  });
}
