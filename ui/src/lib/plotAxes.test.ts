import { describe, expect, test } from "vitest";
import { makeRun } from "../testing/runs";
import { createFormatter } from "./format";
import {
  defaultAxes,
  defaultPair,
  keptRuns,
  marksOf,
  nearestLine,
  plotAxes,
  rangeBetween,
  runOrder,
  runText,
  shareOf,
  steppedRun,
  valueAt,
} from "./plotAxes";

const RUNS = [
  { lr: "0.1", optimizer: "sgd", layers: "10", same: "1", acc: 0.5 },
  { lr: "1e-4", optimizer: "adam", layers: "9", same: "1", acc: 0.75 },
  { lr: "0.001", optimizer: "none", layers: "x", same: "1", acc: "NaN" as const },
].map(({ acc, ...params }, at) =>
  makeRun({
    id: `r${at}`,
    params: at === 2 ? { ...params, only: "7" } : params,
    metrics: { acc, "val/loss": at - 1, "system/cpu": 1 },
  }),
);
const AXES = plotAxes(RUNS);
const axis = (key: string) => {
  const found = AXES.find((one) => one.key === key);
  if (found === undefined) throw new Error(key);
  return found;
};

describe("axes", () => {
  test("are params by name, then metrics with validation first", () => {
    expect(AXES.map(({ key }) => key)).toEqual([
      "params.layers",
      "params.lr",
      "params.only",
      "params.optimizer",
      "params.same",
      "metrics.val/loss",
      "metrics.acc",
      "metrics.system/cpu",
    ]);
    expect(defaultAxes(AXES)).toEqual([
      "params.layers",
      "params.lr",
      "params.only",
      "params.optimizer",
      "metrics.val/loss",
      "metrics.acc",
    ]);
  });

  test("are logarithmic from three decades on, and only where all is positive", () => {
    expect(axis("params.lr").scale).toBe("log");
    expect(shareOf(axis("params.lr"), 0.001)).toBeCloseTo(1 / 3);
    expect(valueAt(axis("params.lr"), 1 / 3)).toBeCloseTo(0.001);
    expect(axis("metrics.val/loss").scale).toBe("linear");
    const wide = plotAxes([makeRun({ params: { a: "0" } }), makeRun({ params: { a: "9999" } })]);
    expect(wide[0]?.scale).toBe("linear");
  });

  test("one text that is no number makes categories, in order", () => {
    const { scale, categories, values } = axis("params.layers");
    expect([scale, categories, values]).toEqual(["categories", ["9", "10", "x"], [1, 0, 2]]);
    expect(shareOf(axis("params.layers"), 0)).toBeCloseTo(1 / 6);
    expect(valueAt(axis("params.layers"), 1 / 2)).toBeCloseTo(1);
  });

  test("what has no place is no value, and a value that all share is in the middle", () => {
    expect(axis("metrics.acc").values).toEqual([0.5, 0.75, null]);
    expect(runText(axis("metrics.acc"), 2, createFormatter("en"))).toBe("NaN");
    expect(axis("params.only").values).toEqual([null, null, 7]);
    expect(runText(axis("params.only"), 0, createFormatter("en"))).toBe("–");
    expect(shareOf(axis("params.same"), 1)).toBe(0.5);
  });

  test("few values are marked themselves, many by round numbers, none too close", () => {
    expect(marksOf(axis("params.lr"), 300, 14)).toEqual([1e-4, 0.001, 0.1]);
    expect(marksOf(axis("params.lr"), 30, 14)).toEqual([1e-4, 0.1]);
    const many = plotAxes(
      Array.from({ length: 9 }, (_, at) => makeRun({ params: { a: `${at * 1.7}` } })),
    );
    expect(many[0] && marksOf(many[0], 300, 14)).toEqual([0, 2, 4, 6, 8, 10, 12]);
  });
});

test("a param and a metric of one name are told apart", () => {
  const [param, metric] = plotAxes([makeRun({ params: { lr: "1" }, metrics: { lr: 2 } })]);
  expect([param?.name, metric?.name]).toEqual(["params.lr", "metrics.lr"]);
});

test("a scatter plot begins with a param across and a metric upwards", () => {
  expect(defaultPair(AXES)).toEqual(["params.layers", "metrics.val/loss"]);
  const alone = plotAxes([makeRun({ metrics: { a: 1, b: 2 } })]);
  expect(defaultPair(alone)).toEqual(["metrics.b", "metrics.a"]);
  expect(defaultPair([])).toEqual([null, null]);
});

describe("ranges", () => {
  test("end at values of runs, and are none where no run is", () => {
    expect(rangeBetween(axis("params.lr"), 0.9, 0.2)).toEqual([0.001, 0.001]);
    expect(rangeBetween(axis("params.lr"), 0, 1)).toEqual([1e-4, 0.1]);
    expect(rangeBetween(axis("params.lr"), 0.4, 0.9)).toBeNull();
  });

  test("keep the runs that are within all of them; one without a value isn't", () => {
    expect(keptRuns(AXES, {}, 3)).toEqual([true, true, true]);
    expect(keptRuns(AXES, { "params.lr": [1e-4, 0.001] }, 3)).toEqual([false, true, true]);
    const both = { "params.lr": [1e-4, 0.001], "metrics.acc": [0, 1] } as const;
    expect(keptRuns(AXES, both, 3)).toEqual([false, true, false]);
  });
});

test("runs are stepped through from the highest down, those without a value last", () => {
  const order = runOrder(axis("metrics.acc"), [true, true, true]);
  expect(order).toEqual([1, 0, 2]);
  expect(runOrder(axis("metrics.acc"), [true, false, true])).toEqual([0, 2]);
  expect([steppedRun(order, null, 1), steppedRun(order, null, -1)]).toEqual([1, 2]);
  expect([steppedRun(order, 0, 1), steppedRun(order, 2, 1), steppedRun(order, 1, -1)]).toEqual([
    2, 2, 1,
  ]);
  expect(steppedRun([], null, 1)).toBeNull();
});

test("the nearest line is the one whose segment is, within reach", () => {
  const lines = [
    [
      [0, 0],
      [100, 0],
    ],
    [
      [0, 50],
      [100, 10],
    ],
    [[40, 90]],
  ] as const;
  expect(nearestLine(lines, [50, 2], 20)).toBe(0);
  expect(nearestLine(lines, [50, 25], 20)).toBe(1);
  expect(nearestLine(lines, [42, 92], 20)).toBe(2);
  expect(nearestLine(lines, [0, 90], 20)).toBeNull();
});
