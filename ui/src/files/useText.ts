import { infiniteQueryOptions, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { FileInfo } from "../api/types.gen";
import { readBytes } from "./api";

/** Bytes that are read at once, of what is shown as it comes and of what only the whole shows. */
export const PART = 512 * 1024;
export const WHOLE = 8 * 1024 * 1024;
/** What a browser can still hold and show as text. */
const MOST = 32 * 1024 * 1024;

/** The parts of a file, one after the other. */
export function partsQuery(runId: string, file: FileInfo, part: number) {
  const size = file.file_size ?? 0;
  return infiniteQueryOptions({
    queryKey: ["artifact-parts", runId, file.path, size, part],
    // A range of an empty file can't be satisfied, and MLflow gives no size for an empty file.
    queryFn: ({ pageParam, signal }) =>
      size === 0
        ? new Uint8Array()
        : readBytes(runId, file.path, pageParam, Math.min(part, size - pageParam), signal),
    initialPageParam: 0,
    getNextPageParam: (last, _, from) => {
      const next = from + last.length;
      return last.length > 0 && next < size && next < MOST ? next : undefined;
    },
    staleTime: 10_000,
    gcTime: 30_000,
    refetchOnWindowFocus: false,
  });
}

export interface FileText {
  /** Null where the bytes are no text. */
  text: string | null;
  bytes: number;
  isWhole: boolean;
}

/** Parts as text; a sign that the last part cuts is left out. */
export function textOf(parts: readonly Uint8Array[], size: number): FileText {
  const bytes = parts.reduce((sum, part) => sum + part.length, 0);
  const isWhole = bytes >= size;
  if (parts[0]?.includes(0)) return { text: null, bytes, isWhole };
  const decoder = new TextDecoder();
  const text = parts.map((part) => decoder.decode(part, { stream: true })).join("");
  return { text: text + (isWhole ? decoder.decode() : ""), bytes, isWhole };
}

/** The text of a file as far as it is read; null until its first part is there. */
export function useText(runId: string, file: FileInfo, part: number) {
  const query = useInfiniteQuery(partsQuery(runId, file, part));
  const parts = query.data?.pages;
  const size = file.file_size ?? 0;
  const loaded = useMemo(() => (parts === undefined ? null : textOf(parts, size)), [parts, size]);
  return { query, loaded };
}
