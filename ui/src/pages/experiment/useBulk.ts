import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { deleteRun, restoreRun } from "../../api/runs";
import { allIds, type RunList, type RunsSearch } from "../../api/workspace";
import { inParallel } from "../../lib/parallel";
import type { Selection } from "../../lib/selection";

/** The server commits what comes at once together; more would only wait. */
const AT_ONCE = 8;

export type BulkAction = "delete" | "restore";

export type BulkState =
  | { phase: "working"; action: BulkAction; done: number; count: number }
  | { phase: "done"; action: BulkAction; ids: string[]; failed: number; reason: string };

const WORK = { delete: deleteRun, restore: restoreRun };
const OPPOSITE = { delete: "restore", restore: "delete" } as const;

/** Deletes or restores the selected runs; what was done can be undone until the next action. */
export function useBulk(
  search: RunsSearch,
  list: RunList | undefined,
  selection: Selection,
  onDone: () => void,
) {
  const client = useQueryClient();
  const [state, setState] = useState<BulkState | null>(null);
  const run = async (action: BulkAction, find: () => Promise<string[]>) => {
    setState({ phase: "working", action, done: 0, count: 0 });
    try {
      const ids = await find();
      const { done, failed } = await inParallel(ids, AT_ONCE, WORK[action], (count) =>
        setState({ phase: "working", action, done: count, count: ids.length }),
      );
      const reason = failed[0] instanceof Error ? failed[0].message : "";
      setState({ phase: "done", action, ids: done, failed: failed.length, reason });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      setState({ phase: "done", action, ids: [], failed: 1, reason });
    }
    void client.invalidateQueries({ queryKey: ["runs", "one"] });
    onDone();
  };
  const start = (action: BulkAction) =>
    run(action, async () => {
      if (!selection.all) return [...selection.ids];
      if (list === undefined) return [];
      const ids = await allIds(search, list, new AbortController().signal);
      return ids.filter((id) => !selection.ids.has(id));
    });
  const undo = () => {
    if (state?.phase !== "done") return;
    const { action, ids } = state;
    void run(OPPOSITE[action], async () => ids);
  };
  return { state, start, undo, close: () => setState(null) };
}
