/** Runs side by side: what each of them has under a key, and where they differ. */
import type { MetricEntry, Run } from "../api/types.gen";
import { byText } from "./columns";
import { valueText } from "./dictionary";
import type { Formatter } from "./format";
import { durationOf, nameOf, tagOf, userOf } from "./runs";

export type DiffSection = "attributes" | "params" | "metrics" | "tags";

export interface DiffRow {
  section: DiffSection;
  key: string;
  /** A text for each run; null where it has none. */
  values: (string | null)[];
  /** The numbers behind the texts, for metrics and whatever else is one; null where there is none. */
  numbers: (number | null)[];
  differs: boolean;
}

/** Tags of the client that say the same as an attribute, or differ between any two runs. */
const LEFT_OUT = new Set(["mlflow.runName", "mlflow.user", "mlflow.log-model.history"]);

function numberIn(text: string | null | undefined): number | null {
  if (text === null || text === undefined || text.trim() === "") return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/** One thing of all that are compared. */
export function diffRow(section: DiffSection, key: string, values: (string | null)[]): DiffRow {
  const differs = values.some((value) => value !== values[0]);
  return { section, key, values, numbers: values.map(numberIn), differs };
}

type Pairs = readonly { key: string; value: string | number }[];

/** A row for each key that one of the things has. */
export function diffRows<Thing>(
  section: DiffSection,
  things: readonly Thing[],
  of: (thing: Thing) => Pairs,
): DiffRow[] {
  const maps = things.map(
    (thing) => new Map(of(thing).map(({ key, value }) => [key, String(value)])),
  );
  const keys = [...new Set(maps.flatMap((map) => [...map.keys()]))].sort(byText);
  return keys.map((key) =>
    diffRow(
      section,
      key,
      maps.map((map) => map.get(key) ?? null),
    ),
  );
}

/** A row whose texts are no numbers, whatever they look like. */
export function plain(one: DiffRow): DiffRow {
  return { ...one, numbers: one.numbers.map(() => null) };
}

/** Everything that the runs have; `labels` name the attributes. */
export function diffRuns(
  runs: readonly Run[],
  labels: Record<"status" | "start" | "duration" | "user" | "source" | "commit", string>,
  format: Formatter,
): DiffRow[] {
  const each = (label: string, of: (run: Run) => string | null | undefined) =>
    diffRow(
      "attributes",
      label,
      runs.map((run) => of(run) || null),
    );
  const attributes = [
    each(labels.status, (run) => run.info.status),
    each(labels.start, ({ info }) => (info.start_time ? format.dateTime(info.start_time) : null)),
    each(labels.duration, (run) => {
      const duration = durationOf(run, Date.now());
      return duration === null ? null : format.duration(duration);
    }),
    each(labels.user, userOf),
    each(labels.source, (run) => tagOf(run, "mlflow.source.name")),
    each(labels.commit, (run) => tagOf(run, "mlflow.source.git.commit")?.slice(0, 12)),
  ].map(plain);
  return [
    ...attributes.filter(({ values }) => values.some((value) => value !== null)),
    ...diffRows("params", runs, (run) => run.data.params ?? []),
    ...diffRows("metrics", runs, (run) => run.data.metrics ?? []),
    ...diffRows("tags", runs, (run) =>
      (run.data.tags ?? []).filter(({ key }) => !LEFT_OUT.has(key)),
    ).map(plain),
  ];
}

export interface Delta {
  by: number;
  /** In per cent of the baseline's size; null where that is 0. */
  percent: number | null;
}

/** How far a run's number is from the baseline's; null where one of them has none, or they are the same. */
export function deltaOf(one: DiffRow, run: number, baseline: number): Delta | null {
  const [value, base] = [one.numbers[run] ?? null, one.numbers[baseline] ?? null];
  if (run === baseline || value === null || base === null || value === base) return null;
  const by = value - base;
  return { by, percent: base === 0 ? null : (100 * by) / Math.abs(base) };
}

/** What a cell shows: numbers of metrics in few digits, all else as it was logged. */
export function diffText(
  one: DiffRow,
  run: number,
  format: Formatter,
  entry?: MetricEntry,
): string {
  const value = one.values[run] ?? null;
  if (value === null) return "";
  if (one.section !== "metrics") return value;
  return valueText(entry, format, (number) => format.number(number, 6))(Number(value));
}

export function runNames(runs: readonly Run[]): string[] {
  return runs.map(nameOf);
}
