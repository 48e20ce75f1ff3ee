/**
 * Colours of runs. Each stands out by at least 3 : 1 from the light and the dark page, and any two stay apart
 * for people who see no red or no green; the order takes the most different ones first.
 */
export const PALETTE = [
  "#2a5cda",
  "#d7333a",
  "#9b980b",
  "#a7477d",
  "#1d8fa6",
  "#e452a7",
  "#357518",
  "#987fdf",
  "#a98d6a",
  "#8355ae",
  "#646cf4",
  "#9b6d65",
] as const;

/** What CSS takes for a colour, as far as tags hold them: "#abc", "#aabbcc". */
const HEX = /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i;

/** FNV-1a: ids that differ in one digit get unrelated numbers. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  }
  return (value ^ (value >>> 15)) >>> 0;
}

const preferred = (runId: string) => hash(runId) % PALETTE.length;

/** The colour of a run by itself: the one its tag `mlflow.runColor` names, else always the same of the palette. */
export function runColour(runId: string, tag?: string | null): string {
  if (tag && HEX.test(tag)) return tag;
  return PALETTE[preferred(runId)] ?? PALETTE[0];
}

export interface Coloured {
  id: string;
  /** The tag `mlflow.runColor`. */
  tag?: string | null;
}

/**
 * The colours of runs that are seen together. A run has the colour of its tag, else the one that it had before,
 * else its own, as long as no other has it; as many runs as there are colours never share one. Beyond that the
 * colours are shared evenly, and none changes any more.
 */
export class RunColours {
  readonly #kept = new Map<string, string>();

  /** The colours by run; `runs` are in the order in which they have the first choice. */
  assign(runs: readonly Coloured[]): ReadonlyMap<string, string> {
    const chosen = new Map<string, string>();
    const used = new Map<string, number>(PALETTE.map((colour) => [colour, 0]));
    const count = (colour: string) => used.get(colour.toLowerCase()) ?? 0;
    const take = ({ id }: Coloured, colour: string) => {
      chosen.set(id, colour);
      used.set(colour.toLowerCase(), count(colour) + 1);
    };
    const isFew = runs.length <= PALETTE.length;
    const without = () => runs.filter(({ id }) => !chosen.has(id));
    for (const run of runs) if (run.tag && HEX.test(run.tag)) take(run, run.tag);
    for (const run of without()) {
      const kept = this.#kept.get(run.id);
      if (kept !== undefined && (!isFew || count(kept) === 0)) take(run, kept);
    }
    for (const run of without().slice(0, PALETTE.length)) {
      const own = runColour(run.id);
      if (count(own) === 0) take(run, own);
    }
    for (const run of without()) take(run, leastUsed(preferred(run.id), count));
    for (const { id, tag } of runs) {
      const colour = chosen.get(id);
      if (colour !== undefined && colour !== tag) this.#kept.set(id, colour);
    }
    return chosen;
  }
}

/** The colour that the fewest have, the first of these from a place onwards. */
function leastUsed(from: number, count: (colour: string) => number): string {
  const turned = [...PALETTE.slice(from), ...PALETTE.slice(0, from)];
  return turned.reduce((best, colour) => (count(colour) < count(best) ? colour : best));
}
