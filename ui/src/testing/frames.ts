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

/** The frame that the server would send for these series. */
export function encodeFrame(series: PlainSeries[]): ArrayBuffer {
  const parts: { offset: number; values: ArrayBufferView }[] = [];
  let size = 0;
  const entries = series.map(({ arrays, narrow = false, ...rest }) => {
    const places: Record<string, [number, string]> = {};
    for (const [name, values] of Object.entries(arrays)) {
      const kind = name === "count" || name === "n" ? "u4" : narrow && name !== "x" ? "f4" : "f8";
      const type = { u4: Uint32Array, f4: Float32Array, f8: Float64Array }[kind];
      const array = new type(values);
      places[name] = [size, kind];
      parts.push({ offset: size, values: array });
      size = round8(size + array.byteLength);
    }
    return { points: arrays.x?.length, exact: true, n: arrays.x?.length, ...rest, arrays: places };
  });
  const header = new TextEncoder().encode(JSON.stringify({ series: entries }));
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
