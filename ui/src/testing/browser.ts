import axe from "axe-core";
import { vi } from "vitest";

/** What browsers have and jsdom hasn't, for tests of whole pages: every element is in sight at once. */
export function likeBrowser(): void {
  localStorage.clear();
  vi.stubGlobal("matchMedia", () => ({
    matches: false,
    addEventListener() {},
    removeEventListener() {},
  }));
  class Seen {
    callback: IntersectionObserverCallback;
    constructor(callback: IntersectionObserverCallback) {
      this.callback = callback;
    }
    observe() {
      const entry = { isIntersecting: true } as IntersectionObserverEntry;
      this.callback([entry], this as unknown as IntersectionObserver);
    }
    disconnect() {}
  }
  vi.stubGlobal("IntersectionObserver", Seen);
}

/** The rules that axe finds broken; what things look like is checked in a real browser. */
export async function broken(): Promise<string[]> {
  const { violations } = await axe.run(document, {
    rules: { "color-contrast": { enabled: false } },
  });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
}
