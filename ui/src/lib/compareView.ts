import { list, query } from "./views";

export interface CompareView {
  runs: string[];
  /** The name of a set of runs that the server keeps, in place of many ids. */
  set: string | null;
  /** The run that the others are measured against; null: the first. */
  baseline: string | null;
  /** Whether rows that are the same in all runs are shown too. */
  all: boolean;
}

export function readCompare(search: string): CompareView {
  const params = new URLSearchParams(search);
  return {
    runs: [...new Set(list(params.get("runs")))],
    set: params.get("s") || null,
    baseline: params.get("baseline") || null,
    all: params.get("rows") === "all",
  };
}

export function writeCompare(view: CompareView): string {
  return query({
    runs: view.runs.join(","),
    s: view.set,
    baseline: view.baseline,
    rows: view.all && "all",
  });
}
