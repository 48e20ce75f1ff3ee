/** The dictionary of metrics while it is edited: texts as they were typed. */
import type { Double, MetricEntry } from "../api/types.gen";

export const TEXTS = ["label", "unit", "group"] as const;
export const NUMBERS = ["decimals", "low", "high", "goal"] as const;
export type FormField = (typeof TEXTS)[number] | (typeof NUMBERS)[number] | "direction";

export type FormRow = { key: string } & Record<FormField, string>;

export function rowOf(entry: MetricEntry): FormRow {
  const text = (value: Double | undefined) => (value === undefined ? "" : String(value));
  const { key, label = "", unit = "", group = "", direction = "" } = entry;
  return {
    ...{ key, label, unit, group, direction },
    decimals: text(entry.decimals),
    low: text(entry.low),
    high: text(entry.high),
    goal: text(entry.goal),
  };
}

const numberOf = (text: string) => (text.trim() === "" ? undefined : Number(text));

/** The fields of a row in which something can't be meant. */
export function wrongFields(row: FormRow): FormField[] {
  const isWrong = (field: (typeof NUMBERS)[number]) => {
    const value = numberOf(row[field]);
    if (value === undefined) return false;
    if (field === "decimals") return !(Number.isInteger(value) && value >= 0 && value <= 12);
    return !Number.isFinite(value);
  };
  const wrong: FormField[] = NUMBERS.filter(isWrong);
  const [low, high] = [numberOf(row.low), numberOf(row.high)];
  if (low !== undefined && high !== undefined && low >= high) wrong.push("high");
  return wrong;
}

/** The row as the server takes it: what is empty isn't said. */
export function entryOf(row: FormRow): MetricEntry {
  const entry: MetricEntry = { key: row.key };
  for (const field of [...TEXTS, "direction"] as const) {
    if (row[field].trim() !== "") entry[field] = row[field].trim();
  }
  for (const field of NUMBERS) {
    const value = numberOf(row[field]);
    if (value !== undefined) entry[field] = value;
  }
  return entry;
}

/** Whether two forms say the same of each metric, in whatever order. */
export function saysSame(a: readonly FormRow[], b: readonly FormRow[]): boolean {
  const told = (rows: readonly FormRow[]) =>
    rows
      .map(entryOf)
      .filter((entry) => Object.keys(entry).length > 1)
      .map((entry) => JSON.stringify(entry))
      .sort()
      .join();
  return told(a) === told(b);
}
