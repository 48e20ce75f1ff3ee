/**
 * Into which files the build puts the modules. A page is opened with few requests, and none of them brings what
 * other pages need: one file has what every page needs, what several share and what draws charts, and each page
 * has its own.
 */

const inFolder = (...names: string[]) => new RegExp(`[\\\\/]${names.join("[\\\\/]")}[\\\\/]`);

const PAGE = /[\\/]src[\\/]pages[\\/]([^\\/]+)[\\/]/;
const SOURCE = inFolder("ui", "src");
const ENTRY = /[\\/]src[\\/](main|app)\.tsx$/;
const FRAMEWORK = [
  inFolder("node_modules", "(react|react-dom|scheduler|@tanstack)"),
  /vite[\\/]preload-helper/,
];
const CHARTS = [
  inFolder("node_modules", "uplot"),
  inFolder("src", "pages", "experiment", "charts"),
  // The table tells the charts what is under the pointer, and doesn't draw.
  /[\\/]src[\\/]charts[\\/](?!hoverStore|useHovered)/,
];
/** What only some of the runs, files or readers need, and is loaded when they do. */
const LATER = [
  /[\\/]MarkdownView\.tsx$/,
  /[\\/]i18n[\\/]ko[.\w]*\.ts$/,
  /[\\/]lib[\\/]plot\w*\.ts$/,
];

type ImportersOf = (id: string) => readonly string[];

/** The folders of the pages that a module is for, and "" where it is for all of them. */
function usersOf(id: string, importersOf: ImportersOf): Set<string> {
  const users = new Set<string>();
  const seen = new Set<string>();
  const open = [id];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (seen.has(one)) continue;
    seen.add(one);
    const page = PAGE.exec(one)?.[1];
    if (page !== undefined) users.add(page);
    else if (ENTRY.test(one)) users.add("");
    open.push(...importersOf(one));
  }
  return users;
}

/** The name of the file that a module goes into; null where it goes into that of its page. */
export function chunkOf(id: string, importersOf: ImportersOf): string | null {
  if (LATER.some((pattern) => pattern.test(id))) return null;
  if (CHARTS.some((pattern) => pattern.test(id))) return "main";
  if (FRAMEWORK.some((pattern) => pattern.test(id)) || ENTRY.test(id)) return "main";
  if (!SOURCE.test(id)) return null;
  const users = usersOf(id, importersOf);
  return users.has("") || users.size > 1 ? "main" : null;
}
