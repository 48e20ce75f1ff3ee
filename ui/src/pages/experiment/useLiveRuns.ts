import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { type RunsSearch, runningQuery, runsQuery } from "../../api/runs";
import { withRunning } from "../../lib/live";

/** Keeps the loaded runs of a search up to date while some of them are running. */
export function useLiveRuns(search: RunsSearch, isLive: boolean): void {
  const client = useQueryClient();
  const { data: running } = useQuery({ ...runningQuery(search), enabled: isLive });
  const key = JSON.stringify(search);
  useEffect(() => {
    if (running === undefined || !isLive) return;
    const current: RunsSearch = JSON.parse(key);
    const { queryKey } = runsQuery(current);
    const loaded = client.getQueryData(queryKey);
    if (loaded === undefined) return;
    const pages = withRunning(loaded.pages, running);
    // In an order by a metric a new value may move its run.
    const mayMove = current.orderBy.startsWith("metrics.");
    if (pages === null || mayMove) void client.invalidateQueries({ queryKey });
    else client.setQueryData(queryKey, { ...loaded, pages });
  }, [client, running, isLive, key]);
}
