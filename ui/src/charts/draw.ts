import { isDrawable, type Numbers } from "../lib/frames";
import type { Line } from "./lines";
import { type Projection, toPixel } from "./scale";
import type { Theme } from "./theme";

export interface Projections {
  x: Projection;
  y: Projection;
}

type Context = CanvasRenderingContext2D;

const FEW_POINTS = 24;
const FEW_LINES = 12;

function trace(ctx: Context, x: Float64Array, y: Numbers, { x: px, y: py }: Projections): void {
  let isOpen = false;
  for (let at = 0; at < x.length; at += 1) {
    const value = y[at] ?? Number.NaN;
    const left = toPixel(px, x[at] ?? Number.NaN);
    const top = toPixel(py, value);
    if (!isDrawable(value) || !Number.isFinite(left) || !Number.isFinite(top)) {
      isOpen = false;
    } else if (isOpen) {
      ctx.lineTo(left, top);
    } else {
      ctx.moveTo(left, top);
      isOpen = true;
    }
  }
}

/** The points that no line would show: those between gaps. */
function loners(y: Numbers): number[] {
  const drawn = (at: number) => isDrawable(y[at]);
  const found: number[] = [];
  for (let at = 0; at < y.length; at += 1) {
    if (drawn(at) && !drawn(at - 1) && !drawn(at + 1)) found.push(at);
  }
  return found;
}

export function drawDot(ctx: Context, left: number, top: number, radius: number): void {
  ctx.beginPath();
  ctx.arc(left, top, radius, 0, 2 * Math.PI);
  ctx.fill();
}

/** The range of each bucket's values as an area; on a logarithmic axis from its lower end upwards. */
export function drawEnvelope(ctx: Context, line: Line, { x: px, y: py }: Projections): void {
  const { x, low, high } = line;
  if (low === null || high === null) return;
  ctx.fillStyle = line.colour;
  const usable = (at: number) => isDrawable(low[at]) && toTop(high, at) !== null;
  const toTop = (values: Numbers, at: number) => {
    const value = values[at] ?? Number.NaN;
    const top = toPixel(py, value);
    return isDrawable(value) && Number.isFinite(top) ? top : null;
  };
  const bottom = ctx.canvas.height * 2;
  let at = 0;
  while (at < x.length) {
    if (!usable(at)) {
      at += 1;
      continue;
    }
    const first = at;
    ctx.beginPath();
    for (; at < x.length && usable(at); at += 1) {
      ctx.lineTo(toPixel(px, x[at] ?? 0), toTop(high, at) ?? 0);
    }
    for (let back = at - 1; back >= first; back -= 1) {
      ctx.lineTo(toPixel(px, x[back] ?? 0), toTop(low, back) ?? bottom);
    }
    ctx.closePath();
    ctx.fill();
  }
}

export interface Stroke {
  /** CSS pixels. */
  width: number;
  alpha: number;
  ratio: number;
  dots: boolean;
}

export function drawLine(
  ctx: Context,
  line: Line,
  y: Numbers,
  projections: Projections,
  { width, alpha, ratio, dots }: Stroke,
): void {
  ctx.globalAlpha = alpha;
  ctx.strokeStyle = line.colour;
  ctx.fillStyle = line.colour;
  ctx.lineWidth = width * ratio;
  ctx.beginPath();
  trace(ctx, line.x, y, projections);
  ctx.stroke();
  const shown = dots && y.length <= FEW_POINTS ? y.keys() : loners(y);
  for (const at of shown) {
    const left = toPixel(projections.x, line.x[at] ?? Number.NaN);
    const top = toPixel(projections.y, y[at] ?? Number.NaN);
    if (Number.isFinite(left) && Number.isFinite(top)) {
      drawDot(ctx, left, top, (width / 2 + 0.9) * ratio);
    }
  }
}

/** How strongly a line of many is drawn. */
function strength(lines: number): number {
  if (lines <= 20) return 1;
  return lines <= 100 ? 0.75 : 0.5;
}

/** All lines, with what lies behind them: the envelopes, and the course before smoothing. */
export function drawLines(
  ctx: Context,
  lines: readonly Line[],
  projections: Projections,
  ratio: number,
): void {
  const count = lines.length;
  ctx.lineJoin = "round";
  ctx.lineCap = "round";
  ctx.globalAlpha = count === 1 ? 0.22 : count <= FEW_LINES ? 0.14 : 0.07;
  for (const line of lines) if (!line.exact) drawEnvelope(ctx, line, projections);
  const dots = count <= FEW_LINES;
  const faint = { width: 1, alpha: 0.22, ratio, dots: false };
  if (count <= 50) {
    for (const line of lines) {
      if (line.y !== line.raw) drawLine(ctx, line, line.raw, projections, faint);
    }
  }
  const alpha = strength(count);
  for (const line of lines) {
    const width = line.pinned ? 2.5 : count > 100 ? 1 : 1.5;
    const stroke = { width, alpha: line.pinned ? 1 : alpha, ratio, dots };
    drawLine(ctx, line, line.y, projections, stroke);
  }
  ctx.globalAlpha = 1;
}

/** A bar for each line's only value, from zero where zero is on the axis. */
export function drawBars(
  ctx: Context,
  lines: readonly Line[],
  { x: px, y: py }: Projections,
  height: number,
): void {
  const zero = py.log ? height : Math.min(height, Math.max(0, toPixel(py, 0)));
  const width = Math.max(1, Math.abs(px.factor) * 0.78);
  for (const line of lines) {
    const middle = toPixel(px, line.x[0] ?? Number.NaN);
    const top = toPixel(py, line.raw[0] ?? Number.NaN);
    if (!Number.isFinite(middle) || !Number.isFinite(top)) continue;
    ctx.fillStyle = line.colour;
    ctx.globalAlpha = line.pinned ? 1 : 0.85;
    ctx.fillRect(middle - width / 2, Math.min(top, zero), width, Math.max(1, Math.abs(zero - top)));
  }
  ctx.globalAlpha = 1;
}

/** What is to be reached, as a dashed line across the plot with its value at the right. */
export function drawGoal(
  ctx: Context,
  top: number,
  text: string,
  theme: Theme,
  ratio: number,
): void {
  const { width, height } = ctx.canvas;
  if (!Number.isFinite(top) || top < 0 || top > height) return;
  ctx.save();
  ctx.strokeStyle = theme.soft;
  ctx.lineWidth = ratio;
  ctx.setLineDash([6 * ratio, 4 * ratio]);
  ctx.beginPath();
  ctx.moveTo(0, top);
  ctx.lineTo(width, top);
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.font = theme.font.replace(/[\d.]+px/, `${11 * ratio}px`);
  ctx.textAlign = "left";
  ctx.textBaseline = top < 14 * ratio ? "top" : "bottom";
  ctx.lineWidth = 4 * ratio;
  ctx.strokeStyle = theme.surface;
  ctx.fillStyle = theme.soft;
  const at = top + (top < 14 * ratio ? 3 : -2) * ratio;
  ctx.strokeText(text, 4 * ratio, at);
  ctx.fillText(text, 4 * ratio, at);
  ctx.restore();
}
