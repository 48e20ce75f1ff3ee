import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { fileUrl } from "../api/artifacts";
import { get, postOwn, request } from "../api/client";
import type {
  FileInfo,
  ListArtifactsResponse,
  ListFiles,
  ListFilesResponse,
} from "../api/types.gen";
import { ROOT } from "../lib/root";

const FRESH = { staleTime: 10_000, refetchOnWindowFocus: false };

/** What is directly in a folder ("" is the run's root). */
export function folderQuery(runId: string, folder: string) {
  return queryOptions({
    queryKey: ["artifacts", "folder", runId, folder],
    queryFn: async ({ signal }) => {
      const files: FileInfo[] = [];
      let token: string | undefined;
      do {
        const page: ListArtifactsResponse = await get(
          "artifacts/list",
          {
            run_id: runId,
            path: folder === "" ? undefined : folder,
            page_token: token,
          },
          signal,
        );
        files.push(...(page.files ?? []));
        token = page.next_page_token || undefined;
      } while (token !== undefined);
      return files;
    },
    ...FRESH,
  });
}

function listFiles(body: ListFiles, signal: AbortSignal): Promise<ListFilesResponse> {
  return postOwn("files/list", body, signal);
}

/** The files of a run whose paths contain a text, in pages. */
export function foundQuery(runId: string, text: string) {
  return infiniteQueryOptions({
    queryKey: ["artifacts", "found", runId, text],
    queryFn: async ({ pageParam, signal }) => {
      const runs = [{ run_id: runId, ...(pageParam === "" ? {} : { after: pageParam }) }];
      const page = (await listFiles({ runs, contains: text }, signal)).runs[0];
      if (page?.error !== undefined) throw new Error(page.error);
      return page;
    },
    initialPageParam: "",
    getNextPageParam: (page) => page?.next,
    ...FRESH,
  });
}

export interface RunFileList {
  files: FileInfo[];
  /** Why they can't be listed. */
  error: string | null;
  /** Whether there are more than are read. */
  isCut: boolean;
}

const RUNS_AT_ONCE = 50;
/** Files of all runs together that are read, and pages that are asked for. */
const MOST_FILES = 40_000;
const MOST_PAGES = 30;

/** The files of many runs, by run, of some suffixes or of all; as far as they are read at all. */
export function filesOfRunsQuery(runIds: readonly string[], suffixes: readonly string[] = []) {
  return queryOptions({
    queryKey: ["artifacts", "many", runIds, suffixes],
    queryFn: async ({ signal }) => {
      const found = new Map<string, RunFileList>(
        runIds.map((id) => [id, { files: [], error: null, isCut: false }]),
      );
      let open = runIds.map((id): { run_id: string; after?: string } => ({ run_id: id }));
      let count = 0;
      for (let page = 0; open.length > 0 && page < MOST_PAGES && count < MOST_FILES; page += 1) {
        const asked = open.slice(0, RUNS_AT_ONCE);
        const limit = Math.min(4000, Math.floor(20_000 / asked.length));
        const body = { runs: asked, suffixes: [...suffixes], limit };
        const { runs } = await listFiles(body, signal);
        const onward: typeof open = [];
        for (const { run_id, files = [], next, error } of runs) {
          const known = found.get(run_id);
          if (known === undefined) continue;
          known.files.push(...files);
          known.error = error ?? null;
          count += files.length;
          if (next !== undefined) onward.push({ run_id, after: next });
        }
        open = [...open.slice(RUNS_AT_ONCE), ...onward];
      }
      for (const { run_id } of open) {
        const known = found.get(run_id);
        if (known !== undefined) known.isCut = true;
      }
      return found;
    },
    ...FRESH,
  });
}

/** Where a browser gets a page or a PDF file that it shows itself. */
export function shownUrl(runId: string, path: string): string {
  const url = new URL("ajax-api/sagwan/v1/files/show", ROOT);
  url.searchParams.set("run_id", runId);
  url.searchParams.set("path", path);
  return url.href;
}

/** A folder ("" is all of a run) as a zip file. */
export function archiveUrl(runId: string, folder: string): string {
  const url = new URL("ajax-api/2.0/mlflow/get-artifact-folder", ROOT);
  url.searchParams.set("run_id", runId);
  if (folder !== "") url.searchParams.set("path", folder);
  return url.href;
}

/** Some bytes of a file, from `start`; empty where the file has none there. */
export async function readBytes(
  runId: string,
  path: string,
  start: number,
  count: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const headers = { range: `bytes=${start}-${start + count - 1}` };
  const response = await request(fileUrl(runId, path), { signal, headers });
  const bytes = new Uint8Array(await response.arrayBuffer());
  return response.status === 206 ? bytes : bytes.subarray(start, start + count);
}

/** The SHA-256 of a file as the server makes it, in base64. */
export async function digestOf(
  runId: string,
  path: string,
  signal: AbortSignal,
): Promise<string | null> {
  const headers = { "want-repr-digest": "sha-256=10" };
  // A browser that has the file would answer from its cache, without the checksum.
  const init: RequestInit = { method: "HEAD", cache: "no-store", signal, headers };
  const response = await request(fileUrl(runId, path), init);
  return /sha-256=:([^:]*):/.exec(response.headers.get("repr-digest") ?? "")?.[1] ?? null;
}
