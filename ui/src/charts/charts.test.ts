import { expect, test, vi } from "vitest";
import type { FrameSeries } from "../lib/frames";
import { FrameQueue } from "./frameQueue";
import { nearestLine } from "./hoverIndex";
import { HoverStore } from "./hoverStore";
import { columnsIn, layOut, rowsBetween } from "./layout";
import { countPoints, extentX, extentY, type Line, nearestIndex, toLines } from "./lines";
import { projection, toPixel, toValue } from "./scale";
import { logTicks } from "./ticks";

function line(run: string, y: number[], more: Partial<Line> = {}): Line {
  const values = new Float64Array(y);
  return {
    run,
    name: run,
    colour: "#000000",
    pinned: false,
    x: new Float64Array(y.map((_, at) => at)),
    y: values,
    raw: values,
    low: null,
    high: null,
    count: null,
    points: y.length,
    exact: true,
    ...more,
  };
}

const plain = { log: false, trim: false, within: null };

test("lines of runs without the series are left out, pinned ones lie on top", () => {
  const series = (run: string): FrameSeries => ({
    run,
    group: "",
    key: "k",
    points: 2,
    exact: true,
    x: new Float64Array([0, 1]),
    value: new Float64Array([2, 4]),
    min: null,
    max: null,
    mean: null,
    std: null,
    count: null,
  });
  const run = (id: string, pinned: boolean) => ({ id, name: id, colour: "#123456", pinned });
  const runs = [run("a", true), run("b", false), run("c", false)];
  const found = new Map([
    ["a", series("a")],
    ["c", series("c")],
  ]);
  const lines = toLines(runs, found, 0.5);
  expect(lines.map((one) => one.run)).toEqual(["c", "a"]);
  expect([...(lines[0]?.raw ?? [])]).toEqual([2, 4]);
  expect(lines[0]?.y[1]).toBeCloseTo((2 * 0.5 + 4) / 1.5, 12);
});

test("points are counted, and whether extremes between them are known", () => {
  const bucketed = line("b", [1, 2], { points: 1000, exact: false });
  expect(countPoints([line("a", [1, 2, 3]), bucketed])).toEqual({
    entries: 5,
    points: 1003,
    exact: false,
    hasEnvelope: false,
  });
  const enveloped = { ...bucketed, low: new Float64Array(2), high: new Float64Array(2) };
  expect(countPoints([enveloped]).hasEnvelope).toBe(true);
});

test("the y axis holds each value, the extremes of buckets too", () => {
  const spiky = line("a", [1, 2, 3], {
    exact: false,
    low: new Float64Array([1, -50, 3]),
    high: new Float64Array([1, 2, 90]),
  });
  const [from, to] = extentY([spiky], plain) ?? [0, 0];
  expect(from).toBeLessThan(-50);
  expect(to).toBeGreaterThan(90);
  expect(extentY([spiky], { ...plain, within: [0, 0] })).toEqual([0.9, 1.1]);
});

test("infinities and gaps don't stretch the axis; without anything else there is none", () => {
  const broken = line("a", [Number.NaN, Number.POSITIVE_INFINITY, Number.MAX_VALUE, 1, 2]);
  expect(extentY([broken], plain)).toEqual([0.96, 2.04]);
  expect(extentY([line("a", [Number.NaN])], plain)).toBeNull();
  expect(extentY([], plain)).toBeNull();
});

test("a logarithmic axis knows only what is positive", () => {
  const [from, to] = extentY([line("a", [-5, 0, 1, 100])], { ...plain, log: true }) ?? [0, 0];
  expect(from).toBeGreaterThan(0.5);
  expect(to).toBeGreaterThan(100);
  expect(extentY([line("a", [-5, 0])], { ...plain, log: true })).toBeNull();
  expect(extentX([line("a", [1, 1, 1])], true)).toEqual([1, 2]);
});

test("outliers don't count where they are to be ignored", () => {
  const values = Array.from({ length: 100 }, (_, at) => (at === 0 ? 1e9 : 1 + (at % 10) / 10));
  const [, to] = extentY([line("a", values)], { ...plain, trim: true }) ?? [0, 0];
  expect(to).toBeLessThan(3);
});

test("an axis of buckets begins at zero where the first points may be there", () => {
  const bucketed = (x: number[]) =>
    line("a", [1, 1, 1], { x: new Float64Array(x), exact: false, points: 9 });
  expect(extentX([bucketed([3, 6, 9])], false)).toEqual([0, 9]);
  expect(extentX([bucketed([103, 106, 109])], false)).toEqual([103, 109]);
  expect(extentX([line("a", [1, 1], { x: new Float64Array([1, 2]) })], false)).toEqual([1, 2]);
});

test.each([false, true])("pixels and values are each other's inverse (log: %s)", (log) => {
  const scale = projection({ log, min: 0.5, max: 2000, size: 300, flipped: true });
  expect(toPixel(scale, 2000)).toBeCloseTo(0, 9);
  expect(toPixel(scale, 0.5)).toBeCloseTo(300, 9);
  for (const value of [0.5, 1, 77, 2000]) {
    expect(toValue(scale, toPixel(scale, value))).toBeCloseTo(value, 8);
  }
});

const across = (max: number, size: number) =>
  projection({ log: false, min: 0, max, size, flipped: false });
const up = (max: number, size: number) =>
  projection({ log: false, min: 0, max, size, flipped: true });

test("the nearest line is meant, and its point next to the pointer", () => {
  const lines = [line("low", [1, 1, 1, 1]), line("high", [9, 9, 9, 9])];
  const [x, y] = [across(3, 300), up(10, 100)];
  expect(nearestLine(lines, 120, 85, x, y)).toMatchObject({ line: { run: "low" }, index: 1 });
  expect(nearestLine(lines, 290, 20, x, y)).toMatchObject({ line: { run: "high" }, index: 3 });
  expect(nearestLine(lines, 150, 50, x, y)).toBeNull();
  expect(nearestLine([], 150, 50, x, y)).toBeNull();
});

test("between two points the line itself is hit, where steep as well", () => {
  const steep = line("steep", [0, 10]);
  const [x, y] = [across(1, 400), up(10, 100)];
  expect(nearestLine([steep], 200, 50, x, y, 5)?.line.run).toBe("steep");
  expect(nearestLine([steep], 200, 70, x, y, 5)).toBeNull();
});

test("a gap is not hit, and no value of it is told", () => {
  const gap = line("gap", [1, Number.NaN, Number.NaN, Number.NaN, 1]);
  const [x, y] = [across(4, 400), up(2, 100)];
  expect(nearestLine([gap], 200, 50, x, y, 20)).toBeNull();
  expect(nearestIndex(gap, 1.9)).toBe(0);
  expect(nearestIndex(gap, 2.1)).toBe(4);
  expect(nearestIndex(line("none", [Number.NaN]), 0)).toBeNull();
});

test("hovering 500 lines of 100 points looks at a small part of them", () => {
  let reads = 0;
  const lines = Array.from({ length: 500 }, (_, run) => {
    const one = line(
      `r${run}`,
      Array.from({ length: 100 }, (_, at) => run + at),
    );
    const y = new Proxy(one.y, {
      get(target, name) {
        reads += 1;
        return Reflect.get(target, name);
      },
    });
    return { ...one, y };
  });
  const hit = nearestLine(lines, 200, 150, across(99, 400), up(600, 300), 36);
  expect(hit).not.toBeNull();
  // 72 of 400 pixels hold 18 of 100 points; one more at either end.
  expect(reads).toBeLessThan(500 * 24);
});

test("listeners hear of a change once", () => {
  const store = new HoverStore();
  const heard = vi.fn();
  const leave = store.subscribe(heard);
  store.set({ run: "a", x: 1, axis: "step", card: "loss" });
  store.set({ run: "a", x: 1, axis: "step", card: "loss" });
  store.clear();
  store.clear();
  leave();
  store.setRun("b");
  expect(heard).toHaveBeenCalledTimes(2);
  expect(store.now).toEqual({ run: "b", x: null, axis: null, card: null });
});

test("jobs wait for a frame that has time, and can be taken back", () => {
  let now = 0;
  const frames: (() => void)[] = [];
  const queue = new FrameQueue(
    8,
    (run) => frames.push(run),
    () => now,
  );
  const done: string[] = [];
  const job = (name: string, takes: number) => () => {
    done.push(name);
    now += takes;
  };
  queue.add(job("a", 5));
  queue.add(job("b", 5));
  const cancel = queue.add(job("c", 5));
  queue.add(job("d", 1));
  cancel();
  frames.shift()?.();
  expect(done).toEqual(["a", "b"]);
  frames.shift()?.();
  expect(done).toEqual(["a", "b", "d"]);
});

const section = (name: string, count: number) => ({
  name,
  keys: Array.from({ length: count }, (_, at) => `${name}/${at}`),
});
const heights = { head: 30, card: 200, gap: 10 };

test("rows hold the cards of open sections, each key once", () => {
  const sections = [section("a", 5), section("b", 2), section("c", 1)];
  const { rows, tops } = layOut(sections, ["b"], 2, heights);
  expect(rows.map((row) => (row.kind === "head" ? row.section.name : row.keys.length))).toEqual([
    "a",
    2,
    2,
    1,
    "b",
    "c",
    1,
  ]);
  expect(tops).toEqual([0, 30, 240, 450, 660, 690, 720, 930]);
});

test("only rows in view are found, however many there are", () => {
  const layout = layOut([section("a", 5000)], [], 4, heights);
  expect(rowsBetween(layout, 0, 400)).toEqual([0, 3]);
  const [from, to] = rowsBetween(layout, 100_000, 101_000);
  expect(layout.tops[from]).toBeLessThanOrEqual(100_000);
  expect(layout.tops[to]).toBeGreaterThanOrEqual(101_000);
  expect(to - from).toBeLessThan(8);
  expect(rowsBetween(layout, 1e9, 1e9 + 1)).toEqual([layout.rows.length, layout.rows.length]);
});

test("a section without a name that is the only one has no head", () => {
  const { rows } = layOut([section("", 3)], [""], 3, heights);
  expect(rows).toHaveLength(1);
  expect(rows[0]?.kind).toBe("cards");
});

test.each([
  [0, 1],
  [300, 1],
  [609, 1],
  [610, 2],
  [1280, 4],
])("in %i pixels %i cards stand beside each other", (width, columns) => {
  expect(columnsIn(width, 300, 10)).toBe(columns);
});

test.each([
  [1, 1000, [1, 10, 100, 1000]],
  [0.9, 50, [1, 2, 5, 10, 20, 50]],
  [0.1, 0.15, [0.1, 0.11, 0.12, 0.13, 0.14, 0.15]],
  [1e-12, 1e12, [1e-12, 1e-8, 1e-4, 1, 1e4, 1e8, 1e12]],
  [0, 1, []],
  [2, 2, []],
])("a logarithmic axis from %d to %d has few round marks", (min, max, ticks) => {
  expect(logTicks(min, max)).toEqual(ticks);
});
