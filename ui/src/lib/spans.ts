/** The spans of a trace: from the file of MLflow's clients to rows of a tree over time. */

export interface SpanEvent {
  name: string;
  /** Milliseconds since the trace began. */
  at: number;
  attributes: Readonly<Record<string, unknown>>;
}

export interface Span {
  id: string;
  parent: string | null;
  name: string;
  type: string;
  failed: boolean;
  message: string;
  /** Milliseconds since the trace began. */
  start: number;
  /** Milliseconds; null where the span has not ended. */
  duration: number | null;
  inputs: unknown;
  outputs: unknown;
  attributes: Readonly<Record<string, unknown>>;
  events: readonly SpanEvent[];
}

export interface SpanRow {
  span: Span;
  depth: number;
  children: number;
}

const NANOS = 1_000_000n;
const OWN = /^mlflow\.(spanInputs|spanOutputs|spanType|traceRequestId|spanLogLevel)$/;

/** A text of JSON as what it means; other texts as they are. */
export function meaning(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Nanoseconds since 1970 are beyond what a number holds exactly: they are read as texts. */
function nanos(value: unknown): bigint | null {
  const text = String(value ?? "");
  return /^\d+$/.test(text) && text !== "0" ? BigInt(text) : null;
}

const LONG = /"((?:start_|end_)?time_unix_nano)"\s*:\s*(\d+)/g;

/** The spans in a file `traces.json`, in the order of the file. Throws where it is none. */
export function readSpans(text: string): Span[] {
  const file = record(JSON.parse(text.replace(LONG, '"$1":"$2"')));
  const raw = list(file.spans).map(record);
  const starts = raw.map((span) => nanos(span.start_time_unix_nano) ?? 0n);
  const first = starts.reduce((least, start) => (start < least ? start : least), starts[0] ?? 0n);
  const since = (time: bigint) => Number(((time - first) * 1000n) / NANOS) / 1000;
  return raw.map((span, place) => {
    const attributes = Object.fromEntries(
      Object.entries(record(span.attributes)).map(([key, value]) => [key, meaning(value)]),
    );
    const begun = starts[place] ?? first;
    const end = nanos(span.end_time_unix_nano);
    const status = record(span.status);
    return {
      id: String(span.span_id ?? place),
      parent: typeof span.parent_span_id === "string" ? span.parent_span_id : null,
      name: String(span.name ?? ""),
      type: String(attributes["mlflow.spanType"] ?? ""),
      failed: /ERROR/.test(String(status.code ?? span.status_code ?? "")),
      message: String(status.message ?? ""),
      start: since(begun),
      duration: end === null ? null : since(end) - since(begun),
      inputs: attributes["mlflow.spanInputs"],
      outputs: attributes["mlflow.spanOutputs"],
      attributes: Object.fromEntries(Object.entries(attributes).filter(([key]) => !OWN.test(key))),
      events: list(span.events)
        .map(record)
        .map((event) => ({
          name: String(event.name ?? ""),
          at: since(nanos(event.time_unix_nano) ?? begun),
          attributes: record(event.attributes),
        })),
    };
  });
}

/** The spans as rows, each below its parent, those of a parent by their start; what is closed hides its own. */
export function spanRows(spans: readonly Span[], closed: ReadonlySet<string>): SpanRow[] {
  const known = new Set(spans.map((span) => span.id));
  const below = new Map<string, Span[]>();
  for (const span of spans) {
    const parent = span.parent !== null && known.has(span.parent) ? span.parent : "";
    below.set(parent, [...(below.get(parent) ?? []), span]);
  }
  const rows: SpanRow[] = [];
  const seen = new Set<string>();
  const add = (span: Span, depth: number) => {
    if (seen.has(span.id)) return;
    seen.add(span.id);
    const children = below.get(span.id) ?? [];
    rows.push({ span, depth, children: children.length });
    if (!closed.has(span.id)) {
      for (const child of children.toSorted((a, b) => a.start - b.start)) add(child, depth + 1);
    }
  };
  for (const root of (below.get("") ?? []).toSorted((a, b) => a.start - b.start)) add(root, 0);
  return rows;
}

/** Milliseconds from the first start to the last end. */
export function extent(spans: readonly Span[]): number {
  return Math.max(0, ...spans.map((span) => span.start + (span.duration ?? 0)));
}

/** A value as people read it: texts as they are, all else as indented JSON. */
export function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}
