import type { Double, Run, Tag } from "../api/types.gen";

/** A wire double as a number: JSON has no NaN or infinity, so they come as text. */
export function toNumber(value: Double): number {
  return Number(value);
}

/** SQL stores can't hold infinity; MLflow clamps it to the largest double, which is what comes back. */
export function isUsable(value: number): boolean {
  return Number.isFinite(value) && Math.abs(value) < Number.MAX_VALUE;
}

export function tagValue(tags: Tag[] | undefined, key: string): string | undefined {
  return tags?.find((tag) => tag.key === key)?.value;
}

export function tagOf(run: Run, key: string): string | undefined {
  return tagValue(run.data.tags, key);
}

/** The tags that a person set, and those that clients set by themselves (`mlflow.…`). */
export function splitTags(tags: Tag[] | undefined): { own: Tag[]; system: Tag[] } {
  const all = (tags ?? []).toSorted((a, b) => (a.key < b.key ? -1 : 1));
  return {
    own: all.filter((tag) => !tag.key.startsWith("mlflow.")),
    system: all.filter((tag) => tag.key.startsWith("mlflow.")),
  };
}

export const NOTE_TAG = "mlflow.note.content";

export function userOf(run: Run): string {
  return tagOf(run, "mlflow.user") || run.info.user_id || "";
}

export function nameOf(run: Run): string {
  return run.info.run_name || run.info.run_id.slice(0, 8);
}

/** How long the run took, or has taken until `now`, in milliseconds; null where it has no start. */
export function durationOf(run: Run, now: number): number | null {
  const { start_time: start, end_time: end, status } = run.info;
  if (!start) return null;
  if (end) return Math.max(0, end - start);
  return status === "RUNNING" ? Math.max(0, now - start) : null;
}
