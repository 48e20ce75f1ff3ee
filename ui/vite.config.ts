import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import type { UserConfig } from "vite";
import { chunkOf } from "./tooling/chunks.ts";
import { finish } from "./tooling/finish.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const server = process.env.SAGWAN_SERVER ?? "http://127.0.0.1:5000";
const proxied = ["/api", "/ajax-api", "/get-artifact", "/health", "/version"];

const config: UserConfig & { test: object } = {
  base: "./",
  plugins: [react(), finish(here)],
  build: {
    outDir: process.env.SAGWAN_UI_OUT ?? `${here}../src/sagwan/server/static`,
    emptyOutDir: true,
    assetsDir: "static-files",
    // All pages together have less of it than one request costs.
    cssCodeSplit: false,
    // The content policy allows no data: URL.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              debugName: "chunkOf",
              name: (id, context) =>
                chunkOf(id, (module) => context.getModuleInfo(module)?.importers ?? []),
            },
          ],
          includeDependenciesRecursively: false,
        },
      },
    },
    license: { fileName: "third-party-licenses.md" },
  },
  server: {
    proxy: Object.fromEntries(proxied.map((path) => [path, { target: server }])),
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}", "tooling/**/*.test.ts"],
    setupFiles: ["src/testing/setup.ts"],
    testTimeout: 60_000,
    restoreMocks: true,
    unstubGlobals: true,
  },
};

export default config;
