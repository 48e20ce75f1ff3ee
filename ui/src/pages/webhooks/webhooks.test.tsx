import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, test } from "vitest";
import type { Webhook, WebhookDelivery } from "../../api/types.gen";
import { readWebhooks, writeWebhooks } from "../../lib/views";
import { EVENTS, eventName, eventOf, readableBody, shownUrl } from "../../lib/webhooks";
import { broken, likeBrowser } from "../../testing/browser";
import { FakeServer, open } from "../../testing/server";

const TIME = 1_700_000_000_000;
const EVENT = { entity: "MODEL_VERSION", action: "CREATED" };

const DEPLOY: Webhook = {
  webhook_id: "w1",
  name: "deploy",
  url: "https://me:hush@example.com/hook",
  events: [EVENT],
  status: "ACTIVE",
  creation_timestamp: TIME,
  last_updated_timestamp: TIME,
};
const OLD: Webhook = { ...DEPLOY, webhook_id: "w2", name: "old", status: "DISABLED" };

const SENT: WebhookDelivery = {
  delivery_id: "d1",
  webhook_id: "w1",
  event: EVENT,
  state: "DELIVERED",
  creation_time: TIME,
  attempts: 1,
  body: '{"a": "é"}',
  response_status: 204,
};
const LATE: WebhookDelivery = {
  ...SENT,
  delivery_id: "d2",
  state: "PENDING",
  attempts: 2,
  error: "The receiver answered 503.",
  next_attempt_time: TIME + 60_000,
};

function server(more: FakeServer["handlers"] = {}): FakeServer {
  return new FakeServer({
    webhooks: () => ({ webhooks: [OLD, DEPLOY] }),
    "webhook-deliveries": ({ query }) => {
      const all = query.get("webhook_id") === "w2" ? [] : [LATE, SENT];
      return { deliveries: all.slice(0, Number(query.get("max_results"))) };
    },
    ...more,
  });
}

beforeEach(likeBrowser);

function card(name: string) {
  const found = screen.getByRole("heading", { name }).closest("li");
  if (found === null) throw new Error(`no card of ${name}`);
  return within(found);
}

describe("the page of webhooks", () => {
  test("shows each with its state, its events and what it was told last", async () => {
    server();
    open("/webhooks");
    await screen.findByRole("heading", { name: "deploy" });
    expect(card("old").getByText("Disabled")).toBeTruthy();
    expect(await card("old").findByText("Nothing sent yet")).toBeTruthy();
    expect(card("deploy").getByText("https://example.com/hook")).toBeTruthy();
    expect(document.body.textContent).not.toContain("hush");
    expect(card("deploy").getByText("model_version.created")).toBeTruthy();
    expect(await card("deploy").findByText("The receiver answered 503.")).toBeTruthy();
    expect(await broken()).toEqual([]);
  });

  test("shows the log, of one webhook, and what was sent", async () => {
    const fake = server();
    open("/webhooks");
    const rows = await screen.findAllByRole("button", { name: /What was sent/ });
    await userEvent.click(rows[1] as HTMLElement);
    expect(location.search).toBe("?open=d1");
    expect(screen.getByText(/"a": "é"/)).toBeTruthy();
    expect(await broken()).toEqual([]);
    await userEvent.selectOptions(screen.getByRole("combobox", { name: "Of webhook" }), "old");
    expect(location.search).toBe("?webhook=w2&open=d1");
    expect(await screen.findByText(/Nothing has been sent yet/)).toBeTruthy();
    const asked = fake.requestsTo("webhook-deliveries").at(-1);
    expect(asked?.query.get("webhook_id")).toBe("w2");
  });

  test("makes a webhook of what is typed", async () => {
    let refused = true;
    const fake = server({
      webhooks: ({ body }) => {
        if (!("name" in body)) return {};
        if (!refused) return { webhook: DEPLOY };
        refused = false;
        return { status: 400, error: { error_code: "INVALID_PARAMETER_VALUE", message: "no" } };
      },
    });
    open("/webhooks");
    expect(await screen.findByText("No webhooks yet")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "New webhook" }));
    expect(location.search).toBe("?edit=new");
    const make = screen.getByRole("button", { name: "Create webhook" });
    expect(make).toHaveProperty("disabled", true);
    await userEvent.type(screen.getByRole("textbox", { name: "Name" }), "ci");
    await userEvent.type(screen.getByRole("textbox", { name: "URL" }), "https://a.example");
    await userEvent.type(screen.getByLabelText("Secret"), "hush");
    await userEvent.click(screen.getByRole("checkbox", { name: "prompt_tag.set" }));
    expect(await broken()).toEqual([]);
    await userEvent.click(make);
    expect((await screen.findByRole("alert")).textContent).toContain("no");
    await userEvent.click(make);
    await waitFor(() => expect(location.search).toBe(""));
    const asked = fake.asked.filter((one) => "name" in one.body).at(-1);
    expect(asked?.body).toEqual({
      name: "ci",
      url: "https://a.example",
      description: "",
      events: [{ entity: "PROMPT_TAG", action: "SET" }],
      secret: "hush",
    });
  });

  test("changes, tests, switches and deletes", async () => {
    const fake = server({
      "webhooks/w1": () => ({ webhook: DEPLOY }),
      "webhooks/w1/test": () => ({ result: { success: true, response_status: 200 } }),
      "webhooks/w2": () => ({ webhook: OLD }),
      "webhooks/w2/test": () => ({ result: { success: false, error_message: "nobody there" } }),
    });
    open("/webhooks");
    await userEvent.click(await screen.findByRole("button", { name: "Test deploy" }));
    expect(await screen.findByText("Test: the receiver answered 200.")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Test old" }));
    expect(await screen.findByText("Test: nobody there")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Enable old" }));
    await waitFor(() =>
      expect(fake.requestsTo("webhooks/w2").at(-1)?.body).toEqual({ status: "ACTIVE" }),
    );
    await userEvent.click(screen.getByRole("button", { name: "Edit deploy" }));
    await userEvent.type(screen.getByRole("textbox", { name: "Name" }), "-b");
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(location.search).toBe(""));
    const saved = fake.requestsTo("webhooks/w1").at(-1)?.body;
    expect(saved).toMatchObject({ name: "deploy-b", events: [EVENT] });
    expect(saved).not.toHaveProperty("secret");
    await userEvent.click(await screen.findByRole("button", { name: "Delete deploy" }));
    expect(await broken()).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Delete the webhook" }));
    await waitFor(() => expect(fake.requestsTo("webhooks/w1")).toHaveLength(2));
  });
});

test("events have the names that clients use", () => {
  expect(EVENTS.map((name) => eventName(eventOf(name)))).toEqual([...EVENTS]);
});

test("what can't be read is shown as it is", () => {
  expect(shownUrl("nonsense")).toBe("nonsense");
  expect(readableBody("{")).toBe("{");
});

test("the view is in the address", () => {
  for (const search of ["", "?edit=new", "?webhook=w&open=d"]) {
    expect(writeWebhooks(readWebhooks(search))).toBe(search);
  }
});
