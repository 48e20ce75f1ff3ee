import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";
import { en } from "../src/i18n/en.ts";
import { ko } from "../src/i18n/ko.ts";
import { exceeded, type OutputFile, weigh } from "./budgets.ts";
import { sourceDigest } from "./source.ts";

const PACKED = /\.(js|css|svg)$/;
const BASE_TAG = '<base href="/" />';

function compress(path: string): void {
  const content = readFileSync(path);
  const options = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
  writeFileSync(`${path}.br`, brotliCompressSync(content, { params: options }));
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

function missingTranslations(): string[] {
  const keys = new Set([...Object.keys(en), ...Object.keys(ko)]);
  return [...keys].filter((key) => !(key in en && key in ko));
}

/** Checks the catalogues and the budgets, packs the assets and notes what they were built from. */
export function finish(root: string): Plugin {
  return {
    name: "finish",
    apply: "build",
    buildStart() {
      const missing = missingTranslations();
      if (missing.length > 0) this.error(`not in every language: ${missing.join(", ")}`);
    },
    writeBundle(options, bundle) {
      const folder = options.dir ?? "";
      const page = readFileSync(join(folder, "index.html"), "utf8");
      const linked = filesIn(folder)
        .map((path) => relative(folder, path).replaceAll("\\", "/"))
        .filter((name) => page.includes(`"./${name}"`));
      const files: OutputFile[] = filesIn(folder).map((path) => {
        const name = relative(folder, path).replaceAll("\\", "/");
        const content = readFileSync(path);
        const file: OutputFile = {
          name,
          bytes: content.length,
          gzipped: gzipSync(content, { level: 9 }).length,
        };
        const output = bundle[name];
        if (output?.type !== "chunk") return file;
        const { imports, dynamicImports, moduleIds } = output;
        // Vite leaves out an entry that only imports what has its code.
        const isEntry = linked.includes(name);
        const styles = isEntry ? linked.filter((one) => one.endsWith(".css")) : [];
        return { ...file, chunk: { isEntry, imports, dynamicImports, styles, modules: moduleIds } };
      });
      const weights = weigh(files);
      const problems = exceeded(weights);
      if (!page.includes(BASE_TAG)) {
        problems.push(`index.html has lost its ${BASE_TAG}`);
      }
      if (problems.length > 0) this.error(problems.join("\n"));
      this.info(
        `first page: ${weights.firstPageScript} B of JavaScript, ${weights.firstPageStyle} B of CSS ` +
          `(gzip); ${weights.total} B and ${weights.packages} packages in all`,
      );
      for (const file of files) if (PACKED.test(file.name)) compress(join(folder, file.name));
      writeFileSync(join(folder, "source.sha256"), `${sourceDigest(root)}\n`);
    },
  };
}
