const DEEPEST = 6;

/** Where a line of the tree begins; on a phone, too, there has to be room for its name. */
export function indent(depth: number) {
  return { paddingInlineStart: `calc(var(--space-2) + ${Math.min(depth, DEEPEST)} * 1.125rem)` };
}
