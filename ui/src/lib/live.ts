import type { Run, SearchRunsResponse } from "../api/types.gen";

const idsOf = (runs: Run[]) => runs.map((run) => run.info.run_id);

/**
 * The loaded pages with the present state of the running runs put in; null where that can't tell all: a run
 * has started or ended since the pages were read, so they must be read again.
 */
export function withRunning(
  pages: SearchRunsResponse[],
  running: Run[],
): SearchRunsResponse[] | null {
  const loaded = pages.flatMap((page) => page.runs ?? []);
  const present = new Map(running.map((run) => [run.info.run_id, run]));
  const wasRunning = loaded.filter((run) => run.info.status === "RUNNING");
  if (idsOf(wasRunning).some((id) => !present.has(id))) return null;
  const known = new Set(idsOf(loaded));
  if (idsOf(running).some((id) => !known.has(id))) return null;
  return pages.map((page) => ({
    ...page,
    runs: (page.runs ?? []).map((run) => present.get(run.info.run_id) ?? run),
  }));
}
