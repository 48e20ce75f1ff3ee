/**
 * Reads the binary answer of `series`: "SGW1", the length of a JSON header, the header, then arrays of numbers.
 * Arrays are views of the answer, but for those in planes, which are put together anew.
 */

export type Numbers = Float64Array | Float32Array;

/** Whether a value has a place on an axis; the largest number stands for infinity in MLflow's stores. */
export function isDrawable(value: number | undefined): boolean {
  return value !== undefined && Math.abs(value) < Number.MAX_VALUE;
}

export interface FrameSeries {
  /** "" for the series of a group. */
  run: string;
  /** "" for the series of a run. */
  group: string;
  key: string;
  /** How many points were logged in the range that was asked for; of a group, the entries. */
  points: number;
  /** How many of a group's runs have values. */
  runs?: number;
  /** Whether all of them are here; else each entry stands for a bucket of them. */
  exact: boolean;
  x: Float64Array;
  /** The value logged at `x`: the point itself, or the last one of its bucket. */
  value: Numbers | null;
  min: Numbers | null;
  max: Numbers | null;
  mean: Numbers | null;
  std: Numbers | null;
  /** The finite points of each bucket; of a group, its runs with a value there. */
  count: Uint32Array | null;
}

const MAGIC = 0x31574753;
const PREFIX = 8;
const KINDS = { f8: Float64Array, f4: Float32Array, u4: Uint32Array } as const;

type Kind = keyof typeof KINDS;
interface Entry {
  run?: string;
  group?: string;
  key: string;
  points?: number;
  runs?: number;
  n: number;
  exact?: boolean;
  arrays: Record<string, readonly [offset: number, kind: Kind]>;
}

export class FrameError extends Error {
  override readonly name = "FrameError";
}

/** The series of a frame; a FrameError where it is none or was cut short. */
export function decodeFrame(buffer: ArrayBuffer): FrameSeries[] {
  if (buffer.byteLength < PREFIX) throw new FrameError("the answer is no frame");
  const view = new DataView(buffer);
  if (view.getUint32(0, true) !== MAGIC) throw new FrameError("the answer is no frame");
  const length = view.getUint32(4, true);
  if (PREFIX + length > buffer.byteLength) throw new FrameError("the frame was cut short");
  const text = new TextDecoder().decode(new Uint8Array(buffer, PREFIX, length));
  const { series, planes } = JSON.parse(text) as { series: Entry[]; planes?: boolean };
  const start = Math.ceil((PREFIX + length) / 8) * 8;
  // Series of the same steps share their x.
  const joined = new Map<number, ArrayBuffer>();
  const bytesAt = (at: number, length: number, size: number): [ArrayBuffer, number] => {
    if (!planes) return [buffer, at];
    const place = at * 8 + size;
    const known = joined.get(place) ?? joinPlanes(new Uint8Array(buffer, at, length * size), size);
    joined.set(place, known);
    return [known, 0];
  };
  return series.map((entry) => decodeSeries(buffer, start, entry, bytesAt));
}

/** Numbers of `size` bytes, of which first all first bytes came, then all second ones, and so on. */
function joinPlanes(planes: Uint8Array, size: number): ArrayBuffer {
  const joined = new Uint8Array(planes.length);
  const length = planes.length / size;
  let from = 0;
  for (let plane = 0; plane < size; plane += 1) {
    for (let to = plane; from < (plane + 1) * length; to += size) {
      joined[to] = planes[from] ?? 0;
      from += 1;
    }
  }
  return joined.buffer;
}

type BytesAt = (at: number, length: number, size: number) => [ArrayBuffer, number];

function decodeSeries(
  buffer: ArrayBuffer,
  start: number,
  entry: Entry,
  bytesAt: BytesAt,
): FrameSeries {
  const read = (name: string) => {
    const array = entry.arrays[name];
    if (array === undefined) return null;
    const [offset, kind] = array;
    const type = KINDS[kind];
    if (type === undefined) throw new FrameError(`the frame has numbers of kind ${kind}`);
    const at = start + offset;
    if (at + entry.n * type.BYTES_PER_ELEMENT > buffer.byteLength) {
      throw new FrameError("the frame was cut short");
    }
    return new type(...bytesAt(at, entry.n, type.BYTES_PER_ELEMENT), entry.n);
  };
  const x = read("x");
  if (!(x instanceof Float64Array)) throw new FrameError("a series of the frame has no x");
  const count = read("count") ?? read("n");
  const numbers = (name: string) => {
    const array = read(name);
    return array instanceof Uint32Array ? null : array;
  };
  return {
    run: entry.run ?? "",
    group: entry.group ?? "",
    key: entry.key,
    points: entry.points ?? entry.n,
    ...(entry.runs === undefined ? {} : { runs: entry.runs }),
    exact: entry.exact ?? false,
    x,
    value: numbers("value"),
    min: numbers("min"),
    max: numbers("max"),
    mean: numbers("mean"),
    std: numbers("std"),
    count: count instanceof Uint32Array ? count : null,
  };
}
