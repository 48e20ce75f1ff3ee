import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { FrameSeries } from "./frames";
import { resolution, SeriesLoader, type SeriesRequest, type SeriesWant } from "./seriesLoader";

const want = (key: string, more: Partial<SeriesWant> = {}): SeriesWant => ({
  key,
  x: "step",
  from: null,
  to: null,
  buckets: 320,
  narrow: false,
  envelope: true,
  ...more,
});
const runs = (count: number, live = false) =>
  Array.from({ length: count }, (_, at) => ({ id: `r${at}`, live }));
const forever = () => new AbortController().signal;

function series(run: string, key: string, n = 3): FrameSeries {
  const none = { group: "", min: null, max: null, mean: null, std: null, count: null };
  const value = new Float64Array(n);
  return { ...none, run, key, points: n, exact: true, x: new Float64Array(n), value };
}

function server(n = 3) {
  const asked: SeriesRequest[] = [];
  const signals: AbortSignal[] = [];
  const fetch = async (request: SeriesRequest, signal: AbortSignal) => {
    asked.push(request);
    signals.push(signal);
    await new Promise((resolve, reject) => {
      setTimeout(resolve, 50);
      signal.addEventListener("abort", () => reject(signal.reason));
    });
    return request.run_ids.flatMap((run) => request.keys.map((key) => series(run, key, n)));
  };
  return { asked, signals, fetch };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

async function settled<T>(promise: Promise<T>): Promise<T> {
  const guarded = promise.then(
    (value) => ({ value }),
    (error) => ({ error }),
  );
  await vi.advanceTimersByTimeAsync(1000);
  const result = await guarded;
  if ("error" in result) throw result.error;
  return result.value;
}

test("cards that ask at once share a request", async () => {
  const { asked, fetch } = server();
  const loader = new SeriesLoader(fetch);
  const [a, b] = await settled(
    Promise.all([
      loader.load(want("a"), runs(2), forever()),
      loader.load(want("b"), runs(2), forever()),
    ]),
  );
  expect(asked).toMatchObject([{ keys: ["a", "b"], run_ids: ["r0", "r1"] }]);
  expect(a.get("r1")?.key).toBe("a");
  expect(b.get("r0")?.key).toBe("b");
});

test("other settings, or other runs, are other requests", async () => {
  const { asked, fetch } = server();
  const loader = new SeriesLoader(fetch);
  await settled(
    Promise.all([
      loader.load(want("a"), runs(2), forever()),
      loader.load(want("b"), runs(3), forever()),
      loader.load(want("c", { from: 1, to: 2 }), runs(2), forever()),
    ]),
  );
  expect(asked.map(({ keys }) => keys)).toEqual([["a"], ["b"], ["c"]]);
});

test("what is known isn't asked for again: only the run that is new", async () => {
  const { asked, fetch } = server();
  const loader = new SeriesLoader(fetch);
  await settled(loader.load(want("a"), runs(2), forever()));
  await settled(loader.load(want("a"), runs(2), forever()));
  const found = await settled(loader.load(want("a"), runs(3), forever()));
  expect(asked.map(({ run_ids }) => run_ids)).toEqual([["r0", "r1"], ["r2"]]);
  expect([...found.keys()].toSorted()).toEqual(["r0", "r1", "r2"]);
});

test("a run without the series is asked for once", async () => {
  const fetch = vi.fn(async () => []);
  const loader = new SeriesLoader(fetch);
  await settled(loader.load(want("a"), runs(1), forever()));
  expect((await settled(loader.load(want("a"), runs(1), forever()))).size).toBe(0);
  expect(fetch).toHaveBeenCalledTimes(1);
});

test("running runs are read anew where something was missed, and once more when they have ended", async () => {
  const { asked, fetch } = server();
  const loader = new SeriesLoader(fetch);
  const live = [{ id: "r0" }, { id: "r1", live: true }];
  await settled(loader.load(want("a"), live, forever()));
  await settled(loader.load(want("a"), live, forever()));
  loader.forget(null);
  await settled(loader.load(want("a"), live, forever()));
  await settled(loader.load(want("a"), runs(2), forever()));
  await settled(loader.load(want("a"), runs(2), forever()));
  expect(asked.map(({ run_ids }) => run_ids)).toEqual([["r0", "r1"], ["r1"], ["r1"]]);
});

test("no request has more than a thousand runs, or 2,500 series", async () => {
  const { asked, fetch } = server();
  const loader = new SeriesLoader(fetch);
  const cards = ["a", "b", "c", "d", "e", "f"].map((key) =>
    loader.load(want(key, { envelope: false }), runs(500), forever()),
  );
  await settled(Promise.all(cards));
  expect(asked.map(({ keys }) => keys)).toEqual([["a", "b", "c", "d", "e"], ["f"]]);
  expect(asked[0]?.arrays).toEqual(["value"]);
  const found = await settled(loader.load(want("a"), runs(2100), forever()));
  expect(found.size).toBe(2100);
  expect(asked.slice(2).map(({ run_ids }) => run_ids.length)).toEqual([1000, 1000, 100]);
});

test("a request is given up when all who wait for it have left", async () => {
  const { signals, fetch } = server();
  const loader = new SeriesLoader(fetch);
  const [a, b] = [new AbortController(), new AbortController()];
  const both = Promise.allSettled([
    loader.load(want("a"), runs(1), a.signal),
    loader.load(want("b"), runs(1), b.signal),
  ]);
  await vi.advanceTimersByTimeAsync(20);
  a.abort();
  expect(signals[0]?.aborted).toBe(false);
  b.abort();
  expect(signals[0]?.aborted).toBe(true);
  expect((await both).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
});

test("who leaves before anything was asked causes no request", async () => {
  const { asked, fetch } = server();
  const loader = new SeriesLoader(fetch);
  const abort = new AbortController();
  const load = loader.load(want("a"), runs(1), abort.signal);
  abort.abort();
  await expect(settled(load)).rejects.toThrow();
  expect(asked).toEqual([]);
});

test("what was used longest ago is forgotten", async () => {
  const { asked, fetch } = server(100);
  const loader = new SeriesLoader(fetch, 500);
  for (const key of ["a", "b", "a", "c", "a", "b"]) {
    await settled(loader.load(want(key), runs(1), forever()));
  }
  expect(asked.map(({ keys }) => keys[0])).toEqual(["a", "b", "c", "b"]);
  for (const key of ["a", "d", "c"]) await settled(loader.load(want(key), runs(1), forever()));
  expect(asked.slice(4).map(({ keys }) => keys[0])).toEqual(["d", "c"]);
});

test("few lines get detail", () => {
  expect(resolution(10, false)).toEqual({ buckets: 320, narrow: false, envelope: true });
  expect(resolution(50, false)).toEqual({ buckets: 96, narrow: true, envelope: true });
  expect(resolution(200, false)).toEqual({ buckets: 100, narrow: true, envelope: true });
  expect(resolution(201, false)).toEqual({ buckets: 64, narrow: true, envelope: false });
});

test("a thousand steps that are zoomed into are there to the last point", () => {
  for (const lines of [1, 10, 11, 50]) {
    expect(resolution(lines, true).buckets).toBeGreaterThanOrEqual(1001);
  }
});
