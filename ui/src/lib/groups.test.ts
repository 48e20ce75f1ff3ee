import { expect, test } from "vitest";
import { toBands } from "../charts/bands";
import type { ColumnKey } from "./columns";
import { createFormatter } from "./format";
import type { FrameSeries } from "./frames";
import {
  type GroupView,
  groupColumns,
  groupId,
  groupLabel,
  meanText,
  reach95,
  readGroups,
  seedLike,
  spreadDecimals,
  writeGroups,
} from "./groups";

const written = (view: GroupView) => {
  const entries = Object.entries(writeGroups(view)).filter(([, text]) => text !== null);
  return new URLSearchParams(entries as [string, string][]).toString();
};
const read = (text: string) => readGroups(new URLSearchParams(text));

test("the address says what makes groups, and what is drawn around their means", () => {
  const plain: GroupView = { by: null, band: "std", open: [] };
  expect(written(plain)).toBe("");
  expect(read("")).toEqual(plain);
  const keys: ColumnKey[] = ["params.a,b%c", "tags.team"];
  const views: GroupView[] = [
    { by: { all: true, keys: ["params.seed"] }, band: "ci", open: ["g.1", "g.2"] },
    { by: { all: true, keys: [] }, band: "none", open: [] },
    { by: { all: false, keys }, band: "range", open: [] },
  ];
  for (const view of views) expect(read(written(view))).toEqual(view);
  // What can't make groups is left out.
  expect(read("group=metrics.m,attributes.user_id,nonsense&band=wide")).toEqual(plain);
  expect(read("group=*,tags.team").by).toEqual({ all: true, keys: [] });
});

test("a group's id is of its values, whatever their order", () => {
  const a: [ColumnKey, string | null][] = [
    ["params.lr", "0.1"],
    ["params.opt", null],
  ];
  expect(groupId(new Map(a))).toBe(groupId(new Map(a.toReversed())));
  const ids = [null, "", "null", "0.1"].map((opt) => groupId(new Map([["params.opt", opt]])));
  expect(new Set(ids).size).toBe(4);
  expect(groupLabel(new Map(a))).toBe("lr=0.1 · opt=–");
});

test("a mean has the decimals that its deviation needs, the same in all of a column", () => {
  const format = createFormatter("en");
  expect(meanText(0.91234, 0.0042, 5, format)).toBe("0.9123 ± 0.0042");
  expect(meanText(0.91234, 0.0042, 5, format, 3)).toBe("0.912 ± 0.004");
  expect(meanText(12345.6, 321, 5, format)).toBe("12,346 ± 321");
  expect(meanText(0.5, 0, 1, format, 3)).toBe("0.500");
  expect(meanText(3, 0, 4, format)).toBe("3.000 ± 0.000");
  // What would be rounded to nothing, or takes too many digits.
  expect(meanText(1e-9, 2e-10, 3, format)).toBe("1e-9 ± 2e-10");
  expect(meanText(0.5, 1e-5, 3, format, 3)).toBe("0.500 ± 1e-5");
  const spreads = [0.01, 0.012, 0.3].map((std) => ({ n: 3, mean: 1, std }));
  expect(spreadDecimals([...spreads, { n: 0 }])).toBe(3);
});

test("a 95 % interval reaches as far as Student's t says", () => {
  // From tables of the distribution.
  const known: [number, number][] = [
    [2, 12.7062],
    [5, 2.776445],
    [31, 2.042272],
    [41, 2.021075],
    [121, 1.97993],
    [100_000, 1.959988],
  ];
  for (const [n, t] of known) expect(reach95(n)).toBeCloseTo(t, 4);
  expect(reach95(1)).toBe(0);
});

test("bands are around the mean of the logged values", () => {
  // The values of five runs, at two steps; the last step is one run's only.
  const values = [[0.9, 0.91, 0.92, 0.93, 0.95], [7]];
  const mean = values.map((all) => all.reduce((sum, one) => sum + one) / all.length);
  const std = values.map((all, at) =>
    all.length < 2
      ? 0
      : Math.sqrt(
          all.reduce((sum, one) => sum + (one - (mean[at] ?? 0)) ** 2, 0) / (all.length - 1),
        ),
  );
  const numbers = (of: number[]) => new Float64Array(of);
  const series: FrameSeries = {
    run: "",
    group: "g",
    key: "m",
    points: 2,
    runs: 5,
    exact: false,
    x: numbers([1, 2]),
    value: null,
    mean: numbers(mean),
    std: numbers(std),
    min: numbers([0.9, 7]),
    max: numbers([0.95, 7]),
    count: new Uint32Array([5, 1]),
  };
  const groups = [{ id: "g", name: "g", colour: "#000", pinned: false }];
  const band = (kind: GroupView["band"]) => toBands(groups, new Map([["g", series]]), kind, 0)[0];
  expect([...(band("std")?.y ?? [])]).toEqual(mean);
  const half = (kind: GroupView["band"]) => (band(kind)?.high?.[0] ?? 0) - (mean[0] ?? 0);
  expect(half("std")).toBeCloseTo(0.0192353841, 9);
  expect(half("sem")).toBeCloseTo(0.0192353841 / Math.sqrt(5), 9);
  expect(half("ci")).toBeCloseTo((2.776445 * 0.0192353841) / Math.sqrt(5), 7);
  expect(band("ci")?.low?.[1]).toBe(7);
  expect([band("range")?.low?.[0], band("range")?.high?.[0]]).toEqual([0.9, 0.95]);
  expect(band("none")?.low).toBeNull();
});

test("params that are like a seed", () => {
  const names = [
    "lr",
    "seed",
    "random_state",
    "dataSeed",
    "fold",
    "seeding_rate",
    "folder",
    "x/seed",
  ];
  expect(seedLike(names)).toEqual(["seed", "random_state", "dataSeed", "fold", "x/seed"]);
});

test("what is told of groups comes first in the table", () => {
  expect(groupColumns(["attributes.start_time", "params.lr", "metrics.m"])).toEqual([
    "metrics.m",
    "params.lr",
    "attributes.start_time",
  ]);
});
