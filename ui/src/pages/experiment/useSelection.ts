import { useCallback, useRef, useState } from "react";
import { EVERYTHING, isSelected, NOTHING, type Selection, select } from "../../lib/selection";
import type { TableRow } from "./table/GridRow";

/** Which rows are ticked. `searchName` is the list's: another list starts with nothing. */
export function useSelection(searchName: string, tableRowAt: (index: number) => TableRow | null) {
  const [state, setState] = useState({ name: searchName, selection: NOTHING });
  const anchor = useRef<number | null>(null);
  const selection = state.name === searchName ? state.selection : NOTHING;
  const set = useCallback(
    (next: Selection) => setState({ name: searchName, selection: next }),
    [searchName],
  );
  /** Ticks a row or takes its tick away; as a range, all loaded rows from the last one do as that one did. */
  const toggle = useCallback(
    (index: number, isRange: boolean) => {
      const idAt = (at: number) => tableRowAt(at)?.row?.id ?? "";
      const from = isRange ? (anchor.current ?? index) : index;
      const isIn =
        isRange && from !== index
          ? isSelected(selection, idAt(from))
          : !isSelected(selection, idAt(index));
      const [low, high] = [Math.min(from, index), Math.max(from, index)];
      const ids = Array.from({ length: high - low + 1 }, (_, at) => idAt(low + at));
      anchor.current = index;
      set(
        select(
          selection,
          ids.filter((id) => id !== ""),
          isIn,
        ),
      );
    },
    [selection, set, tableRowAt],
  );
  const clear = useCallback(() => set(NOTHING), [set]);
  const all = useCallback(() => set(EVERYTHING), [set]);
  return { selection, toggle, clear, all };
}
