/** A series as a test writes it down. */
export interface PlainSeries {
  run?: string;
  group?: string;
  key: string;
  points?: number;
  exact?: boolean;
  arrays: Record<string, number[]>;
  /** Arrays with numbers of 4 bytes; `count` and `n` are whole numbers. */
  narrow?: boolean;
}

const round8 = (size: number) => Math.ceil(size / 8) * 8;

/** The bytes of an array in planes: first all first ones, then all second ones, and so on. */
function inPlanes({ buffer }: ArrayBufferView, size: number): Uint8Array {
  const bytes = new Uint8Array(buffer);
  const places = [...Array(size).keys()];
  return Uint8Array.from(places.flatMap((at) => [...bytes.filter((_, i) => i % size === at)]));
}

/** The frame that the server would send for these series. */
export function encodeFrame(series: PlainSeries[], planes = false): ArrayBuffer {
  const parts: { offset: number; values: ArrayBufferView }[] = [];
  let size = 0;
  const entries = series.map(({ arrays, narrow = false, ...rest }) => {
    const places: Record<string, [number, string]> = {};
    for (const [name, values] of Object.entries(arrays)) {
      const kind = name === "count" || name === "n" ? "u4" : narrow && name !== "x" ? "f4" : "f8";
      const type = { u4: Uint32Array, f4: Float32Array, f8: Float64Array }[kind];
      const array = new type(values);
      places[name] = [size, kind];
      const sent = planes ? inPlanes(array, type.BYTES_PER_ELEMENT) : array;
      parts.push({ offset: size, values: sent });
      size = round8(size + array.byteLength);
    }
    return { points: arrays.x?.length, exact: true, n: arrays.x?.length, ...rest, arrays: places };
  });
  const header = new TextEncoder().encode(
    JSON.stringify({ series: entries, ...(planes ? { planes } : {}) }),
  );
  const start = round8(8 + header.length);
  const bytes = new Uint8Array(start + size);
  bytes.set(new TextEncoder().encode("SGW1"));
  new DataView(bytes.buffer).setUint32(4, header.length, true);
  bytes.set(header, 8);
  for (const { offset, values } of parts) {
    bytes.set(new Uint8Array(values.buffer), start + offset);
  }
  return bytes.buffer;
}
