import { describe, expect, test } from "vitest";
import { keysAnswer, type Logged, runsPage } from "../testing/workspace";
import type { ColumnKey } from "./columns";
import { equals, sameAs, within } from "./conditions";
import { createFormatter } from "./format";
import { gridColumn } from "./gridColumns";
import { rowDuration, rowsOf } from "./rows";
import { EVERYTHING, isSelected, NOTHING, select, selectedCount } from "./selection";

const RUNS: Logged[] = [
  { id: "a1", params: { lr: "1", name: "x" }, metrics: { m: 0.5 }, tags: { "mlflow.user": "me" } },
  { id: "b2", params: { lr: "2e3", name: "1" }, metrics: { m: "NaN" } },
  { id: "c3", status: "RUNNING" },
];
const FIELDS = ["params.`lr`", "params.`name`", "metrics.`m`", "tags.`mlflow.user`"];
const ROWS = rowsOf(runsPage(RUNS, { columns: FIELDS }));
const [FIRST, SECOND, THIRD] = ROWS as [(typeof ROWS)[0], (typeof ROWS)[0], (typeof ROWS)[0]];

describe("a column", () => {
  const setting = {
    keys: keysAnswer(RUNS),
    sample: ROWS,
    format: createFormatter("en"),
    attributeLabels: { start_time: "Started", duration: "Duration", user_id: "User" },
    summaryLabels: { last: "last", min: "min", max: "max" },
  };
  const column = (key: ColumnKey, width?: number) => gridColumn(key, setting, width);
  const texts = (key: ColumnKey) =>
    ROWS.map((row) => column(key).cell(row, row.start + 1000)?.text);

  test("shows metrics with common decimals, params as they were logged", () => {
    expect(texts("metrics.m")).toEqual(["0.5000", "NaN", undefined]);
    expect(column("min.m")).toMatchObject({ field: "metrics.`m`.min", label: "m min" });
    expect(texts("params.lr")).toEqual(["1", "2e3", undefined]);
    expect(texts("attributes.user_id")).toEqual(["me", undefined, undefined]);
    expect(texts("attributes.duration")).toEqual(["1m 0s", "1m 0s", "1s"]);
  });

  test("stands flush right where it holds numbers only", () => {
    expect(column("params.lr").isNumeric).toBe(true);
    expect(column("params.name").isNumeric).toBe(false);
    expect(column("metrics.m").isNumeric).toBe(true);
  });

  test("tells what isn't read from what isn't there", () => {
    expect(column("params.lr").cell(THIRD, 0)).toBeNull();
    expect(column("params.other").cell(FIRST, 0)).toBeUndefined();
  });

  test("is as wide as was wished, else as what is in it", () => {
    expect(column("params.lr", 333).width).toBe(333);
    expect(column("params.a very long name of a parameter").width).toBeGreaterThan(
      column("params.lr").width,
    );
  });
});

describe("a row", () => {
  test("of a run that is gone has no id", () => {
    expect(rowsOf(runsPage([{ id: "" }], {}))[0]?.id).toBe("");
  });

  test("lasts until now while it runs", () => {
    expect(rowDuration(THIRD, THIRD.start + 5)).toBe(5);
    expect(rowDuration(FIRST, 0)).toBe(60_000);
    expect(rowDuration({ ...FIRST, start: 0 }, 0)).toBeNull();
    expect(rowDuration({ ...THIRD, status: "KILLED" }, 0)).toBeNull();
  });
});

describe("conditions", () => {
  test("that a cell asks for", () => {
    expect(sameAs(FIRST, "params.lr")).toBe("params.`lr` = '1'");
    expect(sameAs(FIRST, "metrics.m")).toBe("metrics.`m` = 0.5");
    expect(sameAs(SECOND, "metrics.m")).toBeNull();
    expect(sameAs(THIRD, "params.lr")).toBeNull();
    expect(sameAs(FIRST, "attributes.user_id")).toBe("tags.`mlflow.user` = 'me'");
    expect(sameAs(FIRST, "attributes.duration")).toBeNull();
  });

  test("quotes hold what they can", () => {
    expect(equals("params.`a`", "it's")).toBe('params.`a` = "it\'s"');
    expect(equals("params.`a`", '"it\'s"')).toBeNull();
  });

  test("a bin holds its lower end, the last one both", () => {
    expect(within("metrics.`m`", 1, 2, false)).toBe("metrics.`m` >= 1 AND metrics.`m` < 2");
    expect(within("metrics.`m`", 1, 2, true)).toBe("metrics.`m` BETWEEN 1 AND 2");
    expect(within("metrics.`m`", 1, 1, true)).toBe("metrics.`m` = 1");
  });
});

describe("a selection", () => {
  test("of some", () => {
    const some = select(NOTHING, ["a", "b"], true);
    expect([isSelected(some, "a"), isSelected(some, "c")]).toEqual([true, false]);
    expect(selectedCount(some, 100)).toBe(2);
    expect(selectedCount(select(some, ["b", "c"], false), 100)).toBe(1);
  });

  test("of all but some", () => {
    const most = select(EVERYTHING, ["a"], false);
    expect([isSelected(most, "a"), isSelected(most, "c")]).toEqual([false, true]);
    expect(selectedCount(most, 100)).toBe(99);
    expect(selectedCount(select(most, ["a"], true), 100)).toBe(100);
  });
});
