import { describe, expect, test } from "vitest";
import { keysAnswer } from "../testing/workspace";
import { complete, errorPlace, parts, tokens, withCondition } from "./filterText";

describe("a filter's tokens", () => {
  test("keys with names in backticks are one", () => {
    const all = tokens("metrics.`a b`>=0.5 AND (params.lr IN ('x y', \"z\"))");
    expect(all.map(({ text }) => text)).toEqual([
      "metrics.`a b`",
      ">=",
      "0.5",
      "AND",
      "(",
      "params.lr",
      "IN",
      "(",
      "'x y'",
      ",",
      '"z"',
      ")",
      ")",
    ]);
  });

  test("what is left open reaches to the end", () => {
    expect(tokens("params.`a b").map(({ text }) => text)).toEqual(["params.`a b"]);
    expect(tokens("params.a = 'x AND").at(-1)?.text).toBe("'x AND");
  });
});

describe("a filter's parts", () => {
  test.each([
    ["", []],
    ["a = 1", ["a = 1"]],
    ["a = 1 and b = 'x AND y' AND c = 2", ["a = 1", "b = 'x AND y'", "c = 2"]],
    ["a BETWEEN 1 AND 2 AND b = 1", ["a BETWEEN 1 AND 2", "b = 1"]],
    ["(a = 1 AND b = 2) AND c = 3", ["(a = 1 AND b = 2)", "c = 3"]],
    ["a = 1 OR b = 2 AND c = 3", ["a = 1 OR b = 2 AND c = 3"]],
    ["(a = 1 OR b = 2) AND c = 3", ["(a = 1 OR b = 2)", "c = 3"]],
    ["params.`x AND y` = '1'", ["params.`x AND y` = '1'"]],
  ])("%s", (filter, expected) => {
    expect(parts(filter)).toEqual(expected);
  });

  test.each([
    ["", "b = 2", "b = 2"],
    ["a = 1", "b = 2", "a = 1 AND b = 2"],
    ["a = 1 AND", "b = 2", "a = 1 AND b = 2"],
    ["a = 1 AND b = 2", "b = 2", "a = 1 AND b = 2"],
    ["a = 1 OR c = 1", "b = 2", "(a = 1 OR c = 1) AND b = 2"],
    ["(a = 1 OR c = 1) AND d = 1", "b = 2", "(a = 1 OR c = 1) AND d = 1 AND b = 2"],
  ])("%s with %s", (filter, condition, expected) => {
    expect(withCondition(filter, condition)).toBe(expected);
  });
});

test("the character that a message names", () => {
  expect(errorPlace("Expected a value at character 12: ...")).toBe(11);
  expect(errorPlace("No such experiment")).toBeNull();
});

describe("what may follow", () => {
  const keys = keysAnswer([
    { id: "1", params: { lr: "0.1", optimizer: "adam" }, metrics: { "val/loss": 1, loss: 2 } },
    { id: "2", params: { lr: "0.2", optimizer: "sgd" }, metrics: { loss: 2 } },
  ]);
  const labels = (text: string) => complete(text, text.length, keys).options.map((o) => o.label);

  test("keys by any part of their name", () => {
    expect(labels("los")).toEqual(["metrics.val/loss", "metrics.loss"]);
    expect(labels("a = 1 AND params.")).toEqual(["params.lr", "params.optimizer"]);
    expect(complete("params.l", 8, keys)).toEqual({
      from: 0,
      options: [{ insert: "params.`lr` ", label: "params.lr", runs: 2 }],
    });
    expect(complete("(los", 4, keys).from).toBe(1);
  });

  test("a metric's summaries, once its name is written", () => {
    expect(labels("metrics.val")).toEqual([
      "metrics.val/loss",
      "metrics.val/loss.min",
      "metrics.val/loss.max",
    ]);
    expect(complete("metrics.`val/loss`.mi", 21, keys).options).toEqual([
      { insert: "metrics.`val/loss`.min ", label: "metrics.val/loss.min", runs: 2 },
    ]);
    expect(labels("metrics.`val/loss`.min ")).toContain("BETWEEN");
    expect(labels("los")).toEqual(["metrics.val/loss", "metrics.loss"]);
  });

  test("operators that the key takes", () => {
    expect(labels("metrics.`loss` ")).toContain("BETWEEN");
    expect(labels("params.`lr` ")).toContain("LIKE");
    expect(labels("metrics.`loss` ")).not.toContain("LIKE");
  });

  test("values that occur", () => {
    expect(labels("params.`optimizer` = ")).toEqual(["adam", "sgd"]);
    expect(labels("params.`optimizer` = 's")).toEqual(["sgd"]);
    expect(labels("params.`optimizer` IN (")).toEqual(["adam", "sgd"]);
    expect(labels("attributes.status = 'FA")).toEqual(["FAILED"]);
  });

  test("AND and OR after a comparison", () => {
    expect(labels("metrics.`loss` < 1 ")).toEqual(["AND", "OR"]);
    expect(labels("params.lr = '1' A")).toEqual(["AND"]);
  });
});
