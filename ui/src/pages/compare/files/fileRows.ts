import type { RunFileList } from "../../../files/api";
import { isStepped } from "../../../media/names";

export interface FileRow {
  path: string;
  /** The size in each run, in bytes; null where it has no such file. */
  sizes: (number | null)[];
  /** Told by the sizes alone; "unknown" where these are equal. */
  state: "missing" | "differs" | "unknown";
}

/**
 * The files that any of the runs has, by path. Pictures with a step are left out: their names are random, so no
 * two runs have the same.
 */
export function fileRows(lists: readonly (RunFileList | undefined)[]): FileRow[] {
  const sizes = new Map<string, (number | null)[]>();
  for (const [run, list] of lists.entries()) {
    for (const { path, file_size = 0 } of list?.files ?? []) {
      if (isStepped(path)) continue;
      const known = sizes.get(path) ?? lists.map(() => null);
      known[run] = file_size;
      sizes.set(path, known);
    }
  }
  return [...sizes]
    .map(([path, of]) => {
      const isMissing = of.includes(null);
      const isEqual = of.every((size) => size === of[0]);
      const state: FileRow["state"] = isMissing ? "missing" : isEqual ? "unknown" : "differs";
      return { path, sizes: of, state };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Calls `act` for each of the items, a few at a time. */
export async function eachOf<Item>(
  items: readonly Item[],
  atOnce: number,
  act: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = items.values();
  const work = async () => {
    for (const item of waiting) await act(item);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}
