/** How the charts of an experiment are shown, and how the query string says so. Defaults are left out. */

export type ChartAxis = "step" | "time" | "relative";
export type Zoom = readonly [from: number, to: number];

export interface ChartsView {
  x: ChartAxis;
  logX: boolean;
  logY: boolean;
  /** The weight of the past in the smoothed line: 0 for none, below 1. */
  smooth: number;
  /** Whether the y axis leaves out the outermost values. */
  trim: boolean;
  /** Metric keys must contain this. */
  find: string;
  /** Sections that are closed. */
  closed: readonly string[];
  /** The part of the x axis that the cards of a section show. */
  zooms: Readonly<Record<string, Zoom>>;
}

export const DEFAULT_CHARTS: ChartsView = {
  x: "step",
  logX: false,
  logY: false,
  smooth: 0,
  trim: false,
  find: "",
  closed: [],
  zooms: {},
};

export const MOST_SMOOTH = 0.99;

function readSmooth(text: string | null): number {
  const value = Number(text ?? "");
  return Number.isFinite(value) ? Math.min(MOST_SMOOTH, Math.max(0, value)) : 0;
}

function list(text: string | null): string[] {
  return (text ?? "")
    .split(",")
    .filter((item) => item !== "")
    .map(decode);
}

/** Names may hold anything; in a list they can't hold what separates its items. */
const encode = (name: string) => name.replace(/[%,:]/g, encodeURIComponent);

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The loose section's name is empty, which a list of names can't show. */
const LOOSE = "*";
const toName = (text: string) => (text === LOOSE ? "" : text);
const fromName = (name: string) => (name === "" ? LOOSE : encode(name));

function readZooms(text: string | null): Record<string, Zoom> {
  const zooms: Record<string, Zoom> = {};
  for (const item of (text ?? "").split(",")) {
    const [name, from, to] = item.split(":");
    if (name === undefined || !from || !to) continue;
    const zoom: Zoom = [Number(from), Number(to)];
    if (zoom.every(Number.isFinite) && zoom[0] < zoom[1]) zooms[toName(decode(name))] = zoom;
  }
  return zooms;
}

/** Reads the entries that `writeCharts` writes; what can't be read is the default. */
export function readCharts(params: URLSearchParams): ChartsView {
  const x = params.get("x");
  return {
    x: x === "time" || x === "relative" ? x : "step",
    logX: params.get("xscale") === "log",
    logY: params.get("yscale") === "log",
    smooth: readSmooth(params.get("smooth")),
    trim: params.get("outliers") === "off",
    find: params.get("keys") ?? "",
    closed: list(params.get("closed")).map(toName),
    zooms: readZooms(params.get("zoom")),
  };
}

/** The entries of the query string; null stands for a default, which is left out. */
export function writeCharts(view: ChartsView): Record<string, string | null> {
  const zooms = Object.entries(view.zooms).map(([name, zoom]) =>
    [fromName(name), ...zoom].join(":"),
  );
  return {
    x: view.x === "step" ? null : view.x,
    xscale: view.logX ? "log" : null,
    yscale: view.logY ? "log" : null,
    smooth: view.smooth > 0 ? String(view.smooth) : null,
    outliers: view.trim ? "off" : null,
    keys: view.find || null,
    closed: view.closed.map(fromName).join(",") || null,
    zoom: zooms.join(",") || null,
  };
}
