/** What a person has set for this browser: how pages look and how numbers and times are written. */
import { useSyncExternalStore } from "react";
import { stored, storeValue } from "./stored";

export type ThemeChoice = "system" | "light" | "dark";
export type Digits = "fewer" | "normal" | "more";

export interface Settings {
  theme: ThemeChoice;
  /** Whether rows stand close together where the address doesn't say. */
  dense: boolean;
  digits: Digits;
  /** Whether thousands are separated. */
  grouping: boolean;
  /** A name of the IANA database; empty: the browser's. */
  timeZone: string;
}

export const DEFAULTS: Settings = {
  theme: "system",
  dense: false,
  digits: "normal",
  grouping: true,
  timeZone: "",
};

const STORED = "sagwan.settings";

/** Whether times can be shown in this zone. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const oneOf = <Value extends string>(value: unknown, values: readonly Value[], other: Value) =>
  values.find((one) => one === value) ?? other;

/** Settings as they were kept; what can't be read is the default. */
export function readSettings(text: string | null): Settings {
  let kept: Record<string, unknown> = {};
  try {
    const read: unknown = JSON.parse(text ?? "{}");
    if (typeof read === "object" && read !== null) kept = read as Record<string, unknown>;
  } catch {
    // As if nothing had been kept.
  }
  const zone = kept.timeZone;
  return {
    theme: oneOf(kept.theme, ["system", "light", "dark"], DEFAULTS.theme),
    dense: kept.dense === true,
    digits: oneOf(kept.digits, ["fewer", "normal", "more"], DEFAULTS.digits),
    grouping: kept.grouping !== false,
    timeZone: typeof zone === "string" && zone !== "" && isTimeZone(zone) ? zone : "",
  };
}

let settings: Settings | null = null;
const listeners = new Set<() => void>();

export function presentSettings(): Settings {
  settings ??= readSettings(stored(STORED));
  return settings;
}

function changed(next: Settings): void {
  settings = next;
  applySettings();
  for (const listener of listeners) listener();
}

export function changeSettings(part: Partial<Settings>): void {
  const next = { ...presentSettings(), ...part };
  storeValue(STORED, JSON.stringify(next));
  changed(next);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useSettings(): Settings {
  return useSyncExternalStore(subscribe, presentSettings);
}

function isDark(): boolean {
  const { theme } = presentSettings();
  if (theme !== "system") return theme === "dark";
  return typeof matchMedia === "function" && matchMedia("(prefers-color-scheme: dark)").matches;
}

/** Says on the document's root what style sheets need to know. */
export function applySettings(): void {
  const { dataset } = document.documentElement;
  dataset.theme = isDark() ? "dark" : "light";
  dataset.density = presentSettings().dense ? "dense" : "normal";
}

/** Applies the settings from now on, also where the system or another tab changes them. */
export function startSettings(): void {
  applySettings();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", applySettings);
  addEventListener("storage", (event) => {
    if (event.key === STORED) changed(readSettings(event.newValue));
  });
}
