/** Marks of a logarithmic axis, at most a dozen: powers of ten, between them 2 and 5, or plain steps. */
export function logTicks(min: number, max: number): number[] {
  if (!(min > 0) || !(max > min) || !Number.isFinite(max)) return [];
  const decades = Math.log10(max / min);
  if (decades < 1) return plainTicks(min, max);
  const digits = decades < 2.5 ? [1, 2, 5] : [1];
  const step = Math.max(1, Math.ceil(decades / 6));
  const first = Math.floor(Math.log10(min) / step) * step;
  const ticks: number[] = [];
  for (let power = first; power <= Math.log10(max); power += step) {
    for (const digit of digits) {
      // From its text a power of ten is the number that people write.
      const tick = Number(`${digit}e${power}`);
      if (tick >= min && tick <= max) ticks.push(tick);
    }
  }
  return ticks;
}

const WANTED = 4;

/** Four to ten round numbers at equal distances. */
export function plainTicks(min: number, max: number): number[] {
  const power = Math.floor(Math.log10((max - min) / WANTED));
  const distances = [1, 2, 5].map((digit) => Number(`${digit}e${power}`));
  const distance = distances.findLast((one) => (max - min) / one >= WANTED) ?? distances[0] ?? 1;
  const ticks: number[] = [];
  for (let at = Math.ceil(min / distance); at * distance <= max && ticks.length < 12; at += 1) {
    ticks.push(Number((at * distance).toPrecision(12)));
  }
  return ticks;
}
