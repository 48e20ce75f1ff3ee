/** Which rows of a list are selected: some ids, or all of the list but some ids. */
export interface Selection {
  all: boolean;
  /** The selected ids, or those left out of all. */
  ids: ReadonlySet<string>;
}

/** How many runs can be compared side by side. */
export const MOST_COMPARED = 50;

export const NOTHING: Selection = { all: false, ids: new Set() };
export const EVERYTHING: Selection = { all: true, ids: new Set() };

export function isSelected(selection: Selection, id: string): boolean {
  return selection.ids.has(id) !== selection.all;
}

/** How many of `total` rows are selected. */
export function selectedCount(selection: Selection, total: number): number {
  return selection.all ? Math.max(0, total - selection.ids.size) : selection.ids.size;
}

/** The selection with some rows put in or taken out. */
export function select(selection: Selection, ids: Iterable<string>, isIn: boolean): Selection {
  const changed = new Set(selection.ids);
  for (const id of ids) {
    if (isIn === selection.all) changed.delete(id);
    else changed.add(id);
  }
  return { all: selection.all, ids: changed };
}
