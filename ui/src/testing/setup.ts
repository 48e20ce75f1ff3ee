import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";
import { loadLanguage } from "../i18n/translate";
import { FakeEventSource } from "./live";

await loadLanguage("ko");

// What browsers have and jsdom hasn't, as far as the pages need it to be drawn.
class Observer {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}
globalThis.IntersectionObserver ??= Observer as unknown as typeof IntersectionObserver;
globalThis.ResizeObserver ??= Observer as unknown as typeof ResizeObserver;
globalThis.EventSource ??= FakeEventSource as unknown as typeof EventSource;
globalThis.scrollTo = () => {};
if (typeof document !== "undefined") standInForLayout();

// A busy machine is no failure.
configure({ asyncUtilTimeout: 15_000 });
afterEach(() => {
  cleanup();
  FakeEventSource.all.length = 0;
});

function standInForLayout(): void {
  // Every element is as large as a window: lists that draw what is in sight draw something.
  for (const [name, size] of [
    ["clientWidth", 1200],
    ["clientHeight", 400],
  ] as const) {
    Object.defineProperty(Element.prototype, name, { configurable: true, get: () => size });
  }
  /** A button opens and closes its popover. */
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest("[popovertarget]");
    const panel = document.getElementById(button?.getAttribute("popovertarget") ?? "");
    if (panel === null) return;
    const newState = panel.dataset.state === "open" ? "closed" : "open";
    panel.dataset.state = newState;
    panel.dispatchEvent(Object.assign(new Event("toggle"), { newState }));
  });
}
