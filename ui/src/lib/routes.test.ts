import { describe, expect, test } from "vitest";
import { experimentPath, filesPath, movedPlace, routeOf, runPath } from "./routes";

describe("routes", () => {
  test.each([
    ["/", { page: "home" }],
    ["/experiments", { page: "home" }],
    ["/e/12", { page: "experiment", id: "12" }],
    ["/e/12/", { page: "experiment", id: "12" }],
    ["/e/12/runs", { page: "experiment", id: "12" }],
    ["/e/12/views", { page: "views", id: "12" }],
    ["/e/12/notes", { page: "notes", id: "12" }],
    ["/e/12/traces", { page: "traces", id: "12" }],
    ["/t/tr-1", { page: "trace", id: "tr-1" }],
    ["/e/12/settings", { page: "metrics", id: "12" }],
    ["/v/abc", { page: "view", id: "abc" }],
    ["/v", { page: "missing", path: "/v" }],
    ["/r/a%2Fb", { page: "run", id: "a/b", part: "", path: "" }],
    ["/r/a%20b", { page: "run", id: "a b", part: "", path: "" }],
    ["/r/a/files", { page: "run", id: "a", part: "files", path: "" }],
    ["/r/a/files/d/x%20%2B.txt", { page: "run", id: "a", part: "files", path: "d/x +.txt" }],
    ["/r/a/media", { page: "run", id: "a", part: "media", path: "" }],
    ["/e/12/media", { page: "media", id: "12" }],
    ["#/models", { page: "missing", path: "#/models" }],
    ["/compare", { page: "compare" }],
    ["/settings", { page: "settings" }],
    ["/settings/x", { page: "missing", path: "/settings/x" }],
    ["/compare/x", { page: "missing", path: "/compare/x" }],
    ["/r", { page: "missing", path: "/r" }],
    ["/r/a/b", { page: "missing", path: "/r/a/b" }],
    ["/e/12/elsewhere", { page: "missing", path: "/e/12/elsewhere" }],
  ])("%s", (path, route) => {
    expect(routeOf(path)).toEqual(route);
  });

  test.each([
    ["/experiments/12", "/e/12"],
    ["/experiments/12/", "/e/12"],
    ["/runs/a%2Fb", "/r/a%2Fb"],
    ["/r/a?tab=artifacts&path=d%2Fx", "/r/a/files/d/x"],
    ["/runs/a?tab=artifacts", "/r/a/files"],
    ["/runs/a?x=time", "/r/a?x=time"],
    ["/experiments", null],
    ["/runs/a/b", null],
    ["/e/1", null],
  ])("what was at %s is at %s", (path, target) => {
    const [place = "", query] = path.split("?");
    expect(movedPlace(place, query === undefined ? "" : `?${query}`)).toBe(target);
  });

  test("a path leads to its page", () => {
    for (const id of ["1", "a b", "50%", "x/y"]) {
      expect(routeOf(experimentPath(id))).toEqual({ page: "experiment", id });
      expect(routeOf(runPath(id))).toEqual({ page: "run", id, part: "", path: "" });
      expect(routeOf(filesPath("a", id))).toEqual({
        page: "run",
        id: "a",
        part: "files",
        path: id,
      });
    }
  });
});
