import { useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useLive } from "../../api/live";
import {
  knownPage,
  listQuery,
  MOST_NESTED,
  PAGE_ROWS,
  pageQuery,
  type RunList,
  type RunsSearch,
  runningRowsQuery,
} from "../../api/workspace";
import { useServerNow } from "../../components/LiveDot";
import type { Row } from "../../lib/rows";

/** How long the scrolling must rest before the rows there are asked for, in milliseconds. */
const REST = 70;

/** The pages on which the rows from `first` to `last` stand. */
function pagesOf(first: number, last: number): number[] {
  const from = Math.floor(Math.max(0, first) / PAGE_ROWS);
  const to = Math.floor(Math.max(first, last, 0) / PAGE_ROWS);
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** A list, and the search that it answers. */
interface Shown {
  search: RunsSearch;
  list: RunList;
}

/**
 * The runs of a search as one list, of which those parts are read that are looked at; of a list with nested
 * runs that isn't long, all. Until a new search is answered, or where it is refused, the last one is shown.
 */
export function useRuns(
  search: RunsSearch,
  fields: readonly string[],
  isReady: boolean,
  isNested: boolean,
) {
  const client = useQueryClient();
  const query = useQuery({ ...listQuery(search, fields), enabled: isReady });
  const [shown, setShown] = useState<Shown | null>(null);
  if (query.data !== undefined && shown?.list !== query.data) {
    setShown({ search, list: query.data });
  }
  const list = shown?.list;
  const isOwn = shown?.search === search;
  const isWhole = isNested && list !== undefined && list.total <= MOST_NESTED;

  const [looked, setLooked] = useState<readonly number[]>([0]);
  const total = list?.total ?? 0;
  const pages = useMemo(() => {
    const wanted = isWhole ? pagesOf(0, total - 1) : looked;
    return wanted.filter((page) => page * PAGE_ROWS < total);
  }, [isWhole, looked, total]);
  const { stamp, failed } = useQueries({
    queries:
      shown !== null && isOwn
        ? pages.map((page) => pageQuery(shown.search, shown.list, page, fields))
        : [],
    combine: (results) => ({
      stamp: results.map((one) => one.dataUpdatedAt).join(" "),
      failed: results.find((one) => one.isError) ?? null,
    }),
  });

  const [isLive, setLive] = useState(false);
  const running = useQuery({
    ...runningRowsQuery(search, fields),
    enabled: isLive && isOwn,
  });
  const live = useMemo(
    () => (isLive ? new Map(running.data?.map((row) => [row.id, row])) : NONE),
    [isLive, running.data],
  );
  const rowAt = useMemo(() => {
    // The rows are read from the cache; a new stamp says that others are in it.
    void stamp;
    const read = new Map<number, Row[] | undefined>();
    return (index: number): Row | undefined => {
      if (shown === null) return undefined;
      const page = Math.floor(index / PAGE_ROWS);
      if (!read.has(page)) {
        read.set(page, knownPage(client, shown.search, shown.list, page, fields));
      }
      const row = read.get(page)?.[index % PAGE_ROWS];
      return row === undefined ? undefined : (live.get(row.id) ?? row);
    };
  }, [client, shown, fields, live, stamp]);

  const runningNow = useMemo(() => {
    if (search.deleted) return [];
    const rows = pages.flatMap((page) =>
      Array.from({ length: PAGE_ROWS }, (_, at) => rowAt(page * PAGE_ROWS + at)),
    );
    return rows.flatMap((row) => (row?.status === "RUNNING" ? [row.id] : []));
  }, [search.deleted, pages, rowAt]);
  if (runningNow.length > 0 !== isLive) setLive(runningNow.length > 0);
  const hasLost = running.data !== undefined && runningNow.some((id) => !live.has(id));
  useRenewal(search, running, hasLost, query.refetch);
  useLive(
    query.data === undefined || search.deleted ? null : { experiment_ids: [search.experimentId] },
  );
  const now = useServerNow(isLive);

  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  /** Says which rows are looked at. */
  const look = useCallback((first: number, last: number) => {
    clearTimeout(timer.current);
    const next = pagesOf(first, last);
    timer.current = setTimeout(
      () => setLooked((present) => (String(present) === String(next) ? present : next)),
      REST,
    );
  }, []);
  useEffect(() => () => clearTimeout(timer.current), []);

  const readAt = isLive ? Math.max(now, running.dataUpdatedAt) : query.dataUpdatedAt;
  return { query, list, isStale: !isOwn, isWhole, rowAt, look, isLive, failed, readAt };
}

/** How long rows may stand in an order that has changed, in milliseconds. */
const MOVED = 3000;

const NONE: ReadonlyMap<string, Row> = new Map();

/** Makes the list anew where a run has started or ended, or may have moved in the order. */
function useRenewal(
  search: RunsSearch,
  running: { data: Row[] | undefined; dataUpdatedAt: number },
  hasLost: boolean,
  renew: () => unknown,
): void {
  const { data, dataUpdatedAt } = running;
  const names = data
    ?.map((row) => row.id)
    .sort()
    .join();
  const isMoving = search.orderBy.startsWith("metrics.");
  const before = useRef<{ names: string | undefined; at: number }>({ names: undefined, at: 0 });
  const moving = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => () => clearTimeout(moving.current ?? undefined), []);
  useEffect(() => {
    if (names === undefined || dataUpdatedAt === before.current.at) return;
    const hasChanged = before.current.names !== undefined && before.current.names !== names;
    before.current = { names, at: dataUpdatedAt };
    if (hasChanged || hasLost) void renew();
    else if (isMoving) {
      // The values themselves are there at once; their order follows.
      moving.current ??= setTimeout(() => {
        moving.current = null;
        void renew();
      }, MOVED);
    }
  }, [names, dataUpdatedAt, hasLost, isMoving, renew]);
}
