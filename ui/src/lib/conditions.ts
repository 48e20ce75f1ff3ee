/** Conditions of the filter for what was clicked. */
import { type ColumnKey, columnKind, fieldOf } from "./columns";
import { inQuotes } from "./filters";
import { cellOf, type Row } from "./rows";

/** The condition that a text field has this value; null where the filter's quotes can't hold it. */
export function equals(field: string, value: string): string | null {
  const text = inQuotes(value);
  return text === null ? null : `${field} = ${text}`;
}

/** The condition that a number lies in a bin of a histogram, of which only the last holds its upper end. */
export function within(field: string, from: number, to: number, isLast: boolean): string {
  if (from === to) return `${field} = ${from}`;
  return isLast ? `${field} BETWEEN ${from} AND ${to}` : `${field} >= ${from} AND ${field} < ${to}`;
}

/** The condition that runs have the same value as this one; null where there is none or it can't be written. */
export function sameAs(row: Row, key: ColumnKey): string | null {
  if (key === "attributes.user_id") return equals("tags.`mlflow.user`", row.user);
  const field = fieldOf(key);
  const cell = field === null ? undefined : cellOf(row, field);
  if (field === null || cell === null || cell === undefined) return null;
  if (columnKind(key) !== "metrics") return equals(field, String(cell));
  return Number.isFinite(Number(cell)) ? `${field} = ${cell}` : null;
}
