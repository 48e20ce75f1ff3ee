import { list, query } from "./views";

export interface CompareView {
  runs: string[];
  /** The run that the others are measured against; null: the first. */
  baseline: string | null;
  /** Whether rows that are the same in all runs are shown too. */
  all: boolean;
}

export function readCompare(search: string): CompareView {
  const params = new URLSearchParams(search);
  return {
    runs: [...new Set(list(params.get("runs")))],
    baseline: params.get("baseline") || null,
    all: params.get("rows") === "all",
  };
}

export function writeCompare(view: CompareView): string {
  return query({
    runs: view.runs.join(","),
    baseline: view.baseline,
    rows: view.all && "all",
  });
}
