import { useSyncExternalStore } from "react";
import { legacyTarget } from "./legacyLinks";
import { address, localPath } from "./root";
import { movedPlace } from "./routes";

/** The browser's place in the UI. */
export interface Place {
  /** A path of the UI, or what stands in the address where that is none: "#/models", "/elsewhere". */
  path: string;
  search: string;
}

const listeners = new Set<() => void>();
let place: Place = { path: "/", search: "" };

function read(): Place {
  if (location.hash.startsWith("#/")) return { path: location.hash, search: "" };
  return { path: localPath(location.pathname) ?? location.pathname, search: location.search };
}

let hasMoved = false;

/** Whether the browser has gone anywhere since the document was opened. */
export function isFirstPage(): boolean {
  return !hasMoved;
}

function changed(): void {
  // An address of MLflow's UI becomes ours before anything is drawn.
  const target = legacyTarget(location.hash);
  if (target !== null) history.replaceState(null, "", address(target));
  place = read();
  const moved = movedPlace(place.path, place.search);
  if (moved !== null) {
    history.replaceState(null, "", address(moved));
    place = read();
  }
  for (const listener of listeners) listener();
}

/** Goes to a path with its query; `replace` leaves no step in the history. */
export function navigate(to: string, options: { replace?: boolean } = {}): void {
  if (options.replace) history.replaceState(null, "", address(to));
  else history.pushState(null, "", address(to));
  hasMoved = true;
  changed();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Starts listening to the browser's back and forward buttons and to typed `#/` links. */
export function startHistory(): void {
  addEventListener("popstate", () => {
    hasMoved = true;
    changed();
  });
  addEventListener("hashchange", changed);
  changed();
}

export function presentPlace(): Place {
  return place;
}

export function usePlace(): Place {
  return useSyncExternalStore(subscribe, () => place);
}
