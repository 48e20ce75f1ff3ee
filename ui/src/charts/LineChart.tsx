import "uplot/dist/uPlot.min.css";
import { useEffect, useRef, useSyncExternalStore } from "react";
import uPlot from "uplot";
import type { Series } from "../lib/series";
import { type ChartOptions, chartOptions } from "./options";

interface Props extends ChartOptions {
  series: Series;
  height: number;
}

const dark = typeof matchMedia === "function" ? matchMedia("(prefers-color-scheme: dark)") : null;

function onTheme(listener: () => void): () => void {
  dark?.addEventListener("change", listener);
  return () => dark?.removeEventListener("change", listener);
}

function cssColour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function colours() {
  return {
    line: cssColour("--series"),
    grid: cssColour("--line"),
    text: cssColour("--ink-soft"),
    font: `11px ${cssColour("--font")}`,
  };
}

/** A line over steps or seconds; it fills its parent's width. Dragging chooses a range. */
export function LineChart({ series, height, axis, log, range, format, onRange, onPoint }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const isDark = useSyncExternalStore(onTheme, () => dark?.matches ?? false);
  const chart = useRef<uPlot | null>(null);
  const calls = useRef({ onRange, onPoint });
  calls.current = { onRange, onPoint };
  const shown = useRef(series);
  shown.current = series;
  const [from, to] = range ?? [null, null];

  // biome-ignore lint/correctness/useExhaustiveDependencies: isDark stands for the colours read here.
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const options = chartOptions(
      {
        axis,
        log,
        range: from === null || to === null ? null : [from, to],
        format,
        onRange: (chosen) => calls.current.onRange(chosen),
        onPoint: (index) => calls.current.onPoint(index),
      },
      colours(),
      { width: element.clientWidth, height },
    );
    const plot = new uPlot(options, [shown.current.x, shown.current.y], element);
    chart.current = plot;
    const observer = new ResizeObserver(() => {
      if (element.clientWidth > 0 && element.clientWidth !== plot.width) {
        plot.setSize({ width: element.clientWidth, height });
      }
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
      chart.current = null;
    };
  }, [axis, log, from, to, format, height, isDark]);

  useEffect(() => {
    const plot = chart.current;
    if (plot !== null && plot.data[0] !== series.x) plot.setData([series.x, series.y]);
  }, [series]);

  return <div ref={box} style={{ height }} />;
}
