import { expect, test } from "vitest";
import { makeRun } from "../testing/runs";
import { plotAxes } from "./plotAxes";
import { boxesOf, quantile } from "./plotBoxes";
import { surface } from "./plotSurface";

const AXES = plotAxes(
  [1, 2, 3, 4, 100].map((loss, at) =>
    makeRun({
      id: `r${at}`,
      params: { kind: at < 4 ? "a" : "b", lr: String(at) },
      metrics: { loss },
    }),
  ),
);
const axis = (key: string) => {
  const found = AXES.find((one) => one.key === key);
  if (found === undefined) throw new Error(key);
  return found;
};

test("quantiles as numpy has them by default", () => {
  expect([0, 0.25, 0.5, 0.75, 1].map((share) => quantile([1, 2, 3, 10], share))).toEqual([
    1, 1.75, 2.5, 4.75, 10,
  ]);
});

test("a box for each value, whiskers without what lies far out", () => {
  const boxes = boxesOf(axis("params.kind"), axis("metrics.loss"));
  expect(boxes.map(({ runs, median, low, high }) => [runs, median, low, high])).toEqual([
    [[0, 1, 2, 3], 2.5, 1, 4],
    [[4], 100, 100, 100],
  ]);
  const all = plotAxes(
    [1, 2, 3, 4, 100].map((loss) => makeRun({ params: { same: "1" }, metrics: { loss } })),
  );
  const [same, loss] = ["params.same", "metrics.loss"].map((key) =>
    all.find((one) => one.key === key),
  );
  if (same === undefined || loss === undefined) throw new Error();
  expect(boxesOf(same, loss)[0]).toMatchObject({ q1: 2, q3: 4, low: 1, high: 4 });
});

test("many numbers are put together, each run once", () => {
  const runs = Array.from({ length: 40 }, (_, at) =>
    makeRun({ id: `r${at}`, params: { x: String(at) }, metrics: { y: at } }),
  );
  const [x, y] = plotAxes(runs);
  if (x === undefined || y === undefined) throw new Error();
  const boxes = boxesOf(x, y);
  expect(boxes.length).toBe(6);
  expect(boxes.flatMap((box) => box.runs).toSorted((a, b) => a - b)).toEqual([...runs.keys()]);
  expect([boxes[0]?.from, boxes[5]?.to]).toEqual([0, 39]);
});

test("a surface meets its values and stays between them", () => {
  const size = 21;
  const known = [
    { x: 0.5 / size, y: 0.5 / size, value: 0 },
    { x: 1 - 0.5 / size, y: 1 - 0.5 / size, value: 1 },
  ];
  const values = surface(known, size);
  expect(values[(size - 1) * size]).toBeCloseTo(0, 6);
  expect(values[size - 1]).toBeCloseTo(1, 6);
  expect(values[Math.floor((size * size) / 2)]).toBeCloseTo(0.5, 6);
  expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...values)).toBeLessThanOrEqual(1);
});
