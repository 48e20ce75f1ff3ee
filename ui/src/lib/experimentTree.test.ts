import { describe, expect, test } from "vitest";
import { partsOf, treeLines } from "./experimentTree";

/** The lines as text: indented, folders with their count, and a sign where they are folded. */
function drawn(names: string[], ...folded: string[]): string[] {
  const items = names.map((name) => ({ name }));
  return treeLines(items, new Set(folded)).map((line) => {
    const text =
      line.kind === "leaf" ? line.name : `${line.isOpen ? "-" : "+"} ${line.name} ${line.count}`;
    return "  ".repeat(line.depth) + text;
  });
}

describe("the tree of experiments", () => {
  test("has folders first, each with all that is in it, by name", () => {
    expect(drawn(["b", "nlp/bert/10", "nlp/bert/9", "a", "nlp", "nlp/folds", "cv/x"])).toEqual([
      "- cv 1",
      "  x",
      "- nlp 3",
      "  - bert 2",
      "    9",
      "    10",
      "  folds",
      "a",
      "b",
      "nlp",
    ]);
  });

  test("a folded folder hides what is in it, whatever that is", () => {
    expect(drawn(["nlp/bert/1", "nlp/x", "bert/1"], "nlp", "nlp/bert", "gone")).toEqual([
      "- bert 1",
      "  1",
      "+ nlp 2",
    ]);
    expect(drawn(["nlp/bert/1", "nlp/x"], "nlp/bert")).toEqual(["- nlp 2", "  + bert 1", "  x"]);
  });

  test.each([
    ["/Users/me/x", ["/Users", "me", "x"]],
    ["a//b", ["a//b"]],
    ["a/", ["a/"]],
    ["/", ["/"]],
    ["", [""]],
    ["a.b", ["a.b"]],
    ["실험/하나", ["실험", "하나"]],
  ])("parts of %j", (name, parts) => {
    expect(partsOf(name)).toEqual(parts);
  });
});
