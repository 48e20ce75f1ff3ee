import { useEffect, useSyncExternalStore } from "react";
import { navigate, presentPlace, usePlace } from "../../lib/history";
import { beginSteps, changedEntries, redone, type Steps, undone, withStep } from "../../lib/undo";

/** The steps of each page's view, as long as the document is open: who comes back can still undo. */
const stepsOf = new Map<string, Steps>();

export interface Undone {
  kind: "undo" | "redo";
  /** The entries of the query string that changed; empty where there was nothing to do. */
  entries: readonly string[];
}

let last: Undone | null = null;
const listeners = new Set<() => void>();

function tell(what: Undone | null): void {
  last = what;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What was undone or redone last on this page. */
export function useLastUndone(): Undone | null {
  return useSyncExternalStore(subscribe, () => last);
}

/** What undoes by itself what was typed into it, and what lies above the page. */
const OWN_UNDO =
  "input:not([type=checkbox], [type=radio], [type=range]), textarea, [contenteditable], dialog";

function hasOwnUndo(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(OWN_UNDO) !== null;
}

/** Takes the last change of the page's view back, or makes it again. */
export function undoView(kind: Undone["kind"]): void {
  const { path, search } = presentPlace();
  const steps = stepsOf.get(path) ?? beginSteps(search);
  const next = kind === "undo" ? undone(steps) : redone(steps);
  if (next !== null) {
    stepsOf.set(path, next);
    navigate(path + next.now, { replace: true });
  }
  tell({ kind, entries: next === null ? [] : changedEntries(steps.now, next.now) });
}

function wanted(event: KeyboardEvent): Undone["kind"] | null {
  if (event.altKey || !(event.ctrlKey || event.metaKey)) return null;
  const key = event.key.toLowerCase();
  if (key === "z") return event.shiftKey ? "redo" : "undo";
  return key === "y" && !event.shiftKey ? "redo" : null;
}

/**
 * Keeps the last views of the page, and lets Ctrl+Z and Ctrl+Shift+Z (or Ctrl+Y) go back and forth among them.
 * Fields keep their own undoing.
 */
export function useUndo(): void {
  const { path, search } = usePlace();
  useEffect(() => {
    const steps = stepsOf.get(path);
    stepsOf.set(
      path,
      steps === undefined ? beginSteps(search) : withStep(steps, search, Date.now()),
    );
  }, [path, search]);
  useEffect(() => {
    tell(null);
    const press = (event: KeyboardEvent) => {
      const kind = wanted(event);
      if (kind === null || event.defaultPrevented || hasOwnUndo(event.target)) return;
      event.preventDefault();
      undoView(kind);
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}
