/** The last views of a page, for undoing and redoing what changed them. A view is its query string. */

export interface Steps {
  /** The oldest first. */
  readonly past: readonly string[];
  readonly now: string;
  /** What was undone, the first to redo last. */
  readonly future: readonly string[];
  /** When `now` came about, in milliseconds. */
  readonly at: number;
}

export const MOST_STEPS = 50;
/** Changes of one of these that follow each other this fast, in milliseconds, are one: a drag, a typed word. */
const GRADUAL: ReadonlySet<string> = new Set(["keys", "smooth", "split", "widths", "zoom"]);
const GESTURE = 500;

export function beginSteps(now: string): Steps {
  return { past: [], now, future: [], at: Number.NEGATIVE_INFINITY };
}

/** The names of the entries in which two query strings differ. */
export function changedEntries(before: string, after: string): string[] {
  const [one, other] = [new URLSearchParams(before), new URLSearchParams(after)];
  const names = new Set([...one.keys(), ...other.keys()]);
  return [...names].filter((name) => one.get(name) !== other.get(name)).sort();
}

/** The steps after the view became `search`, at the time `at`. */
export function withStep(steps: Steps, search: string, at: number): Steps {
  const changed = changedEntries(steps.now, search);
  if (changed.length === 0) return steps;
  const before = steps.past.at(-1);
  const isGesture =
    before !== undefined &&
    at - steps.at < GESTURE &&
    changed.every((name) => GRADUAL.has(name)) &&
    String(changedEntries(before, steps.now)) === String(changed);
  const past = isGesture ? steps.past : [...steps.past, steps.now].slice(-MOST_STEPS);
  return { past, now: search, future: [], at };
}

/** The steps after the last change was undone; null where there is none. */
export function undone(steps: Steps): Steps | null {
  const now = steps.past.at(-1);
  if (now === undefined) return null;
  return {
    ...beginSteps(now),
    past: steps.past.slice(0, -1),
    future: [...steps.future, steps.now],
  };
}

/** The steps after the last undoing was undone; null where there is none. */
export function redone(steps: Steps): Steps | null {
  const now = steps.future.at(-1);
  if (now === undefined) return null;
  return {
    ...beginSteps(now),
    past: [...steps.past, steps.now],
    future: steps.future.slice(0, -1),
  };
}
