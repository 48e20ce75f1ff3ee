import type { TraceInfoV3 } from "../api/types.gen";

const NAME_TAG = "mlflow.traceName";
const RUN_METADATA = "mlflow.sourceRun";

export function nameOf(trace: TraceInfoV3): string | undefined {
  return trace.tags?.[NAME_TAG] || undefined;
}

/** The run that a trace was recorded in. */
export function runOf(trace: TraceInfoV3): string | undefined {
  return trace.trace_metadata?.[RUN_METADATA] || undefined;
}

/** Unix milliseconds of when a trace began. */
export function timeOf(trace: TraceInfoV3): number {
  return Date.parse(trace.request_time ?? "1970-01-01T00:00:00Z");
}

/** Milliseconds; null where it isn't known. */
export function durationOf(trace: TraceInfoV3): number | null {
  const match = /^(-?[\d.]+)s$/.exec(trace.execution_duration ?? "");
  return match === null ? null : Math.round(Number(match[1]) * 1000);
}

/** The tags that people and programs set, without MLflow's own, in the order of their keys. */
export function ownTags(trace: TraceInfoV3): [key: string, value: string][] {
  return Object.entries(trace.tags ?? {})
    .filter(([key]) => !key.startsWith("mlflow."))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}
