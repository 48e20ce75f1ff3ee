import { describe, expect, test } from "vitest";
import { type CompareView, readCompare, writeCompare } from "./compareView";
import { type HomeView, type RunView, readHome, readRun, writeHome, writeRun } from "./views";
import {
  DEFAULT_SORT,
  type ExperimentView,
  readExperiment,
  writeExperiment,
} from "./workspaceView";

const PLAIN = readExperiment("");

const COMPARED: CompareView = readCompare("?runs=a,b");

describe("a view and its query string", () => {
  test("defaults leave no trace", () => {
    expect(writeHome(readHome(""))).toBe("");
    expect(writeExperiment(readExperiment(""))).toBe("");
    expect(writeRun(readRun(""))).toBe("");
  });

  test.each<HomeView>([
    { name: "50% off & more", show: "deleted", tree: false, folded: [] },
    { name: "실험", show: "active", tree: true, folded: ["a,b/c", "d & e"] },
    { name: "", show: "starred", tree: false, folded: ["x"] },
  ])("home %j", (view) => {
    expect(readHome(writeHome(view))).toEqual(view);
  });

  test.each<ExperimentView>([
    { ...PLAIN, filter: "params.`a b` = 'x&y' AND metrics.loss < 1e-3" },
    { ...PLAIN, sort: { key: "metrics.val/loss", descending: false } },
    { ...PLAIN, sort: { key: "attributes.start_time", descending: false } },
    { ...PLAIN, deleted: true },
    { ...PLAIN, deleted: false },
    { ...PLAIN, columns: ["params.learning rate", "metrics.val/loss & more"] },
    { ...PLAIN, columns: [] },
    { ...PLAIN, columns: ["attributes.duration", "tags.a,b", "params.50%", "metrics.x:y"] },
    { ...PLAIN, folded: ["01234567", "89abcdef"], filter: "x" },
    { ...PLAIN, fixed: ["params.a,b"], widths: { "params.a:b,c": 120, name: 300 } },
    { ...PLAIN, layout: "charts", split: 35, dense: true, drawAll: true },
    { ...PLAIN, dense: false },
    {
      ...PLAIN,
      columns: ["min.val/loss", "max.a.b,c", "metrics.min.x"],
      sort: { key: "min.val/loss", descending: false },
    },
    { ...PLAIN, shown: ["a1"], hidden: ["b2", "c3"], pinned: ["d4"] },
    { ...PLAIN, charts: { ...PLAIN.charts, x: "relative", smooth: 0.6, find: "val" } },
  ])("experiment %j", (view) => {
    expect(readExperiment(writeExperiment(view))).toEqual(view);
  });

  test.each<CompareView>([
    COMPARED,
    { ...COMPARED, baseline: "b", all: true },
    { ...COMPARED, runs: [], set: "0a1b" },
    { ...COMPARED, tab: "parallel", axes: [], colour: "metrics.a,b", run: "b" },
    {
      ...COMPARED,
      tab: "parallel",
      axes: ["params.50%", "metrics.val/loss, a:b"],
      ranges: { "params.a:b,c": [-0.5, 1e-7], "metrics.x": [2, 2] },
    },
    { ...COMPARED, tab: "scatter", x: "params.lr", y: "metrics.val/loss & more" },
  ])("comparison %j", (view) => {
    expect(readCompare(writeCompare(view))).toEqual(view);
  });

  test.each<RunView>([
    { tab: "children", axis: "step", log: false, find: "", zoom: null },
    { tab: "metrics", axis: "time", log: true, find: "val/", zoom: [0.5, 12] },
    { tab: "children", axis: "step", log: false, find: "", zoom: [-3, 4] },
  ])("run %j", (view) => {
    expect(readRun(writeRun(view))).toEqual(view);
  });

  test.each([
    ["?sort=evil.key", "sort", DEFAULT_SORT],
    ["?sort=", "sort", DEFAULT_SORT],
    ["?columns=nonsense,metrics.a", "columns", ["metrics.a"]],
    ["?view=everything", "deleted", null],
    ["?layout=upside-down", "layout", "both"],
    ["?split=1000", "split", 80],
    ["?split=x", "split", 50],
    ["?widths=a,b:c,name:1", "widths", { name: 48 }],
    ["?columns=attributes.nonsense", "columns", []],
  ] as const)("%s is read as the default", (search, name, value) => {
    expect(readExperiment(search)[name]).toEqual(value);
  });

  test.each(["", "1", "1,1", "2,1", "a,b", "1,2,3", "1,Infinity"])("zoom=%s is none", (zoom) => {
    expect(readRun(`?zoom=${zoom}`).zoom).toBeNull();
  });
});
