import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";

// What browsers have and jsdom hasn't, as far as the pages need it to be drawn.
class Observer {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}
globalThis.IntersectionObserver ??= Observer as unknown as typeof IntersectionObserver;
globalThis.ResizeObserver ??= Observer as unknown as typeof ResizeObserver;
globalThis.scrollTo = () => {};

// A busy machine is no failure.
configure({ asyncUtilTimeout: 15_000 });
afterEach(cleanup);
