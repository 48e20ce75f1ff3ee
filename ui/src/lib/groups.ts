/** Runs in groups of equal values: how the query string says it, and what is said of the groups. */
import { type ColumnKey, columnName, isColumnKey, isMetric } from "./columns";
import type { Formatter } from "./format";

/** What is drawn around a group's mean. */
export const BANDS = ["std", "sem", "ci", "range", "none"] as const;
export type Band = (typeof BANDS)[number];

/** Which runs belong together: those with equal values of `keys`, or, with `all`, of all params but these. */
export interface Grouping {
  all: boolean;
  keys: readonly ColumnKey[];
}

export interface GroupView {
  /** null: each run is by itself. */
  by: Grouping | null;
  band: Band;
  /** Ids of groups whose runs are shown below them. */
  open: readonly string[];
}

export const DEFAULT_GROUPS: GroupView = { by: null, band: "std", open: [] };

/** Groups' ids begin so; no run's does. */
const PREFIX = "g.";
/** Stands for all params in the query string. */
const ALL = "*";

export const isGroupId = (id: string) => id.startsWith(PREFIX);

const encode = (key: string) => key.replace(/[%,]/g, encodeURIComponent);

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const items = (text: string | null) => (text ?? "").split(",").filter((item) => item !== "");

/** Whether a column's values can make groups. */
export const canGroup = (key: ColumnKey) => /^(params|tags)\./.test(key);

/** Reads the entries that `writeGroups` writes; what can't be read is the default. */
export function readGroups(params: URLSearchParams): GroupView {
  const names = items(params.get("group"));
  const all = names[0] === ALL;
  const keys = names.slice(all ? 1 : 0).map(decode);
  const some = [...new Set(keys.filter(isColumnKey))].filter((key) =>
    all ? key.startsWith("params.") : canGroup(key),
  );
  const band = BANDS.find((one) => one === params.get("band"));
  return {
    by: all || some.length > 0 ? { all, keys: some } : null,
    band: band ?? "std",
    open: items(params.get("open")),
  };
}

/** The entries of the query string; null stands for a default, which is left out. */
export function writeGroups({ by, band, open }: GroupView): Record<string, string | null> {
  const keys = by?.keys.map(encode) ?? [];
  return {
    group: by === null ? null : (by.all ? [ALL, ...keys] : keys).join(",") || null,
    band: band === "std" ? null : band,
    open: open.join(",") || null,
  };
}

/** FNV-1a, twice. */
export function hashOf(text: string): string {
  let [a, b] = [0x811c9dc5, 0x9e3779b9];
  for (let at = 0; at < text.length; at += 1) {
    a = Math.imul(a ^ text.charCodeAt(at), 0x01000193);
    b = Math.imul(b ^ text.charCodeAt(at), 0x85ebca6b) + 0x27220a95;
  }
  return [a >>> 0, b >>> 0].map((part) => part.toString(36)).join("");
}

type Values = ReadonlyMap<ColumnKey, string | null>;

/** A group's name among all groupings, the same in every link. */
export function groupId(values: Values): string {
  return PREFIX + hashOf(JSON.stringify([...values].toSorted(([a], [b]) => (a < b ? -1 : 1))));
}

/** "lr=0.1 · opt=adam"; a dash where the runs have no value. */
export function groupLabel(values: Values): string {
  return [...values].map(([key, value]) => `${columnName(key)}=${value ?? "–"}`).join(" · ");
}

/** How the values of a metric are spread over a group's runs. */
export interface Spread {
  n: number;
  mean?: number | null;
  std?: number | null;
  min?: number | null;
  max?: number | null;
}

/** The columns of a table of groups: what is told of the groups comes first. */
export function groupColumns(columns: readonly ColumnKey[]): ColumnKey[] {
  const rank = (key: ColumnKey) => (isMetric(key) ? 0 : key.startsWith("attributes.") ? 2 : 1);
  return columns.toSorted((a, b) => rank(a) - rank(b));
}

const MOST_DECIMALS = 6;
/** A deviation has two digits. */
const DIGITS = 2;

/** How many decimals a deviation needs, or without any the mean. */
function decimalsFor(mean: number, std: number): number {
  const size = std > 0 ? std : Math.abs(mean) / 100;
  return size > 0 ? Math.max(0, DIGITS - 1 - Math.floor(Math.log10(size))) : 0;
}

/** The decimals that the means and deviations of one column have in common. */
export function spreadDecimals(spreads: readonly Spread[]): number {
  const told = spreads.flatMap(({ n, mean, std }) =>
    typeof mean === "number" && typeof std === "number" && (std > 0 || n === 1)
      ? [decimalsFor(mean, std)]
      : [],
  );
  told.sort((a, b) => a - b);
  return told[told.length >> 1] ?? 0;
}

/** "0.912 ± 0.004", with decimals for the deviation or, in a column, for all of it. */
export function meanText(
  mean: number,
  std: number,
  n: number,
  format: Formatter,
  decimals = decimalsFor(mean, std),
): string {
  const isPlain = decimals <= MOST_DECIMALS && Math.abs(mean) < 1e9;
  const text = (value: number) => {
    const vanishes = value !== 0 && Math.abs(value) < 0.5 * 10 ** -decimals;
    return isPlain && !vanishes ? format.fixed(value, decimals) : format.number(value, 3);
  };
  return n < 2 ? text(mean) : `${text(mean)} ± ${text(std)}`;
}

/** The 97.5th percentile of Student's t for 1 to 30 degrees of freedom. */
const T = [
  12.706205, 4.302653, 3.182446, 2.776445, 2.570582, 2.446912, 2.364624, 2.306004, 2.262157,
  2.228139, 2.200985, 2.178813, 2.160369, 2.144787, 2.13145, 2.119905, 2.109816, 2.100922, 2.093024,
  2.085963, 2.079614, 2.073873, 2.068658, 2.063899, 2.059539, 2.055529, 2.051831, 2.048407, 2.04523,
  2.042272,
] as const;
const Z = 1.959963985;

/** How many standard errors of the mean of `n` values a 95 % confidence interval reaches to each side. */
export function reach95(n: number): number {
  const free = n - 1;
  const known = T[free - 1];
  if (known !== undefined) return known;
  if (free < 1) return 0;
  // An expansion in 1 / free, right to six digits here.
  const [a, b, c] = [
    Z ** 3 + Z,
    5 * Z ** 5 + 16 * Z ** 3 + 3 * Z,
    3 * Z ** 7 + 19 * Z ** 5 + 17 * Z ** 3 - 15 * Z,
  ];
  return Z + a / (4 * free) + b / (96 * free ** 2) + c / (384 * free ** 3);
}

/** How far a band reaches to each side of the mean of `n` values with this deviation. */
export function halfBand(band: "std" | "sem" | "ci", std: number, n: number): number {
  if (band === "std" || n < 2) return n < 2 ? 0 : std;
  return (std / Math.sqrt(n)) * (band === "ci" ? reach95(n) : 1);
}

/** What is like a seed: a param in which runs differ that are to be taken together. */
const SEEDS = /(^|[^a-z])(seed|random_state|fold|trial|repeat|replicate|run_idx)s?($|[^a-z])/i;

/** The params, of those that differ, that runs of one configuration are likely to differ in. */
export function seedLike(keys: readonly string[]): string[] {
  return keys.filter((key) => SEEDS.test(key.replace(/([a-z])([A-Z])/g, "$1_$2")));
}

/** The view with the runs of a group shown or hidden. */
export function opened(groups: GroupView, id: string, isOpen: boolean): { groups: GroupView } {
  const others = groups.open.filter((one) => one !== id);
  return { groups: { ...groups, open: isOpen ? [...others, id] : others } };
}

/** "0.912 ± 0.004 (n = 5)", in pixels. */
const SPREAD_WIDTH = 216;

/** The widths of columns that tell how metrics are spread. */
export function spreadWidths(columns: readonly ColumnKey[]): Record<string, number> {
  const metrics = columns.filter(isMetric);
  return Object.fromEntries(metrics.map((key) => [key, SPREAD_WIDTH]));
}
