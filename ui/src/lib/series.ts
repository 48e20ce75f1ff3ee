import type { Metric } from "../api/types.gen";
import { isUsable, toNumber } from "./runs";

export type XAxis = "step" | "time";

/** A metric's points as columns for drawing; a gap (NaN, infinity) is null. */
export interface Series {
  x: number[];
  y: (number | null)[];
  axis: XAxis;
  /** Points that can't be drawn because they are NaN or infinite. */
  gaps: number;
  /** The step that all points share, where that is why the axis is the time. */
  oneStep: number | null;
}

/**
 * The points in the order of the x axis: the step, or seconds since `start`. Where all points share one
 * step (a script that logs without steps), the time is used whatever was asked for.
 */
export function toSeries(points: Metric[], wanted: XAxis, start: number): Series {
  const first = points[0];
  const isOneStep =
    wanted === "step" && points.length > 1 && points.every((point) => point.step === first?.step);
  const axis = isOneStep ? "time" : wanted;
  const at = (point: Metric) => (axis === "step" ? point.step : (point.timestamp - start) / 1000);
  const sorted = points.toSorted((a, b) => at(a) - at(b));
  const values = sorted.map((point) => toNumber(point.value));
  const y = values.map((value) => (isUsable(value) ? value : null));
  return {
    x: sorted.map(at),
    y,
    axis,
    gaps: y.filter((value) => value === null).length,
    oneStep: isOneStep && first !== undefined ? first.step : null,
  };
}

/** The series on a logarithmic axis, where what is not positive can't be drawn. */
export function positiveOnly(series: Series): Series {
  const y = series.y.map((value) => (value !== null && value > 0 ? value : null));
  return { ...series, y, gaps: y.filter((value) => value === null).length };
}

/** The indexes of points without a drawn neighbour: a line alone would not show them. */
export function isolated(y: (number | null)[]): number[] {
  const drawn = (at: number) => y[at] !== null && y[at] !== undefined;
  return [...y.keys()].filter((at) => drawn(at) && !drawn(at - 1) && !drawn(at + 1));
}

export interface KeyGroup {
  /** "" for keys without a group of their own. */
  name: string;
  keys: string[];
}

/** As many metrics as are found without groups on a run's page. */
const FEW_KEYS = 12;
const SYSTEM = "system";
/** What was found on data that the model wasn't trained on is looked at first. */
const VALIDATION = /^(val|eval|test)/i;

/**
 * Metric keys in groups by what stands before the first slash. Groups of one, and all groups where there
 * are at most `few` keys, make up the first group; those of validation come next, and last what the machine
 * did ("system/…").
 */
export function groupKeys(keys: string[], few = FEW_KEYS): KeyGroup[] {
  const groups = new Map<string, string[]>();
  for (const key of keys.toSorted(new Intl.Collator("en", { numeric: true }).compare)) {
    const slash = key.indexOf("/");
    const name = slash > 0 ? key.slice(0, slash) : "";
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [key]);
    else group.push(key);
  }
  const system = groups.get(SYSTEM) ?? [];
  const isFew = keys.length - system.length <= few;
  const isLoose = (name: string, members: string[]) =>
    name !== SYSTEM && (isFew || name === "" || members.length === 1);
  const all = [...groups];
  const loose = all.filter(([name, members]) => isLoose(name, members)).flatMap(([, one]) => one);
  const named = all.filter(([name, members]) => name !== SYSTEM && !isLoose(name, members));
  const isFirst = ([name]: [string, string[]]) => VALIDATION.test(name);
  const ordered = [...named.filter(isFirst), ...named.filter((group) => !isFirst(group))];
  return [["", loose] as const, ...ordered, [SYSTEM, system] as const]
    .filter(([, members]) => members.length > 0)
    .map(([name, members]) => ({ name, keys: [...members] }));
}
