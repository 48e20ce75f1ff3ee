import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, test } from "vitest";
import type { ModelVersion, RegisteredModel } from "../../api/types.gen";
import { broken, likeBrowser } from "../../testing/browser";
import { makeRun } from "../../testing/runs";
import { FakeServer, open } from "../../testing/server";

const TIME = 1_700_000_000_000;

function version(number: number, more: Partial<ModelVersion> = {}): ModelVersion {
  return {
    name: "churn",
    version: String(number),
    creation_timestamp: TIME,
    last_updated_timestamp: TIME,
    current_stage: "None",
    source: `s3://bucket/${number}`,
    run_id: `run${number}`,
    status: "READY",
    run_link: "",
    ...more,
  };
}

const CHURN: RegisteredModel = {
  name: "churn",
  creation_timestamp: TIME,
  last_updated_timestamp: TIME,
  description: "Who leaves",
  latest_versions: [version(2)],
  tags: [{ key: "team", value: "growth" }],
  aliases: [{ alias: "champion", version: "1" }],
};

const FILE = `flavors:
  sklearn: {}
signature:
  inputs: '[{"type": "double", "name": "age", "required": true}]'
  outputs: '[{"type": "long", "required": true}]'
`;

function server(more: FakeServer["handlers"] = {}): FakeServer {
  return new FakeServer({
    "registered-models/get": () => ({ registered_model: CHURN }),
    "model-versions/search": () => ({ model_versions: [version(2), version(1)] }),
    "model-versions/get": ({ query }) => ({
      model_version: version(Number(query.get("version"))),
    }),
    "/model-versions/get-artifact": () => new Response(FILE),
    "runs/get": ({ query }) => {
      const id = query.get("run_id") ?? "";
      const lr = id === "run1" ? "0.1" : "0.2";
      return { run: makeRun({ id, name: `the ${id}`, params: { lr } }) };
    },
    ...more,
  });
}

beforeEach(likeBrowser);

describe("the list", () => {
  test("shows models with their newest version and aliases", async () => {
    const fake = server({
      "registered-models/search": ({ query }) =>
        query.get("page_token") === "next"
          ? { registered_models: [{ ...CHURN, name: "other" }] }
          : { registered_models: [CHURN], next_page_token: "next" },
    });
    open("/models");
    const link = await screen.findByRole("link", { name: "churn" });
    expect(link).toHaveProperty("href", "http://localhost:3000/m/churn");
    expect(screen.getByRole("link", { name: "champion 1" })).toBeTruthy();
    expect(screen.getByText("team: growth")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Load more" }));
    expect(await screen.findByRole("link", { name: "other" })).toBeTruthy();
    expect(await broken()).toEqual([]);
    await userEvent.type(screen.getByRole("searchbox"), "o'b");
    await waitFor(() => {
      const asked = fake.requestsTo("registered-models/search").at(-1);
      expect(asked?.query.get("filter")).toBe(`name ILIKE "%o'b%"`);
    });
  });

  test("says how to register the first one", async () => {
    server({ "registered-models/search": () => ({}) });
    open("/models");
    expect(await screen.findByText(/mlflow.register_model/)).toBeTruthy();
    expect(await broken()).toEqual([]);
  });
});

describe("a model", () => {
  test("has versions, and an alias moves to another one", async () => {
    const fake = server({ "registered-models/alias": () => ({}) });
    open("/m/churn");
    expect(await screen.findByRole("heading", { name: "churn" })).toBeTruthy();
    expect(await screen.findByRole("link", { name: "the run2" })).toBeTruthy();
    expect(await broken()).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Add alias: Version 2" }));
    const field = screen.getByRole("textbox", { name: "Alias" });
    await userEvent.type(field, "v2");
    expect(screen.getByRole("button", { name: "Save" })).toHaveProperty("disabled", true);
    await userEvent.clear(field);
    await userEvent.type(field, "champion");
    expect(screen.getByText("It is at version 1 and moves here.")).toBeTruthy();
    await userEvent.keyboard("{Enter}");
    await waitFor(() =>
      expect(fake.requestsTo("registered-models/alias").at(-1)?.body).toEqual({
        name: "churn",
        version: "2",
        alias: "champion",
      }),
    );
  });

  test("goes only after it was said what goes", async () => {
    const fake = server({
      "registered-models/delete": () => ({}),
      "registered-models/search": () => ({}),
    });
    open("/m/churn");
    await userEvent.click(await screen.findByRole("button", { name: "Delete…" }));
    expect(screen.getByText(/churn and all of its versions go for good/)).toBeTruthy();
    expect(fake.requestsTo("registered-models/delete")).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Delete churn" }));
    await waitFor(() => expect(location.pathname).toBe("/models"));
    expect(fake.requestsTo("registered-models/delete")).toHaveLength(1);
  });

  test("that doesn't exist says so", async () => {
    server({
      "registered-models/get": () => ({
        status: 404,
        error: { error_code: "RESOURCE_DOES_NOT_EXIST", message: "not found" },
      }),
    });
    open("/m/nothing");
    expect(await screen.findByRole("heading", { name: "There is no model nothing" })).toBeTruthy();
  });
});

test("a version shows its signature, its run and how to load it", async () => {
  server();
  open("/m/churn/v/1");
  expect(await screen.findByRole("heading", { name: "churn, version 1" })).toBeTruthy();
  expect(await screen.findByRole("link", { name: "the run1" })).toBeTruthy();
  expect(screen.getByText(/load_model\("models:\/churn@champion"\)/)).toBeTruthy();
  const inputs = (await screen.findByRole("columnheader", { name: "Inputs" })).closest("table");
  expect(within(inputs as HTMLElement).getByText("age")).toBeTruthy();
  expect(screen.getByText("Flavours: sklearn")).toBeTruthy();
  expect(await broken()).toEqual([]);
});

test("versions side by side show what differs", async () => {
  server();
  open("/m/churn/compare?v=1,2");
  const row = await screen.findByRole("row", { name: /^lr / });
  expect(row.textContent).toBe("lr0.10.2+0.1 (+100 %)");
  // Both have the same signature.
  expect(screen.queryByRole("row", { name: /age: double/ })).toBeNull();
  await userEvent.click(screen.getByRole("radio", { name: "All" }));
  expect(screen.getByRole("row", { name: /age: double/ })).toBeTruthy();
  expect(await broken()).toEqual([]);
});
