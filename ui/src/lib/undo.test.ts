import { describe, expect, test } from "vitest";
import {
  beginSteps,
  changedEntries,
  MOST_STEPS,
  redone,
  type Steps,
  undone,
  withStep,
} from "./undo";

/** Changes that are far apart. */
function steps(...views: string[]): Steps {
  const [first = "", ...rest] = views;
  return rest.reduce(
    (made, view, index) => withStep(made, view, index * 10_000),
    beginSteps(first),
  );
}

describe("steps of a view", () => {
  test("are undone and redone one by one", () => {
    const made = steps("", "?filter=a", "?filter=a&sort=b");
    const one = undone(made);
    expect(one?.now).toBe("?filter=a");
    const two = one && undone(one);
    expect(two?.now).toBe("");
    expect(two && undone(two)).toBeNull();
    const again = two && redone(two);
    expect(again?.now).toBe("?filter=a");
    expect(again && redone(again)?.now).toBe(made.now);
    expect(redone(made)).toBeNull();
  });

  test("a change after an undoing is where it goes on from", () => {
    const back = undone(steps("", "?filter=a")) ?? beginSteps("");
    const other = withStep(back, "?filter=b", 0);
    expect(redone(other)).toBeNull();
    expect(undone(other)?.now).toBe("");
  });

  test("are the last ones", () => {
    let made = steps(...Array.from({ length: MOST_STEPS + 20 }, (_, index) => `?split=${index}`));
    expect(made.past).toHaveLength(MOST_STEPS);
    for (let step = undone(made); step !== null; step = undone(step)) made = step;
    expect(made.now).toBe("?split=19");
  });

  test("a drag is one, a fast change of something else another", () => {
    let made = beginSteps("?split=50");
    for (let at = 0; at < 20; at += 1) made = withStep(made, `?split=${51 + at}`, at * 100);
    expect(undone(made)?.now).toBe("?split=50");
    made = withStep(made, "?split=70&rows=dense", 2000);
    expect(undone(made)?.now).toBe("?split=70");
    made = withStep(made, "?split=70", 2100);
    expect(undone(made)?.now).toBe("?split=70&rows=dense");
  });

  test("the same view is none, however it is written", () => {
    expect(steps("?a=x%20y", "?a=x+y").past).toEqual([]);
  });

  test("what differs is named", () => {
    expect(changedEntries("?a=1&b=2&c=3", "?c=4&b=2")).toEqual(["a", "c"]);
  });
});
