/** Rules about registered models and their versions. */
import type { ModelVersion, RegisteredModel, Tag } from "../api/types.gen";
import { tagValue } from "./runs";

const IS_PROMPT = "mlflow.prompt.is_prompt";
const PROMPT_TEXT = "mlflow.prompt.text";

export function isPrompt(thing: { tags?: Tag[] }): boolean {
  return tagValue(thing.tags, IS_PROMPT)?.toLowerCase() === "true";
}

/** What a version of a prompt says; undefined for a model. */
export function promptText(version: ModelVersion): string | undefined {
  return tagValue(version.tags, PROMPT_TEXT);
}

/** The tags that a person set, without those in which MLflow keeps what a prompt is. */
export function ownTags(tags: Tag[] | undefined): Tag[] {
  return (tags ?? [])
    .filter(({ key }) => !key.startsWith("mlflow.") && !key.startsWith("_mlflow_"))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

/** The aliases of a version, in the alphabet's order. */
export function aliasesOf(model: RegisteredModel | undefined, version: string): string[] {
  const own = (model?.aliases ?? []).filter((one) => one.version === version);
  return own.map(({ alias }) => alias).sort();
}

/** The number of the newest version; null where there is none. */
export function newestVersion(model: RegisteredModel): string | null {
  const numbers = (model.latest_versions ?? []).map(({ version }) => Number(version));
  return numbers.length === 0 ? null : String(Math.max(...numbers));
}

/** Whether a text can be an alias: the protocol's rule. */
export function isAlias(text: string): boolean {
  return /^[\p{L}\p{N}_-]{1,255}$/u.test(text) && !/^(latest|v\d+)$/i.test(text);
}
