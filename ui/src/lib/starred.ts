/** The experiments that a person has starred in this browser, by id, the last one first. */
import { useSyncExternalStore } from "react";
import { stored, storeValue } from "./stored";

const STORED = "sagwan.starred";
/** Each is read by itself where the starred ones are listed. */
const MOST = 50;

/** Ids as they were kept; each once. */
export function readStarred(text: string | null): string[] {
  const ids = (text ?? "").split(",").filter((id) => id !== "");
  return [...new Set(ids)].slice(0, MOST);
}

let starred: readonly string[] | null = null;
const listeners = new Set<() => void>();

function present(): readonly string[] {
  starred ??= readStarred(stored(STORED));
  return starred;
}

function changed(next: readonly string[] | null): void {
  starred = next;
  for (const listener of listeners) listener();
}

/** Stars an experiment, or no longer. */
export function setStar(id: string, on: boolean): void {
  const others = present().filter((one) => one !== id);
  const next = (on ? [id, ...others] : others).slice(0, MOST);
  storeValue(STORED, next.join(","));
  changed(next);
}

function fromOtherTab(event: StorageEvent): void {
  if (event.key === STORED || event.key === null) changed(null);
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) addEventListener("storage", fromOtherTab);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    removeEventListener("storage", fromOtherTab);
    // Nobody hears of other tabs any more.
    starred = null;
  };
}

export function useStarred(): readonly string[] {
  return useSyncExternalStore(subscribe, present);
}
