import { useEffect, useState } from "react";
import { navigate, presentPlace, usePlace } from "../../lib/history";
import { beginSteps, changedEntries, redone, type Steps, undone, withStep } from "../../lib/undo";

/** The steps of each page's view, as long as the document is open: who comes back can still undo. */
const stepsOf = new Map<string, Steps>();

export interface Undone {
  kind: "undo" | "redo";
  /** The entries of the query string that changed; empty where there was nothing to do. */
  entries: readonly string[];
}

/** What undoes by itself what was typed into it, and what lies above the page. */
const OWN_UNDO =
  "input:not([type=checkbox], [type=radio], [type=range]), textarea, [contenteditable], dialog";

function hasOwnUndo(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(OWN_UNDO) !== null;
}

function move(kind: Undone["kind"]): Undone {
  const { path, search } = presentPlace();
  const steps = stepsOf.get(path) ?? beginSteps(search);
  const next = kind === "undo" ? undone(steps) : redone(steps);
  if (next === null) return { kind, entries: [] };
  stepsOf.set(path, next);
  navigate(path + next.now, { replace: true });
  return { kind, entries: changedEntries(steps.now, next.now) };
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
export function useUndo() {
  const { path, search } = usePlace();
  const [last, setLast] = useState<Undone | null>(null);
  useEffect(() => {
    const steps = stepsOf.get(path);
    stepsOf.set(
      path,
      steps === undefined ? beginSteps(search) : withStep(steps, search, Date.now()),
    );
  }, [path, search]);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const kind = wanted(event);
      if (kind === null || event.defaultPrevented || hasOwnUndo(event.target)) return;
      event.preventDefault();
      setLast(move(kind));
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
  return { last, undo: () => setLast(move("undo")), redo: () => setLast(move("redo")) };
}
