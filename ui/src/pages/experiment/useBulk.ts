import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import {
  type BulkDone,
  type BulkRuns,
  changeRuns,
  type RunList,
  type RunsSearch,
  searchedRuns,
} from "../../api/workspace";
import { type Selection, selectedCount } from "../../lib/selection";

export type BulkAction = "delete" | "restore";

export type BulkState =
  | { phase: "working"; action: BulkAction; count: number }
  | { phase: "done"; action: BulkAction; done: BulkDone }
  | { phase: "failed"; reason: string };

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
  const run = async (action: BulkAction, runs: BulkRuns, count: number) => {
    setState({ phase: "working", action, count });
    try {
      setState({ phase: "done", action, done: await changeRuns(action, runs) });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      setState({ phase: "failed", reason });
    }
    void client.invalidateQueries({ queryKey: ["runs", "one"] });
    onDone();
  };
  const start = (action: BulkAction) => {
    const count = selectedCount(selection, list?.total ?? 0);
    const runs = selection.all
      ? searchedRuns(search, selection.ids, count)
      : { run_ids: [...selection.ids] };
    void run(action, runs, count);
  };
  const undo = () => {
    if (state?.phase !== "done") return;
    const { runs, time, run_ids: ids } = state.done;
    const done = ids
      ? { run_ids: ids }
      : { experiment_ids: [search.experimentId], deleted_at: time, expected: runs };
    void run(OPPOSITE[state.action], done, runs);
  };
  return { state, start, undo, close: () => setState(null) };
}
