import type { FrameSeries, Numbers } from "../lib/frames";
import { type Band, halfBand } from "../lib/groups";
import { smooth } from "../lib/smoothing";
import type { Line, LineRun } from "./lines";

/** The lower and the upper edge of a band around the mean; null where none is drawn. */
function edges(series: FrameSeries, band: Band): [low: Numbers, high: Numbers] | null {
  const { mean, std, min, max, count } = series;
  if (band === "none" || mean === null) return null;
  if (band === "range") return min === null || max === null ? null : [min, max];
  const [low, high] = [new Float64Array(mean.length), new Float64Array(mean.length)];
  for (let at = 0; at < mean.length; at += 1) {
    const half = halfBand(band, std?.[at] ?? 0, count?.[at] ?? 0);
    low[at] = (mean[at] ?? Number.NaN) - half;
    high[at] = (mean[at] ?? Number.NaN) + half;
  }
  return [low, high];
}

/** The mean of each group that has the series, with a band around it; pinned ones last. */
export function toBands(
  groups: readonly LineRun[],
  found: ReadonlyMap<string, FrameSeries>,
  band: Band,
  weight: number,
): Line[] {
  const lines: Line[] = [];
  for (const { id, name, colour, pinned } of groups) {
    const series = found.get(id);
    if (series === undefined || series.mean === null || series.x.length === 0) continue;
    const { x, mean: raw, count } = series;
    const drawn = (values: Numbers) => (weight > 0 ? smooth(values, weight) : values);
    const [low = null, high = null] = edges(series, band)?.map(drawn) ?? [];
    lines.push({
      ...{ run: id, name, colour, pinned, x, raw, y: drawn(raw), low, high, count },
      ...{ points: x.length, exact: false, group: series },
    });
  }
  return lines.sort((a, b) => Number(a.pinned) - Number(b.pinned));
}
