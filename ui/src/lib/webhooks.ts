import type { AskedEvent, WebhookEvent } from "../api/types.gen";

/** The kinds of events, as MLflow's clients write them. There is no gateway, so no budget is exceeded. */
export const EVENTS = [
  "registered_model.created",
  "model_version.created",
  "model_version_tag.set",
  "model_version_tag.deleted",
  "model_version_alias.created",
  "model_version_alias.deleted",
  "prompt.created",
  "prompt_version.created",
  "prompt_tag.set",
  "prompt_tag.deleted",
  "prompt_version_tag.set",
  "prompt_version_tag.deleted",
  "prompt_alias.created",
  "prompt_alias.deleted",
] as const;

export function eventName({ entity, action }: WebhookEvent): string {
  return `${entity}.${action}`.toLowerCase();
}

/** The kind of event of a name, as the protocol has it. */
export function eventOf(name: string): AskedEvent {
  const [entity = "", action = ""] = name.toUpperCase().split(".");
  return { entity, action } as AskedEvent;
}

/** A webhook's URL as it may be shown: without the password that it may have. */
export function shownUrl(url: string): string {
  try {
    const shown = new URL(url);
    shown.username = shown.password = "";
    return shown.href;
  } catch {
    return url;
  }
}

/** The JSON of a delivery for reading; as it is where it can't be read. */
export function readableBody(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
