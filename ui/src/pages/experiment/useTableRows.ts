import { useCallback, useMemo } from "react";
import { nest } from "../../lib/nesting";
import { COLOUR_FIELD, cellOf, type Row } from "../../lib/rows";
import { FOLD_CHARACTERS } from "../../lib/workspaceView";
import type { TableRow } from "./table/GridRow";

const FLAT = { depth: 0, children: 0, folded: false };

/** The rows as the table has them: those of the list, or, where all of it is read, children under parents. */
export function useTableRows(
  total: number,
  isWhole: boolean,
  rowAt: (index: number) => Row | undefined,
  folded: readonly string[],
): { count: number; tableRowAt(index: number): TableRow | null } {
  const nested = useMemo(() => {
    if (!isWhole) return null;
    const rows = Array.from({ length: total }, (_, index) => rowAt(index));
    if (rows.some((row) => row === undefined)) return null;
    return nest(rows as Row[], (id) => folded.includes(id.slice(0, FOLD_CHARACTERS)));
  }, [isWhole, total, rowAt, folded]);
  const made = useMemo(() => {
    // Other rows need other entries.
    void rowAt;
    void nested;
    return new Map<number, TableRow>();
  }, [rowAt, nested]);
  const tableRowAt = useCallback(
    (index: number): TableRow | null => {
      const known = made.get(index);
      if (known !== undefined) return known;
      const place = nested === null ? { ...FLAT, index } : nested[index];
      if (place === undefined) return null;
      const row = rowAt(place.index);
      const colourTag = row === undefined ? null : (cellOf(row, COLOUR_FIELD) ?? null);
      const { depth, children, folded: isFolded } = place;
      const shown = {
        row,
        colourTag: colourTag as string | null,
        depth,
        children,
        folded: isFolded,
      };
      made.set(index, shown);
      return shown;
    },
    [made, nested, rowAt],
  );
  return { count: nested?.length ?? total, tableRowAt };
}
