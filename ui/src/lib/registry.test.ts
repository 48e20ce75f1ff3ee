import { expect, test } from "vitest";
import type { RegisteredModel } from "../api/types.gen";
import { aliasesOf, isAlias, newestVersion, ownTags } from "./registry";

const MODEL = {
  name: "churn",
  creation_timestamp: 1,
  last_updated_timestamp: 2,
  aliases: [
    { alias: "champion", version: "2" },
    { alias: "b", version: "10" },
    { alias: "a", version: "10" },
  ],
  latest_versions: [{ version: "9" }, { version: "10" }],
} as RegisteredModel;

test("aliases are those of the version, in order", () => {
  expect(aliasesOf(MODEL, "10")).toEqual(["a", "b"]);
  expect(aliasesOf(MODEL, "1")).toEqual([]);
  expect(aliasesOf(undefined, "1")).toEqual([]);
});

test("the newest version is the highest number", () => {
  expect(newestVersion(MODEL)).toBe("10");
  expect(newestVersion({ ...MODEL, latest_versions: [] })).toBeNull();
});

test.each([
  ["champion", true],
  ["v2-beta", true],
  ["별칭", true],
  ["v2", false],
  ["Latest", false],
  ["a b", false],
  ["", false],
])("%j is an alias: %j", (text, expected) => expect(isAlias(text)).toBe(expected));

test("what clients keep in tags is not shown", () => {
  const tags = ["team", "_mlflow_prompt_type", "mlflow.prompt.text"];
  expect(ownTags(tags.map((key) => ({ key, value: "" })))).toEqual([{ key: "team", value: "" }]);
});
