/** Views that were saved: what of them holds elsewhere, and what this browser remembers of them. */
import type { SavedView } from "../api/types.gen";
import { ROOT } from "./root";
import { stored, storeValue } from "./stored";

/** Entries that name runs of one experiment. */
const OF_RUNS = ["folded", "shown", "hidden", "pinned"];

/** The query string of a view as it is of use in an experiment: runs of another one are left out. */
export function searchIn(experimentId: string, view: Pick<SavedView, "query" | "experiment_id">) {
  if (view.query === "") return "";
  if (view.experiment_id === experimentId) return `?${view.query}`;
  // Not read and written anew: an empty list of columns must stay one.
  const kept = view.query.split("&").filter((entry) => !OF_RUNS.includes(nameOf(entry)));
  return kept.length === 0 ? "" : `?${kept.join("&")}`;
}

const nameOf = (entry: string) => entry.split("=", 1)[0] ?? "";

/** The address to send to somebody. */
export function shortLink(slug: string): string {
  return new URL(`v/${slug}`, ROOT).href;
}

const NAME = "sagwan.name";
const MINE = "sagwan.views";
const MOST_MINE = 1000;

/** What a person calls themselves here. There are no accounts: anybody may use any name. */
export function ownName(): string {
  return stored(NAME) ?? "";
}

export function setOwnName(name: string): void {
  storeValue(NAME, name.trim());
}

function slugs(): string[] {
  return (stored(MINE) ?? "").split(",").filter((slug) => slug !== "");
}

/** Remembers that a view was saved in this browser. */
export function rememberMine(slug: string): void {
  storeValue(MINE, [slug, ...slugs().filter((one) => one !== slug)].slice(0, MOST_MINE).join(","));
}

/** Whether a view was saved in this browser, or under the name that is used here. */
export function isMine(view: SavedView): boolean {
  const name = ownName();
  return slugs().includes(view.slug) || (name !== "" && view.owner === name);
}
