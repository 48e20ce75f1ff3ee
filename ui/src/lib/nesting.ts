import type { Run } from "../api/types.gen";
import { tagOf } from "./runs";

export interface NestedRun {
  run: Run;
  /** 0 for a run without a parent in the list. */
  depth: number;
  /** How many direct children are in the list. */
  children: number;
  folded: boolean;
}

/**
 * Puts children under their parents, as far as the parents are in the list; the order is kept among
 * siblings. Runs whose parents form a circle stay where they are. `folded` has the ids of the parents whose
 * children are left out.
 */
export function nest(runs: Run[], folded: ReadonlySet<string>): NestedRun[] {
  const known = new Map(runs.map((run) => [run.info.run_id, run]));
  const parentOf = (run: Run) => known.get(tagOf(run, "mlflow.parentRunId") ?? "");

  const isRooted = (run: Run): boolean => {
    const seen = new Set<Run>();
    for (let at: Run | undefined = run; at !== undefined; at = parentOf(at)) {
      if (seen.has(at)) return false;
      seen.add(at);
    }
    return true;
  };

  const roots: Run[] = [];
  const children = new Map<Run, Run[]>();
  for (const run of runs) {
    const parent = parentOf(run);
    if (parent === undefined || !isRooted(run)) roots.push(run);
    else children.set(parent, [...(children.get(parent) ?? []), run]);
  }

  const rows: NestedRun[] = [];
  const add = (run: Run, depth: number) => {
    const below = children.get(run) ?? [];
    const isFolded = below.length > 0 && folded.has(run.info.run_id);
    rows.push({ run, depth, children: below.length, folded: isFolded });
    if (!isFolded) for (const child of below) add(child, depth + 1);
  };
  for (const root of roots) add(root, 0);
  return rows;
}
