/** Pictures, sounds and films among the files of runs, and what MLflow's names of them say. */
import type { FileInfo } from "../api/types.gen";
import { type FileKind, fileKind } from "../files/kinds";

export interface MediaItem {
  runId: string;
  /** What it was logged as: the key, or the path of a file that has none. */
  key: string;
  kind: "image" | "audio" | "video";
  /** Null for a file that was logged without one. */
  step: number | null;
  timestamp: number;
  path: string;
  /** A smaller copy of a picture that the client made; else the file itself. */
  thumbnail: string;
}

// `mlflow.log_image(image, key, step)`: the separator is "+", and was "%" in earlier versions.
const STEPPED =
  /^images\/(.+)([+%])step\2(-?\d+)\2timestamp\2(\d+)\2([0-9a-f-]+?)(\2compressed)?\.(?:png|webp)$/;

const KINDS: ReadonlySet<FileKind> = new Set(["image", "audio", "video"]);

/** Whether a file was logged with a step, under a name that no other run has. */
export function isStepped(path: string): boolean {
  return STEPPED.test(path);
}

/** The media among a run's files; the smaller copies that MLflow's client makes are none of their own. */
export function mediaOf(runId: string, files: readonly FileInfo[]): MediaItem[] {
  const paths = new Set(files.map((file) => file.path));
  const items: MediaItem[] = [];
  for (const { path } of files) {
    const kind = fileKind(path);
    if (!KINDS.has(kind)) continue;
    const base = path.slice(0, path.lastIndexOf("."));
    const [, name = "", sign = "", step, timestamp, , small] = STEPPED.exec(path) ?? [];
    const full = small === undefined ? "" : `${base.slice(0, -small.length)}.png`;
    if (small !== undefined && paths.has(full)) continue;
    if (path.endsWith(".webp") && small === undefined && paths.has(`${base}.png`)) continue;
    const copy = [`${base}${sign}compressed.webp`, `${base}.webp`].find((one) => paths.has(one));
    items.push({
      runId,
      // A slash of the key is "~" in the name, and was "#".
      key: step === undefined ? path : name.replaceAll(/[~#]/g, "/"),
      kind: kind as MediaItem["kind"],
      step: step === undefined ? null : Number(step),
      timestamp: Number(timestamp ?? 0),
      path,
      thumbnail: kind === "image" ? (copy ?? path) : path,
    });
  }
  return items;
}

export interface MediaTable {
  /** Keys with steps first. */
  keys: string[];
  /** All steps that anything was logged at, upwards. */
  steps: number[];
  /** What a run has under a key, by step. */
  series(runId: string, key: string): readonly MediaItem[];
}

const NOTHING: readonly MediaItem[] = [];

export function mediaTable(items: readonly MediaItem[]): MediaTable {
  const series = new Map<string, MediaItem[]>();
  const id = (runId: string, key: string) => `${runId} ${key}`;
  for (const item of items) {
    const known = series.get(id(item.runId, item.key));
    if (known === undefined) series.set(id(item.runId, item.key), [item]);
    else known.push(item);
  }
  for (const one of series.values()) {
    one.sort((a, b) => (a.step ?? 0) - (b.step ?? 0) || a.timestamp - b.timestamp);
  }
  const stepped = new Set(items.filter(({ step }) => step !== null).map(({ key }) => key));
  const keys = [...new Set(items.map(({ key }) => key))].sort(
    (a, b) => Number(stepped.has(b)) - Number(stepped.has(a)) || (a < b ? -1 : 1),
  );
  const steps = [...new Set(items.map(({ step }) => step).filter((step) => step !== null))];
  return {
    keys,
    steps: steps.sort((a, b) => a - b),
    series: (runId, key) => series.get(id(runId, key)) ?? NOTHING,
  };
}

/** What there is at a step: the last that was logged until then. What has no step is always there. */
export function itemAt(series: readonly MediaItem[], step: number | null): MediaItem | null {
  if (step === null) return series.at(-1) ?? null;
  return series.findLast((item) => item.step === null || item.step <= step) ?? null;
}
