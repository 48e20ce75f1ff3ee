import { fireEvent, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { broken, likeBrowser } from "../../testing/browser";
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

function serve(): FakeServer {
  return new FakeServer({
    "experiments/get": () => ({ experiment: EXPERIMENT }),
    ...workspaceHandlers(RUNS),
  });
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
