import { ROOT } from "../lib/root";

/** Where a file's bytes are. */
export function fileUrl(runId: string, path: string): URL {
  const url = new URL("get-artifact", ROOT);
  url.searchParams.set("run_id", runId);
  url.searchParams.set("path", path);
  return url;
}
