/** Webhooks of the model registry, and what they were told. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { change, get, getOwn, post } from "./client";
import type {
  AskedEvent,
  ListDeliveriesResponse,
  ListWebhooksResponse,
  TestWebhookResponse,
  WebhookDelivery,
  WebhookResponse,
} from "./types.gen";

const WEBHOOKS_PER_PAGE = 100;
const DELIVERIES_PER_PAGE = 50;
/** Milliseconds between two looks: something is on its way, or something may come. */
const FOLLOWED = 2000;
const LOOKED_AT = 15_000;

const interval = (deliveries: readonly WebhookDelivery[]) =>
  deliveries.some((one) => one.state === "PENDING") ? FOLLOWED : LOOKED_AT;

export const webhooksQuery = infiniteQueryOptions({
  queryKey: ["webhooks", "list"],
  queryFn: ({ pageParam, signal }) =>
    get<ListWebhooksResponse>(
      "webhooks",
      { max_results: WEBHOOKS_PER_PAGE, page_token: pageParam || undefined },
      signal,
    ),
  initialPageParam: "",
  getNextPageParam: (page) => page.next_page_token || undefined,
});

/** What a webhook, or all of them, were told, the newest first. */
export function deliveriesQuery(webhookId: string | null) {
  return infiniteQueryOptions({
    queryKey: ["webhooks", "deliveries", webhookId],
    queryFn: ({ pageParam, signal }) =>
      getOwn<ListDeliveriesResponse>(
        "webhook-deliveries",
        {
          webhook_id: webhookId ?? undefined,
          max_results: DELIVERIES_PER_PAGE,
          page_token: pageParam || undefined,
        },
        signal,
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_page_token || undefined,
    refetchInterval: ({ state }) =>
      interval(state.data?.pages.flatMap((page) => page.deliveries) ?? []),
  });
}

/** What a webhook was told last; null where that was nothing. */
export function lastDeliveryQuery(webhookId: string) {
  return queryOptions({
    queryKey: ["webhooks", "last", webhookId],
    queryFn: async ({ signal }) => {
      const asked = { webhook_id: webhookId, max_results: 1 };
      const page = await getOwn<ListDeliveriesResponse>("webhook-deliveries", asked, signal);
      return page.deliveries[0] ?? null;
    },
    refetchInterval: ({ state }) => interval(state.data ? [state.data] : []),
  });
}

/** What a person says of a webhook; an absent secret stays as it is. */
export interface WebhookFields {
  name: string;
  url: string;
  events: AskedEvent[];
  description: string;
  secret?: string;
}

const pathOf = (id: string) => `webhooks/${encodeURIComponent(id)}`;

/** Makes a webhook or, where there is an id, changes it. */
export function saveWebhook(id: string | null, fields: WebhookFields): Promise<WebhookResponse> {
  return id === null ? post("webhooks", fields) : change("PATCH", pathOf(id), fields);
}

export function switchWebhook(id: string, on: boolean): Promise<WebhookResponse> {
  return change("PATCH", pathOf(id), { status: on ? "ACTIVE" : "DISABLED" });
}

export function deleteWebhook(id: string): Promise<unknown> {
  return change("DELETE", pathOf(id), {});
}

export async function testWebhook(id: string) {
  return (await post<TestWebhookResponse>(`${pathOf(id)}/test`, {})).result;
}
