import type { FrameSeries, Numbers } from "./frames";
import type { LivePoint } from "./liveStream";

type Entry = readonly [x: number, value: number];

function longer<Kind extends Numbers | Uint32Array>(
  array: Kind | null,
  entries: readonly Entry[],
  numberOf: (entry: Entry) => number,
): Kind | null {
  if (array === null) return null;
  const made = new (array.constructor as new (length: number) => Kind)(
    array.length + entries.length,
  );
  made.set(array);
  for (const [at, entry] of entries.entries()) made[array.length + at] = numberOf(entry);
  return made;
}

/** Whether the series has this entry near its end: a series may be read after its points were logged. */
function has(series: FrameSeries, [x, value]: Entry): boolean {
  const kept = series.value instanceof Float32Array ? Math.fround(value) : value;
  for (let at = series.x.length - 1; at >= 0 && (series.x[at] ?? 0) >= x; at -= 1) {
    if (series.x[at] === x && Object.is(series.value?.[at], kept)) return true;
  }
  return false;
}

/**
 * A series with new points at its end, each an entry of its own; null where they don't belong there, or there
 * would be more than `most` entries: then the series is to be read.
 */
export function withPoints(
  series: FrameSeries,
  points: readonly LivePoint[],
  x: "step" | "time",
  most: number,
): FrameSeries | null {
  const last = series.x[series.x.length - 1] ?? Number.NEGATIVE_INFINITY;
  const entries = points
    .map((point): Entry => [x === "step" ? point.step : point.time, point.value])
    .filter((entry) => entry[0] > last || !has(series, entry))
    .sort((left, right) => left[0] - right[0]);
  if (entries.length === 0) return series;
  const isAfter = entries.every(([at], index) => at > (entries[index - 1]?.[0] ?? last));
  if (!isAfter || series.x.length + entries.length > most) return null;
  const value = (entry: Entry) => entry[1];
  return {
    ...series,
    points: series.points + entries.length,
    x: longer(series.x, entries, ([at]) => at) as Float64Array,
    value: longer(series.value, entries, value),
    min: longer(series.min, entries, value),
    max: longer(series.max, entries, value),
    mean: longer(series.mean, entries, value),
    count: longer(series.count, entries, ([, logged]) => (Number.isNaN(logged) ? 0 : 1)),
  };
}
