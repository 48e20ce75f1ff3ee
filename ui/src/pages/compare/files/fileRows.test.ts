import { expect, test } from "vitest";
import { eachOf, fileRows } from "./fileRows";

const list = (sizes: Record<string, number>) => ({
  files: Object.entries(sizes).map(([path, file_size]) => ({ path, is_dir: false, file_size })),
  error: null,
  isCut: false,
});

test("which files differ, as far as sizes tell", () => {
  const stepped = "images/k+step+1+timestamp+1+0c5b3f0e-1111-4222-8333-444455556666.png";
  const rows = fileRows([
    list({ b: 1, a: 2, [stepped]: 3 }),
    list({ b: 1, a: 3, c: 0 }),
    undefined,
  ]);
  expect(rows.map(({ path, state }) => [path, state])).toEqual([
    ["a", "missing"],
    ["b", "missing"],
    ["c", "missing"],
  ]);
  const two = fileRows([list({ b: 1, a: 2 }), list({ b: 1, a: 3 })]);
  expect(two).toEqual([
    { path: "a", sizes: [2, 3], state: "differs" },
    { path: "b", sizes: [1, 1], state: "unknown" },
  ]);
});

test("a few at a time", async () => {
  let [now, most] = [0, 0];
  const done: number[] = [];
  await eachOf([1, 2, 3, 4, 5], 2, async (item) => {
    now += 1;
    most = Math.max(most, now);
    await Promise.resolve();
    now -= 1;
    done.push(item);
  });
  expect([done, most]).toEqual([[1, 2, 3, 4, 5], 2]);
});
