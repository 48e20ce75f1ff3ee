import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { bandsQuery, type GroupSet, groupBuckets } from "../api/groups";
import { type RunSet, seriesQuery } from "../api/series";
import type { ChartAxis, Zoom } from "../lib/chartsView";
import type { FrameSeries } from "../lib/frames";
import { resolution } from "../lib/seriesLoader";

type Found = Map<string, FrameSeries>;

export interface CardSeries {
  found: Found | undefined;
  /** What x is: the time where all points share one step. */
  axis: ChartAxis;
  /** The part that is shown; null for all of it, also where no part can be told from another. */
  zoom: Zoom | null;
  /** The step that all points share, where that is why the axis is the time. */
  step: number | null;
  query: UseQueryResult<Found>;
}

const none = { from: null, to: null };

/** Whether there is nothing to zoom into: every series has one place only. */
function isPlain(found: Found): boolean {
  return [...found.values()].every(({ x }) => x[0] === x[x.length - 1]);
}

/** The step of a script that logs many points without steps. */
function sharedStep(found: Found): number | null {
  const hasMany = [...found.values()].some(({ points }) => points > 1);
  return hasMany && isPlain(found) ? (found.values().next().value?.x[0] ?? null) : null;
}

/**
 * A metric's statistics of each group, and those of the part that was zoomed into. With `hasPoints`, a
 * metric whose values all have one step is shown over the time.
 */
export function useBands(
  metric: string,
  x: ChartAxis,
  set: GroupSet,
  zoom: Zoom | null,
  hasPoints: boolean,
): CardSeries {
  const count = set.groups.length;
  const axis = x === "step" ? "step" : "relative";
  const want = { key: metric, x: axis, ...none, buckets: groupBuckets(count, false) } as const;
  const whole = useQuery({ ...bandsQuery(want, set), enabled: count > 0 && zoom === null });
  const isFlat = whole.data !== undefined && isPlain(whole.data);
  const step =
    hasPoints && axis === "step" && isFlat
      ? (whole.data?.values().next().value?.x[0] ?? null)
      : null;
  const overTime = useQuery({
    ...bandsQuery({ ...want, x: "relative" }, set),
    enabled: count > 0 && step !== null,
  });
  const part = zoom !== null && !isFlat ? zoom : null;
  const [from, to] = part ?? [null, null];
  const zoomed = useQuery({
    ...bandsQuery({ ...want, from, to, buckets: groupBuckets(count, true) }, set),
    enabled: count > 0 && part !== null,
  });
  const query = part !== null ? zoomed : step !== null ? overTime : whole;
  const found = query.data ?? (part !== null ? whole.data : undefined);
  return { found, axis: step === null ? axis : "relative", zoom: part, step, query };
}

/** A metric's series, and those of the part that was zoomed into. */
export function useSeries(
  metric: string,
  x: ChartAxis,
  set: RunSet,
  zoom: Zoom | null,
): CardSeries {
  const count = set.runs.length;
  const want = { key: metric, x, ...none, ...resolution(count, false) };
  const whole = useQuery({
    ...seriesQuery(want, set),
    // A link to a part needs only that part.
    enabled: count > 0 && zoom === null,
  });
  const step = x === "step" && whole.data !== undefined ? sharedStep(whole.data) : null;
  const part = zoom !== null && (whole.data === undefined || !isPlain(whole.data)) ? zoom : null;
  const overTime = useQuery({
    ...seriesQuery({ ...want, x: "relative" }, set),
    enabled: count > 0 && step !== null,
  });
  const [from, to] = part ?? [null, null];
  const zoomed = useQuery({
    ...seriesQuery({ ...want, from, to, ...resolution(count, true) }, set),
    enabled: count > 0 && part !== null,
  });
  const query = part !== null ? zoomed : step !== null ? overTime : whole;
  // Until the part is here, what is known of the whole lies in its place.
  const found = query.data ?? (part !== null ? whole.data : undefined);
  return { found, axis: step === null ? x : "relative", zoom: part, step, query };
}
