import { expect, test } from "vitest";
import { readModelFile, schemaText, typeText } from "./modelFile";

const FILE = `artifact_path: model
flavors:
  python_function:
    loader_module: mlflow.sklearn
  sklearn:
    pickled_model: model.pkl
signature:
  inputs: '[{"type": "double", "name": "age", "required": true}, {"type": "array", "items":
    {"type": "string"}, "name": "words", "required": false}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1, 3]}}]'
  params: '[{"name": "temperature", "type": "float", "default": 0.5, "shape": null}]'
`;

test("a model file tells flavours and signature", async () => {
  const file = await readModelFile(FILE);
  expect(file?.flavors).toEqual(["python_function", "sklearn"]);
  expect(schemaText(file?.inputs ?? null)).toBe("age: double, words?: array of string");
  expect(schemaText(file?.outputs ?? null)).toBe("tensor int64 (-1, 3)");
  expect(schemaText(file?.params ?? null)).toBe("temperature: float = 0.5");
});

test("objects and maps are written out", () => {
  const map = { type: "map", values: { type: "object", properties: { n: { type: "long" } } } };
  expect(typeText(map)).toBe("map of { n: long }");
});

test.each([
  ["a file without a signature", "flavors:\n  sklearn: {}\n", ["sklearn"]],
  ["a signature that is no JSON", "signature:\n  inputs: '[{'\n", []],
])("%s has none", async (_, text, flavors) => {
  expect(await readModelFile(text)).toEqual({ flavors, inputs: null, outputs: null, params: null });
});

test.each(["just text", "a: [1", ""])("%j is no model file", async (text) => {
  expect(await readModelFile(text)).toBeNull();
});
