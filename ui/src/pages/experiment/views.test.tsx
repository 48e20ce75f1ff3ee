import { cleanup, fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { broken, likeBrowser } from "../../testing/browser";
import { makeRun } from "../../testing/runs";
import { FakeServer, open } from "../../testing/server";
import { workspaceHandlers } from "../../testing/workspace";

vi.mock("./charts/Charts", () => ({ Charts: () => <p>charts</p> }));

const EXPERIMENT = {
  experiment_id: "1",
  name: "vision/resnet",
  artifact_location: "mlflow-artifacts:/1",
  lifecycle_stage: "active",
  last_update_time: 1_700_000_000_000,
  creation_time: 1_700_000_000_000,
  workspace: "default",
};

const RUNS = [{ id: "a", name: "first run", params: { lr: "1" }, metrics: { f1: 1 } }];

function serve(more: FakeServer["handlers"] = {}): FakeServer {
  return new FakeServer({
    "experiments/get": () => ({ experiment: EXPERIMENT }),
    ...workspaceHandlers(RUNS),
    ...more,
  });
}

function saved(slug: string, name: string, query: string, experiment = "1") {
  const path = `/e/${experiment}`;
  const times = { creation_time: 1_700_000_000_000, last_update_time: 1_700_000_000_000 };
  return { slug, name, query, path, experiment_id: experiment, ...times };
}

beforeEach(likeBrowser);

describe("changes of the view", () => {
  test("are undone and redone by the keyboard, and said", async () => {
    serve();
    open("/e/undo");
    await screen.findByRole("link", { name: "first run" });
    await userEvent.keyboard("{Control>}z{/Control}");
    expect(await screen.findByText("Nothing to undo")).toBeTruthy();
    await userEvent.keyboard("1");
    await userEvent.click(screen.getByRole("button", { name: "Dense rows" }));
    expect(location.search).toBe("?layout=table&rows=dense");

    await userEvent.keyboard("{Control>}z{/Control}");
    expect(location.search).toBe("?layout=table");
    const note = await screen.findByText("Undone: layout");
    expect(note.closest("[aria-live]")?.getAttribute("aria-live")).toBe("polite");
    await userEvent.keyboard("{Control>}z{/Control}");
    expect(location.search).toBe("");
    await userEvent.keyboard("{Control>}{Shift>}Z{/Shift}{/Control}");
    expect(location.search).toBe("?layout=table");
    expect(await screen.findByText("Redone: layout")).toBeTruthy();
    await userEvent.keyboard("{Control>}y{/Control}");
    expect(location.search).toBe("?layout=table&rows=dense");
    await userEvent.keyboard("{Control>}y{/Control}");
    expect(await screen.findByText("Nothing to redo")).toBeTruthy();
    expect(await broken()).toEqual([]);
  });

  test("in a field, undoing is the field's", async () => {
    serve();
    open("/e/field");
    await screen.findByRole("link", { name: "first run" });
    await userEvent.keyboard("1");
    const field = screen.getByRole("combobox", { name: "Filter runs" });
    expect(fireEvent.keyDown(field, { key: "z", ctrlKey: true })).toBe(true);
    expect(location.search).toBe("?layout=table");
    expect(screen.queryByText(/^Undone/)).toBeNull();
  });
});

describe("saved views", () => {
  test("are opened, saved and shared from the menu", async () => {
    const views = [saved("s1", "by loss", "sort=metrics.loss")];
    const server = serve({
      views: ({ body }) => {
        if (body.path === undefined) return { views };
        const { name = null, query } = body as { name?: string; query: string };
        const view = saved(name === null ? "s2" : "s3", name ?? "", query.slice(1));
        if (name !== null) views.push(view);
        return { view };
      },
      "views/s3": () => ({ view: views[1] }),
    });
    open("/e/1?layout=table");
    await screen.findByRole("link", { name: "first run" });
    await userEvent.click(screen.getByRole("button", { name: "Views" }));
    await userEvent.click(await screen.findByText("by loss"));
    expect(location.search).toBe("?sort=metrics.loss");

    await userEvent.click(screen.getByText("Copy a short link"));
    const link = (await screen.findByLabelText("Short link")) as HTMLInputElement;
    expect(link.value).toBe(`${location.origin}/v/s2`);
    expect(server.requestsTo("views").at(-1)?.body).toEqual({
      path: "/e/1",
      query: "?sort=metrics.loss",
    });

    await userEvent.type(screen.getByLabelText("Name"), "mine");
    await userEvent.type(screen.getByLabelText("Your name"), "ada");
    await userEvent.click(screen.getByText("Save as a view"));
    expect(await screen.findByText("mine")).toBeTruthy();
    expect(localStorage.getItem("sagwan.name")).toBe("ada");
    expect(await broken()).toEqual([]);

    await userEvent.click(screen.getByRole("button", { name: "Dense rows" }));
    await userEvent.click(await screen.findByText("Save “mine” as it is now"));
    await waitFor(() =>
      expect(server.requestsTo("views/s3").at(-1)?.body).toEqual({
        query: "?sort=metrics.loss&rows=dense",
      }),
    );
    await userEvent.click(screen.getByText("Reset"));
    expect(location.search).toBe("");
  });

  test("one is the default, also from another experiment", async () => {
    serve({ "default-view": () => ({ view: saved("s1", "x", "rows=dense&hidden=a", "7") }) });
    open("/e/1");
    await screen.findByRole("link", { name: "first run" });
    expect(location.search).toBe("?rows=dense");
  });

  test("an address that says something is left alone, and so is what was shared", async () => {
    const server = serve({
      "default-view": () => ({ view: saved("s1", "x", "rows=dense") }),
      "views/s9": () => ({ view: { ...saved("s9", "", ""), name: undefined } }),
    });
    open("/e/1?layout=table");
    await screen.findByRole("link", { name: "first run" });
    expect(location.search).toBe("?layout=table");
    expect(server.requestsTo("default-view")).toEqual([]);
    cleanup();
    open("/v/s9");
    await screen.findByRole("link", { name: "first run" });
    expect(location.pathname + location.search).toBe("/e/1");
  });

  test("a link that leads nowhere says so", async () => {
    const error = { error_code: "RESOURCE_DOES_NOT_EXIST", message: "There is no view 'x'." };
    serve({ "views/x": () => ({ status: 404, error }) });
    open("/v/x");
    expect(await screen.findByRole("heading", { name: "This link leads nowhere" })).toBeTruthy();
  });

  test("have a page where they are renamed, made defaults and deleted", async () => {
    const own = saved("s1", "by loss", "sort=metrics.loss");
    const other = saved("s2", "elsewhere", "filter=x&pinned=r", "7");
    const server = serve({
      views: ({ query }) => ({ views: query.has("experiment_id") ? [own] : [own, other] }),
      "views/s1": () => ({ view: own }),
      "default-view": () => ({}),
    });
    open("/e/1/views");
    const there = (await screen.findByRole("link", { name: "elsewhere" })) as HTMLAnchorElement;
    expect(new URL(there.href).pathname + new URL(there.href).search).toBe("/e/1?filter=x");
    expect(await broken()).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Rename by loss" }));
    const field = screen.getByRole("textbox", { name: "Name" });
    await userEvent.clear(field);
    await userEvent.type(field, "best{Enter}");
    await waitFor(() =>
      expect(server.requestsTo("views/s1").at(-1)?.body).toEqual({ name: "best" }),
    );
    await userEvent.click(
      await screen.findByRole("checkbox", { name: "by loss: default of the experiment" }),
    );
    await waitFor(() =>
      expect(server.requestsTo("default-view").at(-1)?.body).toEqual({
        experiment_id: "1",
        slug: "s1",
      }),
    );
    await userEvent.click(screen.getByRole("button", { name: "Delete by loss…" }));
    await userEvent.click(screen.getByRole("button", { name: "Delete by loss" }));
    await waitFor(() => expect(server.requestsTo("views/s1")).toHaveLength(2));
    await userEvent.click(screen.getByRole("radio", { name: "Mine" }));
    expect(screen.queryByRole("link", { name: "elsewhere" })).toBeNull();
  });
});

test("more runs than an address should hold are compared as a set", async () => {
  const ids = Array.from({ length: 21 }, (_, index) => `id-${index}`);
  const server = serve({
    ...workspaceHandlers(ids.map((id) => ({ id, name: `run ${id}`, metrics: { f1: 1 } }))),
    views: ({ body }) => ({ view: { ...saved("c1", "", String(body.query)), path: "/compare" } }),
    "views/c1": () => ({ view: saved("c1", "", `runs=${ids.join(",")}`) }),
    "runs/get": ({ query }) => ({ run: makeRun({ id: query.get("run_id") ?? "" }) }),
  });
  open("/e/1?layout=table");
  await screen.findByRole("link", { name: "run id-0" });
  for (const _ of ids) await userEvent.keyboard("jx");
  await userEvent.keyboard("d");
  expect(await screen.findByRole("heading", { name: "21 runs side by side" })).toBeTruthy();
  expect(location.pathname + location.search).toBe("/compare?s=c1");
  expect(server.requestsTo("views").at(-1)?.body).toEqual({
    path: "/compare",
    query: `runs=${ids.join(",")}`,
  });
});
