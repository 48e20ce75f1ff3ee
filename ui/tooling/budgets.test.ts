// @vitest-environment node
import { expect, test } from "vitest";
import { BUDGETS, exceeded, type OutputFile, packageOf, weigh } from "./budgets.ts";

function chunk(name: string, gzipped: number, more: Partial<NonNullable<OutputFile["chunk"]>>) {
  const none = { isEntry: false, imports: [], dynamicImports: [], styles: [], modules: [] };
  return { name, bytes: gzipped * 3, gzipped, chunk: { ...none, ...more } };
}

test("the first page is the entry with the heaviest page and all that they import", () => {
  const weights = weigh([
    chunk("index.js", 100, {
      isEntry: true,
      imports: ["shared.js"],
      dynamicImports: ["home.js", "run.js"],
      styles: ["index.css"],
      modules: ["/ui/src/main.tsx", "/ui/node_modules/react/index.js"],
    }),
    chunk("shared.js", 10, { modules: ["/ui/node_modules/react/jsx.js"] }),
    chunk("home.js", 5, { imports: ["shared.js"] }),
    chunk("run.js", 40, {
      imports: ["shared.js", "run.js"],
      styles: ["run.css"],
      modules: ["/ui/node_modules/@tanstack/react-query/index.js"],
    }),
    { name: "index.css", bytes: 20, gzipped: 7 },
    { name: "run.css", bytes: 20, gzipped: 3 },
  ]);
  expect(weights).toEqual({
    firstPageScript: 150,
    firstPageStyle: 10,
    lazyChunk: 40,
    total: 505,
    packages: 2,
  });
});

test("each budget that is exceeded is named", () => {
  expect(exceeded({ ...BUDGETS })).toEqual([]);
  expect(exceeded({ ...BUDGETS, packages: 26, total: 4_000_001 })).toEqual([
    "total is 4000001, the budget is 4000000",
    "packages is 26, the budget is 25",
  ]);
});

test.each([
  ["/ui/src/app.tsx", null],
  ["/ui/node_modules/uplot/dist/uPlot.esm.js", "uplot"],
  ["C:\\ui\\node_modules\\@tanstack\\query-core\\a.js", "@tanstack/query-core"],
  ["/ui/node_modules/a/node_modules/b/c.js", "b"],
])("%s belongs to %s", (module, name) => {
  expect(packageOf(module)).toBe(name);
});
