import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { experimentsQuery } from "../../api/experiments";
import { recentRunsQuery } from "../../api/runs";
import type { Run } from "../../api/types.gen";
import { runningNowQuery } from "../../api/workspace";
import type { Row } from "../../lib/rows";

const SHOWN = 10;
const ALL_ACTIVE = { name: "", deleted: false };

export interface RecentRuns {
  runs: Run[];
  /** Experiment names by id. */
  names: Map<string, string>;
  /** Those that are running now, by experiment. */
  running: ReadonlyMap<string, Row[]>;
  /** Whether the server answers and has no run at all. */
  isWaiting: boolean;
}

/** The newest runs in the newest experiments. */
export function useRecentRuns(): RecentRuns {
  const experiments = useInfiniteQuery(experimentsQuery(ALL_ACTIVE)).data?.pages.flatMap(
    (page) => page.experiments ?? [],
  );
  const ids = (experiments ?? []).map((experiment) => experiment.experiment_id);
  const recent = useQuery({
    ...recentRunsQuery(ids, SHOWN),
    enabled: experiments !== undefined,
    placeholderData: keepPreviousData,
  });
  const rows = useQuery(runningNowQuery(ids)).data;
  const running = useMemo(() => {
    const byExperiment = new Map<string, Row[]>();
    for (const row of rows ?? []) {
      const others = byExperiment.get(row.experimentId) ?? [];
      byExperiment.set(row.experimentId, [...others, row]);
    }
    return byExperiment;
  }, [rows]);
  return {
    runs: recent.data ?? [],
    running,
    names: new Map(
      (experiments ?? []).map((experiment) => [experiment.experiment_id, experiment.name]),
    ),
    isWaiting: recent.isSuccess && recent.data.length === 0,
  };
}
