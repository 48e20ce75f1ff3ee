import type { ChartAxis } from "../lib/chartsView";

/** What the pointer is on: in all cards, and in the table. */
export interface Hovered {
  run: string | null;
  /** The place on the x axis; null where a run as a whole is meant. */
  x: number | null;
  /** What that place is counted in. */
  axis: ChartAxis | null;
  /** The card that the pointer is in; null where it is in none. */
  card: string | null;
}

const NOTHING: Hovered = { run: null, x: null, axis: null, card: null };

/** Tells the cards and the table what is hovered, without a render of the page for each move of the pointer. */
export class HoverStore {
  #now = NOTHING;
  readonly #listeners = new Set<(now: Hovered) => void>();

  get now(): Hovered {
    return this.#now;
  }

  set(next: Hovered): void {
    const { run, x, axis, card } = this.#now;
    if (next.run === run && next.x === x && next.axis === axis && next.card === card) return;
    this.#now = next;
    for (const listener of this.#listeners) listener(next);
  }

  /** A run as a whole, in no card. */
  setRun(run: string | null): void {
    this.set({ ...NOTHING, run });
  }

  clear(): void {
    this.set(NOTHING);
  }

  subscribe(listener: (now: Hovered) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
