import { type Line, lowerBound, nearestIndex } from "./lines";
import { type Projection, toPixel, toValue } from "./scale";

export interface Hit {
  line: Line;
  /** The entry that is meant, by its place on the x axis. */
  index: number;
}

/** Lines further away than this many pixels are not meant. */
const REACH = 36;

function distance(px: number, py: number, ax: number, ay: number, bx: number, by: number): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : ((px - ax) * dx + (py - ay) * dy) / length;
  const at = along < 0 ? 0 : along > 1 ? 1 : along;
  const [ex, ey] = [ax + at * dx - px, ay + at * dy - py];
  return ex * ex + ey * ey;
}

/**
 * The line that passes nearest to a point of the plot, given in pixels. Only the part of a line within reach
 * is looked at, so that hundreds of lines cost a fraction of a millisecond.
 */
export function nearestLine(
  lines: readonly Line[],
  px: number,
  py: number,
  scaleX: Projection,
  scaleY: Projection,
  reach = REACH,
): Hit | null {
  const from = toValue(scaleX, px - reach);
  const to = toValue(scaleX, px + reach);
  let best: Line | null = null;
  let least = reach * reach;
  for (const line of lines) {
    const { x, y } = line;
    const first = Math.max(0, lowerBound(x, from) - 1);
    let [ax, ay] = [Number.NaN, Number.NaN];
    for (let at = first; at < x.length; at += 1) {
      const place = x[at] ?? Number.NaN;
      const bx = toPixel(scaleX, place);
      const by = toPixel(scaleY, y[at] ?? Number.NaN);
      const isStart = Number.isNaN(ax) || Number.isNaN(ay);
      const found = isStart ? distance(px, py, bx, by, bx, by) : distance(px, py, ax, ay, bx, by);
      // Lines on top come last, so that they win over what they cover.
      if (found <= least) {
        least = found;
        best = line;
      }
      if (place > to) break;
      ax = bx;
      ay = by;
    }
  }
  if (best === null) return null;
  const index = nearestIndex(best, toValue(scaleX, px));
  return index === null ? null : { line: best, index };
}
