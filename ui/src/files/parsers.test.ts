import { describe, expect, test } from "vitest";
import { isNumeric, parseTable, separatorOf, splitTable } from "./csv";
import { readFiles, writeFiles } from "./filesView";
import { fileKind, foldersOf, suffixesOf } from "./kinds";
import { cellsOf } from "./notebook";
import { treeLines } from "./treeLines";

test.each([
  ["a/b.PNG", "image"],
  ["a.b/c", "text"],
  ["model/MLmodel", "yaml"],
  ["png", "text"],
  ["model.pkl", "none"],
  ["t.parquet", "parquet"],
  ["report.html", "page"],
  [".gitignore", "text"],
])("%s is %s", (path, kind) => {
  expect(fileKind(path)).toBe(kind);
});

test("folders of a path, suffixes of kinds", () => {
  expect(foldersOf("a/b/c.txt")).toEqual(["a", "a/b"]);
  expect(foldersOf("c.txt")).toEqual([]);
  expect(suffixesOf("parquet", "page")).toEqual([".parquet", ".html", ".htm"]);
});

describe("tables", () => {
  test("quotes, line ends, empty fields and lines", () => {
    const text = '\uFEFFa,"b ""x""",c\r\n1,"two\nlines",\r\n\r\n,"",3';
    expect(parseTable(text, ",", true)).toEqual({
      columns: ["a", 'b "x"', "c"],
      rows: [
        ["1", "two\nlines", ""],
        ["", "", "3"],
      ],
    });
  });

  test("of the start of a file, the last row is left out", () => {
    expect(parseTable("a,b\n1,2\n3,", ",", false).rows).toEqual([["1", "2"]]);
    expect(parseTable('a,b\n1,2\n3,"never closed', ",", true).rows[1]).toEqual([
      "3",
      "never closed",
    ]);
  });

  test("rows of other lengths have columns without a name", () => {
    expect(parseTable("a\n1,2\n3", ",", true)).toEqual({
      columns: ["a", ""],
      rows: [["1", "2"], ["3"]],
    });
    expect(parseTable("", ",", true)).toEqual({ columns: [], rows: [] });
  });

  test("the separator", () => {
    expect(separatorOf("a;b;c\n1,5;2;3", "x.csv")).toBe(";");
    expect(separatorOf("a,b", "x.tsv")).toBe("\t");
    expect(separatorOf("alone", "x.csv")).toBe(",");
  });

  test("what MLflow logs as a table", () => {
    expect(splitTable({ columns: ["a", 1], data: [[1, null]] })).toEqual({
      columns: ["a", "1"],
      data: [[1, null]],
    });
    expect(splitTable({ columns: ["a"], data: [[1, 2]] })).toBeNull();
    expect(splitTable([1])).toBeNull();
  });

  test("numbers", () => {
    expect(isNumeric(["1", "-2.5e3", "", "nan"])).toBe(true);
    expect(isNumeric(["1", "x"])).toBe(false);
    expect(isNumeric([null, ""])).toBe(false);
  });
});

test("a tree has a line for each entry of open branches, and ids that differ", () => {
  const value = { a: [1, { b: null }], "a/0": "x" };
  const lines = treeLines(value, new Set());
  expect(lines.map(({ depth, name, count }) => [depth, name, count])).toEqual([
    [0, null, 2],
    [1, "a", 2],
    [2, 0, null],
    [2, 1, 1],
    [3, "b", null],
    [1, "a/0", null],
  ]);
  expect(new Set(lines.map(({ id }) => id)).size).toBe(lines.length);
  expect(treeLines(value, new Set(["/a"])).length).toBe(3);
});

test("the cells of a notebook", () => {
  const cells = cellsOf({
    cells: [
      { cell_type: "markdown", source: ["# T\n", "x"] },
      {
        cell_type: "code",
        execution_count: 3,
        source: "1/0",
        outputs: [
          { output_type: "stream", text: ["a\n", "b"] },
          { output_type: "error", ename: "E", evalue: "v", traceback: ["\u001b[31mred\u001b[0m"] },
          { output_type: "display_data", data: { "image/png": "AAAA", "text/plain": "<Figure>" } },
          { output_type: "display_data", data: { "text/html": "<script>" } },
        ],
      },
    ],
  });
  expect(cells).toEqual([
    { kind: "markdown", source: "# T\nx", count: null, outputs: [] },
    {
      kind: "code",
      source: "1/0",
      count: 3,
      outputs: [
        { kind: "text", content: "a\nb", type: "" },
        { kind: "error", content: "red", type: "" },
        { kind: "image", content: "AAAA", type: "image/png" },
      ],
    },
  ]);
  expect(cellsOf({ metadata: {} })).toBeNull();
});

test("the view of the files is its query", () => {
  const view = { line: 12, row: null, find: "a&b", source: true };
  expect(readFiles(writeFiles(view))).toEqual(view);
  expect(readFiles("?line=-1&row=x")).toEqual({ line: null, row: null, find: "", source: false });
});
