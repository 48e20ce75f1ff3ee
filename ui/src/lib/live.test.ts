import { describe, expect, test, vi } from "vitest";
import type { RunsChanged } from "../api/types.gen";
import { FakeEventSource } from "../testing/live";
import type { FrameSeries } from "./frames";
import { isStalled, STALLED, withLatest } from "./liveRows";
import { withPoints } from "./liveSeries";
import { type LiveNews, type LivePoint, LiveStream } from "./liveStream";
import type { Row } from "./rows";

function listen() {
  const news: LiveNews[] = [];
  const states: string[] = [];
  const starts = vi.fn();
  const open = (position: string | null) =>
    new FakeEventSource(new URL(`http://x/?position=${position}`)) as unknown as EventSource;
  const stream = new LiveStream(open, {
    onNews: (one) => news.push(one),
    onStart: starts,
    onState: (state) => states.push(state),
    onClock: () => {},
  });
  stream.start();
  return { news, states, starts, stream };
}

const last = () => FakeEventSource.all.at(-1) as FakeEventSource;
const change = (data: Partial<RunsChanged>) => last().send("change", data);

describe("the stream", () => {
  test("goes on with the names that it has told", async () => {
    const { news, states, starts, stream } = listen();
    await last().send("start");
    await change({ runs: ["a", "b"], keys: ["loss"], points: [[1, 0, 3, 50, null]], changed: [0] });
    await change({ keys: ["acc"], points: [[1, 1, 4, 60, 0.5]], latest: [[1, 1, 9]] });
    await change({ anew: true, runs: ["c"], changed: [0] });
    await change({ all: true });
    expect(news.map(({ points }) => points)).toEqual([
      [{ run: "b", key: "loss", step: 3, time: 50, value: Number.NaN }],
      [{ run: "b", key: "acc", step: 4, time: 60, value: 0.5 }],
      [],
      [],
    ]);
    expect(news[1]?.latest.get("b")?.get("acc")).toBe(9);
    expect(news.map(({ changed }) => changed)).toEqual([["a"], [], ["c"], []]);
    expect(news.map(({ all }) => all)).toEqual([false, false, false, true]);
    expect(states).toEqual(["connecting", "live"]);
    expect(starts).toHaveBeenCalledTimes(1);
    stream.stop();
    expect(FakeEventSource.open).toEqual([]);
  });

  test("is lost, tried again ever later, and goes on where it was", async () => {
    vi.useFakeTimers();
    try {
      const { states, starts, stream } = listen();
      await last().send("start");
      await change({ runs: ["a"], changed: [0] });
      for (const pause of [1000, 2000, 4000]) {
        const before = FakeEventSource.all.length;
        await last().send("error");
        vi.advanceTimersByTime(pause / 2 - 1);
        expect(FakeEventSource.all.length).toBe(before);
        vi.advanceTimersByTime(pause / 2 + 1);
        expect(FakeEventSource.all.length).toBe(before + 1);
      }
      expect(last().url.searchParams.get("position")).toBe("2");
      expect(FakeEventSource.open.length).toBe(1);
      await last().send("start");
      expect(states).toEqual(["connecting", "live", "away", "away", "away", "live"]);
      expect(starts).toHaveBeenCalledTimes(1);
      stream.stop();
    } finally {
      vi.useRealTimers();
    }
  });

  test("is closed while the tab is hidden", async () => {
    const { states, stream } = listen();
    const show = (state: DocumentVisibilityState) => {
      vi.spyOn(document, "visibilityState", "get").mockReturnValue(state);
      document.dispatchEvent(new Event("visibilitychange"));
    };
    await last().send("start");
    const first = last();
    show("hidden");
    expect(FakeEventSource.open).toEqual([]);
    // What was under way is nobody's any more.
    await first.send("error");
    show("visible");
    expect(last().url.searchParams.get("position")).toBe("1");
    expect(states).toEqual(["connecting", "live", "paused", "connecting"]);
    stream.stop();
    vi.restoreAllMocks();
  });
});

function seriesOf(x: number[], value: number[]): FrameSeries {
  return {
    ...{ run: "a", group: "", key: "loss", points: x.length, exact: true, std: null },
    x: Float64Array.from(x),
    value: Float32Array.from(value),
    min: Float32Array.from(value),
    max: null,
    mean: null,
    count: Uint32Array.from(x, () => 1),
  };
}

const point = (step: number, value: number): LivePoint => ({
  ...{ run: "a", key: "loss", time: 100 - step },
  step,
  value,
});

describe("a series", () => {
  const series = seriesOf([1, 2], [0.1, 0.2]);

  test("takes new points at its end, each once", () => {
    const longer = withPoints(
      series,
      [point(4, Number.NaN), point(3, 0.3), point(2, 0.2)],
      "step",
      9,
    );
    expect(longer?.points).toBe(4);
    expect([...(longer?.x ?? [])]).toEqual([1, 2, 3, 4]);
    expect([...(longer?.min ?? [])].at(-2)).toBe(Math.fround(0.3));
    expect([...(longer?.count ?? [])]).toEqual([1, 1, 1, 0]);
    expect(longer?.max).toBeNull();
    expect(withPoints(series, [point(2, 0.2)], "step", 9)).toBe(series);
  });

  test("is to be read where they don't belong at its end, or are too many", () => {
    expect(withPoints(series, [point(2, 0.7)], "step", 9)).toBeNull();
    expect(withPoints(series, [point(0, 0.7)], "step", 9)).toBeNull();
    expect(withPoints(series, [point(3, 1), point(3, 2)], "step", 9)).toBeNull();
    expect(withPoints(series, [point(3, 1)], "step", 2)).toBeNull();
    expect(withPoints(series, [point(3, 1)], "time", 9)?.x.at(-1)).toBe(97);
  });
});

test("rows get the latest values of the columns that they have", () => {
  const columns = new Map([["metrics.`val/loss`", [1, 2]]]);
  const rows = ["a", "b"].map((id, at) => ({ id, columns, at, active: 5 }) as unknown as Row);
  const latest = new Map([
    [
      "b",
      new Map([
        ["val/loss", Number.NaN],
        ["other", 1],
      ]),
    ],
  ]);
  const [a, b] = withLatest(rows, latest, 9);
  expect(a).toBe(rows[0]);
  expect(b?.columns).toEqual(new Map([["metrics.`val/loss`", ["NaN"]]]));
  expect([b?.at, b?.active]).toEqual([0, 9]);
  expect(withLatest(rows, new Map([["z", new Map()]]), 9)).toBe(rows);
});

test("a run has stalled that runs and was not heard of for long", () => {
  const now = 1_000_000_000;
  expect(isStalled("RUNNING", now - STALLED - 15_000, now)).toBe(true);
  expect(isStalled("RUNNING", now - STALLED, now)).toBe(false);
  expect(isStalled("RUNNING", null, now)).toBe(false);
  expect(isStalled("FINISHED", 0, now)).toBe(false);
});
