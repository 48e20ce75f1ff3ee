/** Experiments as a tree: a `/` in their names parts folders, as it does in those of files. */

interface Named {
  name: string;
}

export interface Folder {
  kind: "folder";
  /** The names of its experiments begin with this and a `/`. */
  path: string;
  name: string;
  depth: number;
  /** How many experiments are in it, at whatever depth. */
  count: number;
  isOpen: boolean;
}

export interface Leaf<Item> {
  kind: "leaf";
  item: Item;
  /** The last part of its name. */
  name: string;
  depth: number;
}

export type TreeLine<Item> = Folder | Leaf<Item>;

// Only between other signs: `/Users/me` and `a//b` are not in folders without a name.
const SEPARATOR = /(?<=[^/])\/(?=[^/])/;

/** The parts of a name: its folders, then what is left. */
export function partsOf(name: string): string[] {
  return name.split(SEPARATOR);
}

interface Node<Item> {
  folders: Map<string, Node<Item>>;
  leaves: Leaf<Item>[];
  count: number;
}

const emptyNode = <Item>(): Node<Item> => ({ folders: new Map(), leaves: [], count: 0 });

function grow<Item extends Named>(items: readonly Item[]): Node<Item> {
  const root = emptyNode<Item>();
  for (const item of items) {
    const parts = partsOf(item.name);
    const name = parts.pop() ?? "";
    let node = root;
    for (const part of parts) {
      const next = node.folders.get(part) ?? emptyNode<Item>();
      node.folders.set(part, next);
      next.count += 1;
      node = next;
    }
    node.leaves.push({ kind: "leaf", item, name, depth: parts.length });
  }
  return root;
}

/** The lines of the tree from top to bottom: folders before experiments, each by name. */
export function treeLines<Item extends Named>(
  items: readonly Item[],
  folded: ReadonlySet<string>,
): TreeLine<Item>[] {
  const { compare } = new Intl.Collator(undefined, { numeric: true });
  const lines: TreeLine<Item>[] = [];
  const walk = (node: Node<Item>, above: readonly string[]) => {
    const folders = [...node.folders].sort(([one], [other]) => compare(one, other));
    for (const [name, inside] of folders) {
      const parts = [...above, name];
      const path = parts.join("/");
      const isOpen = !folded.has(path);
      const { count } = inside;
      lines.push({ kind: "folder", path, name, depth: above.length, count, isOpen });
      if (isOpen) walk(inside, parts);
    }
    lines.push(...node.leaves.sort((one, other) => compare(one.name, other.name)));
  };
  walk(grow(items), []);
  return lines;
}
