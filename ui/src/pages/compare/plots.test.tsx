import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test } from "vitest";
import { broken, likeBrowser } from "../../testing/browser";
import { FakeEventSource } from "../../testing/live";
import { makeRun } from "../../testing/runs";
import { FakeServer, open } from "../../testing/server";

const RUNS = ["a", "b", "c"].map((id, at) =>
  makeRun({
    id,
    name: `run ${id}`,
    params: { lr: `${10 ** -at}`, optimizer: at === 1 ? "sgd" : "adam", same: "1" },
    metrics: { "val/loss": [0.5, 0.75, 0.25][at] ?? 0 },
  }),
);

function serve(): void {
  FakeEventSource.open.length = 0;
  new FakeServer({
    "runs/get": ({ query }) => ({
      run: RUNS.find(({ info }) => info.run_id === query.get("run_id")) ?? {},
    }),
    "experiments/get": () => ({ experiment: { experiment_id: "1", name: "sweep" } }),
  });
}

const facts = () => screen.getAllByRole("status").at(-1)?.textContent ?? "";
const chosen = () => new URLSearchParams(location.search);

beforeEach(likeBrowser);

test("parallel coordinates: keys go through runs by the metric that colours them", async () => {
  serve();
  open("/compare?runs=a,b,c");
  await userEvent.click(await screen.findByRole("radio", { name: "Parallel coordinates" }));
  const plot = await screen.findByRole("img", {
    name: /^Parallel coordinates of 3 runs: lr, optimizer, val\/loss\./,
  });
  expect(chosen().get("tab")).toBe("parallel");
  expect(facts()).toContain("Point at a line");
  await userEvent.keyboard("j");
  expect(facts()).toContain("run b");
  expect(facts()).toContain("val/loss0.75");
  await userEvent.keyboard("jj");
  expect(facts()).toContain("run c");
  expect(chosen().get("run")).toBe("c");
  // Three lines, and the one that stands out with what parts it from the others.
  expect(plot.querySelectorAll("path")).toHaveLength(5);
  expect(await broken()).toEqual([]);
  await userEvent.keyboard("{Escape}");
  expect(chosen().has("run")).toBe(false);
  await userEvent.keyboard("k{Enter}");
  expect(location.pathname).toBe("/r/c");
});

test("parallel coordinates: what is kept comes from the address, and names what remains", async () => {
  serve();
  open("/compare?runs=a,b,c&tab=parallel&keep=params.lr:0.01:0.1&run=a");
  expect(await screen.findByText("2 of 3 runs")).toBeTruthy();
  // A run that isn't kept doesn't stand out.
  expect(facts()).toContain("Point at a line");
  await userEvent.keyboard("jj");
  expect(facts()).toContain("run c");
  await userEvent.click(screen.getByRole("button", { name: "Keep all" }));
  expect(await screen.findByText("3 of 3 runs")).toBeTruthy();
  expect(chosen().has("keep")).toBe(false);
});

test("parallel coordinates: a drag along an axis keeps what it passes, a click all", async () => {
  serve();
  open("/compare?runs=a,b,c&tab=parallel&axes=metrics.val/loss,params.lr");
  const plot = await screen.findByRole("img");
  HTMLElement.prototype.setPointerCapture ??= () => {};
  SVGElement.prototype.setPointerCapture = () => {};
  const [grip] = within(plot)
    .getAllByText("0.75")
    .map((mark) => mark.parentElement?.querySelector("rect:last-child"));
  if (grip === null || grip === undefined) throw new Error("no axis");
  // The axis is 330 pixels high, its greatest value at the top.
  fireEvent.pointerDown(grip, { button: 0, clientY: 0, pointerId: 1 });
  fireEvent.pointerMove(grip, { clientY: 200, pointerId: 1 });
  expect(screen.getByText("2 of 3 runs")).toBeTruthy();
  fireEvent.pointerUp(grip, { clientY: 200, pointerId: 1 });
  await waitFor(() => expect(chosen().get("keep")).toBe("metrics.val/loss:0.5:0.75"));
  fireEvent.pointerDown(grip, { button: 0, clientY: 50, pointerId: 1 });
  fireEvent.pointerUp(grip, { clientY: 51, pointerId: 1 });
  await waitFor(() => expect(chosen().has("keep")).toBe(false));
  expect(screen.getByText("3 of 3 runs")).toBeTruthy();
});

test("scatter: axes are chosen, and the address has them", async () => {
  serve();
  open("/compare?runs=a,b,c&tab=scatter");
  const plot = await screen.findByRole("img", { name: /^3 runs by lr and val\/loss\./ });
  expect(plot.querySelectorAll("circle")).toHaveLength(3);
  expect(await broken()).toEqual([]);
  await userEvent.selectOptions(screen.getByRole("combobox", { name: "X" }), "optimizer");
  expect(await screen.findByRole("img", { name: /by optimizer and/ })).toBeTruthy();
  expect(chosen().get("x")).toBe("params.optimizer");
  // A list takes letters itself.
  (document.activeElement as HTMLElement).blur();
  await userEvent.keyboard("j");
  expect(facts()).toContain("run b");
  expect(facts()).toContain("optimizersgd");
  // In jsdom the plot's corner is that of the window.
  const dot = plot.querySelector("circle");
  fireEvent.click(plot, {
    clientX: Number(dot?.getAttribute("cx")),
    clientY: Number(dot?.getAttribute("cy")),
  });
  expect(location.pathname).toBe("/r/a");
});
