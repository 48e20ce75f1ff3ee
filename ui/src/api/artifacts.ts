import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { ROOT } from "../lib/root";
import { get, request } from "./client";
import type { FileInfo } from "./types";

/** How much of a text file the preview reads, in bytes. */
export const PREVIEW_BYTES = 100_000;

export interface FilesPage {
  root_uri?: string;
  files?: FileInfo[];
  next_page_token?: string;
}

/** The files and folders directly in `folder` ("" is the run's root). */
export function filesQuery(runId: string, folder: string) {
  return infiniteQueryOptions({
    queryKey: ["artifacts", runId, folder],
    queryFn: ({ pageParam, signal }) =>
      get<FilesPage>(
        "artifacts/list",
        { run_id: runId, path: folder || undefined, page_token: pageParam || undefined },
        signal,
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_page_token || undefined,
    staleTime: 10_000,
    refetchOnWindowFocus: false,
  });
}

/** Where a file's bytes are. */
export function fileUrl(runId: string, path: string): URL {
  const url = new URL("get-artifact", ROOT);
  url.searchParams.set("run_id", runId);
  url.searchParams.set("path", path);
  return url;
}

/** The start of a text file; `text` is null where the bytes are no text. */
export function textQuery(runId: string, path: string, size: number | undefined) {
  return queryOptions({
    queryKey: ["artifact-text", runId, path, size],
    queryFn: async ({ signal }) => {
      // A range of an empty file can't be satisfied, and MLflow gives no size for an empty file.
      if (!size) return { text: "" };
      const headers = { range: `bytes=0-${PREVIEW_BYTES - 1}` };
      const response = await request(fileUrl(runId, path), { signal, headers });
      const bytes = new Uint8Array(await response.arrayBuffer()).subarray(0, PREVIEW_BYTES);
      return { text: bytes.includes(0) ? null : new TextDecoder().decode(bytes) };
    },
    staleTime: 10_000,
    refetchOnWindowFocus: false,
  });
}
