import { QueryClientProvider } from "@tanstack/react-query";
import { act, fireEvent, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import { createQueryClient } from "../../../api/queries";
import { HoverStore } from "../../../charts/hoverStore";
import type { PlotSpec } from "../../../charts/linesPlot";
import { I18nProvider } from "../../../i18n/context";
import { DEFAULT_CHARTS } from "../../../lib/chartsView";
import { broken, likeBrowser } from "../../../testing/browser";
import { encodeFrame, type PlainSeries } from "../../../testing/frames";
import { FakeServer } from "../../../testing/server";
import { Charts } from "./Charts";
import type { ChartsProps } from "./types";

interface Drawn {
  card: string;
  spec: PlotSpec;
  onRange(range: [number, number]): void;
}

// jsdom draws nothing; what is handed to the plot is what is tested.
vi.mock("../../../charts/LinesChart", () => ({
  LinesChart: ({ card, spec, onRange }: Drawn) => (
    <button type="button" onClick={() => onRange([2.4, 7.6])}>
      {card}: {spec.lines.map(({ run }) => run).join(" ")} from {spec.x[0]} to {spec.x[1]}
    </button>
  ),
}));

beforeEach(() => {
  likeBrowser();
  document.title = "Charts";
});

const run = (id: string, hidden = false) => ({
  id,
  name: `run ${id}`,
  colour: "#2a5cda",
  start: 0,
  hidden,
  pinned: false,
});

function server() {
  return new FakeServer({
    series: ({ body }) => {
      const { run_ids: runs, keys, from, to } = body as Record<string, never[]>;
      const [low, high] = [Number(from ?? 0), Number(to ?? 9)];
      const steps = Array.from({ length: 10 }, (_, at) => at).filter(
        (at) => at >= low && at <= high,
      );
      const series = ((runs ?? []) as string[]).flatMap((id) =>
        ((keys ?? []) as string[]).map((key): PlainSeries => {
          const x = key === "final/score" ? [3] : steps;
          return { run: id, key, arrays: { x, value: x.map((at) => at / 10) } };
        }),
      );
      return new Response(encodeFrame(series));
    },
  });
}

function draw(change: Partial<ChartsProps> = {}) {
  const props: ChartsProps = {
    experimentIds: ["1"],
    keys: {
      metrics: ["train/loss", "train/acc", "val/loss", "val/acc", "final/score"].map((key) => ({
        key,
        runs: 3,
      })),
    },
    runs: [run("a"), run("b"), run("c", true)],
    total: 30,
    hover: new HoverStore(),
    onPin: vi.fn(),
    onDrawAll: vi.fn(),
    view: DEFAULT_CHARTS,
    onView: vi.fn(),
    ...change,
  };
  const client = createQueryClient();
  const page = (shown: ChartsProps) => (
    <I18nProvider>
      <QueryClientProvider client={client}>
        <Charts {...shown} />
      </QueryClientProvider>
    </I18nProvider>
  );
  const { rerender } = render(page(props));
  return { props, again: (next: Partial<ChartsProps>) => rerender(page({ ...props, ...next })) };
}

test("all cards in view ask at once, for the runs that aren't hidden", async () => {
  const { asked } = server();
  draw();
  expect(await screen.findByText("val/loss: a b from 0 to 9")).toBeTruthy();
  expect(asked).toHaveLength(1);
  expect(asked[0]?.body).toMatchObject({ run_ids: ["a", "b"], x: "step", from: null, to: null });
  expect(screen.getByText("2 of 30 drawn")).toBeTruthy();
  expect(screen.getAllByText("20 of 20 points")).not.toEqual([]);
  expect(await broken()).toEqual([]);
});

test("single values are bars with names, and show the run to the page", async () => {
  server();
  const { props } = draw({ view: { ...DEFAULT_CHARTS, find: "score" } });
  const bar = await screen.findByRole("button", { name: /run a/ });
  fireEvent.pointerEnter(bar);
  expect(props.hover.now.run).toBe("a");
  await userEvent.click(bar);
  expect(props.onPin).toHaveBeenCalledWith("a");
  fireEvent.pointerLeave(bar);
  expect(props.hover.now.run).toBeNull();
});

test("what is hovered in the table stands out in the charts", async () => {
  server();
  const { props } = draw({ view: { ...DEFAULT_CHARTS, find: "score" } });
  const bar = await screen.findByRole("button", { name: /run b/ });
  act(() => props.hover.setRun("b"));
  expect(bar.className).not.toBe("");
});

test("a dragged range is the zoom of its section, in whole steps; z ends it", async () => {
  const { asked } = server();
  const { props, again } = draw();
  await userEvent.click(await screen.findByText("val/loss: a b from 0 to 9"));
  expect(props.onView).toHaveBeenCalledWith({ zooms: { val: [3, 7] } });
  again({ view: { ...DEFAULT_CHARTS, zooms: { val: [3, 7] } } });
  expect(await screen.findByText("val/acc: a b from 3 to 7")).toBeTruthy();
  await waitFor(() => expect(screen.getAllByText("10 of 10 points")).toHaveLength(2));
  expect(screen.getByText("train/acc: a b from 0 to 9")).toBeTruthy();
  expect(asked.at(-1)?.body).toMatchObject({ keys: ["val/acc", "val/loss"], from: 3, to: 7 });
  await userEvent.keyboard("z");
  expect(props.onView).toHaveBeenLastCalledWith({ zooms: {} });
});

test("a closed section shows no cards, and what is sought is all there is", async () => {
  server();
  const { props, again } = draw();
  await userEvent.click(await screen.findByRole("button", { name: /^train/ }));
  expect(props.onView).toHaveBeenCalledWith({ closed: ["train"] });
  again({ view: { ...DEFAULT_CHARTS, closed: ["train"] } });
  expect(screen.queryByText(/^train\/loss: /)).toBeNull();
  again({ view: { ...DEFAULT_CHARTS, find: "no such" } });
  expect(screen.getByText("No metric's name contains “no such”.")).toBeTruthy();
});

test("thousands of metrics are few elements", async () => {
  server();
  const metrics = Array.from({ length: 5000 }, (_, at) => ({ key: `layer/${at}`, runs: 2 }));
  draw({ keys: { metrics } });
  await screen.findByText("layer/0: a b from 0 to 9");
  expect(document.querySelectorAll("*").length).toBeLessThan(1000);
});
