// @vitest-environment node
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sourceDigest } from "./source.ts";

let root = "";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "sagwan-"));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function write(name: string, text: string): void {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
}

test("the digest is the one that the package's build hook computes", () => {
  // tests/test_build_hook.py computes the same of the same files.
  const files = { "package.json": "{}", "src/b.ts": "1", "src/B.ts": "2", "src/é/a.ts": "3" };
  for (const [name, text] of Object.entries(files)) write(name, text);
  write("tsconfig.json", "no source of the build");
  expect(sourceDigest(root)).toBe(
    "6df8a75dc3a2e73145f7966665048303cf6fd9cc9fbb10f8278a1b36457a0632",
  );
});

test("a changed or renamed source changes the digest", () => {
  write("src/a.ts", "1");
  const before = sourceDigest(root);
  write("src/a.ts", "2");
  const changed = sourceDigest(root);
  write("src/a.ts", "1");
  write("src/b.ts", "");
  expect(new Set([before, changed, sourceDigest(root)]).size).toBe(3);
});
