import { type RefObject, useCallback, useState } from "react";
import { navigate } from "../../lib/history";
import { useShortcuts } from "../../lib/hooks";
import { runPath } from "../../lib/routes";
import type { Layout } from "../../lib/workspaceView";
import { openComparison } from "../compare/openComparison";
import { compared } from "./BulkActions";
import type { TableRow } from "./table/GridRow";
import type { Drawn } from "./useDrawn";
import type { useSelection } from "./useSelection";

interface Setting {
  /** Another list has no active row. */
  listName: string;
  count: number;
  tableRowAt(index: number): TableRow | null;
  ticks: ReturnType<typeof useSelection>;
  drawn: Drawn;
  field: RefObject<HTMLInputElement | null>;
  shortcuts: RefObject<HTMLDialogElement | null>;
  onLayout(layout: Layout): void;
  /** Shows or hides the runs of a group. */
  onOpenGroup(group: string, isOpen: boolean): void;
}

export interface Keyboard {
  /** The row that the keyboard is at. */
  active: number | null;
  activate(index: number): void;
}

/** The keys of the page, and the row that they act on. */
export function useWorkspaceKeys(setting: Setting): Keyboard {
  const { listName, count, tableRowAt, ticks, drawn, field, shortcuts, onLayout } = setting;
  const [state, setState] = useState<{ list: string; at: number | null }>({ list: "", at: null });
  const active =
    state.list === listName && state.at !== null && count > 0
      ? Math.min(state.at, count - 1)
      : null;
  // Rows that get another function are drawn anew, all of them.
  const activate = useCallback(
    (index: number) => setState({ list: listName, at: index }),
    [listName],
  );
  const move = (by: number) => {
    if (count === 0) return;
    const next = active === null ? 0 : active + by;
    activate(Math.min(count - 1, Math.max(0, next)));
  };
  const withRow = (act: (id: string, index: number) => void) => () => {
    const id = active === null ? "" : (tableRowAt(active)?.row?.id ?? "");
    if (active !== null && id !== "") act(id, active);
  };
  const withLine = (act: (id: string) => void) => () => {
    const shown = active === null ? null : tableRowAt(active);
    const id = shown?.group?.id ?? shown?.of ?? shown?.row?.id ?? "";
    if (id !== "") act(id);
  };
  /** The first of the list and the one after it: the best two where it is sorted by how good they are. */
  const firstTwo = () => {
    const ids = [0, 1].map((at) => tableRowAt(at)?.row?.id ?? "");
    return ids.includes("") ? null : ids;
  };
  const open = () => {
    const shown = active === null ? null : tableRowAt(active);
    if (shown?.group !== undefined) setting.onOpenGroup(shown.group.id, shown.folded);
    else if (shown?.row?.id) navigate(runPath(shown.row.id));
  };
  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    PageDown: () => move(20),
    PageUp: () => move(-20),
    Home: () => activate(0),
    End: () => activate(Math.max(0, count - 1)),
    x: withRow((_, index) => ticks.toggle(index, false)),
    h: withLine((id) => drawn.onDraw(id)),
    p: withLine((id) => drawn.onPin(id)),
    o: open,
    Enter: open,
    d: () => {
      const isNothing = !ticks.selection.all && ticks.selection.ids.size === 0;
      const ids = isNothing ? firstTwo() : compared(ticks.selection);
      if (ids !== null) void openComparison(ids);
    },
    "/": () => field.current?.focus(),
    "?": () => shortcuts.current?.showModal(),
    "1": () => onLayout("table"),
    "2": () => onLayout("both"),
    "3": () => onLayout("charts"),
    Escape: () => ticks.clear(),
  });
  return { active, activate };
}
