import { fireEvent, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import { likeBrowser } from "../../testing/browser";
import { FakeServer, open } from "../../testing/server";
import { type Logged, workspaceHandlers } from "../../testing/workspace";

const drawn = vi.hoisted(() => ({ rows: 0 }));

// Every row has one: it tells how many rows are drawn.
vi.mock("../../components/Status", async (original) => ({
  ...(await original<object>()),
  StatusSign: () => {
    drawn.rows += 1;
    return null;
  },
}));
vi.mock("./charts/Charts", () => ({ Charts: () => null }));

const RUNS: Logged[] = Array.from({ length: 100 }, (_, at) => ({
  id: `id-${at}`,
  name: `run ${at}`,
  metrics: { f1: at },
}));

beforeEach(likeBrowser);

test("only rows that the pointer or the keyboard comes to or leaves are drawn anew", async () => {
  new FakeServer({
    ...workspaceHandlers(RUNS),
    "experiments/get": () => ({ experiment: { experiment_id: "1", name: "one" } }),
  });
  open("/e/1");
  const [first, second] = [
    await screen.findByRole("row", { name: /run 2\b/ }),
    await screen.findByRole("row", { name: /run 3\b/ }),
  ];
  const count = () => {
    const { rows } = drawn;
    drawn.rows = 0;
    return rows;
  };
  expect(count()).toBeGreaterThan(20);
  fireEvent.pointerOver(first);
  expect(first.className).toContain("hovered");
  expect(count()).toBe(1);
  fireEvent.pointerOver(second);
  expect(first.className).not.toContain("hovered");
  expect(count()).toBe(2);
  await userEvent.keyboard("j");
  expect(count()).toBe(1);
  await userEvent.keyboard("j");
  expect(count()).toBe(2);
});
