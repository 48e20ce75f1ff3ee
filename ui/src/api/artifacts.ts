import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { ROOT } from "../lib/root";
import { get, request } from "./client";
import type { ListArtifacts, ListArtifactsResponse } from "./types.gen";

/** How much of a text file the preview reads, in bytes. */
export const PREVIEW_BYTES = 100_000;

function listing(runId: string, folder: string, token: string): ListArtifacts {
  return {
    run_id: runId,
    ...(folder === "" ? {} : { path: folder }),
    ...(token === "" ? {} : { page_token: token }),
  };
}

/** The files and folders directly in `folder` ("" is the run's root). */
export function filesQuery(runId: string, folder: string) {
  return infiniteQueryOptions({
    queryKey: ["artifacts", runId, folder],
    queryFn: ({ pageParam, signal }) =>
      get<ListArtifactsResponse>("artifacts/list", listing(runId, folder, pageParam), signal),
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
