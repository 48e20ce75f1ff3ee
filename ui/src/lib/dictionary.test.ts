import { expect, test } from "vitest";
import {
  bestPlace,
  chosenRange,
  dictionaryOf,
  metricSections,
  metricTitle,
  valueText,
} from "./dictionary";
import { createFormatter } from "./format";

const dictionary = dictionaryOf([
  { key: "val/acc", label: "Accuracy", unit: "%", direction: "max", decimals: 1, group: "Quality" },
  { key: "train/loss", direction: "min", group: "val" },
]);

test("a metric has its label and unit, or else its key", () => {
  expect(metricTitle(dictionary, "val/acc")).toBe("Accuracy (%)");
  expect(metricTitle(dictionary, "train/loss")).toBe("train/loss");
});

test("sections that were chosen come first, and take in what has their name", () => {
  const keys = ["train/acc", "train/loss", "train/lr", "val/acc", "val/f1", "val/loss"];
  expect(metricSections(keys, dictionary, 0)).toEqual([
    { name: "Quality", keys: ["val/acc"] },
    { name: "val", keys: ["train/loss", "val/f1", "val/loss"] },
    { name: "train", keys: ["train/acc", "train/lr"] },
  ]);
});

test("the best value is that of the direction, if there is one", () => {
  expect(bestPlace(dictionary.get("val/acc"), [0.5, null, 0.9])).toBe(2);
  expect(bestPlace(dictionary.get("train/loss"), [0.5, Number.NaN, 0.1])).toBe(2);
  expect(bestPlace(dictionary.get("train/loss"), [0.5, 0.5])).toBeNull();
  expect(bestPlace(undefined, [1, 2])).toBeNull();
});

test("decimals are those that were chosen", () => {
  const format = createFormatter("en");
  expect(valueText(dictionary.get("val/acc"), format, String)(91.25)).toBe("91.3");
  expect(valueText(undefined, format, String)(91.25)).toBe("91.25");
});

test("an axis has the chosen ends, or room for the goal", () => {
  expect(chosenRange({ key: "a", low: 0 }, [0.2, 0.8], false)).toEqual([0, 0.8]);
  expect(chosenRange({ key: "a", goal: 0.9 }, [0.2, 0.8], false)).toEqual([0.2, 0.9]);
  expect(chosenRange({ key: "a", high: 0.5, goal: 0.9 }, [0.2, 0.8], false)).toEqual([0.2, 0.5]);
  expect(chosenRange({ key: "a", low: 0 }, [0.2, 0.8], true)).toEqual([0.2, 0.8]);
  expect(chosenRange({ key: "a", low: 1 }, [0.2, 0.8], false)).toEqual([0.2, 0.8]);
});
