import { type RefObject, useEffect, useRef, useState, useSyncExternalStore } from "react";

/** The present time, renewed every second (or as often as is said, in milliseconds) while `ticking`. */
export function useNow(ticking: boolean, every = 1000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!ticking) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [ticking, every]);
  return now;
}

/** Whether the element has ever been near the window. */
export function useSeen(element: RefObject<Element | null>): boolean {
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const target = element.current;
    if (seen || target === null) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) setSeen(true);
      },
      { rootMargin: "200px" },
    );
    observer.observe(target);
    return () => observer.disconnect();
  }, [element, seen]);
  return seen;
}

/** `value`, or the one before where it says the same: who gets it is drawn anew only for what is new. */
export function useStable<Value>(value: Value): Value {
  const [kept, setKept] = useState(value);
  // Of a value that comes again it is known already: long lists take milliseconds to compare.
  const same = useRef({ kept, value });
  if (kept === value || (same.current.kept === kept && same.current.value === value)) return kept;
  if (JSON.stringify(kept) === JSON.stringify(value)) {
    same.current = { kept, value };
    return kept;
  }
  setKept(value);
  return value;
}

/** Whether the window matches a media query. */
export function useMedia(media: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = matchMedia(media);
      list.addEventListener("change", changed);
      return () => list.removeEventListener("change", changed);
    },
    () => matchMedia(media).matches,
  );
}

/** What takes keys itself: a shortcut of the page must not come between. */
const OWN_KEYS = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

function isPanelOpen(): boolean {
  return [...document.querySelectorAll("[popover]")].some((panel) =>
    panel.matches(":popover-open"),
  );
}

/**
 * Calls the function of the key that is pressed, wherever the focus is, unless that is a field. Keys are named
 * as in KeyboardEvent.key.
 */
export function useShortcuts(shortcuts: Readonly<Record<string, (event: KeyboardEvent) => void>>) {
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target instanceof Element ? event.target : document.body;
      if (target.closest(`${OWN_KEYS}, dialog, [popover]`) !== null) return;
      const act = latest.current[event.key];
      if (act === undefined) return;
      // The browser closes an open panel by Escape, though its button has the focus.
      if (event.key === "Escape" && isPanelOpen()) return;
      // A button or a link that has the focus is pressed by Enter.
      if (event.key === "Enter" && target.closest("a, button, summary") !== null) return;
      event.preventDefault();
      act(event);
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}
