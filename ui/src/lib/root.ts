/**
 * The URL that the UI lives under, with a slash at its end.
 *
 * The server writes it into the page's base, relative to the path that was asked for. It is read once:
 * what a relative base means must not depend on where the history has moved since.
 */
export const ROOT = new URL(".", document.baseURI);

const base = document.querySelector("base");
if (base !== null) base.href = ROOT.href;

/** A path of the UI ("/runs/1") as the browser's address ("/prefix/runs/1"). */
export function address(path: string): string {
  return ROOT.pathname + path.slice(1);
}

/** The browser's address as a path of the UI; null where it lies outside. */
export function localPath(pathname: string): string | null {
  if (pathname.startsWith(ROOT.pathname)) return `/${pathname.slice(ROOT.pathname.length)}`;
  return `${pathname}/` === ROOT.pathname ? "/" : null;
}

/** The address that a client sets as its tracking URI to reach this server. */
export function trackingUri(): string {
  return ROOT.href.replace(/\/$/, "");
}
