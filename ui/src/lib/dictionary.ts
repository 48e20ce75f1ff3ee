/** What is said of metrics in an experiment: labels, units, which values are the best, ranges, sections. */
import type { Double, MetricEntry } from "../api/types.gen";
import type { Formatter } from "./format";
import { groupKeys, type KeyGroup } from "./series";

export type Dictionary = ReadonlyMap<string, MetricEntry>;

export const NO_DICTIONARY: Dictionary = new Map();

const made = new WeakMap<readonly MetricEntry[], Dictionary>();

/** The entries by metric; of the same list always the same. */
export function dictionaryOf(entries: readonly MetricEntry[] | undefined): Dictionary {
  if (entries === undefined) return NO_DICTIONARY;
  const known = made.get(entries) ?? new Map(entries.map((entry) => [entry.key, entry]));
  made.set(entries, known);
  return known;
}

/** What a metric is called. */
export function metricLabel(dictionary: Dictionary, key: string): string {
  return dictionary.get(key)?.label || key;
}

/** "Loss (nats)" */
export function metricTitle(dictionary: Dictionary, key: string): string {
  const unit = dictionary.get(key)?.unit;
  return metricLabel(dictionary, key) + (unit ? ` (${unit})` : "");
}

/** Whether the greatest values of a metric are the best; null where nothing is said. */
export function isUpward(entry: MetricEntry | undefined): boolean | null {
  return entry?.direction === "max" ? true : entry?.direction === "min" ? false : null;
}

/** How a metric's values are written: with the decimals that were chosen, or else by `other`. */
export function valueText(
  entry: MetricEntry | undefined,
  format: Formatter,
  other: (value: number) => string,
): (value: number) => string {
  const decimals = entry?.decimals;
  return decimals === undefined ? other : (value) => format.fixed(value, decimals);
}

/** The place of the best value; null where nothing is said of which is the best, or all are the same. */
export function bestPlace(
  entry: MetricEntry | undefined,
  values: readonly (number | null)[],
): number | null {
  const isUp = isUpward(entry);
  const known = values.filter((value) => value !== null && Number.isFinite(value)) as number[];
  if (isUp === null || new Set(known).size < 2) return null;
  return values.indexOf(isUp ? Math.max(...known) : Math.min(...known));
}

/** Metrics in sections: those that a person chose first, by name, then the others as `groupKeys` has them. */
export function metricSections(
  keys: readonly string[],
  dictionary: Dictionary,
  few?: number,
): KeyGroup[] {
  const chosen = new Map<string, string[]>();
  const others: string[] = [];
  for (const key of keys) {
    const name = dictionary.get(key)?.group;
    if (!name) others.push(key);
    else chosen.set(name, [...(chosen.get(name) ?? []), key]);
  }
  const byText = new Intl.Collator("en", { numeric: true }).compare;
  const own = [...chosen]
    .toSorted(([a], [b]) => byText(a, b))
    .map(([name, members]) => ({ name, keys: members.toSorted(byText) }));
  // A section that has the name of one that was chosen is that one.
  const rest = groupKeys(others, few).filter((section) => {
    const same = own.find(({ name }) => name === section.name);
    same?.keys.push(...section.keys);
    return same === undefined;
  });
  return [...own, ...rest];
}

/** The y axis of a metric's chart: the ends that were chosen, and else room for what is drawn and the goal. */
export function chosenRange(
  entry: MetricEntry | undefined,
  drawn: readonly [number, number],
  log: boolean,
): [number, number] {
  const usable = (value: Double | undefined) =>
    value !== undefined && (!log || Number(value) > 0) ? Number(value) : undefined;
  const [low, high, goal] = [usable(entry?.low), usable(entry?.high), usable(entry?.goal)];
  const from = low ?? Math.min(drawn[0], goal ?? drawn[0]);
  const to = high ?? Math.max(drawn[1], goal ?? drawn[1]);
  // One end was chosen, and all values lie beyond it.
  return from < to ? [from, to] : [drawn[0], drawn[1]];
}
