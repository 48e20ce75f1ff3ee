import { type Query, type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { withLatest, withLatestOfRun } from "../lib/liveRows";
import { type LiveNews, type LiveState, LiveStream } from "../lib/liveStream";
import { ROOT } from "../lib/root";
import type { Row } from "../lib/rows";
import { seriesLoader } from "./series";
import type { FollowRuns, Run } from "./types.gen";
import type { ExperimentKeys } from "./workspace";

/** What a page wants to hear of: runs of experiments, some runs, or all; without `points`, no metrics. */
export type LiveInterest = Omit<FollowRuns, "position">;

export interface LiveStatus {
  state: LiveState;
  /** How much later it is on the server, in milliseconds. */
  ahead: number;
}

let status: LiveStatus = { state: "off", ahead: 0 };
const watchers = new Set<() => void>();

function setStatus(part: Partial<LiveStatus>): void {
  const next = { ...status, ...part };
  // A second is lost on the way; nobody wants to be told of that.
  if (next.state === status.state && Math.abs(next.ahead - status.ahead) < 1000) return;
  status = next;
  for (const tell of watchers) tell();
}

/** Whether this page hears what happens. */
export function useLiveStatus(): LiveStatus {
  return useSyncExternalStore(
    (tell) => {
      watchers.add(tell);
      return () => watchers.delete(tell);
    },
    () => status,
  );
}

function streamUrl(interest: LiveInterest, position: string | null): URL {
  const url = new URL("ajax-api/sagwan/v1/stream", ROOT);
  for (const id of interest.experiment_ids ?? []) url.searchParams.append("experiment_ids", id);
  for (const id of interest.run_ids ?? []) url.searchParams.append("run_ids", id);
  if (interest.points === false) url.searchParams.set("points", "false");
  if (position !== null) url.searchParams.set("position", position);
  return url;
}

/** Keeps what the page has read in step with what happens, as long as it is shown; null: nothing can happen. */
export function useLive(interest: LiveInterest | null): void {
  const client = useQueryClient();
  const name = interest === null ? null : JSON.stringify(interest);
  useEffect(() => {
    if (name === null) return;
    const wanted = JSON.parse(name) as LiveInterest;
    const cache = new LiveCache(client);
    const stream = new LiveStream((position) => new EventSource(streamUrl(wanted, position)), {
      onNews: (news) => cache.take(news),
      onStart: () => cache.catchUp(),
      onState: (state) => {
        setStatus({ state });
        // Where only the stream can't get through, the page goes on by asking.
        if (state === "away") cache.catchUp();
      },
      onClock: (ahead) => setStatus({ ahead }),
    });
    stream.start();
    return () => {
      stream.stop();
      cache.stop();
    };
  }, [client, name]);
}

/** How far apart two readings of the same things are at least, in milliseconds. */
const READ_EVERY = 1000;
const KEYS_EVERY = 5000;
const SERIES_EVERY = 3000;
/** How long news is remembered, in milliseconds: longer than an answer takes. */
const REMEMBERED = 30_000;

/** Calls a function at once and then at most once in a while, however often it is wanted. */
class Throttle {
  readonly #act: () => void;
  readonly #every: number;
  #last = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(every: number, act: () => void) {
    this.#act = act;
    this.#every = every;
  }

  want(soonest = 0): void {
    const wait = Math.max(soonest, this.#last + this.#every - Date.now());
    this.#timer ??= setTimeout(() => this.#run(), Math.max(0, wait));
  }

  #run(): void {
    this.#timer = null;
    this.#last = Date.now();
    this.#act();
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}

class LiveCache {
  readonly #client: QueryClient;
  readonly #seenKeys = new Set<string>();
  #recent: { at: number; latest: LiveNews["latest"] }[] = [];
  readonly #seenRuns = new Set<string>();
  readonly #runs = new Throttle(READ_EVERY, () => this.#readRuns());
  readonly #keys = new Throttle(KEYS_EVERY, () => this.#invalidate(["keys"]));
  readonly #series = new Throttle(SERIES_EVERY, () => this.#invalidate(["series"]));

  constructor(client: QueryClient) {
    this.#client = client;
  }

  stop(): void {
    for (const throttle of [this.#runs, this.#keys, this.#series]) throttle.stop();
  }

  /** Brings the page up to date with news. */
  take({ points, latest, changed, all }: LiveNews): void {
    if (points.length > 0) {
      const keys = seriesLoader.add(points);
      this.#draw(keys);
      if (seriesLoader.hasStale) this.#series.want(SERIES_EVERY);
      this.#remember(latest);
      this.#patch(latest);
      this.#lookForNew(latest);
    }
    if (all || changed.length > 0) {
      seriesLoader.forget(all ? null : changed);
      this.#runs.want();
    }
  }

  /** Reads again what may have changed before the stream was there. */
  catchUp(): void {
    seriesLoader.forget(null);
    for (const kind of ["running", "one", "recent"]) {
      this.#readAgain(["runs", kind], ({ state }) => state.data !== undefined);
    }
    this.#series.want();
  }

  #invalidate(queryKey: readonly string[]): void {
    void this.#client.invalidateQueries({ queryKey });
  }

  /** Reads runs again; what is told meanwhile may be newer than the answer. */
  #readAgain(queryKey: readonly string[], predicate?: (query: Query) => boolean): void {
    const begun = Date.now();
    const which = predicate === undefined ? { queryKey } : { queryKey, predicate };
    void this.#client.invalidateQueries(which).then(() => {
      for (const { at, latest } of this.#recent) if (at >= begun) this.#patch(latest);
    });
  }

  #remember(latest: LiveNews["latest"]): void {
    const at = Date.now();
    this.#recent = this.#recent.filter((one) => at - one.at < REMEMBERED);
    this.#recent.push({ at, latest });
  }

  #readRuns(): void {
    this.#readAgain(["runs"]);
    this.#invalidate(["experiments"]);
    this.#series.want();
  }

  /** Lets the cards of these metrics take the new points; nothing is sent for that. */
  #draw(keys: ReadonlySet<string>): void {
    if (keys.size === 0) return;
    void this.#client.invalidateQueries({
      queryKey: ["series"],
      predicate: ({ queryKey }) => keys.has((queryKey[1] as { key: string }).key),
    });
  }

  #patch(latest: LiveNews["latest"]): void {
    const now = Date.now() + status.ahead;
    this.#client.setQueriesData<Row[]>(
      { queryKey: ["runs", "running"] },
      (rows) => rows && withLatest(rows, latest, now),
    );
    for (const [id, values] of latest) {
      this.#client.setQueryData<Run>(
        ["runs", "one", id],
        (run) => run && withLatestOfRun(run, values),
      );
    }
  }

  /** Reads runs and metrics that the page doesn't know of; each makes it ask once. */
  #lookForNew(latest: LiveNews["latest"]): void {
    const runs = [...latest.keys()].filter((id) => !this.#seenRuns.has(id));
    const keys = [...latest.values()].flatMap((values) =>
      [...values.keys()].filter((key) => !this.#seenKeys.has(key)),
    );
    for (const id of runs) this.#seenRuns.add(id);
    for (const key of keys) this.#seenKeys.add(key);
    if (runs.length > 0 && !this.#knowsAll(runs)) this.#runs.want();
    if (keys.length > 0) {
      const known = this.#client.getQueriesData<ExperimentKeys>({ queryKey: ["keys"] });
      const names = new Set(known.flatMap(([, data]) => data?.metrics.map(({ key }) => key) ?? []));
      if (known.length > 0 && keys.some((key) => !names.has(key))) this.#keys.want();
    }
  }

  #knowsAll(ids: readonly string[]): boolean {
    const running = this.#client.getQueriesData<Row[]>({ queryKey: ["runs", "running"] });
    const known = new Set(running.flatMap(([, rows]) => rows?.map(({ id }) => id) ?? []));
    return ids.every((id) => known.has(id) || this.#client.getQueryData(["runs", "one", id]));
  }
}
