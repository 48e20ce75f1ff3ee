// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { en } from "../src/i18n/en.ts";
import { ko } from "../src/i18n/ko.ts";
import { chooseLanguage, translator } from "../src/i18n/translate.ts";

const forms = (message: string | object) =>
  typeof message === "string" ? [message] : Object.values(message as Record<string, string>);
const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

describe("catalogues", () => {
  const keys = Object.keys(en) as (keyof typeof en)[];

  test("have the same keys and the same places in each text", () => {
    expect(Object.keys(ko)).toEqual(keys);
    for (const key of keys) {
      const [first = ""] = forms(en[key]);
      for (const text of [...forms(en[key]), ...forms(ko[key])]) {
        expect(places(text), `${key}: ${text}`).toEqual(places(first));
      }
    }
  });

  test("have no text that nothing shows", () => {
    const root = fileURLToPath(new URL("../src", import.meta.url));
    const source = readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter(
        (name) => /\.tsx?$/.test(name) && !name.startsWith("i18n") && !name.includes(".test."),
      )
      .map((name) => readFileSync(join(root, name), "utf8"))
      .join("\n");
    const unused = keys.filter((key) => !key.startsWith("status.") && !source.includes(`"${key}"`));
    expect(unused).toEqual([]);
  });
});

describe("translator", () => {
  test("numbers choose the form and are written as the language does", () => {
    const english = translator("en");
    expect(english("experiment.runs", { n: 1 })).toBe("1 run");
    expect(english("experiment.runs", { n: 12345 })).toBe("12,345 runs");
    expect(translator("ko")("experiment.runs", { n: 1 })).toBe("실행 1개");
  });

  test("values may look like places", () => {
    expect(translator("en")("home.noMatch", { name: "{name} $&" })).toContain("“{name} $&”");
  });

  test.each([
    [null, ["ko-KR", "en"], "ko"],
    [null, ["fr", "ko"], "ko"],
    [null, ["de"], "en"],
    [null, [], "en"],
    ["en", ["ko"], "en"],
    ["xx", ["ko"], "ko"],
  ] as const)("chosen %s, wanted %j", (chosen, wanted, language) => {
    expect(chooseLanguage(chosen, wanted)).toBe(language);
  });
});
