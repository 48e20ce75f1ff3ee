/** An axis of a plot: values between `min` and `max` lie on pixels from 0 to `size`. */
export interface Scale {
  log: boolean;
  min: number;
  max: number;
  size: number;
  /** Whether pixel 0 is at `max`, as on a y axis. */
  flipped: boolean;
}

/** Values to pixels: `from` is what pixel 0 stands for, `factor` the pixels of one unit (or one e-fold). */
export interface Projection {
  log: boolean;
  from: number;
  factor: number;
}

export function projection({ log, min, max, size, flipped }: Scale): Projection {
  const [low, high] = log ? [Math.log(min), Math.log(max)] : [min, max];
  const factor = size / (high - low || 1);
  return flipped ? { log, from: high, factor: -factor } : { log, from: low, factor };
}

/** The pixel of a value; NaN where a logarithmic axis has no place for it. */
export function toPixel({ log, from, factor }: Projection, value: number): number {
  return ((log ? Math.log(value) : value) - from) * factor;
}

export function toValue({ log, from, factor }: Projection, pixel: number): number {
  const place = pixel / factor + from;
  return log ? Math.exp(place) : place;
}
