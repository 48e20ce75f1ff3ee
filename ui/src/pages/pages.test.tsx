import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { PlotSpec } from "../charts/linesPlot";
import { broken, likeBrowser } from "../testing/browser";
import { encodeFrame } from "../testing/frames";
import { FakeEventSource } from "../testing/live";
import { makeRun } from "../testing/runs";
import { FakeServer, open } from "../testing/server";
import { runsPage } from "../testing/workspace";

// jsdom draws nothing; what is handed to the chart is what is tested.
vi.mock("../charts/LinesChart", () => ({
  LinesChart: ({ spec }: { spec: PlotSpec }) => <p>curve of {spec.lines[0]?.x.length}</p>,
}));

const DEFAULT = {
  experiment_id: "0",
  name: "Default",
  artifact_location: "mlflow-artifacts:/0",
  lifecycle_stage: "active",
  last_update_time: 1_700_000_000_000,
  creation_time: 1_700_000_000_000,
  workspace: "default",
};
const VISION = {
  ...DEFAULT,
  experiment_id: "1",
  name: "vision/resnet",
  tags: [
    { key: "mlflow.note.content", value: "A sweep" },
    { key: "team", value: "vision" },
  ],
};

beforeEach(likeBrowser);

describe("the experiments", () => {
  test("are listed with their description and tags, and more on demand", async () => {
    const server = new FakeServer({
      "experiments/search": ({ body }) =>
        body.page_token === "next"
          ? { experiments: [DEFAULT] }
          : { experiments: [VISION], next_page_token: "next" },
      "runs/search": () => ({ runs: [makeRun({ name: "first", id: "a1" })] }),
      "runs/query": ({ body }) => runsPage([], body),
    });
    open("/");
    const link = await screen.findByRole("link", { name: "vision/resnet" });
    expect(link).toHaveProperty("href", "http://localhost:3000/e/1");
    expect(screen.getByText("A sweep")).toBeTruthy();
    expect(screen.getByText("team: vision")).toBeTruthy();
    expect(await screen.findByRole("link", { name: "first" })).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Load more" }));
    expect(await screen.findByRole("link", { name: "Default" })).toBeTruthy();
    expect(server.requestsTo("experiments/search").at(-1)?.body.page_token).toBe("next");
    expect(await broken()).toEqual([]);
  });

  test("an empty server shows three things to copy, and waits", async () => {
    const server = new FakeServer({
      "experiments/search": () => ({ experiments: [DEFAULT] }),
      "runs/search": () => ({}),
      "runs/query": ({ body }) => runsPage([], body),
    });
    open("/");
    expect(await screen.findByText("pip install mlflow-skinny")).toBeTruthy();
    expect(screen.getByText("export MLFLOW_TRACKING_URI=http://localhost:3000")).toBeTruthy();
    expect(screen.getByText(/import mlflow/).textContent?.split("\n")).toHaveLength(5);
    expect(screen.getByText("Waiting for the first run…")).toBeTruthy();
    expect(await broken()).toEqual([]);
    server.handlers["runs/search"] = () => ({ runs: [makeRun({ name: "here it is" })] });
    const [stream] = FakeEventSource.open;
    expect(stream?.url.search).toBe("?points=false");
    await stream?.send("change", { runs: ["x"], changed: [0] });
    expect(await screen.findByRole("link", { name: "here it is" })).toBeTruthy();
    expect(screen.queryByText("pip install mlflow-skinny")).toBeNull();
  });

  test("a name is searched for once it is typed, syllables only when they are whole", async () => {
    const server = new FakeServer({
      "experiments/search": () => ({ experiments: [VISION] }),
      "runs/search": () => ({ runs: [makeRun()] }),
      "runs/query": ({ body }) => runsPage([], body),
    });
    open("/");
    const field = await screen.findByRole("searchbox", { name: "Find by name" });
    fireEvent.compositionStart(field);
    fireEvent.change(field, { target: { value: "시" } });
    await new Promise((done) => setTimeout(done, 400));
    expect(location.search).toBe("");
    fireEvent.change(field, { target: { value: "실험" } });
    fireEvent.compositionEnd(field);
    await waitFor(() => expect(new URLSearchParams(location.search).get("name")).toBe("실험"));
    await waitFor(() =>
      expect(server.requestsTo("experiments/search").at(-1)?.body.filter).toBe(
        "name ILIKE '%실험%'",
      ),
    );
  });

  test("the language is switched without a reload, and kept", async () => {
    new FakeServer({
      "experiments/search": () => ({ experiments: [VISION] }),
      "runs/search": () => ({ runs: [makeRun()] }),
      "runs/query": ({ body }) => runsPage([], body),
    });
    open("/");
    await userEvent.click(await screen.findByRole("radio", { name: "한국어" }));
    expect(await screen.findByRole("heading", { name: "실험" })).toBeTruthy();
    expect(document.documentElement.lang).toBe("ko");
    expect(localStorage.getItem("sagwan.language")).toBe("ko");
  });

  test("a server that is away is said to be, and asked again on demand", async () => {
    const server = new FakeServer({
      "experiments/search": () => ({ experiments: [VISION] }),
      "runs/search": () => ({ runs: [makeRun()] }),
      "runs/query": ({ body }) => runsPage([], body),
    });
    server.isAway = true;
    open("/");
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("can't be reached");
    server.isAway = false;
    await userEvent.click(within(alert).getByRole("button", { name: "Try again" }));
    expect(await screen.findAllByRole("link", { name: "vision/resnet" })).not.toEqual([]);
  });
});

describe("a run", () => {
  const series = (run: string, key: string, steps: number[]) => ({
    run,
    key,
    arrays: { x: steps, value: steps.map(() => 7) },
  });
  const handlersFor = (status: string) => ({
    "model-versions/search": () => ({}),
    "runs/get": () => ({
      run: makeRun({
        id: "abc",
        name: "the run",
        status,
        params: { lr: "0.1" },
        metrics: { loss: 0.25, single: 7 },
        tags: { team: "vision", "mlflow.note.content": "A note" },
      }),
    }),
    "experiments/get": () => ({ experiment: VISION }),
    "runs/search": () => ({}),
    "artifacts/list": ({ query }: { query: URLSearchParams }) => ({
      root_uri: "mlflow-artifacts:/1/abc/artifacts",
      files:
        query.get("path") === "model"
          ? [{ path: "model/notes.txt", is_dir: false, file_size: 6 }]
          : [{ path: "model", is_dir: true }],
    }),
    series: () =>
      new Response(
        encodeFrame([series("abc", "loss", [...Array(20).keys()]), series("abc", "single", [3])]),
      ),
    "/get-artifact": () => new Response("hello\n"),
  });

  test("shows what it logged: curves for histories, a number for a single point", async () => {
    const server = new FakeServer(handlersFor("FINISHED"));
    open("/r/abc");
    expect(await screen.findByRole("heading", { level: 1, name: "the run" })).toBeTruthy();
    expect(await screen.findByText("curve of 20")).toBeTruthy();
    expect(screen.getAllByText(/^curve of/)).toHaveLength(1);
    expect(screen.getByText("1 point, step 3")).toBeTruthy();
    for (const text of ["A note", "lr", "0.1", "team"]) expect(screen.getByText(text)).toBeTruthy();
    expect(screen.getByText("20 of 20 points")).toBeTruthy();
    expect(server.requestsTo("series").map(({ body }) => [body.run_ids, body.keys])).toEqual([
      [["abc"], ["loss", "single"]],
    ]);
    expect(await broken()).toEqual([]);
  });

  test("is renamed, described and tagged in place", async () => {
    const server = new FakeServer({
      ...handlersFor("FINISHED"),
      "runs/update": () => ({}),
      "runs/set-tag": () => ({}),
      "runs/delete-tag": () => ({
        status: 400,
        error: { error_code: "INVALID_PARAMETER_VALUE", message: "not this one" },
      }),
    });
    open("/r/abc");
    await userEvent.click(await screen.findByRole("button", { name: "Rename the run" }));
    const name = screen.getByRole("textbox", { name: "Rename the run" });
    await userEvent.clear(name);
    await userEvent.type(name, "better{Enter}");
    await screen.findByRole("heading", { level: 1, name: "the run" });
    expect(server.requestsTo("runs/update")[0]?.body).toEqual({
      run_id: "abc",
      run_name: "better",
    });

    await userEvent.click(screen.getByRole("button", { name: "Edit the description" }));
    await userEvent.type(screen.getByRole("textbox", { name: "Description" }), "!");
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    await screen.findByRole("button", { name: "Edit the description" });
    await userEvent.click(screen.getByRole("button", { name: "Add a tag" }));
    await userEvent.type(screen.getByRole("textbox", { name: "Key" }), "stage");
    await userEvent.type(screen.getByRole("textbox", { name: "Value" }), "old{Enter}");
    await screen.findByRole("button", { name: "Add a tag" });
    expect(server.requestsTo("runs/set-tag").map(({ body }) => [body.key, body.value])).toEqual([
      ["mlflow.note.content", "A note!"],
      ["stage", "old"],
    ]);
    await userEvent.click(screen.getByRole("button", { name: "Remove team" }));
    expect((await screen.findByRole("alert")).textContent).toContain("not this one");
    expect(await broken()).toEqual([]);
  });

  test("opens the artifact that a link names", async () => {
    new FakeServer(handlersFor("FINISHED"));
    open("/r/abc?tab=artifacts&path=model/notes.txt");
    expect(await screen.findByText("hello")).toBeTruthy();
    const download = screen.getByRole("link", { name: "Download" });
    expect(download.getAttribute("href")).toBe(
      "http://localhost:3000/get-artifact?run_id=abc&path=model%2Fnotes.txt",
    );
    expect(await broken()).toEqual([]);
  });

  test.each([
    ["FINISHED", "visible", false],
    ["RUNNING", "hidden", false],
    ["RUNNING", "visible", true],
  ] as const)("%s in a %s tab: is followed is %s", async (status, visibility, asksAgain) => {
    const server = new FakeServer(handlersFor(status));
    vi.useFakeTimers({ shouldAdvanceTime: true });
    try {
      open("/r/abc");
      await screen.findByText("curve of 20");
      vi.spyOn(document, "visibilityState", "get").mockReturnValue(visibility);
      document.dispatchEvent(new Event("visibilitychange"));
      expect(FakeEventSource.open.length).toBe(asksAgain ? 1 : 0);
      await act(() => vi.advanceTimersByTimeAsync(20_000));
      expect(server.requestsTo("runs/get").length).toBe(1);
      await FakeEventSource.open[0]?.send("change", { runs: ["abc"], changed: [0] });
      await act(() => vi.advanceTimersByTimeAsync(2000));
      expect(server.requestsTo("runs/get").length).toBe(asksAgain ? 2 : 1);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("other addresses", () => {
  test("a link of MLflow's UI leads to the run", async () => {
    new FakeServer({
      "runs/get": () => ({
        status: 404,
        error: { error_code: "RESOURCE_DOES_NOT_EXIST", message: "gone" },
      }),
    });
    open("/#/experiments/1/runs/abc");
    expect(await screen.findByRole("heading", { name: "There is no run abc" })).toBeTruthy();
    expect(location.pathname).toBe("/r/abc");
    expect(location.hash).toBe("");
  });

  test("a page that isn't there says so", async () => {
    new FakeServer({});
    open("/#/gateway");
    expect(await screen.findByText(/#\/gateway/)).toBeTruthy();
  });
});
