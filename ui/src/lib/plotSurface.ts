/** A surface through scattered values: what a contour plot draws between its runs. */
export interface Known {
  /** Places on both axes, from 0 to 1, and the value there. */
  x: number;
  y: number;
  value: number;
}

/** The exponent of the distance: high enough that a value holds around its own run. */
const POWER = 3;

/**
 * The values at the middles of size × size squares, row by row from the top: the mean of all known values, each
 * weighted by its distance's inverse cube. Nowhere is it beyond the least or the greatest of them.
 */
export function surface(known: readonly Known[], size: number): number[] {
  return Array.from({ length: size * size }, (_, at) => {
    const x = ((at % size) + 0.5) / size;
    const y = 1 - (Math.floor(at / size) + 0.5) / size;
    let [sum, weights] = [0, 0];
    for (const one of known) {
      const distance = Math.hypot(one.x - x, one.y - y);
      const weight = 1 / Math.max(distance, 1e-6) ** POWER;
      sum += weight * one.value;
      weights += weight;
    }
    return sum / weights;
  });
}
