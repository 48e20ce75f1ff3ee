import { useInfiniteQuery, useQueries } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { FileInfo } from "../../../api/types.gen";
import { folderQuery, foundQuery } from "../../../files/api";
import { foldersOf } from "../../../files/kinds";

export interface TreeRow {
  /** The path of a file or a folder; with `note`, of the folder that it is about. */
  path: string;
  depth: number;
  file: FileInfo | null;
  isOpen: boolean;
  note: "reading" | "empty" | "failed" | null;
}

export interface Tree {
  rows: TreeRow[];
  toggle(folder: string, isOpen: boolean): void;
}

/** The rows of a run's folders, of which only those are read that are open. */
export function useTree(runId: string, path: string): Tree {
  const [changed, setChanged] = useState<ReadonlyMap<string, boolean>>(new Map());
  const ancestors = useMemo(() => foldersOf(path), [path]);
  const isOpen = (folder: string) => changed.get(folder) ?? ancestors.includes(folder);
  const known = ["", ...new Set([...ancestors, ...changed.keys()])];
  // A folder that is open inside of one that is closed isn't read.
  const folders = known.filter(
    (folder) => folder === "" || [...foldersOf(folder), folder].every(isOpen),
  );
  const queries = useQueries({ queries: folders.map((folder) => folderQuery(runId, folder)) });
  const contents = new Map(folders.map((folder, at) => [folder, queries[at]]));
  const rows: TreeRow[] = [];
  const add = (folder: string, depth: number) => {
    const query = contents.get(folder);
    const files = query?.data;
    if (files === undefined || (files.length === 0 && folder !== "")) {
      const note = query?.isError ? "failed" : files === undefined ? "reading" : "empty";
      rows.push({ path: folder, depth, file: null, isOpen: false, note });
      return;
    }
    for (const file of files) {
      const open = file.is_dir && isOpen(file.path);
      rows.push({ path: file.path, depth, file, isOpen: open, note: null });
      if (open) add(file.path, depth + 1);
    }
  };
  add("", 0);
  return {
    rows,
    toggle: (folder, open) => setChanged((now) => new Map(now).set(folder, open)),
  };
}

/** The files whose paths contain a text, wherever they are. */
export function useFound(runId: string, text: string) {
  const query = useInfiniteQuery({ ...foundQuery(runId, text), enabled: text !== "" });
  const rows = useMemo(
    () =>
      (query.data?.pages ?? [])
        .flatMap((page) => page?.files ?? [])
        .map((file): TreeRow => ({ path: file.path, depth: 0, file, isOpen: false, note: null })),
    [query.data],
  );
  return { query, rows };
}
