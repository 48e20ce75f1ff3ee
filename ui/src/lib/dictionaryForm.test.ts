import { expect, test } from "vitest";
import { entryOf, rowOf, saysSame, wrongFields } from "./dictionaryForm";

test("a row is what the server says, and back", () => {
  const entry = { key: "loss", label: "Loss", direction: "min", decimals: 0, low: -1, goal: 0.5 };
  expect(entryOf(rowOf(entry))).toEqual(entry);
  expect(entryOf({ ...rowOf({ key: "a" }), unit: "  " })).toEqual({ key: "a" });
});

test("what can't be meant is marked", () => {
  const row = rowOf({ key: "a" });
  expect(wrongFields(row)).toEqual([]);
  expect(wrongFields({ ...row, decimals: "1.5", goal: "high" })).toEqual(["decimals", "goal"]);
  expect(wrongFields({ ...row, low: "1", high: "1" })).toEqual(["high"]);
  expect(wrongFields({ ...row, low: "1e-3", high: "1" })).toEqual([]);
});

test("forms are compared by what they say", () => {
  const [a, b] = [rowOf({ key: "a", group: "g", unit: "s" }), rowOf({ key: "b", low: 1 })];
  expect(saysSame([a, b, rowOf({ key: "c" })], [b, { ...a, unit: " s " }])).toBe(true);
  expect(saysSame([a], [{ ...a, unit: "" }])).toBe(false);
});
