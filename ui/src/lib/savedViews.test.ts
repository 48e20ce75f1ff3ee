import { beforeEach, describe, expect, test } from "vitest";
import { isMine, rememberMine, searchIn, setOwnName, shortLink } from "./savedViews";

const VIEW = {
  slug: "s",
  path: "/e/1",
  query: "filter=a%26b&hidden=r1,r2&columns=",
  creation_time: 1,
  last_update_time: 1,
  experiment_id: "1",
  name: "a view",
};

beforeEach(() => localStorage.clear());

describe("a saved view", () => {
  test("is the same in its experiment, and without runs in another", () => {
    expect(searchIn("1", VIEW)).toBe("?filter=a%26b&hidden=r1,r2&columns=");
    expect(searchIn("2", VIEW)).toBe("?filter=a%26b&columns=");
    expect(searchIn("2", { ...VIEW, query: "pinned=a" })).toBe("");
    expect(searchIn("1", { ...VIEW, query: "" })).toBe("");
  });

  test("is mine by where it was saved, or by the name", () => {
    expect(isMine({ ...VIEW, owner: "" })).toBe(false);
    setOwnName("  ada ");
    expect(isMine({ ...VIEW, owner: "ada" })).toBe(true);
    expect(isMine({ ...VIEW, owner: "bob" })).toBe(false);
    rememberMine("s");
    expect(isMine({ ...VIEW, owner: "bob" })).toBe(true);
  });

  test("has a short link", () => {
    expect(shortLink("0123456789abcdef").length).toBeLessThanOrEqual(120);
    expect(shortLink("abc")).toMatch(/\/v\/abc$/);
  });
});
