import { describe, expect, test } from "vitest";
import { makeRun } from "../testing/runs";
import { deltaOf, diffRuns, diffText } from "./diff";
import { createFormatter } from "./format";
import { tableText } from "./tableText";

const FORMAT = createFormatter("en");
const LABELS = {
  status: "Status",
  start: "Started",
  duration: "Duration",
  user: "User",
  source: "Source",
  commit: "Commit",
};

describe("runs side by side", () => {
  const runs = [
    makeRun({ id: "a", params: { lr: "0.1", seed: "1" }, metrics: { loss: 2, acc: "NaN" } }),
    makeRun({ id: "b", params: { lr: "0.05", seed: "1", extra: "x" }, metrics: { loss: 1 } }),
    makeRun({ id: "c", status: "FAILED", tags: { team: "v" }, metrics: { loss: 0 } }),
  ];
  const rows = diffRuns(runs, LABELS, FORMAT);
  const named = (key: string) => rows.find((one) => one.key === key);

  test("have a row for each key that one of them has", () => {
    expect(rows.map(({ key }) => key)).toEqual([
      "Status",
      "Started",
      "extra",
      "lr",
      "seed",
      "acc",
      "loss",
      "team",
    ]);
    expect(named("extra")?.values).toEqual([null, "x", null]);
    expect(named("Started")?.differs).toBe(false);
    expect(named("Status")?.differs).toBe(true);
    expect(named("seed")?.differs).toBe(true);
  });

  test("differ by numbers, of the baseline's size", () => {
    const loss = named("loss");
    if (loss === undefined) throw new Error("no row");
    expect(deltaOf(loss, 1, 0)).toEqual({ by: -1, percent: -50 });
    expect(deltaOf(loss, 0, 2)).toEqual({ by: 2, percent: null });
    expect(deltaOf(loss, 0, 0)).toBeNull();
    const acc = named("acc");
    expect(acc && deltaOf(acc, 1, 0)).toBeNull();
    const lr = named("lr");
    expect(lr && deltaOf(lr, 1, 0)?.percent).toBeCloseTo(-50);
    expect(diffText(loss, 0, FORMAT)).toBe("2");
    expect(acc && diffText(acc, 0, FORMAT)).toBe("NaN");
    expect(acc && diffText(acc, 1, FORMAT)).toBe("");
  });
});

describe("a table as text", () => {
  const rows = [
    ["key", "a|b", "c"],
    ["x_1", "50%", '1,"2"'],
    ["=HYPERLINK()", "-1.5", "two\nlines"],
  ];

  test("Markdown", () => {
    expect(tableText(rows, "markdown")).toBe(
      '| key | a\\|b | c |\n| --- | ---: | ---: |\n| x\\_1 | 50% | 1,"2" |\n| =HYPERLINK() | -1.5 | two lines |\n',
    );
  });

  test("LaTeX", () => {
    const text = tableText(rows, "latex");
    expect(text).toContain("\\begin{tabular}{lrr}");
    expect(text).toContain('  x\\_1 & 50\\% & 1,"2" \\\\\n');
    expect(tableText([["\\~^{}#&$"]], "latex")).toContain(
      "\\textbackslash{}\\textasciitilde{}\\textasciicircum{}\\{\\}\\#\\&\\$",
    );
  });

  test("CSV, in which nothing becomes a formula", () => {
    expect(tableText(rows, "csv")).toBe(
      'key,a|b,c\r\nx_1,50%,"1,""2"""\r\n\'=HYPERLINK(),-1.5,"two\nlines"\r\n',
    );
  });
});
