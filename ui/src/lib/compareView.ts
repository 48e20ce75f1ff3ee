import type { PlotKey, Range } from "./plotAxes";
import { decode, encode, list, query } from "./views";

export const COMPARE_TABS = ["diff", "parallel", "scatter", "box", "contour", "files"] as const;
export type CompareTab = (typeof COMPARE_TABS)[number];

export interface CompareView {
  runs: string[];
  /** The name of a set of runs that the server keeps, in place of many ids. */
  set: string | null;
  tab: CompareTab;
  /** The run that the others are measured against; null: the first. */
  baseline: string | null;
  /** Whether rows that are the same in all runs are shown too. */
  all: boolean;
  /** The axes of the parallel coordinates; null: those that the runs suggest. */
  axes: PlotKey[] | null;
  /** What is kept on axes of the parallel coordinates. */
  ranges: Record<string, Range>;
  /** The axes of the scatter plot; null: what the runs suggest. */
  x: PlotKey | null;
  y: PlotKey | null;
  /** The metric that gives runs their colour in plots; null: the first. */
  colour: PlotKey | null;
  /** The run that stands out in plots. */
  run: string | null;
  /** The file that is compared, with that of which run; null: the first but the baseline. */
  path: string | null;
  other: string | null;
}

const isKey = (text: string | null): text is PlotKey => /^(params|metrics)\../.test(text ?? "");

function readKey(text: string | null): PlotKey | null {
  return isKey(text) ? text : null;
}

function readRanges(text: string | null): CompareView["ranges"] {
  const ranges: CompareView["ranges"] = {};
  for (const item of list(text)) {
    const [key = "", from = "", to = ""] = item.split(":");
    const [low, high] = [from, to].map((end) => (end === "" ? Number.NaN : Number(end)));
    if (low === undefined || high === undefined || !(low <= high)) continue;
    if (isKey(decode(key))) ranges[decode(key)] = [low, high];
  }
  return ranges;
}

export function readCompare(search: string): CompareView {
  const params = new URLSearchParams(search);
  const axes = params.get("axes");
  return {
    runs: [...new Set(list(params.get("runs")))],
    set: params.get("s") || null,
    tab: COMPARE_TABS.find((tab) => tab === params.get("tab")) ?? "diff",
    baseline: params.get("baseline") || null,
    all: params.get("rows") === "all",
    axes: axes === null ? null : [...new Set(list(axes).map(decode))].filter(isKey),
    ranges: readRanges(params.get("keep")),
    x: readKey(params.get("x")),
    y: readKey(params.get("y")),
    colour: readKey(params.get("colour")),
    run: params.get("run") || null,
    path: params.get("path") || null,
    other: params.get("with") || null,
  };
}

export function writeCompare(view: CompareView): string {
  const ranges = Object.entries(view.ranges);
  return query({
    runs: view.runs.join(","),
    s: view.set,
    tab: view.tab !== "diff" && view.tab,
    baseline: view.baseline,
    rows: view.all && "all",
    // No axes at all is a choice too: a comma is a list of nothing.
    axes: view.axes === null ? null : view.axes.map(encode).join(",") || ",",
    keep: ranges.map(([key, range]) => [encode(key), ...range].join(":")).join(","),
    x: view.x,
    y: view.y,
    colour: view.colour,
    run: view.run,
    path: view.path,
    with: view.other,
  });
}
