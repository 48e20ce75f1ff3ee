import { describe, expect, test } from "vitest";
import { makeRun } from "../testing/runs";
import { cellColumn } from "./cells";
import { chooseColumns, inTableOrder, keysOf, MOST_COLUMNS } from "./columns";
import { both, containsPattern, quoted, quotedKey } from "./filters";
import { createFormatter } from "./format";
import { withRunning } from "./live";
import { nest } from "./nesting";
import { previewKind } from "./preview";
import { durationOf, splitTags, userOf } from "./runs";
import { firstScript } from "./snippets";

describe("filters", () => {
  test("texts get quotes that they don't hold", () => {
    expect(quoted("abc")).toBe("'abc'");
    expect(quoted("it's")).toBe('"it\'s"');
    expect(containsPattern("res")).toBe("'%res%'");
    expect(containsPattern("it's")).toBe('"%it\'s%"');
    // No quotes fit: the one that would end the text stands for any character.
    expect(containsPattern('it\'s "big"')).toBe("'%it_s \"big\"%'");
  });

  test("names are quoted, attributes are not", () => {
    expect(quotedKey("metrics.val/loss")).toBe("metrics.`val/loss`");
    expect(quotedKey("tags.mlflow.user")).toBe("tags.`mlflow.user`");
    expect(quotedKey("attributes.start_time")).toBe("attributes.start_time");
  });

  test("two filters are joined", () => {
    expect(both("", "b")).toBe("b");
    expect(both("a", "b")).toBe("a AND b");
    expect(both("a and ", "b")).toBe("a AND b");
  });
});

describe("nested runs", () => {
  const rows = (runs: ReturnType<typeof makeRun>[], folded: string[] = []) =>
    nest(runs, new Set(folded)).map(({ run, depth }) => `${"-".repeat(depth)}${run.info.run_id}`);

  test("children follow their parent in the order of the list", () => {
    const runs = [
      makeRun({ id: "c2", parent: "p" }),
      makeRun({ id: "x" }),
      makeRun({ id: "p" }),
      makeRun({ id: "c1", parent: "p" }),
      makeRun({ id: "g", parent: "c1" }),
    ];
    expect(rows(runs)).toEqual(["x", "p", "-c2", "-c1", "--g"]);
    expect(rows(runs, ["c1"])).toEqual(["x", "p", "-c2", "-c1"]);
    expect(rows(runs, ["p", "x"])).toEqual(["x", "p"]);
  });

  test("no run is lost, whatever its parent", () => {
    expect(rows([makeRun({ id: "a", parent: "elsewhere" })])).toEqual(["a"]);
    expect(rows([makeRun({ id: "a", parent: "a" })])).toEqual(["a"]);
    const circle = [makeRun({ id: "a", parent: "b" }), makeRun({ id: "b", parent: "a" })];
    expect(rows([...circle, makeRun({ id: "c", parent: "a" })]).sort()).toEqual(["a", "b", "c"]);
  });
});

describe("columns", () => {
  test("params that differ and metrics by how many runs log them, validation first", () => {
    const runs = [
      makeRun({
        params: { lr: "1", seed: "1", model: "a" },
        metrics: { loss: 1, "val/f1": 1, "system/gpu": 1 },
      }),
      makeRun({ params: { lr: "2", seed: "1" }, metrics: { loss: 1, acc: 1 } }),
    ];
    expect(chooseColumns(runs)).toEqual([
      "params.lr",
      "params.model",
      "metrics.val/f1",
      "metrics.loss",
      "metrics.acc",
    ]);
    expect(keysOf(runs).metrics).toContain("metrics.system/gpu");
  });

  test("at most twelve; either kind may take the room of the other", () => {
    const many = (letter: string, value: string) =>
      Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`${letter}${index}`, value]));
    const numbers = Object.fromEntries(Object.keys(many("m", "")).map((key) => [key, 1]));
    const count = (params: boolean, metrics: boolean) => {
      const runs = ["1", "2"].map((value) =>
        makeRun({ params: params ? many("p", value) : {}, metrics: metrics ? numbers : {} }),
      );
      return chooseColumns(runs).length;
    };
    expect(count(true, true)).toBe(MOST_COLUMNS);
    expect(count(true, false)).toBe(MOST_COLUMNS);
    expect(count(false, true)).toBe(MOST_COLUMNS);
    expect(count(false, false)).toBe(0);
  });

  test("parameters stand before metrics", () => {
    expect(inTableOrder(["metrics.a", "params.b"])).toEqual(["params.b", "metrics.a"]);
  });

  test("cells", () => {
    const runs = [
      makeRun({ params: { a: "1", b: "x" }, metrics: { m: 0.5 } }),
      makeRun({ params: { a: "2e3", b: "1" }, metrics: { m: "NaN" } }),
      makeRun(),
    ];
    const format = createFormatter("en");
    const metric = cellColumn("metrics.m", runs, format);
    expect(runs.map((run) => metric.cell(run)?.text)).toEqual(["0.5000", "NaN", undefined]);
    expect(cellColumn("params.a", runs, format).isNumeric).toBe(true);
    expect(cellColumn("params.b", runs, format).isNumeric).toBe(false);
  });
});

describe("formats", () => {
  const en = createFormatter("en");
  const ko = createFormatter("ko");

  test.each([
    [0, "0"],
    [0.123456789, "0.123457"],
    [12, "12"],
    [1234567.891, "1,234,568"],
    [0.00001234, "1.234e-5"],
    [-5e12, "-5e12"],
    [Number.NaN, "NaN"],
    [Number.POSITIVE_INFINITY, "∞"],
    [-Number.MAX_VALUE, "−∞"],
  ])("number %d", (value, text) => {
    expect(en.number(value)).toBe(text);
  });

  test("a column's points stand in line, and nothing is rounded to zero", () => {
    const format = en.column([0.91234, 0.5, 0.000123]);
    expect([0.91234, 0.5, 0.000123, 0].map(format)).toEqual([
      "0.9123",
      "0.5000",
      "1.23e-4",
      "0.0000",
    ]);
    const whole = en.column([1, 1000]);
    expect([1, 1000].map(whole)).toEqual(["1", "1,000"]);
    expect(en.column([])(0.25)).toBe("0");
  });

  test.each([
    [0, "0ms", "0ms"],
    [820, "820ms", "820ms"],
    [4200, "4.2s", "4.2초"],
    [59_600, "1m 0s", "1분 0초"],
    [192_000, "3m 12s", "3분 12초"],
    [3_720_000, "1h 2m", "1시간 2분"],
    [180_000_000, "2d 2h", "2일 2시간"],
  ])("duration %d", (milliseconds, english, korean) => {
    expect(en.duration(milliseconds)).toBe(english);
    expect(ko.duration(milliseconds)).toBe(korean);
  });

  test.each([
    [0, "0B"],
    [999, "999B"],
    [1000, "1kB"],
    [1536, "1.5kB"],
    [999_600, "1MB"],
    [5_000_000_000_000_000, "5,000TB"],
  ])("bytes %d", (size, text) => {
    expect(en.bytes(size)).toBe(text);
  });
});

describe("runs", () => {
  test("duration", () => {
    expect(durationOf(makeRun({ start: 1000, end: 3000 }), 9000)).toBe(2000);
    expect(durationOf(makeRun({ start: 1000, status: "RUNNING" }), 9000)).toBe(8000);
    expect(durationOf(makeRun({ start: 1000, status: "FAILED" }), 9000)).toBeNull();
    expect(durationOf(makeRun({ start: 0, end: 3000 }), 9000)).toBeNull();
  });

  test("user and tags", () => {
    const run = makeRun({ tags: { "mlflow.user": "minji", b: "2", a: "1" } });
    expect(userOf(run)).toBe("minji");
    expect(splitTags(run.data.tags).own.map((tag) => tag.key)).toEqual(["a", "b"]);
    expect(splitTags(run.data.tags).system.map((tag) => tag.key)).toEqual(["mlflow.user"]);
  });

  test("running runs are put in; a run that began or ended means reading again", () => {
    const done = makeRun({ id: "d" });
    const old = makeRun({ id: "r", status: "RUNNING", metrics: { loss: 2 } });
    const fresh = makeRun({ id: "r", status: "RUNNING", metrics: { loss: 1 } });
    const pages = [{ runs: [done, old], next_page_token: "t" }];
    expect(withRunning(pages, [fresh])).toEqual([{ runs: [done, fresh], next_page_token: "t" }]);
    expect(withRunning(pages, [])).toBeNull();
    expect(withRunning(pages, [fresh, makeRun({ id: "n", status: "RUNNING" })])).toBeNull();
  });
});

test("previews go by the name", () => {
  expect(["a/b.PNG", "a.b/c", "model.pkl", "notes.md", ".gitignore"].map(previewKind)).toEqual([
    "image",
    "text",
    "none",
    "text",
    "text",
  ]);
});

test("the first script has five lines, and any name is one text in it", () => {
  const script = firstScript('say "hi" \\ 안녕');
  expect(script.split("\n")).toHaveLength(5);
  expect(script).toContain('mlflow.set_experiment("say \\"hi\\" \\\\ 안녕")');
});
