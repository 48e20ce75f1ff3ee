/** Values of one axis in groups along another, as box plots show them. */
import { type PlotAxis, shareOf, valuesOf } from "./plotAxes";

export interface Box {
  /** The values of the other axis that the group's runs have: one, or from the first to the last. */
  from: number;
  to: number;
  /** The places of its runs, and their values, upwards. */
  runs: number[];
  values: number[];
  low: number;
  q1: number;
  median: number;
  q3: number;
  high: number;
}

/** More values than this are put together. */
const MOST = 12;
const BINS = 6;
/** How far whiskers reach beyond the box, in heights of it. */
const REACH = 1.5;

/** The value below which a share of the values is, interpolated linearly; they must be in order. */
export function quantile(values: readonly number[], share: number): number {
  const place = share * (values.length - 1);
  const below = Math.floor(place);
  const [a = Number.NaN, b = Number.NaN] = [values[below], values[Math.ceil(place)]];
  return a + (b - a) * (place - below);
}

function boxOf(runs: number[], x: PlotAxis, y: PlotAxis): Box {
  const along = runs.map((run) => x.values[run] ?? 0);
  const sorted = runs.toSorted((a, b) => (y.values[a] ?? 0) - (y.values[b] ?? 0));
  const values = sorted.map((run) => y.values[run] ?? 0);
  const [q1, median, q3] = [0.25, 0.5, 0.75].map((share) => quantile(values, share)) as [
    number,
    number,
    number,
  ];
  const reach = REACH * (q3 - q1);
  return {
    from: Math.min(...along),
    to: Math.max(...along),
    runs: sorted,
    values,
    low: values.find((value) => value >= q1 - reach) ?? q1,
    q1,
    median,
    q3,
    high: values.findLast((value) => value <= q3 + reach) ?? q3,
  };
}

/**
 * The runs that have both values in groups: one for each value of `x`, or, where those are many, for each of equal
 * parts of its axis. Whiskers end at the last value within 1.5 times the box's height.
 */
export function boxesOf(x: PlotAxis, y: PlotAxis): Box[] {
  const values = valuesOf(x);
  const isBinned = x.scale !== "categories" && values.length > MOST;
  const groups = new Map<number, number[]>();
  for (const [run, value] of x.values.entries()) {
    if (value === null || (y.values[run] ?? null) === null) continue;
    const group = isBinned
      ? Math.min(BINS - 1, Math.floor(shareOf(x, value) * BINS))
      : values.indexOf(value);
    groups.set(group, [...(groups.get(group) ?? []), run]);
  }
  return [...groups].sort(([a], [b]) => a - b).map(([, runs]) => boxOf(runs, x, y));
}
