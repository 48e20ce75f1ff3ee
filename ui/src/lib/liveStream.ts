import type { RunsChanged } from "../api/types.gen";

/** A point as the stream tells it; `value` is NaN where that was logged. */
export interface LivePoint {
  run: string;
  key: string;
  step: number;
  /** Unix milliseconds. */
  time: number;
  value: number;
}

/** What happened to runs since the news before. */
export interface LiveNews {
  points: LivePoint[];
  /** The latest values of the metrics that got points, by run and key. */
  latest: Map<string, Map<string, number>>;
  /** Runs of which something else may be new. */
  changed: string[];
  /** Everything may be new. */
  all: boolean;
}

/** "paused" while the tab is hidden, "away" while the server can't be reached. */
export type LiveState = "off" | "connecting" | "live" | "paused" | "away";

interface Handlers {
  onNews(news: LiveNews): void;
  /** The stream is there for the first time: what was read before may have missed something. */
  onStart(): void;
  onState(state: LiveState): void;
  /** How much later it is on the server, in milliseconds. */
  onClock(ahead: number): void;
}

type Source = Pick<EventSource, "close" | "addEventListener">;

/** How long it takes until a lost stream is tried again, at first and at most, in milliseconds. */
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30_000;

/** The names that a stream has told so far: it goes on with their numbers. */
class Names {
  readonly #runs: string[] = [];
  readonly #keys: string[] = [];

  read(event: RunsChanged): LiveNews {
    if (event.anew) {
      this.#runs.length = 0;
      this.#keys.length = 0;
    }
    this.#runs.push(...(event.runs ?? []));
    this.#keys.push(...(event.keys ?? []));
    const run = (number: unknown) => this.#runs[number as number] ?? "";
    const key = (number: unknown) => this.#keys[number as number] ?? "";
    const value = (number: unknown) => (number === null ? Number.NaN : Number(number));
    const points = (event.points ?? []).map(
      ([runAt, keyAt, step, time, logged]): LivePoint => ({
        run: run(runAt),
        key: key(keyAt),
        step: Number(step),
        time: Number(time),
        value: value(logged),
      }),
    );
    const latest = new Map<string, Map<string, number>>();
    const set = (of: string, name: string, last: number) => {
      const known = latest.get(of) ?? new Map<string, number>();
      latest.set(of, known.set(name, last));
    };
    for (const point of points) set(point.run, point.key, point.value);
    for (const [runAt, keyAt, last] of event.latest ?? []) set(run(runAt), key(keyAt), value(last));
    return { points, latest, changed: (event.changed ?? []).map(run), all: event.all ?? false };
  }
}

/**
 * Listens to what happens to runs while the tab is visible. A stream that was lost, or closed because the tab
 * was hidden, goes on where it was: the server tells what has changed since.
 */
export class LiveStream {
  readonly #open: (position: string | null) => Source;
  readonly #handlers: Handlers;
  #source: Source | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #position: string | null = null;
  #failures = 0;
  #isStopped = false;

  constructor(open: (position: string | null) => Source, handlers: Handlers) {
    this.#open = open;
    this.#handlers = handlers;
  }

  start(): void {
    document.addEventListener("visibilitychange", this.#look);
    this.#look();
  }

  stop(): void {
    this.#isStopped = true;
    document.removeEventListener("visibilitychange", this.#look);
    this.#close();
    this.#handlers.onState("off");
  }

  readonly #look = (): void => {
    this.#close();
    if (document.visibilityState === "hidden") this.#handlers.onState("paused");
    else this.#connect();
  };

  #close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#source?.close();
    this.#source = null;
  }

  #connect(): void {
    if (this.#isStopped) return;
    if (this.#failures === 0) this.#handlers.onState("connecting");
    const source = this.#open(this.#position);
    const names = new Names();
    this.#source = source;
    const read = (event: Event): RunsChanged | null => {
      if (this.#source !== source) return null;
      const { data, lastEventId } = event as MessageEvent<string>;
      const told = JSON.parse(data) as RunsChanged;
      this.#position = lastEventId;
      this.#handlers.onClock(told.now - Date.now());
      return told;
    };
    source.addEventListener("start", (event) => {
      const isFirst = this.#position === null;
      if (read(event) === null) return;
      this.#failures = 0;
      this.#handlers.onState("live");
      if (isFirst) this.#handlers.onStart();
    });
    source.addEventListener("change", (event) => {
      const told = read(event);
      if (told !== null) this.#handlers.onNews(names.read(told));
    });
    source.addEventListener("error", () => {
      if (this.#source !== source) return;
      this.#close();
      const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.#failures);
      this.#failures += 1;
      this.#handlers.onState("away");
      // By chance, so that not all pages come back in the moment in which the server does.
      this.#timer = setTimeout(() => this.#connect(), pause * (0.5 + Math.random() / 2));
    });
  }
}
