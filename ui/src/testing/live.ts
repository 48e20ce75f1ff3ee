import { act } from "@testing-library/react";
import type { RunsChanged } from "../api/types.gen";

type Listener = (event: MessageEvent<string>) => void;

/** A stream of events that a test sends, in place of the browser's. */
export class FakeEventSource {
  static readonly all: FakeEventSource[] = [];
  readonly url: URL;
  isClosed = false;
  readonly #listeners = new Map<string, Listener[]>();
  #sent = 0;

  constructor(url: URL) {
    this.url = url;
    FakeEventSource.all.push(this);
  }

  /** Those that nobody has closed. */
  static get open(): FakeEventSource[] {
    return FakeEventSource.all.filter(({ isClosed }) => !isClosed);
  }

  addEventListener(kind: string, listener: Listener): void {
    this.#listeners.set(kind, [...(this.#listeners.get(kind) ?? []), listener]);
  }

  close(): void {
    this.isClosed = true;
  }

  /** Sends an event and waits until the page has taken it. */
  async send(kind: "start" | "change" | "error", data: Partial<RunsChanged> = {}): Promise<void> {
    this.#sent += 1;
    const event = {
      data: JSON.stringify({ now: Date.now(), ...data }),
      lastEventId: `${this.#sent}`,
    };
    await act(async () => {
      for (const listener of this.#listeners.get(kind) ?? []) {
        listener(event as MessageEvent<string>);
      }
    });
  }
}
