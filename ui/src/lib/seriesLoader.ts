import type { ChartAxis } from "./chartsView";
import type { FrameSeries } from "./frames";
import { withPoints } from "./liveSeries";
import type { LivePoint } from "./liveStream";

/** What a card wants to know of its runs. */
export interface SeriesWant {
  key: string;
  x: ChartAxis;
  from: number | null;
  to: number | null;
  buckets: number;
  /** Numbers of 4 bytes: there are so many lines that 7 digits do. */
  narrow: boolean;
  /** Whether the least and greatest values between the entries are wanted, too. */
  envelope: boolean;
}

export interface SeriesRequest {
  run_ids: string[];
  keys: string[];
  x: ChartAxis;
  from: number | null;
  to: number | null;
  buckets: number;
  narrow: boolean;
  arrays: string[];
}

export interface WantedRun {
  id: string;
  live?: boolean;
}

type Fetch = (request: SeriesRequest, signal: AbortSignal) => Promise<FrameSeries[]>;
type Found = Map<string, FrameSeries>;

interface Kept {
  /** null: the run has no such series. */
  series: FrameSeries | null;
  /** Whether it may still get points. */
  live: boolean;
  /** Whether there may be more of it than is here, and when it was read. */
  isStale: boolean;
  readAt: number;
}

interface Waiting {
  want: SeriesWant;
  missing: WantedRun[];
  signal: AbortSignal;
  resolve(found: Found): void;
  reject(error: unknown): void;
}

/** How long a card waits for others to ask together with, in milliseconds. */
const GATHER = 16;
/** Runs and series of one request; the server takes twice as many series. */
const MOST_RUNS = 1000;
const MOST_KEYS = 100;
const MOST_SERIES = 2500;
/** How long a series that is to be read again waits since it was read, in milliseconds. */
const REREAD = 3000;
/** With points of the stream a series may have so many times the entries that were asked for. */
const LONGER = 1.5;
/** Points that came while series were being read are added to those; so many are remembered. */
const MOST_RECENT = 20_000;
/** Numbers that are kept, of 4 or 8 bytes. */
const MOST_KEPT = 8_000_000;

/** So many lines of a card come with their extremes, which makes answers almost three times as large. */
const MOST_ENVELOPES = 200;

type Resolution = Pick<SeriesWant, "buckets" | "narrow" | "envelope">;

/**
 * How many buckets a line gets, by how many share a card. In a range that someone has zoomed into, a
 * thousand steps are shown to the last point.
 */
export function resolution(lines: number, isZoomed: boolean): Resolution {
  if (lines <= 10) return { buckets: isZoomed ? 2000 : 320, narrow: false, envelope: true };
  if (lines <= 50) return { buckets: isZoomed ? 1200 : 96, narrow: true, envelope: true };
  const isMany = lines > MOST_ENVELOPES;
  const buckets = isMany ? 64 : 100;
  return { buckets: isZoomed ? 4 * buckets : buckets, narrow: true, envelope: !isMany };
}

const settingsOf = ({ x, from, to, buckets, narrow, envelope }: SeriesWant) =>
  `${x} ${from} ${to} ${buckets} ${narrow} ${envelope}`;

function sizeOf(series: FrameSeries | null): number {
  return series === null ? 1 : series.x.length * (series.min === null ? 2 : 5);
}

function* chunks<Item>(items: Item[], size: number): Generator<Item[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}

/**
 * Loads series of many cards with few requests, and keeps what it has read: a run that is shown again, or one
 * more among hundreds, doesn't ask for all of them anew.
 */
export class SeriesLoader {
  readonly #fetch: Fetch;
  readonly #kept = new Map<string, Map<string, Kept>>();
  readonly #wants = new Map<string, SeriesWant>();
  #recent: { at: number; point: LivePoint }[] = [];
  #size = 0;
  #waiting: Waiting[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  readonly #limit: number;

  constructor(fetch: Fetch, limit = MOST_KEPT) {
    this.#fetch = fetch;
    this.#limit = limit;
  }

  /**
   * The wanted series by run; runs without one are left out. What is kept of a running run is in step with it as
   * long as somebody calls `add` and `forget`.
   */
  async load(want: SeriesWant, runs: readonly WantedRun[], signal: AbortSignal): Promise<Found> {
    const found: Found = new Map();
    const missing: WantedRun[] = [];
    const kept = this.#keptFor(want);
    for (const run of runs) {
      const known = kept.get(run.id);
      const isPast = known?.live && !run.live;
      const isDue = known?.isStale && Date.now() - known.readAt >= REREAD;
      if (known === undefined || isPast || isDue) missing.push(run);
      else if (known.series !== null) found.set(run.id, known.series);
    }
    if (missing.length === 0) return found;
    const read = await new Promise<Found>((resolve, reject) => {
      this.#waiting.push({ want, missing, signal, resolve, reject });
      this.#timer ??= setTimeout(() => this.#ask(), GATHER);
    });
    for (const [id, series] of read) found.set(id, series);
    this.#forget();
    return found;
  }

  #keptFor(want: SeriesWant): Map<string, Kept> {
    const name = `${settingsOf(want)} ${want.key}`;
    const kept = this.#kept.get(name) ?? new Map<string, Kept>();
    // What was used last is forgotten last.
    this.#kept.delete(name);
    this.#kept.set(name, kept);
    this.#wants.set(name, want);
    return kept;
  }

  #keep(want: SeriesWant, runs: WantedRun[], found: Found, begun: number): void {
    const kept = this.#keptFor(want);
    for (const { id, live = false } of runs) {
      const series = found.get(id) ?? null;
      this.#size += sizeOf(series) - (kept.has(id) ? sizeOf(kept.get(id)?.series ?? null) : 0);
      const known = { series, live, isStale: false, readAt: Date.now() };
      kept.set(id, known);
      const meanwhile = this.#recent.filter(
        ({ at, point }) => at >= begun && point.run === id && point.key === want.key,
      );
      if (meanwhile.length > 0) {
        this.#extend(
          known,
          want,
          meanwhile.map(({ point }) => point),
        );
        if (known.series !== null) found.set(id, known.series);
      }
    }
  }

  #forget(): void {
    for (const [name, kept] of this.#kept) {
      if (this.#size <= this.#limit) return;
      for (const { series } of kept.values()) this.#size -= sizeOf(series);
      this.#kept.delete(name);
      this.#wants.delete(name);
    }
  }

  /** Adds points that were logged now to what is kept; the metrics of which something is to be drawn anew. */
  add(points: readonly LivePoint[]): ReadonlySet<string> {
    const at = Date.now();
    this.#recent.push(...points.map((point) => ({ at, point })));
    this.#recent = this.#recent.slice(-MOST_RECENT);
    const byKey = new Map<string, Map<string, LivePoint[]>>();
    for (const point of points) {
      const runs = byKey.get(point.key) ?? new Map<string, LivePoint[]>();
      byKey.set(point.key, runs.set(point.run, [...(runs.get(point.run) ?? []), point]));
    }
    const touched = new Set<string>();
    for (const [name, kept] of this.#kept) {
      const want = this.#wants.get(name);
      for (const [run, some] of byKey.get(want?.key ?? "") ?? []) {
        const known = kept.get(run);
        if (want === undefined || known === undefined) continue;
        if (this.#extend(known, want, some)) touched.add(want.key);
      }
    }
    return touched;
  }

  #extend(known: Kept, want: SeriesWant, points: readonly LivePoint[]): boolean {
    const { x, from, to, buckets } = want;
    const isWhole = from === null && to === null;
    const longer =
      known.series === null || x === "relative" || !isWhole
        ? null
        : withPoints(known.series, points, x, LONGER * buckets);
    if (longer === null) {
      known.isStale = true;
      return false;
    }
    this.#size += sizeOf(longer) - sizeOf(known.series);
    known.series = longer;
    return true;
  }

  /** Lets series of these runs (null: of all that run) be read again. */
  forget(runs: readonly string[] | null): void {
    for (const kept of this.#kept.values()) {
      for (const [id, known] of kept) {
        if (runs === null ? !known.live : !runs.includes(id)) continue;
        known.isStale = true;
        known.readAt = Number.NEGATIVE_INFINITY;
      }
    }
  }

  /** Whether something that is kept is to be read again. */
  get hasStale(): boolean {
    return [...this.#kept.values()].some((kept) =>
      [...kept.values()].some(({ isStale }) => isStale),
    );
  }

  /** Puts together what waits: cards with the same settings and the same missing runs share requests. */
  #ask(): void {
    this.#timer = null;
    const waiting = this.#waiting.filter((one) => {
      if (one.signal.aborted) one.reject(one.signal.reason);
      return !one.signal.aborted;
    });
    this.#waiting = [];
    const groups = new Map<string, Waiting[]>();
    for (const one of waiting) {
      const runs = one.missing.map(({ id, live }) => (live ? `${id}+` : id)).join(" ");
      const name = `${settingsOf(one.want)} ${runs}`;
      groups.set(name, [...(groups.get(name) ?? []), one]);
    }
    for (const group of groups.values()) {
      const runs = Math.min(MOST_RUNS, group[0]?.missing.length ?? 1);
      const keys = Math.max(1, Math.min(MOST_KEYS, Math.floor(MOST_SERIES / runs)));
      for (const part of chunks(group, keys)) void this.#request(part);
    }
  }

  async #request(group: Waiting[]): Promise<void> {
    const [first] = group;
    if (first === undefined) return;
    const abort = new AbortController();
    const leave = () => {
      if (group.every(({ signal }) => signal.aborted)) abort.abort();
    };
    for (const { signal } of group) signal.addEventListener("abort", leave, { once: true });
    const begun = Date.now();
    const { key: _, envelope, ...settings } = first.want;
    const arrays = envelope ? ["value", "min", "max", "count"] : ["value"];
    const keys = [...new Set(group.map(({ want }) => want.key))];
    try {
      const parts = await Promise.all(
        [...chunks(first.missing, MOST_RUNS)].map((runs) =>
          this.#fetch(
            {
              ...settings,
              keys,
              run_ids: runs.map(({ id }) => id),
              arrays,
            },
            abort.signal,
          ),
        ),
      );
      const byKey = new Map<string, Found>(keys.map((key) => [key, new Map()]));
      for (const series of parts.flat()) byKey.get(series.key)?.set(series.run, series);
      for (const { want, missing, resolve } of group) {
        const found: Found = byKey.get(want.key) ?? new Map();
        this.#keep(want, missing, found, begun);
        resolve(found);
      }
    } catch (error) {
      for (const { reject } of group) reject(error);
    } finally {
      for (const { signal } of group) signal.removeEventListener("abort", leave);
    }
  }
}
