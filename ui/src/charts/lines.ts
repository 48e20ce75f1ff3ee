import { type FrameSeries, isDrawable, type Numbers } from "../lib/frames";
import { smooth } from "../lib/smoothing";

/** A run's curve of one metric, ready to be drawn. */
export interface Line {
  run: string;
  name: string;
  colour: string;
  pinned: boolean;
  x: Float64Array;
  /** What is drawn: the values, or their smoothed course. */
  y: Numbers;
  /** The values as they were logged. */
  raw: Numbers;
  /** The least and the greatest value of each entry's points, where it stands for several. */
  low: Numbers | null;
  high: Numbers | null;
  /** How many finite points an entry stands for. */
  count: Uint32Array | null;
  /** The points that were logged in the range; those of them that are here, or buckets of them. */
  points: number;
  exact: boolean;
  /** The statistics that a group's line is of; `raw` are then the means, `low` and `high` its band. */
  group?: FrameSeries;
}

export interface LineRun {
  id: string;
  name: string;
  colour: string;
  pinned: boolean;
}

/** The lines of the runs that have the series, pinned ones last: what is drawn last lies on top. */
export function toLines(
  runs: readonly LineRun[],
  found: ReadonlyMap<string, FrameSeries>,
  weight: number,
): Line[] {
  const lines: Line[] = [];
  for (const { id, name, colour, pinned } of runs) {
    const series = found.get(id);
    if (series === undefined || series.value === null || series.x.length === 0) continue;
    const { x, value: raw, min: low, max: high, count, points, exact } = series;
    const y = weight > 0 ? smooth(raw, weight) : raw;
    lines.push({ run: id, name, colour, pinned, x, y, raw, low, high, count, points, exact });
  }
  return lines.sort((a, b) => Number(a.pinned) - Number(b.pinned));
}

export interface Counts {
  /** Entries that are drawn, and the points that they stand for. */
  entries: number;
  points: number;
  /** Whether each point is drawn. */
  exact: boolean;
  /** Whether the least and greatest values between the entries are known. */
  hasEnvelope: boolean;
}

export function countPoints(lines: readonly Line[]): Counts {
  const counts = { entries: 0, points: 0, exact: true, hasEnvelope: true };
  for (const { x, points, exact, low } of lines) {
    counts.entries += x.length;
    counts.points += points;
    counts.exact &&= exact;
    counts.hasEnvelope &&= exact || low !== null;
  }
  return counts;
}

export type Extent = [from: number, to: number];

/** A single value, or a range without extent, still needs an axis to lie on. */
export function padded([from, to]: Extent): Extent {
  if (from < to) return [from, to];
  const room = Math.abs(from) * 0.1 || 1;
  return [from - room, from + room];
}

/**
 * From the first to the last point of all lines; only what is positive where the axis is logarithmic. A
 * bucket stands at its last point: where its first one may have been at zero, the axis begins there.
 */
export function extentX(lines: readonly Line[], log: boolean): Extent | null {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let bucket = 0;
  for (const { x, exact } of lines) {
    const first = log ? x.find((value) => value > 0) : x[0];
    const last = x[x.length - 1];
    if (first === undefined || last === undefined || last < first) continue;
    from = Math.min(from, first);
    to = Math.max(to, last);
    if (!exact) bucket = Math.max(bucket, ((last - first) / x.length) * 1.5);
  }
  if (!log && from > 0 && from <= bucket) from = 0;
  return from <= to ? [from, to] : null;
}

interface RangeOptions {
  log: boolean;
  /** Whether the outermost values don't count. */
  trim: boolean;
  /** Only what lies here counts. */
  within: Extent | null;
}

/** Shares of the values that are left out at either end, and the room left around the others. */
const TRIMMED = 0.05;
const ROOM = 0.04;
const TRIM_ROOM = 0.12;
const SAMPLE = 20_000;

/** The part of the y axis that shows the lines with a little room; null where nothing can be drawn. */
export function extentY(lines: readonly Line[], options: RangeOptions): Extent | null {
  const found = options.trim ? trimmed(lines, options) : whole(lines, options);
  if (found === null) return null;
  const [from, to] = found;
  const share = options.trim ? TRIM_ROOM : ROOM;
  if (options.log) {
    const room = (to / from) ** share;
    return from < to ? [from / room, to * room] : [from / 2, from * 2];
  }
  if (from === to) return padded(found);
  const room = (to - from) * share;
  // A huge range must not become an infinite one.
  return Number.isFinite(room) ? [from - room, to + room] : [from, to];
}

function visit(
  lines: readonly Line[],
  { log, within }: RangeOptions,
  step: number,
  each: (low: number, high: number) => void,
): void {
  const [from, to] = within ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const { x, raw, low, high } of lines) {
    for (let at = 0; at < x.length; at += step) {
      const place = x[at] ?? Number.NaN;
      if (place < from || place > to) continue;
      const bottom = low?.[at] ?? raw[at] ?? Number.NaN;
      const top = high?.[at] ?? raw[at] ?? Number.NaN;
      if (!isDrawable(bottom) || !isDrawable(top)) continue;
      if (log && top <= 0) continue;
      each(log && bottom <= 0 ? top : bottom, top);
    }
  }
}

function whole(lines: readonly Line[], options: RangeOptions): Extent | null {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  visit(lines, options, 1, (low, high) => {
    if (low < from) from = low;
    if (high > to) to = high;
  });
  return from <= to ? [from, to] : null;
}

function trimmed(lines: readonly Line[], options: RangeOptions): Extent | null {
  const entries = lines.reduce((sum, { x }) => sum + x.length, 0);
  const values: number[] = [];
  visit(lines, options, Math.max(1, Math.floor(entries / SAMPLE)), (low, high) => {
    values.push(low);
    if (high !== low) values.push(high);
  });
  if (values.length === 0) return null;
  values.sort((a, b) => a - b);
  const at = Math.floor(values.length * TRIMMED);
  return [values[at] ?? 0, values[values.length - 1 - at] ?? 0];
}

/** The first index whose x is not below `wanted`. */
export function lowerBound(x: Float64Array, wanted: number): number {
  let [low, high] = [0, x.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((x[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The index of the finite value that is nearest to `wanted`; null where the line has none. */
export function nearestIndex({ x, raw }: Line, wanted: number): number | null {
  const start = lowerBound(x, wanted);
  const finite = (at: number) => isDrawable(raw[at]);
  let [left, right] = [start - 1, start];
  while (left >= 0 && !finite(left)) left -= 1;
  while (right < x.length && !finite(right)) right += 1;
  if (left < 0 && right >= x.length) return null;
  if (left < 0) return right;
  if (right >= x.length) return left;
  return wanted - (x[left] ?? 0) <= (x[right] ?? 0) - wanted ? left : right;
}
