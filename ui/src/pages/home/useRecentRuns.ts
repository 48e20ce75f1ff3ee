import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { experimentsQuery } from "../../api/experiments";
import { recentRunsQuery } from "../../api/runs";
import type { Run } from "../../api/types.gen";

const SHOWN = 10;
const ALL_ACTIVE = { name: "", deleted: false };

export interface RecentRuns {
  runs: Run[];
  /** Experiment names by id. */
  names: Map<string, string>;
  /** Whether the server answers and has no run at all. */
  isWaiting: boolean;
}

/** The newest runs in the newest experiments; asks every second while there is none. */
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
  return {
    runs: recent.data ?? [],
    names: new Map(
      (experiments ?? []).map((experiment) => [experiment.experiment_id, experiment.name]),
    ),
    isWaiting: recent.isSuccess && recent.data.length === 0,
  };
}
