import { expect, test } from "vitest";
import { extent, readSpans, shown, spanRows } from "./spans";

const FILE = `{"spans": [
  {"span_id": "r", "parent_span_id": null, "name": "root", "start_time_unix_nano": 1796078651008261689,
   "end_time_unix_nano": 1796078651257802326, "status": {"code": "STATUS_CODE_OK", "message": ""},
   "attributes": {"mlflow.spanType": "\\"CHAIN\\"", "mlflow.spanInputs": "{\\"x\\": 3}", "a": "[1]", "b": "plain"},
   "events": []},
  {"span_id": "late", "parent_span_id": "r", "name": "second", "start_time_unix_nano": 1796078651108261689,
   "end_time_unix_nano": null, "status": {"code": "STATUS_CODE_ERROR", "message": "no"}, "attributes": {},
   "events": [{"name": "e", "time_unix_nano": 1796078651108761689, "attributes": {"k": 1}}]},
  {"span_id": "early", "parent_span_id": "r", "name": "first", "start_time_unix_nano": 1796078651018261689,
   "end_time_unix_nano": 1796078651019261689, "attributes": {}},
  {"span_id": "lost", "parent_span_id": "gone", "name": "alone", "start_time_unix_nano": 1796078651258261689}
]}`;

test("spans have their times from the start of the trace, to the microsecond", () => {
  const [root, late, early] = readSpans(FILE);
  expect(root).toMatchObject({ start: 0, duration: 249.54, type: "CHAIN", failed: false });
  expect(root).toMatchObject({ inputs: { x: 3 }, outputs: undefined });
  expect(root?.attributes).toEqual({ a: [1], b: "plain" });
  expect(late).toMatchObject({ start: 100, duration: null, failed: true, message: "no" });
  expect(late?.events).toEqual([{ name: "e", at: 100.5, attributes: { k: 1 } }]);
  expect(early).toMatchObject({ start: 10, duration: 1 });
  expect(extent(readSpans(FILE))).toBe(250);
});

test("spans are a tree in the order of time; who has lost its parent is a root", () => {
  const spans = readSpans(FILE);
  const tree = (closed: string[]) =>
    spanRows(spans, new Set(closed)).map(({ span, depth, children }) => [
      span.name,
      depth,
      children,
    ]);
  expect(tree([])).toEqual([
    ["root", 0, 2],
    ["first", 1, 0],
    ["second", 1, 0],
    ["alone", 0, 0],
  ]);
  expect(tree(["r"])).toEqual([
    ["root", 0, 2],
    ["alone", 0, 0],
  ]);
});

test("texts are shown as they are, all else as JSON", () => {
  expect(shown("a\nb")).toBe("a\nb");
  expect(shown({ a: 1 })).toBe('{\n  "a": 1\n}');
});
