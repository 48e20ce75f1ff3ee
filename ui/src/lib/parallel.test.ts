import { expect, test } from "vitest";
import { inParallel } from "./parallel";

test("never more at once than the limit, each item once, failures apart", async () => {
  let running = 0;
  let most = 0;
  const progress: number[] = [];
  const items = Array.from({ length: 25 }, (_, index) => index);
  const work = async (item: number) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((done) => setTimeout(done, item % 3));
    running -= 1;
    if (item % 10 === 7) throw new Error(`no ${item}`);
  };
  const { done, failed } = await inParallel(items, 4, work, (count) => progress.push(count));
  expect(most).toBe(4);
  expect(done.toSorted((a, b) => a - b)).toEqual(items.filter((item) => item % 10 !== 7));
  expect(failed).toHaveLength(2);
  expect(progress).toEqual(items.map((item) => item + 1));
  expect(await inParallel([], 4, work, () => {})).toEqual({ done: [], failed: [] });
});
