import type { KeyGroup } from "../lib/series";

/** What stands in one row of the grid: a section's head, or some of its cards. */
export type Row =
  | { kind: "head"; section: KeyGroup; isClosed: boolean }
  | { kind: "cards"; section: KeyGroup; keys: string[] };

export interface Layout {
  rows: Row[];
  /** Where each row begins, and, as the last entry, where all end. */
  tops: number[];
}

export interface Heights {
  head: number;
  card: number;
  gap: number;
}

/** How many cards fit beside each other. */
export function columnsIn(width: number, least: number, gap: number): number {
  return Math.max(1, Math.floor((width + gap) / (least + gap)));
}

/** The rows of all sections. One section without a name needs no head. */
export function layOut(
  sections: readonly KeyGroup[],
  closed: readonly string[],
  columns: number,
  heights: Heights,
): Layout {
  const rows: Row[] = [];
  const tops = [0];
  const add = (row: Row, height: number) => {
    rows.push(row);
    tops.push((tops.at(-1) ?? 0) + height);
  };
  const isPlain = sections.length === 1 && sections[0]?.name === "";
  for (const section of sections) {
    const isClosed = !isPlain && closed.includes(section.name);
    if (!isPlain) add({ kind: "head", section, isClosed }, heights.head);
    if (isClosed) continue;
    for (let at = 0; at < section.keys.length; at += columns) {
      const keys = section.keys.slice(at, at + columns);
      add({ kind: "cards", section, keys }, heights.card + heights.gap);
    }
  }
  return { rows, tops };
}

/** The indexes of the rows between two heights: from, and up to but without. */
export function rowsBetween({ rows, tops }: Layout, top: number, bottom: number): [number, number] {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tops[middle + 1] ?? 0) <= top) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (end < rows.length && (tops[end] ?? 0) < bottom) end += 1;
  return [low, end];
}
