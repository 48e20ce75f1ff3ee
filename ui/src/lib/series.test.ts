import { describe, expect, test } from "vitest";
import { groupKeys } from "./series";

describe("groups of metrics", () => {
  test("few are not grouped, but for the machine's", () => {
    expect(groupKeys(["val/b", "system/cpu", "train/a", "x"])).toEqual([
      { name: "", keys: ["train/a", "val/b", "x"] },
      { name: "system", keys: ["system/cpu"] },
    ]);
  });

  test("many are; those alone in their group come first", () => {
    const keys = Array.from({ length: 13 }, (_, index) => `layer/${index}`);
    const groups = groupKeys([...keys, "lone/one", "plain", "system/cpu"]);
    expect(groups.map(({ name }) => name)).toEqual(["", "layer", "system"]);
    expect(groups[0]?.keys).toEqual(["lone/one", "plain"]);
    expect(groups[1]?.keys).toEqual(keys);
  });

  test("validation comes first, the machine last", () => {
    const keys = ["system/cpu", "test/a", "test/b", "train/a", "train/b", "val/a", "val/b", "loss"];
    const names = groupKeys(keys, 0).map(({ name }) => name);
    expect(names).toEqual(["val", "test", "", "train", "system"]);
  });

  test("no key is lost or doubled", () => {
    const keys = ["/a", "a/", "a/b/c", "a", "system/x", "b/1", "b/2"];
    expect(
      groupKeys(keys)
        .flatMap((group) => group.keys)
        .sort(),
    ).toEqual([...keys].sort());
    expect(groupKeys([])).toEqual([]);
  });
});
