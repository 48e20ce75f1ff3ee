/** What the built UI may weigh. Sizes are in bytes; JavaScript and CSS are counted gzipped. */
export const BUDGETS = {
  firstPageScript: 220_000,
  firstPageStyle: 20_000,
  lazyChunk: 80_000,
  total: 4_000_000,
  packages: 25,
};

/** An output file of the build as far as the budgets need it. */
export interface OutputFile {
  name: string;
  bytes: number;
  gzipped: number;
  /** Set for JavaScript only. */
  chunk?: {
    isEntry: boolean;
    imports: string[];
    dynamicImports: string[];
    styles: string[];
    modules: string[];
  };
}

export interface Weights {
  firstPageScript: number;
  firstPageStyle: number;
  lazyChunk: number;
  total: number;
  packages: number;
}

/** The npm package that a module belongs to, or null for a module of ours. */
export function packageOf(module: string): string | null {
  const [, ...rest] = module.replaceAll("\\", "/").split(/node_modules\//);
  const [scope, name] = rest.at(-1)?.split("/") ?? [];
  if (scope === undefined) return null;
  return scope.startsWith("@") ? `${scope}/${name}` : scope;
}

function withImports(names: Iterable<string>, files: Map<string, OutputFile>): Set<string> {
  const seen = new Set<string>();
  const open = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    open.push(...(files.get(name)?.chunk?.imports ?? []));
  }
  return seen;
}

/** Weighs the build; the first page is the heaviest of the pages that the entry loads lazily. */
export function weigh(outputs: OutputFile[]): Weights {
  const files = new Map(outputs.map((file) => [file.name, file]));
  const size = (name: string) => files.get(name)?.gzipped ?? 0;
  const sum = (names: Iterable<string>) =>
    [...names].reduce((total, name) => total + size(name), 0);
  const stylesOf = (names: Iterable<string>) =>
    new Set([...names].flatMap((name) => files.get(name)?.chunk?.styles ?? []));

  const entries = outputs.filter((file) => file.chunk?.isEntry);
  const entryNames = entries.map((file) => file.name);
  const pages = entries.flatMap((file) => file.chunk?.dynamicImports ?? []);
  const visits = [[], ...pages.map((page) => [page])].map((page) =>
    withImports([...entryNames, ...page], files),
  );
  const first = withImports(entryNames, files);
  const packages = new Set(outputs.flatMap((file) => (file.chunk?.modules ?? []).map(packageOf)));
  packages.delete(null);
  return {
    firstPageScript: Math.max(...visits.map(sum)),
    firstPageStyle: Math.max(...visits.map((names) => sum(stylesOf(names)))),
    lazyChunk: Math.max(
      0,
      ...outputs.filter((file) => file.chunk && !first.has(file.name)).map((file) => file.gzipped),
    ),
    total: outputs.reduce((total, file) => total + file.bytes, 0),
    packages: packages.size,
  };
}

/** One sentence for each budget that `weights` exceeds. */
export function exceeded(weights: Weights): string[] {
  return (Object.keys(BUDGETS) as (keyof Weights)[])
    .filter((name) => weights[name] > BUDGETS[name])
    .map((name) => `${name} is ${weights[name]}, the budget is ${BUDGETS[name]}`);
}
