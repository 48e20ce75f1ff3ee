import { describe, expect, test } from "vitest";
import { makeRun } from "../testing/runs";
import {
  chooseColumns,
  columnKind,
  isColumnKey,
  MOST_COLUMNS,
  movedColumn,
  replacedColumn,
  summaryOf,
  withColumn,
  withSummary,
} from "./columns";
import { containsPattern, quoted, quotedKey } from "./filters";
import { createFormatter } from "./format";
import { nest } from "./nesting";
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
});

describe("nested runs", () => {
  const run = ({ id, parent = null }: { id: string; parent?: string | null }) => ({ id, parent });
  const rows = (runs: ReturnType<typeof run>[], folded: string[] = []) =>
    nest(runs, (id) => folded.includes(id)).map(
      ({ index, depth }) => `${"-".repeat(depth)}${runs[index]?.id}`,
    );

  test("children follow their parent in the order of the list", () => {
    const runs = [
      run({ id: "c2", parent: "p" }),
      run({ id: "x" }),
      run({ id: "p" }),
      run({ id: "c1", parent: "p" }),
      run({ id: "g", parent: "c1" }),
    ];
    expect(rows(runs)).toEqual(["x", "p", "-c2", "-c1", "--g"]);
    expect(rows(runs, ["c1"])).toEqual(["x", "p", "-c2", "-c1"]);
    expect(rows(runs, ["p", "x"])).toEqual(["x", "p"]);
  });

  test("no run is lost, whatever its parent", () => {
    expect(rows([run({ id: "a", parent: "elsewhere" })])).toEqual(["a"]);
    expect(rows([run({ id: "a", parent: "a" })])).toEqual(["a"]);
    const circle = [run({ id: "a", parent: "b" }), run({ id: "b", parent: "a" })];
    expect(rows([...circle, run({ id: "c", parent: "a" })]).sort()).toEqual(["a", "b", "c"]);
  });
});

describe("columns", () => {
  test("of a metric's extremes", () => {
    expect(withSummary("metrics.val/loss", "min")).toBe("min.val/loss");
    expect(withSummary("min.val/loss", "last")).toBe("metrics.val/loss");
    expect([summaryOf("max.a"), summaryOf("metrics.min.a")]).toEqual(["max", "last"]);
    expect(columnKind("max.a")).toBe("metrics");
    expect(isColumnKey("min.")).toBe(false);
    expect(replacedColumn(["metrics.a", "params.b", "min.a"], "metrics.a", "min.a")).toEqual([
      "min.a",
      "params.b",
    ]);
    expect(replacedColumn(["min.a"], "min.a", "min.a")).toEqual(["min.a"]);
  });

  const text = (key: string, varies = true) => ({ key, runs: 2, distinct: 2, varies, values: [] });
  const metric = (key: string, runs = 2) => ({ key, runs, varies: true, points: true });
  const many = (letter: string) => Array.from({ length: 20 }, (_, index) => `${letter}${index}`);
  const keysWith = (params: string[], metrics: string[]) => ({
    runs: 2,
    sampled: 2,
    params: params.map((key) => text(key)),
    metrics: metrics.map((key) => metric(key)),
    tags: [],
  });

  test("params that differ, and metrics in the server's order", () => {
    const keys = {
      ...keysWith(["model", "lr"], ["val/f1", "loss", "system/gpu"]),
      tags: [text("team")],
    };
    keys.params.push(text("seed", false));
    keys.metrics.push(metric("of others", 0));
    expect(chooseColumns(keys).filter((key) => !key.startsWith("attributes."))).toEqual([
      "metrics.val/f1",
      "metrics.loss",
      "params.lr",
      "params.model",
    ]);
  });

  test("at most twelve; either kind may take the room of the other", () => {
    const count = (params: string[], metrics: string[]) =>
      chooseColumns(keysWith(params, metrics)).length - chooseColumns(keysWith([], [])).length;
    expect(count(many("p"), many("m"))).toBe(MOST_COLUMNS);
    expect(count(many("p"), [])).toBe(MOST_COLUMNS);
    expect(count([], many("m"))).toBe(MOST_COLUMNS);
  });

  test("a new one stands behind the last of its kind", () => {
    expect(withColumn(["params.a", "metrics.b"], "params.c")).toEqual([
      "params.a",
      "params.c",
      "metrics.b",
    ]);
    expect(withColumn(["metrics.b"], "attributes.duration")).toEqual([
      "metrics.b",
      "attributes.duration",
    ]);
    expect(withColumn([], "tags.t")).toEqual(["tags.t"]);
  });

  test("one is moved as far as there is room", () => {
    const columns = ["params.a", "params.b", "params.c"] as const;
    expect(movedColumn(columns, "params.a", 1)).toEqual(["params.b", "params.a", "params.c"]);
    expect(movedColumn(columns, "params.a", -1)).toEqual(columns);
    expect(movedColumn(columns, "params.c", 5)).toEqual(columns);
    expect(movedColumn(columns, "metrics.x", 1)).toEqual(columns);
  });

  test.each([
    ["params.a", true],
    ["metrics.a.b", true],
    ["tags.mlflow.user", true],
    ["attributes.duration", true],
    ["attributes.run_id", false],
    ["params.", false],
    ["evil.a", false],
  ])("%s is one: %s", (key, answer) => {
    expect(isColumnKey(key)).toBe(answer);
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
});

test("the first script has five lines, and any name is one text in it", () => {
  const script = firstScript('say "hi" \\ 안녕');
  expect(script.split("\n")).toHaveLength(5);
  expect(script).toContain('mlflow.set_experiment("say \\"hi\\" \\\\ 안녕")');
});
