/**
 * Work that would make scrolling stutter if it were done at once: in each frame as many jobs run as fit into
 * `budget` milliseconds, but at least one.
 */
export class FrameQueue {
  readonly #jobs = new Set<() => void>();
  readonly #budget: number;
  readonly #frame: (run: () => void) => void;
  readonly #now: () => number;
  #isPlanned = false;

  constructor(
    budget = 8,
    frame: (run: () => void) => void = (run) => requestAnimationFrame(run),
    now: () => number = () => performance.now(),
  ) {
    this.#budget = budget;
    this.#frame = frame;
    this.#now = now;
  }

  /** Adds a job; the function that is returned takes it back. */
  add(job: () => void): () => void {
    this.#jobs.add(job);
    this.#plan();
    return () => this.#jobs.delete(job);
  }

  #plan(): void {
    if (this.#isPlanned || this.#jobs.size === 0) return;
    this.#isPlanned = true;
    this.#frame(() => {
      this.#isPlanned = false;
      const end = this.#now() + this.#budget;
      for (const job of this.#jobs) {
        this.#jobs.delete(job);
        try {
          job();
        } finally {
          this.#plan();
        }
        if (this.#now() >= end) break;
      }
    });
  }
}
