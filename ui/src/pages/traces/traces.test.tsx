import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, test } from "vitest";
import type { TraceInfoV3 } from "../../api/types.gen";
import { likeBrowser } from "../../testing/browser";
import { FakeServer, open } from "../../testing/server";

const TRACE: TraceInfoV3 = {
  trace_id: "tr-1",
  trace_location: { type: "MLFLOW_EXPERIMENT", mlflow_experiment: { experiment_id: "1" } },
  request_time: "2026-01-02T03:04:05.678Z",
  execution_duration: "0.250s",
  state: "ERROR",
  trace_metadata: { "mlflow.sourceRun": "run1", model: "small" },
  tags: { "mlflow.traceName": "answer", team: "search" },
  request_preview: "What is it?",
};

const span = (id: string, parent: string | null, name: string, start: number, more = {}) => ({
  span_id: id,
  parent_span_id: parent,
  name,
  start_time_unix_nano: 1_000_000_000 + start * 1_000_000,
  end_time_unix_nano: 1_000_000_000 + (start + 100) * 1_000_000,
  attributes: {},
  ...more,
});

const FILE = JSON.stringify({
  spans: [
    span("a", null, "answer", 0, { attributes: { "mlflow.spanInputs": '{"q": "it"}' } }),
    span("c", "a", "model", 120, { status: { code: "STATUS_CODE_ERROR", message: "overloaded" } }),
    span("b", "a", "retrieve", 10, { events: [{ name: "found", time_unix_nano: 1_050_000_000 }] }),
  ],
});

function server(more: FakeServer["handlers"] = {}): FakeServer {
  return new FakeServer({
    "experiments/get": () => ({ experiment: { experiment_id: "1", name: "assistant" } }),
    "/ajax-api/3.0/mlflow/traces/search": () => ({ traces: [TRACE] }),
    "/ajax-api/3.0/mlflow/traces/tr-1": () => ({ trace: { trace_info: TRACE } }),
    "get-trace-artifact": () => new Response(FILE),
    ...more,
  });
}

beforeEach(likeBrowser);

describe("traces of an experiment", () => {
  test("are a table whose names lead to them, and the filter is in the address", async () => {
    server();
    open("/e/1/traces");
    const name = await screen.findByRole("link", { name: "answer" });
    expect(name.getAttribute("href")).toBe("/t/tr-1");
    const row = within(name.closest("tr") as HTMLElement);
    expect(row.getByText("Failed")).toBeDefined();
    expect(row.getByText("What is it?")).toBeDefined();
    expect(row.getByText("team: search")).toBeDefined();
    expect(screen.getByText("1 trace")).toBeDefined();
    await userEvent.type(screen.getByRole("searchbox"), "status = 'OK'");
    await waitFor(() => expect(location.search).toContain("filter=status"));
  });

  test("that go on say so", async () => {
    const more = { traces: [TRACE], next_page_token: "t" };
    server({ "/ajax-api/3.0/mlflow/traces/search": () => more });
    open("/e/1/traces");
    expect(await screen.findByText("the newest 1 of more traces")).toBeDefined();
    expect(screen.getByRole("button", { name: "Load more" })).toBeDefined();
  });

  test("that aren't there come with a way to record one", async () => {
    server({ "/ajax-api/3.0/mlflow/traces/search": () => ({}) });
    open("/e/1/traces");
    expect(await screen.findByText("No trace is recorded yet")).toBeDefined();
    expect(screen.getByText(/@mlflow\.trace/)).toBeDefined();
  });
});

describe("a trace", () => {
  test("shows its spans as a tree, the root's details first", async () => {
    server();
    open("/t/tr-1");
    const tree = await screen.findByRole("tree");
    const items = within(tree).getAllByRole("treeitem");
    expect(items.map((item) => /[a-z]+/.exec(item.textContent)?.[0])).toEqual([
      "answer",
      "retrieve",
      "model",
    ]);
    expect(items.map((item) => item.getAttribute("aria-level"))).toEqual(["1", "2", "2"]);
    expect(screen.getByRole("region", { name: "Inputs" }).textContent).toContain('"q": "it"');
    expect(screen.getByRole("link", { name: "Run" }).getAttribute("href")).toBe("/r/run1");
  });

  test("is walked through by keyboard, and the address says where", async () => {
    server();
    open("/t/tr-1");
    const root = (await screen.findAllByRole("treeitem"))[0] as HTMLElement;
    root.focus();
    await userEvent.keyboard("{End}");
    expect(await screen.findByText("overloaded")).toBeDefined();
    expect(location.search).toBe("?span=c");
    await userEvent.keyboard("{ArrowUp}");
    expect(await screen.findByText("found")).toBeDefined();
    await userEvent.keyboard("{ArrowLeft}{ArrowLeft}");
    await waitFor(() => expect(screen.getAllByRole("treeitem")).toHaveLength(1));
    await userEvent.keyboard("{ArrowRight}");
    expect(screen.getAllByRole("treeitem")).toHaveLength(3);
  });

  test("that is unknown says so", async () => {
    const refuse = () =>
      new Response(JSON.stringify({ error_code: "RESOURCE_DOES_NOT_EXIST", message: "no" }), {
        status: 404,
      });
    server({ "/ajax-api/3.0/mlflow/traces/tr-1": refuse });
    open("/t/tr-1");
    expect(await screen.findByText("There is no trace tr-1")).toBeDefined();
  });
});
