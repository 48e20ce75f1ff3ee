/** What runs have in common as axes of a plot: params and last values of metrics, each with a scale of its own. */
import type { Run } from "../api/types.gen";
import { projection, toPixel, toValue } from "../charts/scale";
import { logTicks, plainTicks } from "../charts/ticks";
import { byText } from "./columns";
import type { Formatter } from "./format";
import { isUsable } from "./runs";

export type PlotKey = `${"params" | "metrics"}.${string}`;

export interface PlotAxis {
  key: PlotKey;
  /** The param's or metric's name; where both have it, the key. */
  name: string;
  scale: "linear" | "log" | "categories";
  /** What a categorical axis has, from below; its values are places in this list. */
  categories: readonly string[];
  /** A value for each run; null where it has none that a plot has a place for. */
  values: readonly (number | null)[];
  /** What was logged, for each run. */
  texts: readonly (string | null)[];
  min: number;
  max: number;
  /** Whether any two runs differ. */
  varies: boolean;
}

/** The part of an axis that is kept, in its values; both ends belong to it. */
export type Range = readonly [from: number, to: number];

const LOG_DECADES = 3;
const MOST_PARAMS = 8;
const MOST_METRICS = 4;
/** So many values or fewer are marked themselves, rather than round numbers. */
const FEW = 6;

function numberOf(text: string): number | null {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  return isUsable(value) ? value : null;
}

function makeAxis(key: PlotKey, name: string, texts: (string | null)[]): PlotAxis {
  const isMetric = key.startsWith("metrics.");
  const present = texts.filter((text) => text !== null);
  const base = {
    key,
    name,
    texts,
    varies: texts.some((text) => text !== texts[0]),
  };
  if (!isMetric && present.some((text) => numberOf(text) === null)) {
    const categories = [...new Set(present)].sort(byText);
    const places = new Map(categories.map((text, place) => [text, place]));
    const values = texts.map((text) => (text === null ? null : (places.get(text) ?? null)));
    return { ...base, scale: "categories", categories, values, min: 0, max: categories.length - 1 };
  }
  const values = texts.map((text) => (text === null ? null : numberOf(text)));
  const numbers = values.filter((value) => value !== null);
  const [min, max] = [Math.min(...numbers), Math.max(...numbers)];
  const isLog = min > 0 && Math.log10(max) - Math.log10(min) >= LOG_DECADES - 1e-9;
  return { ...base, scale: isLog ? "log" : "linear", categories: [], values, min, max };
}

const isSystem = (key: PlotKey) => key.startsWith("metrics.system/");

/** Validation first, then what most runs have; the system's own last. */
function byWeight(a: PlotAxis, b: PlotAxis): number {
  const has = (axis: PlotAxis) => axis.values.filter((value) => value !== null).length;
  const rank = ({ name }: PlotAxis) =>
    /^val/i.test(name) ? 0 : name.startsWith("system/") ? 2 : 1;
  return rank(a) - rank(b) || has(b) - has(a) || byText(a.key, b.key);
}

/** Every axis that the runs give: params by name, then metrics, the most telling first. */
export function plotAxes(runs: readonly Run[]): PlotAxis[] {
  const texts = new Map<PlotKey, (string | null)[]>();
  const put = (key: PlotKey, run: number, text: string) => {
    const known = texts.get(key) ?? runs.map(() => null);
    known[run] = text;
    texts.set(key, known);
  };
  for (const [at, { data }] of runs.entries()) {
    for (const { key, value } of data.params ?? []) put(`params.${key}`, at, value);
    for (const { key, value } of data.metrics ?? []) put(`metrics.${key}`, at, String(value));
  }
  const axes = [...texts]
    .map(([key, of]) => {
      const name = key.slice(key.indexOf(".") + 1);
      const isShared = texts.has(`params.${name}`) && texts.has(`metrics.${name}`);
      return makeAxis(key, isShared ? key : name, of);
    })
    .filter((axis) => axis.values.some((value) => value !== null));
  const isParam = (axis: PlotAxis) => axis.key.startsWith("params.");
  return [
    ...axes.filter(isParam).sort((a, b) => byText(a.key, b.key)),
    ...axes.filter((axis) => !isParam(axis)).sort(byWeight),
  ];
}

/** The axes of a plot that nobody has chosen any for: params that differ, and the first metrics. */
export function defaultAxes(axes: readonly PlotAxis[]): PlotKey[] {
  const params = axes.filter(({ key, varies }) => key.startsWith("params.") && varies);
  const metrics = axes.filter(({ key }) => key.startsWith("metrics.") && !isSystem(key));
  return [...params.slice(0, MOST_PARAMS), ...metrics.slice(0, MOST_METRICS)].map(({ key }) => key);
}

/** The axes of a scatter plot that nobody has chosen: the first of those by default across, the first metric up. */
export function defaultPair(axes: readonly PlotAxis[]): [x: PlotKey | null, y: PlotKey | null] {
  const keys = defaultAxes(axes);
  const y = keys.find((key) => key.startsWith("metrics.")) ?? keys.at(-1) ?? null;
  return [keys.find((key) => key !== y) ?? y, y];
}

const unit = ({ scale, min, max }: PlotAxis) =>
  projection({ log: scale === "log", min, max, size: 1, flipped: false });

/** Where a value is on its axis: 0 is the low end, 1 the high one. */
export function shareOf(axis: PlotAxis, value: number): number {
  if (axis.scale === "categories") return (value + 0.5) / axis.categories.length;
  return axis.min === axis.max ? 0.5 : toPixel(unit(axis), value);
}

/** The value at a place of an axis; between categories it is no whole number. */
export function valueAt(axis: PlotAxis, share: number): number {
  if (axis.scale === "categories") return share * axis.categories.length - 0.5;
  if (axis.min === axis.max) return axis.min + share - 0.5;
  return toValue(unit(axis), share);
}

/** The values that the runs have on an axis, upwards. */
export function valuesOf(axis: PlotAxis): number[] {
  const present = axis.values.filter((value) => value !== null);
  return [...new Set(present)].sort((a, b) => a - b);
}

/** The values at the ends of what lies between two places of an axis; null where nothing does. */
export function rangeBetween(axis: PlotAxis, from: number, to: number): Range | null {
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  const inside = valuesOf(axis).filter((value) => {
    const share = shareOf(axis, value);
    return share >= low && share <= high;
  });
  const [first, last] = [inside[0], inside.at(-1)];
  return first === undefined || last === undefined ? null : [first, last];
}

/** For each run whether all its values are within the ranges of the axes that have one. */
export function keptRuns(
  axes: readonly PlotAxis[],
  ranges: Readonly<Record<string, Range>>,
  count: number,
): boolean[] {
  return Array.from({ length: count }, (_, run) =>
    axes.every(({ key, values }) => {
      const range = ranges[key];
      if (range === undefined) return true;
      const value = values[run] ?? null;
      return value !== null && value >= range[0] && value <= range[1];
    }),
  );
}

/** Values to mark on an axis of so many pixels, at least `distance` pixels apart. */
export function marksOf(axis: PlotAxis, size: number, distance: number): number[] {
  const own = valuesOf(axis);
  const round = axis.scale === "log" ? logTicks : plainTicks;
  const isOwn = own.length <= FEW || axis.scale === "categories";
  const marks = isOwn ? own : round(axis.min, axis.max);
  const shown: number[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const mark of marks) {
    const pixel = shareOf(axis, mark) * size;
    if (pixel - last < distance) continue;
    shown.push(mark);
    last = pixel;
  }
  return shown;
}

/** A value of an axis as text: categories as they were logged, numbers in few digits. */
export function valueText(axis: PlotAxis, value: number | null, format: Formatter): string {
  if (value === null) return "–";
  if (axis.scale === "categories") return axis.categories[value] ?? "";
  return format.number(value);
}

/** What a run has on an axis, also where a plot has no place for it. */
export function runText(axis: PlotAxis, run: number, format: Formatter): string {
  const value = axis.values[run] ?? null;
  return value === null ? (axis.texts[run] ?? "–") : valueText(axis, value, format);
}

/** The runs that are kept, the highest on an axis first and those without a value last. */
export function runOrder(axis: PlotAxis | undefined, kept: readonly boolean[]): number[] {
  const height = (run: number) => axis?.values[run] ?? Number.NEGATIVE_INFINITY;
  return [...kept.keys()]
    .filter((run) => kept[run])
    .sort((a, b) => (height(a) === height(b) ? a - b : height(b) - height(a)));
}

/** The run before or after another; from none it is the first or the last. */
export function steppedRun(
  order: readonly number[],
  run: number | null,
  by: 1 | -1,
): number | null {
  const at = run === null ? -1 : order.indexOf(run);
  if (at < 0) return (by === 1 ? order[0] : order.at(-1)) ?? null;
  return order[Math.min(order.length - 1, Math.max(0, at + by))] ?? null;
}

export type Point = readonly [x: number, y: number];

function distanceTo([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : ((x - ax) * dx + (y - ay) * dy) / length;
  const share = Math.min(1, Math.max(0, along));
  return Math.hypot(x - ax - share * dx, y - ay - share * dy);
}

/** Which of the lines (single points count) is nearest to a point, at most `within` away. */
export function nearestLine(
  lines: readonly (readonly Point[])[],
  point: Point,
  within: number,
): number | null {
  let best: number | null = null;
  let least = within;
  for (const [at, line] of lines.entries()) {
    for (const [index, end] of line.entries()) {
      const distance = distanceTo(point, line[index - 1] ?? end, end);
      if (distance <= least && (distance < least || best === null)) {
        least = distance;
        best = at;
      }
    }
  }
  return best;
}
