import { useSyncExternalStore } from "react";

/** The colours and the font that a canvas needs, as the page's style sheet has them. */
export interface Theme {
  surface: string;
  line: string;
  ink: string;
  soft: string;
  series: string;
  font: string;
}

function read(): Theme {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string) => style.getPropertyValue(name).trim();
  return {
    surface: value("--surface"),
    line: value("--line"),
    ink: value("--ink"),
    soft: value("--ink-soft"),
    series: value("--series"),
    font: `11px ${value("--font") || "sans-serif"}`,
  };
}

let theme: Theme | null = null;
const listeners = new Set<() => void>();
let stop: (() => void) | null = null;

function changed(): void {
  theme = null;
  for (const listener of listeners) listener();
}

/** The theme follows the system, and what the page says of itself in attributes of its root. */
function watch(): () => void {
  const dark = typeof matchMedia === "function" ? matchMedia("(prefers-color-scheme: dark)") : null;
  dark?.addEventListener("change", changed);
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true });
  return () => {
    dark?.removeEventListener("change", changed);
    observer.disconnect();
  };
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) stop = watch();
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) stop?.();
  };
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, () => {
    theme ??= read();
    return theme;
  });
}
