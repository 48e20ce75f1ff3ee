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

/** The colour of a run: the one its tag `mlflow.runColor` names, else always the same of the palette. */
export function runColour(runId: string, tag?: string | null): string {
  if (tag && HEX.test(tag)) return tag;
  return PALETTE[hash(runId) % PALETTE.length] ?? PALETTE[0];
}
