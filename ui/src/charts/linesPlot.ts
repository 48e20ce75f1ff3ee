import "uplot/dist/uPlot.min.css";
import uPlot from "uplot";
import type { ChartAxis } from "../lib/chartsView";
import type { Formatter } from "../lib/format";
import { heightLabels, type Labels, makeAxes } from "./axes";
import {
  drawBars,
  drawDot,
  drawEnvelope,
  drawGoal,
  drawLine,
  drawLines,
  type Projections,
} from "./draw";
import { type Hit, nearestLine } from "./hoverIndex";
import type { Hovered } from "./hoverStore";
import { type Extent, type Line, nearestIndex } from "./lines";
import { projection, toPixel, toValue } from "./scale";
import type { Theme } from "./theme";

export interface PlotSpec {
  lines: readonly Line[];
  x: Extent;
  y: Extent;
  axis: ChartAxis;
  logX: boolean;
  logY: boolean;
  /** Whether each line is a bar: it has one value, and x is its place among the others. */
  bars: boolean;
  labels: Labels;
  language: string;
  format: Formatter;
  theme: Theme;
  /** A line across the plot; null: none. */
  goal: number | null;
}

export interface Pointed {
  hit: Hit | null;
  /** The value of the x axis under the pointer. */
  x: number;
  /** CSS pixels in the window. */
  left: number;
  top: number;
}

interface Callbacks {
  onPoint(pointed: Pointed | null): void;
  onPick(run: string): void;
  /** A range that was dragged, or null for a double click. */
  onRange(range: Extent | null): void;
}

const SHORTEST_DRAG = 5;
const LABEL_ROOM = 60;

/**
 * Many lines on the axes of uPlot. The lines are ours, drawn on its canvas; what is highlighted lies on a
 * second canvas above it, so that the pointer never causes hundreds of lines to be drawn anew.
 */
export class LinesPlot {
  readonly #element: HTMLElement;
  readonly #callbacks: Callbacks;
  readonly #overlay = document.createElement("canvas");
  readonly #resize: ResizeObserver;
  #spec: PlotSpec;
  #plot: uPlot;
  #hovered: Hovered | null = null;
  #isHere = false;
  #pressed: { x: number; y: number } | null = null;

  constructor(element: HTMLElement, spec: PlotSpec, callbacks: Callbacks) {
    this.#element = element;
    this.#callbacks = callbacks;
    this.#spec = spec;
    this.#overlay.setAttribute("aria-hidden", "true");
    this.#overlay.style.cssText = "position:absolute;inset:0;pointer-events:none";
    this.#plot = this.#make();
    this.#resize = new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = element;
      if (width === 0 || (width === this.#plot.width && height === this.#plot.height)) return;
      this.#plot.setSize({ width, height });
    });
    this.#resize.observe(element);
  }

  destroy(): void {
    this.#resize.disconnect();
    this.#plot.destroy();
  }

  update(spec: PlotSpec): void {
    const old = this.#spec;
    this.#spec = spec;
    const parts = ["axis", "logX", "logY", "bars", "labels", "format", "theme"] as const;
    if (parts.some((part) => old[part] !== spec[part])) {
      this.#plot.destroy();
      this.#plot = this.#make();
    } else if (
      old.lines !== spec.lines ||
      old.x !== spec.x ||
      old.y !== spec.y ||
      old.goal !== spec.goal
    ) {
      this.#plot.setData(this.#data(), true);
    }
  }

  /** Shows what is hovered, here or in another card. */
  highlight(hovered: Hovered, isHere: boolean): void {
    this.#hovered = hovered;
    this.#isHere = isHere;
    this.#drawOverlay();
  }

  #data(): uPlot.AlignedData {
    return [[...this.#spec.x], [null, null]];
  }

  #make(): uPlot {
    const { axis, logX, logY, bars, labels, language, format, theme } = this.#spec;
    const heights = heightLabels(language, format);
    const { timeZone } = format;
    const options: uPlot.Options = {
      ...(timeZone && { tzDate: (at: number) => uPlot.tzDate(new Date(at), timeZone) }),
      width: Math.max(1, this.#element.clientWidth),
      height: Math.max(1, this.#element.clientHeight),
      ms: 1,
      padding: [6, 8, bars ? 6 : 0, 0],
      legend: { show: false },
      cursor: {
        x: false,
        y: false,
        points: { show: false },
        drag: { x: !bars, y: false, setScale: false, dist: SHORTEST_DRAG },
        bind: { dblclick: () => null },
      },
      scales: {
        x: {
          time: axis === "time" && !bars,
          distr: logX && !bars ? 3 : 1,
          range: () => this.#spec.x,
        },
        y: { distr: logY ? 3 : 1, range: () => this.#spec.y },
      },
      axes: makeAxes({ axis, logX: logX && !bars, logY, isRank: bars, labels, heights, theme }),
      series: [{}, {}],
      hooks: {
        draw: [(plot) => this.#draw(plot)],
        setSelect: [(plot) => this.#select(plot)],
        ready: [(plot) => this.#listen(plot.over)],
      },
    };
    return new uPlot(options, this.#data(), this.#element);
  }

  #projections(width: number, height: number): Projections {
    const { x, y, logX, logY, bars } = this.#spec;
    return {
      x: projection({ log: logX && !bars, min: x[0], max: x[1], size: width, flipped: false }),
      y: projection({ log: logY, min: y[0], max: y[1], size: height, flipped: true }),
    };
  }

  #draw(plot: uPlot): void {
    const { ctx } = plot;
    const { left, top, width, height } = plot.bbox;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top - 1, width, height + 2);
    ctx.clip();
    ctx.translate(left, top);
    const projections = this.#projections(width, height);
    if (this.#spec.bars) drawBars(ctx, this.#spec.lines, projections, height);
    else drawLines(ctx, this.#spec.lines, projections, uPlot.pxRatio);
    const { goal, theme, format } = this.#spec;
    if (goal !== null) {
      const text = `${format.number(goal, 5)}`;
      drawGoal(ctx, toPixel(projections.y, goal), text, theme, uPlot.pxRatio);
    }
    ctx.restore();
    this.#drawOverlay();
  }

  #select(plot: uPlot): void {
    const { left, width } = plot.select;
    if (width < SHORTEST_DRAG) return;
    const { x } = this.#projections(plot.over.clientWidth, 1);
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.#callbacks.onRange([toValue(x, left), toValue(x, left + width)]);
  }

  #listen(over: HTMLElement): void {
    over.append(this.#overlay);
    over.addEventListener("mousemove", (event) => this.#callbacks.onPoint(this.#point(event)));
    // Before what the pointer enters hears of it; mouse events come after all of those.
    over.addEventListener("pointerleave", () => this.#callbacks.onPoint(null));
    over.addEventListener("mousedown", ({ clientX, clientY }) => {
      this.#pressed = { x: clientX, y: clientY };
    });
    over.addEventListener("click", (event) => {
      const { x, y } = this.#pressed ?? { x: 0, y: 0 };
      if (Math.hypot(event.clientX - x, event.clientY - y) >= SHORTEST_DRAG) return;
      const run = this.#point(event).hit?.line.run;
      if (run !== undefined) this.#callbacks.onPick(run);
    });
    over.addEventListener("dblclick", () => this.#callbacks.onRange(null));
  }

  #point({ clientX, clientY }: MouseEvent): Pointed {
    const { over } = this.#plot;
    const rect = over.getBoundingClientRect();
    const [px, py] = [clientX - rect.left, clientY - rect.top];
    const { lines, bars } = this.#spec;
    const { x, y } = this.#projections(rect.width, rect.height);
    const at = toValue(x, px);
    const bar = bars ? lines[Math.round(at)] : undefined;
    const hit = bars
      ? bar === undefined
        ? null
        : { line: bar, index: 0 }
      : nearestLine(lines, px, py, x, y);
    const place = hit === null || bars ? at : (hit.line.x[hit.index] ?? at);
    return { hit, x: place, left: clientX, top: clientY };
  }

  #drawOverlay(): void {
    const { over } = this.#plot ?? {};
    if (over === undefined) return;
    const [width, height] = [over.clientWidth, over.clientHeight];
    const ratio = uPlot.pxRatio;
    const canvas = this.#overlay;
    const [fullWidth, fullHeight] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== fullWidth || canvas.height !== fullHeight) {
      canvas.width = fullWidth;
      canvas.height = fullHeight;
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    const ctx = canvas.getContext("2d");
    if (ctx === null) return;
    ctx.clearRect(0, 0, fullWidth, fullHeight);
    const hovered = this.#hovered;
    if (hovered === null) return;
    const { lines, theme, bars, axis } = this.#spec;
    const line = lines.find(({ run }) => run === hovered.run);
    const x = hovered.axis === axis ? hovered.x : null;
    const projections = this.#projections(fullWidth, fullHeight);
    if (line !== undefined && lines.length > 1) {
      ctx.globalAlpha = 0.6;
      ctx.fillStyle = theme.surface;
      ctx.fillRect(0, 0, fullWidth, fullHeight);
      ctx.globalAlpha = 1;
    }
    if (bars) {
      if (line !== undefined) drawBars(ctx, [line], projections, fullHeight);
      return;
    }
    if (x !== null) this.#drawPlace(ctx, toPixel(projections.x, x), fullHeight);
    if (line === undefined) return;
    if (line.group !== undefined) {
      ctx.globalAlpha = 0.22;
      drawEnvelope(ctx, line, projections);
    }
    const stroke = { width: lines.length > 1 ? 2.5 : 1.5, alpha: 1, ratio, dots: false };
    drawLine(ctx, line, line.y, projections, stroke);
    if (x !== null) this.#drawPoint(ctx, line, x, projections, ratio);
  }

  #drawPlace(ctx: CanvasRenderingContext2D, left: number, height: number): void {
    ctx.globalAlpha = 0.5;
    ctx.fillStyle = this.#spec.theme.soft;
    ctx.fillRect(Math.round(left), 0, Math.max(1, Math.round(uPlot.pxRatio)), height);
    ctx.globalAlpha = 1;
  }

  /** The point nearest to a place; in cards without the pointer its value stands beside it. */
  #drawPoint(
    ctx: CanvasRenderingContext2D,
    line: Line,
    x: number,
    projections: Projections,
    ratio: number,
  ): void {
    const { theme, format } = this.#spec;
    const index = nearestIndex(line, x);
    if (index === null) return;
    const left = toPixel(projections.x, line.x[index] ?? Number.NaN);
    const top = toPixel(projections.y, line.y[index] ?? Number.NaN);
    if (!Number.isFinite(left) || !Number.isFinite(top)) return;
    ctx.fillStyle = theme.surface;
    drawDot(ctx, left, top, 5 * ratio);
    ctx.fillStyle = line.colour;
    drawDot(ctx, left, top, 3.5 * ratio);
    if (this.#isHere) return;
    const text = format.number(line.raw[index] ?? Number.NaN, 5);
    ctx.font = theme.font.replace(/[\d.]+px/, `${11 * ratio}px`);
    const isRight = left < ctx.canvas.width - LABEL_ROOM * ratio;
    ctx.textAlign = isRight ? "left" : "right";
    ctx.textBaseline = "middle";
    const place = left + (isRight ? 8 : -8) * ratio;
    const middle = Math.min(ctx.canvas.height - 8 * ratio, Math.max(8 * ratio, top - 8 * ratio));
    ctx.lineWidth = 4 * ratio;
    ctx.strokeStyle = theme.surface;
    ctx.strokeText(text, place, middle);
    ctx.fillStyle = theme.ink;
    ctx.fillText(text, place, middle);
  }
}
