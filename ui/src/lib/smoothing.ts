import { isDrawable, type Numbers } from "./frames";

/**
 * The exponential moving average with `weight` (0 to below 1) for the past, without the bias towards zero at
 * the start. What is not finite stays as it is and counts for nothing.
 */
export function smooth(values: Numbers, weight: number): Float64Array {
  const out = new Float64Array(values.length);
  let sum = 0;
  let mass = 0;
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] ?? Number.NaN;
    if (!isDrawable(value)) {
      out[at] = value;
      continue;
    }
    sum = sum * weight + (1 - weight) * value;
    mass = mass * weight + (1 - weight);
    out[at] = sum / mass;
  }
  return out;
}
