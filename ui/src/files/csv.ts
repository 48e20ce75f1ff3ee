/** Tables in text: RFC 4180, with what spreadsheets and pandas write besides. */
export interface Table {
  columns: string[];
  rows: string[][];
}

/** The rows of a text. A quote that is never closed ends with the text. */
function rowsOf(text: string, separator: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    let field: string;
    if (text[at] === '"') {
      const start = ++at;
      let end = text.indexOf('"', at);
      while (end >= 0 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
      if (end < 0) end = text.length;
      field = text.slice(start, end).replaceAll('""', '"');
      at = end + 1;
      // What stands behind a closing quote belongs to the field.
      const rest = ending(text, at, separator);
      field += text.slice(at, rest);
      at = rest;
    } else {
      const end = ending(text, at, separator);
      field = text.slice(at, end);
      at = end;
    }
    row.push(field);
    if (text[at] === separator) {
      at += 1;
      if (at === text.length) row.push("");
      if (at < text.length) continue;
    }
    if (text[at] === "\r") at += 1;
    if (text[at] === "\n") at += 1;
    rows.push(row);
    row = [];
  }
  return rows;
}

function ending(text: string, from: number, separator: string): number {
  let at = from;
  while (at < text.length) {
    const sign = text[at];
    if (sign === separator || sign === "\n" || sign === "\r") break;
    at += 1;
  }
  return at;
}

const SEPARATORS = [",", ";", "\t", "|"];

/** What separates fields: what the first line has most of. */
export function separatorOf(text: string, path: string): string {
  if (path.toLowerCase().endsWith(".tsv")) return "\t";
  const [line = ""] = text.split("\n", 1);
  const count = (sign: string) => line.split(sign).length;
  return SEPARATORS.reduce((best, sign) => (count(sign) > count(best) ? sign : best));
}

/**
 * The table of a text whose first row names the columns. Where the text is only the start of a file, its last
 * row may be cut and is left out. Empty lines are no rows.
 */
export function parseTable(text: string, separator: string, isWhole: boolean): Table {
  const rows = rowsOf(text.replace(/^\uFEFF/, ""), separator).filter(
    (row) => row.length > 1 || row[0] !== "",
  );
  if (!isWhole && rows.length > 1) rows.pop();
  const [columns = [], ...rest] = rows;
  const width = rest.reduce((most, row) => Math.max(most, row.length), columns.length);
  const named = Array.from({ length: width }, (_, at) => columns[at] ?? "");
  return { columns: named, rows: rest };
}

export interface SplitTable {
  columns: string[];
  data: unknown[][];
}

/** A table as pandas writes it in split form, which is how MLflow logs tables; null for anything else. */
export function splitTable(value: unknown): SplitTable | null {
  if (typeof value !== "object" || value === null) return null;
  const { columns, data } = value as Partial<Record<string, unknown>>;
  if (!Array.isArray(columns) || !Array.isArray(data)) return null;
  if (!data.every((row) => Array.isArray(row) && row.length === columns.length)) return null;
  return { columns: columns.map(String), data };
}

/** Whether a column's values are numbers, judged by the first of them. */
export function isNumeric(values: readonly unknown[]): boolean {
  const present = values.filter((value) => value !== null && value !== "" && value !== undefined);
  return (
    present.length > 0 &&
    present.every(
      (value) =>
        typeof value === "number" ||
        typeof value === "bigint" ||
        (typeof value === "string" && value.trim() !== "" && !Number.isNaN(Number(value))) ||
        value === "NaN" ||
        value === "nan",
    )
  );
}
