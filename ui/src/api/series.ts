import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { decodeFrame } from "../lib/frames";
import { ROOT } from "../lib/root";
import { SeriesLoader, type SeriesWant, type WantedRun } from "../lib/seriesLoader";
import { request } from "./client";

const KEPT_FOR = 60_000;

/** What has been read of series, and what the stream has told of them since. */
export const seriesLoader = new SeriesLoader(async (body, signal) => {
  const url = new URL("ajax-api/sagwan/v1/series", ROOT);
  const answer = await request(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    // In planes, which are compressed to less.
    body: JSON.stringify({ ...body, planes: true }),
    signal,
  });
  return decodeFrame(await answer.arrayBuffer());
});

/** A set of runs with a short name: hundreds of ids in each query's key would be slow to compare. */
export interface RunSet {
  name: string;
  runs: readonly WantedRun[];
  isLive: boolean;
}

export function runSet(runs: readonly WantedRun[]): RunSet {
  let [a, b] = [0x811c9dc5, 0x9e3779b9];
  for (const { id, live } of runs) {
    const text = live ? `${id}+` : id;
    for (let at = 0; at < text.length; at += 1) {
      a = Math.imul(a ^ text.charCodeAt(at), 0x01000193);
      b = Math.imul(b ^ text.charCodeAt(at), 0x85ebca6b) + 0x27220a95;
    }
  }
  const name = [runs.length, a >>> 0, b >>> 0].map((part) => part.toString(36)).join(".");
  return { name, runs, isLive: runs.some(({ live }) => live) };
}

/** One metric's series of a set of runs, by run. */
export function seriesQuery(want: SeriesWant, { name, runs, isLive }: RunSet) {
  return queryOptions({
    queryKey: ["series", want, name],
    queryFn: ({ signal }) => seriesLoader.load(want, runs, signal),
    // The loader knows which of them are to be read again, and asks for no others.
    staleTime: isLive ? 0 : Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    gcTime: KEPT_FOR,
    placeholderData: keepPreviousData,
    // Runs have hundreds of arrays; comparing them number by number costs more than drawing them.
    structuralSharing: false,
  });
}
