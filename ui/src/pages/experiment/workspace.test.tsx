import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useSyncExternalStore } from "react";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { broken, likeBrowser } from "../../testing/browser";
import { FakeEventSource } from "../../testing/live";
import { makeRun } from "../../testing/runs";
import { FakeServer, open } from "../../testing/server";
import { type Logged, runsPage, workspaceHandlers } from "../../testing/workspace";
import type { ChartsProps } from "./charts/types";

// The charts have tests of their own; what they are given is what is tested here.
vi.mock("./charts/Charts", () => ({
  Charts: ({ runs, hover }: ChartsProps) => (
    <div>
      <p data-testid="drawn">
        {runs
          .filter((run) => !run.hidden)
          .map((run) => run.name + (run.pinned ? "*" : ""))
          .join(" ")}
      </p>
      <p data-testid="hovered">
        {useSyncExternalStore(
          (listener) => hover.subscribe(listener),
          () => hover.now.run,
        )}
      </p>
      <button type="button" onMouseEnter={() => hover.setRun("id-1")}>
        a line
      </button>
    </div>
  ),
}));

const EXPERIMENT = {
  experiment_id: "1",
  name: "vision/resnet",
  artifact_location: "mlflow-artifacts:/1",
  lifecycle_stage: "active",
  last_update_time: 1_700_000_000_000,
  creation_time: 1_700_000_000_000,
  workspace: "default",
};

const SWEEP: Logged[] = Array.from({ length: 250 }, (_, index) => ({
  id: `id-${index}`,
  name: `run ${index}`,
  params: { lr: String(index % 4), fixed: "same" },
  metrics: { f1: index / 250 },
}));

const FOLDS: Logged[] = [
  { id: "child", name: "fold 1", parent: "parent", params: { fold: "1" }, metrics: { f1: 0.9 } },
  { id: "parent", name: "folds", params: { fold: "all" }, metrics: { f1: "NaN" } },
];

function serve(runs: Logged[]): FakeServer {
  return new FakeServer({
    "experiments/get": () => ({ experiment: EXPERIMENT }),
    ...workspaceHandlers(runs),
  });
}

const names = () =>
  screen
    .getAllByRole("row")
    .flatMap((row) => within(row).queryAllByRole("link"))
    .map((link) => link.textContent);
/** A browser tells of the scrolling by itself. */
const scrolled = () => fireEvent.scroll(screen.getByRole("grid"));
const last = (server: FakeServer) => server.requestsTo("runs/query").at(-1)?.body;

beforeEach(likeBrowser);

describe("the run table", () => {
  test("opens with few requests, says how much there is, and draws what is in sight", async () => {
    const server = serve(SWEEP);
    open("/e/1");
    expect(await screen.findByRole("link", { name: "run 0" })).toBeTruthy();
    expect(screen.getByText("250 runs")).toBeTruthy();
    expect(server.asked.map(({ path }) => path).sort()).toEqual(["experiments/open", "runs/query"]);
    expect(screen.getByRole("grid").getAttribute("aria-rowcount")).toBe("251");
    expect(screen.getAllByRole("row").length).toBeLessThan(60);
    // What differs is a column, what doesn't is none.
    expect(screen.getByRole("columnheader", { name: /^lr/ })).toBeTruthy();
    expect(screen.queryByRole("columnheader", { name: /^fixed/ })).toBeNull();
    expect(await broken()).toEqual([]);
  });

  test("reads the rows where the scrolling rests, from the same list", async () => {
    const server = serve(SWEEP);
    open("/e/1");
    await screen.findByRole("link", { name: "run 0" });
    await userEvent.keyboard("{End}");
    scrolled();
    expect(await screen.findByRole("link", { name: "run 249" })).toBeTruthy();
    expect(last(server)).toMatchObject({ offset: 200, limit: 100, snapshot: "s1" });
    await userEvent.keyboard("{Home}");
    scrolled();
    expect(await screen.findByRole("link", { name: "run 0" })).toBeTruthy();
    expect(server.requestsTo("runs/query").length).toBeLessThanOrEqual(4);
  });

  test("a list that the server has forgotten is the one that it made anew", async () => {
    const server = serve(SWEEP);
    open("/e/1");
    await screen.findByRole("link", { name: "run 0" });
    server.handlers["runs/query"] = ({ body }) => runsPage(SWEEP.slice(0, 240), body, "s2");
    await userEvent.keyboard("{End}");
    scrolled();
    expect(await screen.findByText("240 runs")).toBeTruthy();
    await userEvent.keyboard("{End}");
    scrolled();
    expect(await screen.findByRole("link", { name: "run 239" })).toBeTruthy();
    expect(last(server)?.snapshot).toBe("s1");
  });

  test("children stand under their parents, which can be folded", async () => {
    serve(FOLDS);
    open("/e/1");
    await screen.findByRole("link", { name: "folds" });
    await waitFor(() => expect(names()).toEqual(["folds", "fold 1"]));
    await userEvent.click(screen.getByRole("button", { name: "Hide 1 child run of folds" }));
    expect(names()).toEqual(["folds"]);
    expect(location.search).toBe("?folded=parent");
  });

  test("is sorted by a click on a column", async () => {
    const server = serve(FOLDS);
    open("/e/1");
    await userEvent.click(await screen.findByRole("button", { name: "f1" }));
    await waitFor(() => expect(last(server)?.order_by).toEqual(["metrics.`f1` DESC"]));
    await waitFor(() =>
      expect(screen.getByRole("columnheader", { name: /^f1/ }).getAttribute("aria-sort")).toBe(
        "descending",
      ),
    );
    expect(location.search).toBe("?sort=-metrics.f1");
  });

  test("has a menu for each column: its values filter, it can be kept in sight and hidden", async () => {
    const server = serve(SWEEP);
    server.handlers["runs/facet"] = () => ({
      runs: 250,
      missing: 3,
      kind: "text",
      distinct: 2,
      top: [
        { value: "0", runs: 200 },
        { value: "1", runs: 47 },
      ],
    });
    open("/e/1");
    await userEvent.click(await screen.findByRole("button", { name: "Menu of lr" }));
    const values = await screen.findByText("200");
    await userEvent.click(values.closest("button") as HTMLElement);
    expect(new URLSearchParams(location.search).get("filter")).toBe("params.`lr` = '0'");
    expect(server.requestsTo("runs/facet")[0]?.body).toMatchObject({ field: "params.`lr`" });
    expect(await broken()).toEqual([]);
    await userEvent.click(await screen.findByText("Keep in sight"));
    expect(new URLSearchParams(location.search).get("fixed")).toBe("params.lr");
    await userEvent.click(await screen.findByRole("button", { name: "Menu of lr" }));
    await userEvent.click(await screen.findByText("Hide"));
    expect(screen.queryByRole("columnheader", { name: /^lr/ })).toBeNull();
  });

  test("columns are chosen in a menu and kept in the address", async () => {
    serve(FOLDS);
    open("/e/1");
    await screen.findByRole("columnheader", { name: /^fold/ });
    await userEvent.click(screen.getByRole("button", { name: "Columns" }));
    await userEvent.click(await screen.findByLabelText("fold", { selector: "input" }));
    expect(screen.queryByRole("columnheader", { name: /^fold/ })).toBeNull();
    expect(new URLSearchParams(location.search).get("columns")).toContain("metrics.f1");
  });

  test("Alt and a click on a cell ask for runs with its value", async () => {
    serve(SWEEP);
    open("/e/1");
    await screen.findByRole("link", { name: "run 3" });
    const row = screen.getByRole("row", { name: /run 3\b/ });
    fireEvent.click(within(row).getByText("3", { exact: true }), { altKey: true });
    expect(new URLSearchParams(location.search).get("filter")).toBe("params.`lr` = '3'");
  });
});

describe("the filter", () => {
  test("that the server refuses shows its words, below the character", async () => {
    const server = serve(FOLDS);
    const answer = server.handlers["runs/query"];
    server.handlers["runs/query"] = (asked) =>
      asked.body.filter === undefined
        ? (answer?.(asked) ?? {})
        : {
            status: 400,
            error: { error_code: "INVALID_PARAMETER_VALUE", message: "Nonsense at character 5" },
          };
    open("/e/1");
    const field = await screen.findByRole("combobox", { name: "Filter runs" });
    await screen.findByRole("link", { name: "folds" });
    await userEvent.type(field, "nonsense{Enter}");
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("Nonsense at character 5");
    expect(alert.querySelector("mark")?.textContent).toBe("e");
    expect(field.getAttribute("aria-invalid")).toBe("true");
    // The last list stays.
    expect(screen.getByRole("link", { name: "folds" })).toBeTruthy();
    await userEvent.clear(field);
    await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
  });

  test("is completed from the keys by the keyboard", async () => {
    const server = serve(SWEEP);
    open("/e/1");
    const field = await screen.findByRole("combobox", { name: "Filter runs" });
    await screen.findByRole("link", { name: "run 0" });
    await userEvent.type(field, "lr");
    await userEvent.keyboard("{ArrowDown}{Enter}");
    expect(field).toHaveProperty("value", "params.`lr` ");
    await userEvent.type(field, "= '2'{Enter}");
    await waitFor(() => expect(last(server)?.filter).toBe("params.`lr` = '2'"));
  });

  test("without a match is shown in parts, which can be taken out", async () => {
    const server = serve(FOLDS);
    const answer = server.handlers["runs/query"];
    server.handlers["runs/query"] = (asked) =>
      String(asked.body.filter ?? "").includes("never")
        ? runsPage([], asked.body)
        : (answer?.(asked) ?? {});
    open(`/e/1?filter=${encodeURIComponent("tags.a = 'never' AND metrics.f1 > 0")}`);
    expect(await screen.findByText("No run matches the filter.")).toBeTruthy();
    expect(await screen.findByText("2 runs")).toBeTruthy();
    expect(await broken()).toEqual([]);
    await userEvent.click(screen.getAllByRole("button", { name: "Remove" })[0] as HTMLElement);
    expect(new URLSearchParams(location.search).get("filter")).toBe("metrics.f1 > 0");
  });
});

describe("table and charts", () => {
  test("show the same runs: the first are drawn, others on demand", async () => {
    serve(SWEEP);
    open("/e/1");
    const drawn = await screen.findByTestId("drawn");
    await waitFor(() => expect(drawn.textContent?.split("run ")).toHaveLength(21));
    expect(screen.getByText(/20 drawn/)).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Draw run 1" }));
    await waitFor(() => expect(drawn.textContent).not.toContain("run 1 "));
    expect(new URLSearchParams(location.search).get("hidden")).toBe("id-1");
    await userEvent.keyboard("jjp");
    await waitFor(() => expect(drawn.textContent).toContain("run 1*"));
    await userEvent.click(screen.getByRole("button", { name: "draw all" }));
    await waitFor(() => expect(drawn.textContent).toContain("run 249"));
  });

  test("mark the run under the pointer in each other", async () => {
    serve(SWEEP);
    open("/e/1");
    const row = await screen.findByRole("row", { name: /run 2\b/ });
    fireEvent.pointerOver(row);
    expect((await screen.findByTestId("hovered")).textContent).toBe("id-2");
    fireEvent.mouseEnter(screen.getByRole("button", { name: "a line" }));
    fireEvent.mouseOver(screen.getByRole("button", { name: "a line" }));
    await waitFor(() =>
      expect(screen.getByRole("row", { name: /run 1\b/ }).className).toContain("hovered"),
    );
  });

  test("are laid out by keys, as the address keeps it", async () => {
    serve(SWEEP);
    open("/e/1");
    await screen.findByTestId("drawn");
    await userEvent.keyboard("3");
    expect(screen.queryByRole("grid")).toBeNull();
    expect(location.search).toBe("?layout=charts");
    await userEvent.keyboard("1");
    expect(screen.queryByTestId("drawn")).toBeNull();
    await userEvent.keyboard("2");
    const splitter = screen.getByRole("separator", { name: "Width of the table" });
    splitter.focus();
    await userEvent.keyboard("{ArrowRight}");
    expect(location.search).toBe("?split=55");
  });
});

describe("the keyboard", () => {
  test("walks through the rows, selects and opens", async () => {
    serve(SWEEP);
    open("/e/1");
    await screen.findByRole("link", { name: "run 0" });
    await userEvent.keyboard("jjx");
    expect(screen.getByText("1 selected")).toBeTruthy();
    expect(screen.getByRole("row", { name: /run 1\b/ }).getAttribute("aria-selected")).toBe("true");
    await userEvent.keyboard("{Escape}");
    expect(screen.queryByText("1 selected")).toBeNull();
    await userEvent.keyboard("/");
    expect(document.activeElement).toBe(screen.getByRole("combobox", { name: "Filter runs" }));
    await userEvent.keyboard("{Escape}k");
    await userEvent.keyboard("o");
    await waitFor(() => expect(location.pathname).toBe("/r/id-0"));
  });

  test("a range is selected with shift, all by the head", async () => {
    serve(SWEEP);
    open("/e/1");
    const tick = async (name: string) => screen.findByRole("checkbox", { name: `Select ${name}` });
    await userEvent.click(await tick("run 2"));
    fireEvent.click(await tick("run 6"), { shiftKey: true });
    expect(screen.getByText("5 selected")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Select all 250" }));
    expect(screen.getByText("250 selected")).toBeTruthy();
    await userEvent.click(await tick("run 3"));
    expect(screen.getByText("249 selected")).toBeTruthy();
  });
});

describe("selected runs", () => {
  test("are deleted, and come back by undo", async () => {
    const server = serve(SWEEP);
    const gone = new Set<string>();
    server.handlers["runs/bulk"] = ({ body }) => {
      if (body.action === "restore") {
        expect(body).toMatchObject({ experiment_ids: ["1"], deleted_at: 7, expected: 3 });
        const ids = [...gone];
        gone.clear();
        return { runs: 3, time: 8, run_ids: ids };
      }
      for (const id of body.run_ids as string[]) gone.add(id);
      return { runs: 3, time: 7 };
    };
    server.handlers["runs/query"] = ({ body }) =>
      runsPage(
        SWEEP.filter(({ id }) => !gone.has(id)),
        body,
        `s${gone.size}`,
      );
    open("/e/1");
    await userEvent.click(await screen.findByRole("checkbox", { name: "Select run 2" }));
    fireEvent.click(await screen.findByRole("checkbox", { name: "Select run 4" }), {
      shiftKey: true,
    });
    await userEvent.click(screen.getByRole("button", { name: "Delete 3 runs" }));
    expect(await screen.findByText("3 runs deleted.")).toBeTruthy();
    expect(await screen.findByText("247 runs")).toBeTruthy();
    expect(await broken()).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Undo" }));
    expect(await screen.findByText("3 runs restored.")).toBeTruthy();
    expect(await screen.findByText("250 runs")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Undo" }));
    expect(await screen.findByText("3 runs deleted.")).toBeTruthy();
    expect(gone).toEqual(new Set(["id-2", "id-3", "id-4"]));
  });

  test("all of a list are deleted but those without a tick", async () => {
    const server = serve(SWEEP);
    const message = "248 runs would be changed";
    server.handlers["runs/bulk"] = () => ({
      status: 400,
      error: { error_code: "INVALID_STATE", message },
    });
    open("/e/1");
    const all = { name: "Select all runs of the list" };
    await userEvent.click(await screen.findByRole("checkbox", all));
    await userEvent.click(await screen.findByRole("checkbox", { name: "Select run 2" }));
    await userEvent.click(screen.getByRole("button", { name: "Delete 249 runs" }));
    expect(await screen.findByText(`Nothing was changed. ${message}`)).toBeTruthy();
    expect(server.requestsTo("runs/bulk").map(({ body }) => body)).toEqual([
      {
        action: "delete",
        experiment_ids: ["1"],
        expected: 249,
        filter: "attributes.run_id NOT IN ('id-2')",
      },
    ]);
  });

  test("are compared by a key", async () => {
    const server = serve(SWEEP);
    server.handlers["runs/get"] = ({ query }) => ({
      run: makeRun({
        id: query.get("run_id") ?? "",
        name: `run ${query.get("run_id")}`,
        params: { lr: query.get("run_id") === "id-0" ? "1" : "2", same: "x" },
        metrics: { f1: query.get("run_id") === "id-0" ? 0.5 : 0.25 },
      }),
    });
    open("/e/1");
    await screen.findByRole("link", { name: "run 0" });
    await userEvent.keyboard("jxjxd");
    expect(await screen.findByRole("heading", { name: "2 runs side by side" })).toBeTruthy();
    expect(location.pathname + location.search).toBe("/compare?runs=id-0,id-1");
    expect(await screen.findByRole("link", { name: EXPERIMENT.name ?? "" })).toBeTruthy();
    const f1 = await screen.findByRole("row", { name: /^f1/ });
    expect(f1.textContent).toContain("−0.25 (−50 %)");
    expect(screen.queryByRole("row", { name: /^same/ })).toBeNull();
    expect(await broken()).toEqual([]);
    await userEvent.click(screen.getAllByRole("radio", { name: "baseline" })[1] as HTMLElement);
    await waitFor(() =>
      expect(screen.getByRole("row", { name: /^f1/ }).textContent).toContain("+0.25 (+100 %)"),
    );
    await userEvent.click(screen.getByText("All"));
    expect(await screen.findByRole("row", { name: /^same/ })).toBeTruthy();
  });
});

describe("running runs", () => {
  test("are followed while they run, and nothing is asked for afterwards", async () => {
    const runs: Logged[] = [
      { id: "a", name: "old", metrics: { loss: 2 } },
      { id: "b", name: "now", status: "RUNNING", metrics: { loss: 1 } },
    ];
    const server = serve(runs);
    server.handlers["runs/query"] = ({ body }) =>
      runsPage(
        String(body.filter ?? "").includes("RUNNING")
          ? runs.filter(({ status }) => status === "RUNNING")
          : runs,
        body,
        `${runs.map(({ status }) => status)}`,
      );
    vi.useFakeTimers({ shouldAdvanceTime: true });
    try {
      open("/e/1?layout=table");
      const row = () => screen.getByRole("row", { name: /now/ });
      await waitFor(() => expect(FakeEventSource.open.length).toBe(1));
      const [stream] = FakeEventSource.open as [FakeEventSource];
      expect(stream.url.searchParams.getAll("experiment_ids")).toEqual(["1"]);
      await stream.send("start");
      expect(await screen.findByText("Live")).toBeTruthy();
      await act(() => vi.advanceTimersByTimeAsync(4000));
      expect(server.requestsTo("runs/query").at(-1)?.body.filter).toBe(
        "attributes.status = 'RUNNING'",
      );
      const asked = server.asked.length;
      await stream.send("change", { runs: ["b"], keys: ["loss"], points: [[0, 0, 9, 9, 0.125]] });
      await waitFor(() => expect(row().textContent).toContain("0.125"));
      expect(server.asked.length).toBe(asked);
      runs[1] = { ...(runs[1] as Logged), status: "FINISHED", metrics: { loss: 0.75 } };
      await stream.send("change", { changed: [0] });
      await act(() => vi.advanceTimersByTimeAsync(8000));
      await waitFor(() => expect(row().textContent).toContain("0.750"));
      const before = server.asked.length;
      await act(() => vi.advanceTimersByTimeAsync(30_000));
      expect(server.asked.length).toBe(before);
    } finally {
      vi.useRealTimers();
    }
  });
});

test("an unknown experiment is no crash", async () => {
  const error = {
    error_code: "RESOURCE_DOES_NOT_EXIST",
    message: "No Experiment with id=9 exists",
  };
  new FakeServer({
    "experiments/get": () => ({ status: 404, error }),
    "experiments/keys": () => ({ status: 404, error }),
    "default-view": () => ({}),
    "runs/query": () => ({ status: 404, error }),
  });
  open("/e/9");
  expect(await screen.findByRole("heading", { name: "There is no experiment 9" })).toBeTruthy();
});

test("an experiment without runs says how to log one, and waits", async () => {
  const server = serve([]);
  open("/e/1");
  expect(await screen.findByText("Waiting for the first run…")).toBeTruthy();
  await waitFor(() => expect(FakeEventSource.open.length).toBe(1));
  Object.assign(server.handlers, workspaceHandlers(FOLDS));
  await FakeEventSource.open[0]?.send("change", { runs: ["x"], changed: [0] });
  expect(await screen.findByRole("link", { name: "folds" })).toBeTruthy();
  expect(await screen.findByRole("columnheader", { name: /^fold/ })).toBeTruthy();
});
