import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, test } from "vitest";
import type { Experiment } from "../../api/types.gen";
import { broken, likeBrowser } from "../../testing/browser";
import { makeRun } from "../../testing/runs";
import { FakeServer, open } from "../../testing/server";
import { runsPage } from "../../testing/workspace";

beforeEach(likeBrowser);

function makeExperiment(id: string, name: string, lifecycle = "active"): Experiment {
  return {
    experiment_id: id,
    name,
    artifact_location: `mlflow-artifacts:/${id}`,
    lifecycle_stage: lifecycle,
    last_update_time: 1_700_000_000_000,
    creation_time: 1_700_000_000_000,
    workspace: "default",
  };
}

/** A server that holds experiments and changes them as it is told. */
function serve(...experiments: Experiment[]): FakeServer {
  const named = (id: unknown) => experiments.find((one) => one.experiment_id === id);
  const move = (stage: string) => (asked: { body: Record<string, unknown> }) => {
    const found = named(asked.body.experiment_id);
    if (found !== undefined) found.lifecycle_stage = stage;
    return {};
  };
  return new FakeServer({
    "experiments/search": ({ body }) => {
      const stage = body.view_type === "DELETED_ONLY" ? "deleted" : "active";
      return { experiments: experiments.filter((one) => one.lifecycle_stage === stage) };
    },
    "experiments/get": ({ query }) => {
      const experiment = named(query.get("experiment_id"));
      if (experiment !== undefined) return { experiment };
      const message = "No such experiment";
      return { status: 404, error: { error_code: "RESOURCE_DOES_NOT_EXIST", message } };
    },
    "experiments/update": ({ body }) => {
      if (experiments.some((one) => one.name === body.new_name)) {
        const message = `Experiment(name=${body.new_name}) already exists.`;
        return { status: 400, error: { error_code: "RESOURCE_ALREADY_EXISTS", message } };
      }
      const found = named(body.experiment_id);
      if (found !== undefined) found.name = String(body.new_name);
      return {};
    },
    "experiments/delete": move("deleted"),
    "experiments/restore": move("active"),
    "runs/search": () => ({ runs: [makeRun()] }),
    "runs/query": ({ body }) => runsPage([], body),
  });
}

describe("an experiment in the list", () => {
  test("is renamed in place, by keyboard; a refusal is said", async () => {
    const server = serve(makeExperiment("5", "old"), makeExperiment("2", "taken"));
    open("/");
    const pencil = await screen.findByRole("button", { name: "Rename old" });
    pencil.focus();
    await userEvent.keyboard("{Enter}");
    const field = screen.getByRole("textbox", { name: "New name of old" });
    expect(document.activeElement).toBe(field);
    await userEvent.clear(field);
    await userEvent.type(field, "taken{Enter}");
    expect((await screen.findByRole("alert")).textContent).toContain("already exists");
    expect(await broken()).toEqual([]);
    await userEvent.clear(field);
    await userEvent.type(field, " new {Enter}");
    expect(await screen.findByRole("link", { name: "new" })).toBeTruthy();
    expect(server.requestsTo("experiments/update").at(-1)?.body).toEqual({
      experiment_id: "5",
      new_name: "new",
    });
    await waitFor(() =>
      expect(document.activeElement?.getAttribute("aria-label")).toBe("Rename new"),
    );
    await userEvent.keyboard("{Enter}{Escape}");
    expect(screen.queryByRole("textbox")).toBeNull();
    expect(document.activeElement?.getAttribute("aria-label")).toBe("Rename new");
  });

  test("goes to the trash and back", async () => {
    const server = serve(makeExperiment("1", "one"), makeExperiment("2", "two"));
    open("/");
    await userEvent.click(await screen.findByRole("button", { name: "Move two to the trash" }));
    const toast = await screen.findByText("two is in the trash, with its runs and files.");
    expect(screen.queryByRole("link", { name: "two" })).toBeNull();
    expect(toast).toBeTruthy();
    await waitFor(() => expect(document.activeElement?.textContent).toBe("Undo"));
    await userEvent.keyboard("{Enter}");
    expect(await screen.findByRole("link", { name: "two" })).toBeTruthy();
    expect(server.requestsTo("experiments/restore").map((one) => one.body)).toEqual([
      { experiment_id: "2" },
    ]);
    expect(await broken()).toEqual([]);
  });

  test("is restored where deleted ones are shown", async () => {
    serve(makeExperiment("1", "gone", "deleted"));
    open("/?view=deleted");
    const row = (await screen.findByRole("link", { name: "gone" })).closest("tr");
    const buttons = within(row as HTMLElement).getAllByRole("button");
    expect(buttons.map((one) => one.getAttribute("aria-label"))).toEqual(["Restore gone"]);
    await userEvent.click(buttons[0] as HTMLElement);
    expect(await screen.findByText("No experiment is deleted.")).toBeTruthy();
    expect(screen.getByText("gone is back, with its runs and files.")).toBeTruthy();
  });

  test("is starred in this browser; what is gone or deleted isn't listed", async () => {
    localStorage.setItem("sagwan.starred", "8,9");
    serve(
      makeExperiment("5", "one"),
      makeExperiment("6", "two"),
      makeExperiment("8", "x", "deleted"),
    );
    open("/");
    const star = await screen.findByRole("button", { name: "Star two" });
    await userEvent.click(star);
    expect(star.getAttribute("aria-pressed")).toBe("true");
    expect(localStorage.getItem("sagwan.starred")).toBe("6,8,9");
    await userEvent.click(screen.getByRole("radio", { name: "Starred" }));
    expect(location.search).toBe("?view=starred");
    expect(await screen.findByText("1 experiment")).toBeTruthy();
    expect(screen.getByRole("link", { name: "two" })).toBeTruthy();
    expect(screen.queryByRole("alert")).toBeNull();
    expect(await broken()).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Star two" }));
    expect(await screen.findByText(/No experiment is starred/)).toBeTruthy();
  });
});

describe("the tree of experiments", () => {
  test("is folded, and opens for what is sought", async () => {
    const server = serve(makeExperiment("5", "nlp/bert/a, b"), makeExperiment("6", "nlp/x"));
    open("/");
    await userEvent.click(await screen.findByRole("radio", { name: "Tree" }));
    const link = await screen.findByRole("link", { name: "nlp/bert/a, b" });
    expect(link.textContent).toBe("a, b");
    expect(server.requestsTo("experiments/search").at(-1)?.body.max_results).toBe(1000);
    expect(screen.getByRole("button", { name: /^nlp/ }).textContent).toBe("nlp2 experiments");
    expect(await broken()).toEqual([]);
    const bert = screen.getByRole("button", { name: /^bert/ });
    await userEvent.click(bert);
    expect(bert.getAttribute("aria-expanded")).toBe("false");
    expect(screen.queryByRole("link", { name: "nlp/bert/a, b" })).toBeNull();
    expect(location.search).toBe("?layout=tree&folded=nlp%2Fbert");
    await userEvent.type(screen.getByRole("searchbox"), "bert");
    expect(await screen.findByRole("link", { name: "nlp/bert/a, b" })).toBeTruthy();
    expect(screen.queryByRole("button", { name: /^bert/ })).toBeNull();
    expect(await broken()).toEqual([]);
  });
});
