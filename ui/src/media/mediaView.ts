import { query } from "../lib/views";

export interface MediaView {
  /** What runs must meet, in MLflow's syntax. */
  filter: string;
  /** How many runs are looked at. */
  runs: number;
  /** Keys must contain this. */
  find: string;
  /** Null: the last. */
  step: number | null;
  size: "small" | "large";
  /** What is open in full: a run and the path of its file. */
  open: { run: string; path: string } | null;
}

export const RUNS = 50;
const MOST_RUNS = 500;

export function readMedia(search: string): MediaView {
  const params = new URLSearchParams(search);
  const [run, path] = [params.get("run"), params.get("path")];
  const step = params.get("step");
  const runs = Number(params.get("runs") ?? RUNS);
  return {
    filter: params.get("filter") ?? "",
    runs: Number.isInteger(runs) && runs > 0 ? Math.min(MOST_RUNS, runs) : RUNS,
    find: params.get("find") ?? "",
    step: step !== null && /^-?\d+$/.test(step) ? Number(step) : null,
    size: params.get("size") === "large" ? "large" : "small",
    open: run && path ? { run, path } : null,
  };
}

export function writeMedia(view: MediaView): string {
  return query({
    filter: view.filter,
    runs: view.runs === RUNS ? null : String(view.runs),
    find: view.find,
    step: view.step === null ? null : String(view.step),
    size: view.size === "large" && "large",
    run: view.open?.run ?? null,
    path: view.open?.path ?? null,
  });
}
