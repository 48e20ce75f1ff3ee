import { expect, test } from "vitest";
import { smooth } from "./smoothing";

test("a constant stays what it is from the first point on", () => {
  for (const value of smooth(new Float64Array(50).fill(7), 0.99)) expect(value).toBeCloseTo(7, 12);
});

test("each value is the weighted mean of all before it", () => {
  const [a, b, c] = smooth(new Float64Array([1, 2, 6]), 0.5);
  expect(a).toBe(1);
  expect(b).toBeCloseTo((1 * 0.5 + 2) / 1.5, 12);
  expect(c).toBeCloseTo((1 * 0.25 + 2 * 0.5 + 6) / 1.75, 12);
});

test("no weight changes nothing", () => {
  expect([...smooth(new Float32Array([3, 1, 2]), 0)]).toEqual([3, 1, 2]);
});

test("gaps stay gaps and spoil nothing", () => {
  const values = [1, Number.NaN, 3, Number.POSITIVE_INFINITY, 3];
  const out = smooth(new Float64Array(values), 0.5);
  expect(out[1]).toBeNaN();
  expect(out[3]).toBe(Number.POSITIVE_INFINITY);
  expect([out[0], out[2], out[4]]).toEqual([...smooth(new Float64Array([1, 3, 3]), 0.5)]);
});
