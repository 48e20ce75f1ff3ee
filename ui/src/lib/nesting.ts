interface Nestable {
  id: string;
  parent: string | null;
}

export interface Nested {
  /** The row's place in the list that was given. */
  index: number;
  /** 0 for a row without a parent in the list. */
  depth: number;
  /** How many direct children are in the list. */
  children: number;
  folded: boolean;
}

/**
 * Puts children under their parents, as far as the parents are in the list; the order is kept among
 * siblings. Rows whose parents form a circle stay where they are. The children of parents for which
 * `isFolded` are left out.
 */
export function nest(rows: readonly Nestable[], isFolded: (id: string) => boolean): Nested[] {
  const places = new Map(rows.map((row, index) => [row.id, index]));
  const parentOf = (index: number) => places.get(rows[index]?.parent ?? "");

  const isRooted = (index: number): boolean => {
    const seen = new Set<number>();
    for (let at: number | undefined = index; at !== undefined; at = parentOf(at)) {
      if (seen.has(at)) return false;
      seen.add(at);
    }
    return true;
  };

  const roots: number[] = [];
  const children = new Map<number, number[]>();
  for (const index of rows.keys()) {
    const parent = parentOf(index);
    if (parent === undefined || !isRooted(index)) roots.push(index);
    else if (children.get(parent)?.push(index) === undefined) children.set(parent, [index]);
  }

  const nested: Nested[] = [];
  const add = (index: number, depth: number) => {
    const below = children.get(index) ?? [];
    const folded = below.length > 0 && isFolded(rows[index]?.id ?? "");
    nested.push({ index, depth, children: below.length, folded });
    if (!folded) for (const child of below) add(child, depth + 1);
  };
  for (const root of roots) add(root, 0);
  return nested;
}
