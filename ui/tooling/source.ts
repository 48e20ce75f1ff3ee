import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** What the build depends on; `hatch_build.py` has the same list and computes the same digest. */
const SOURCES = [
  "index.html",
  "package-lock.json",
  "package.json",
  "src",
  "tooling",
  "vite.config.ts",
];

function filesUnder(root: string, name: string): string[] {
  const path = join(root, name);
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [name];
  return readdirSync(path).flatMap((child) => filesUnder(root, `${name}/${child}`));
}

/** A digest of the UI's sources; the package's build compares it with that of the built files. */
export function sourceDigest(root: string): string {
  const names = SOURCES.flatMap((name) => filesUnder(root, name));
  // By code point, as Python sorts: localeCompare and UTF-16 order differ from it.
  names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const digest = createHash("sha256");
  for (const name of names) {
    const content = createHash("sha256")
      .update(readFileSync(join(root, name)))
      .digest("hex");
    digest.update(`${content}  ${name}\n`);
  }
  return digest.digest("hex");
}
