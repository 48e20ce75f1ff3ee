import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import type { UserConfig } from "vite";
import { finish } from "./tooling/finish.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const server = process.env.SAGWAN_SERVER ?? "http://127.0.0.1:5000";
const proxied = ["/api", "/ajax-api", "/get-artifact", "/health", "/version"];

// Rules of plots belong to the plots, which one page loads when it shows them.
const SHARED =
  /[\\/]src[\\/](api|components|i18n|lib)[\\/](?!plot)|node_modules[\\/](react|react-dom|scheduler|@tanstack)[\\/]/;

const config: UserConfig & { test: object } = {
  base: "./",
  plugins: [react(), finish(here)],
  build: {
    outDir: process.env.SAGWAN_UI_OUT ?? `${here}../src/sagwan/server/static`,
    emptyOutDir: true,
    assetsDir: "static-files",
    // The content policy allows no data: URL.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        // What pages share comes in one file, rather than in one for each set of pages that share it.
        codeSplitting: {
          groups: [{ name: "shared", test: SHARED }],
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
