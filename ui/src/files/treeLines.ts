/** A JSON value as the lines of a tree, of which only those in open branches are made. */
export interface TreeLine {
  /** Where it is: the keys from the root, joined so that no two places are the same. */
  id: string;
  depth: number;
  /** The key in the object or the place in the list; null for the root. */
  name: string | number | null;
  value: unknown;
  /** How many it holds; null for what holds nothing. */
  count: number | null;
  isOpen: boolean;
}

type Entry = readonly [name: string | number, value: unknown];

function entriesOf(value: unknown): Entry[] | null {
  if (Array.isArray(value)) return value.map((item, at) => [at, item] as const);
  if (typeof value === "object" && value !== null) return Object.entries(value);
  return null;
}

function countOf(value: unknown): number | null {
  if (Array.isArray(value)) return value.length;
  return typeof value === "object" && value !== null ? Object.keys(value).length : null;
}

/** Branches that nobody has touched are open where the tree stays short. */
const SHORT = 40;

/** Whether a branch is open that nobody has opened or closed. */
export function isOpenAtFirst(depth: number, count: number): boolean {
  return depth === 0 || (depth <= 2 && count <= SHORT);
}

/** The visible lines; `toggled` are the ids of branches that aren't as they were at first. */
export function treeLines(root: unknown, toggled: ReadonlySet<string>): TreeLine[] {
  const lines: TreeLine[] = [];
  const add = (id: string, depth: number, name: TreeLine["name"], value: unknown) => {
    const count = countOf(value);
    const isOpen = count !== null && isOpenAtFirst(depth, count) !== toggled.has(id);
    lines.push({ id, depth, name, value, count, isOpen });
    if (!isOpen) return;
    for (const [key, inner] of entriesOf(value) ?? []) {
      add(`${id}/${String(key).replaceAll("/", "//")}`, depth + 1, key, inner);
    }
  };
  add("", 0, null, root);
  return lines;
}
