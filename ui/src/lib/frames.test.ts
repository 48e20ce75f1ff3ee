import { expect, test } from "vitest";
import { encodeFrame } from "../testing/frames";
import { decodeFrame } from "./frames";

test("series come back as views of the answer", () => {
  const buffer = encodeFrame([
    { run: "a", key: "손실", arrays: { x: [0, 1, 2], value: [0.5, Number.NaN, 0.25] } },
    {
      run: "b",
      key: "loss",
      points: 1000,
      exact: false,
      narrow: true,
      arrays: {
        x: [499, 999],
        value: [1, 2],
        min: [0.5, 1],
        max: [3, 4],
        mean: [1, 2],
        count: [500, 499],
      },
    },
  ]);
  const [a, b] = decodeFrame(buffer);
  expect(a).toMatchObject({
    run: "a",
    key: "손실",
    points: 3,
    exact: true,
    min: null,
    count: null,
  });
  expect([...(a?.x ?? [])]).toEqual([0, 1, 2]);
  expect([...(a?.value ?? [])]).toEqual([0.5, Number.NaN, 0.25]);
  expect(a?.x.buffer).toBe(buffer);
  expect(b).toMatchObject({ points: 1000, exact: false });
  expect(b?.max).toEqual(new Float32Array([3, 4]));
  expect(b?.count).toEqual(new Uint32Array([500, 499]));
});

test("arrays in planes are put together", () => {
  const series = [
    { run: "a", key: "k", narrow: true, arrays: { x: [1, 2.5, 1e300], value: [0.5, -1, 2] } },
    { run: "b", key: "k", arrays: { x: [1, 2.5, 1e300], count: [1, 70_000, 2 ** 31] } },
  ];
  expect(decodeFrame(encodeFrame(series, true))).toEqual(decodeFrame(encodeFrame(series)));
});

test("the series of a group has its members' numbers", () => {
  const [band] = decodeFrame(
    encodeFrame([
      { group: "lr 0.1", key: "loss", arrays: { x: [1], n: [5], mean: [2], std: [0.5] } },
    ]),
  );
  expect(band).toMatchObject({ group: "lr 0.1", run: "", value: null });
  expect(band?.count).toEqual(new Uint32Array([5]));
  expect(band?.std).toEqual(new Float64Array([0.5]));
});

test("an empty answer has no series", () => {
  expect(decodeFrame(encodeFrame([]))).toEqual([]);
});

test("what is no frame, or was cut short, is refused", () => {
  const whole = encodeFrame([{ run: "a", key: "k", arrays: { x: [0, 1], value: [1, 2] } }]);
  expect(() => decodeFrame(new ArrayBuffer(4))).toThrow("no frame");
  expect(() => decodeFrame(new TextEncoder().encode('{"error_code": 1}').buffer)).toThrow(
    "no frame",
  );
  for (let size = 8; size < whole.byteLength; size += 1) {
    expect(() => decodeFrame(whole.slice(0, size))).toThrow("cut short");
  }
});
