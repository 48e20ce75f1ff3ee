import { describe, expect, test } from "vitest";
import type { Double, Metric } from "../api/types.gen";
import { groupKeys, isolated, positiveOnly, toSeries } from "./series";

const point = (step: number, value: Double, timestamp = 1000 + step * 10): Metric => ({
  key: "m",
  value,
  step,
  timestamp,
});

describe("series", () => {
  test("what can't be drawn is a gap", () => {
    const clamped = 1.7976931348623157e308;
    const points = [
      point(0, 1),
      point(1, "NaN"),
      point(2, "Infinity"),
      point(3, clamped),
      point(4, 2),
    ];
    expect(toSeries(points, "step", 0)).toEqual({
      x: [0, 1, 2, 3, 4],
      y: [1, null, null, null, 2],
      axis: "step",
      gaps: 3,
      oneStep: null,
    });
  });

  test("time is in seconds since the start, in order", () => {
    const series = toSeries([point(5, 1, 3000), point(6, 2, 1500)], "time", 1000);
    expect([series.x, series.y, series.axis]).toEqual([[0.5, 2], [2, 1], "time"]);
  });

  test("points that share one step are shown over time", () => {
    const series = toSeries([point(0, 1, 1000), point(0, 2, 2000)], "step", 1000);
    expect([series.axis, series.oneStep, series.x]).toEqual(["time", 0, [0, 1]]);
    expect(toSeries([point(0, 1)], "step", 0).axis).toBe("step");
    expect(toSeries([], "step", 0).x).toEqual([]);
  });

  test("a logarithm has no place for what isn't positive", () => {
    const series = positiveOnly(toSeries([point(0, 1), point(1, 0), point(2, -1)], "step", 0));
    expect([series.y, series.gaps]).toEqual([[1, null, null], 2]);
  });

  test("points between gaps are found", () => {
    expect(isolated([null, 1, null, 2, 3, null, 4])).toEqual([1, 6]);
    expect(isolated([1])).toEqual([0]);
    expect(isolated([])).toEqual([]);
  });
});

describe("groups of metrics", () => {
  test("few are not grouped, but for the machine's", () => {
    expect(groupKeys(["val/b", "system/cpu", "train/a", "x"])).toEqual([
      { name: "", keys: ["train/a", "val/b", "x"] },
      { name: "system", keys: ["system/cpu"] },
    ]);
  });

  test("many are; those alone in their group come first", () => {
    const keys = Array.from({ length: 13 }, (_, index) => `layer/${index}`);
    const groups = groupKeys([...keys, "lone/one", "plain", "system/cpu"]);
    expect(groups.map(({ name }) => name)).toEqual(["", "layer", "system"]);
    expect(groups[0]?.keys).toEqual(["lone/one", "plain"]);
    expect(groups[1]?.keys).toEqual(keys);
  });

  test("validation comes first, the machine last", () => {
    const keys = ["system/cpu", "train/a", "train/b", "val/a", "val/b", "loss"];
    const names = groupKeys(keys, 0).map(({ name }) => name);
    expect(names).toEqual(["", "val", "train", "system"]);
  });

  test("no key is lost or doubled", () => {
    const keys = ["/a", "a/", "a/b/c", "a", "system/x", "b/1", "b/2"];
    expect(
      groupKeys(keys)
        .flatMap((group) => group.keys)
        .sort(),
    ).toEqual([...keys].sort());
    expect(groupKeys([])).toEqual([]);
  });
});
