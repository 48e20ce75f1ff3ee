import { describe, expect, test } from "vitest";
import { createFormatter } from "./format";
import { DEFAULTS, readSettings } from "./settings";

describe("settings", () => {
  test.each([null, "", "x", "[]", "null", '{"theme":"pink","timeZone":"Mars/Olympus"}'])(
    "kept as %s are the defaults",
    (text) => {
      expect(readSettings(text)).toEqual(DEFAULTS);
    },
  );

  test("are read as they were kept", () => {
    const mine = { theme: "dark", dense: true, digits: "more", grouping: false } as const;
    const all = { ...mine, timeZone: "Asia/Seoul" };
    expect(readSettings(JSON.stringify(all))).toEqual(all);
  });

  test("say how numbers and times are written", () => {
    const time = Date.UTC(2020, 0, 31, 20, 30);
    const plain = createFormatter("en", { ...DEFAULTS, timeZone: "UTC" });
    const other = createFormatter("en", {
      ...DEFAULTS,
      digits: "fewer",
      grouping: false,
      timeZone: "Asia/Seoul",
    });
    expect([plain.integer(12345), other.integer(12345)]).toEqual(["12,345", "12345"]);
    expect([plain.number(0.1234567), other.number(0.1234567)]).toEqual(["0.123457", "0.1235"]);
    expect([plain.column([1.5])(1.23456), other.column([1.5])(1.23456)]).toEqual(["1.235", "1.23"]);
    expect(plain.dateTime(time)).toBe("Jan 31, 2020, 20:30");
    expect(other.dateTime(time)).toBe("Feb 1, 2020, 05:30");
  });
});
