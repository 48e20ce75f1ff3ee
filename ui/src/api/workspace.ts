/** Sagwan's own endpoints behind an experiment's page: runs by columns, keys, facets. */
import { keepPreviousData, type QueryClient, queryOptions } from "@tanstack/react-query";
import { withCondition } from "../lib/filterText";
import { type Cell, COLOUR_FIELD, type Row, rowsOf, USER_FIELD } from "../lib/rows";
import { postOwn } from "./client";
import type { MetricEntry } from "./types.gen";

export interface KeyValue {
  value: string;
  runs: number;
}

export interface MetricKey {
  key: string;
  runs: number;
  min?: number | string | null;
  max?: number | string | null;
  varies: boolean;
  points: boolean;
}

export interface TextKey {
  key: string;
  runs: number;
  distinct: number;
  varies: boolean;
  values: KeyValue[];
}

/** The keys of an experiment; what is said of their values holds for the newest `sampled` runs. */
export interface ExperimentKeys {
  runs: number;
  sampled: number;
  metrics: MetricKey[];
  params: TextKey[];
  tags: TextKey[];
  /** What is said of metrics, where anything is. */
  dictionary?: MetricEntry[];
}

/** A part of a list of runs, column by column. */
export interface RunsPage {
  total: number;
  /** The name under which the server keeps the list. */
  snapshot: string;
  offset: number;
  runs: {
    run_id: string[];
    run_name: string[];
    experiment_id: string[];
    status: string[];
    start_time: (number | null)[];
    end_time: (number | null)[];
    user_id: string[];
    lifecycle_stage: string[];
    parent: (string | null)[];
    active?: (number | null)[];
  };
  columns: { field: string; values: Cell[] }[];
}

export interface Facet {
  runs: number;
  missing: number;
  kind: "number" | "text";
  min?: number | null;
  max?: number | null;
  mean?: number | null;
  bins?: { from: number; to: number; runs: number }[];
  distinct?: number;
  top?: KeyValue[];
}

export interface RunsSearch {
  experimentId: string;
  filter: string;
  orderBy: string;
  deleted: boolean;
}

/** How many runs a page has. */
export const PAGE_ROWS = 100;
/** How many runs the server sends at once. */
export const MOST_ROWS = 1000;

/** Of all runs: their colours and who made them. */
const ALWAYS = [COLOUR_FIELD, USER_FIELD];

/** Of a request what says which runs are meant, and in which order. */
export function searchBody(search: RunsSearch) {
  return {
    experiment_ids: [search.experimentId],
    run_view_type: search.deleted ? "DELETED_ONLY" : "ACTIVE_ONLY",
    order_by: [search.orderBy],
    ...(search.filter === "" ? {} : { filter: search.filter }),
  };
}

interface Part {
  offset?: number;
  limit?: number;
  fields?: readonly string[];
  snapshot?: string;
}

async function askRuns(search: RunsSearch, part: Part, signal: AbortSignal): Promise<RunsPage> {
  const { offset = 0, limit = PAGE_ROWS, fields = [], snapshot } = part;
  return postOwn<RunsPage>(
    "runs/query",
    {
      ...searchBody(search),
      offset,
      limit,
      columns: [...new Set([...ALWAYS, ...fields])],
      ...(snapshot === undefined ? {} : { snapshot }),
    },
    signal,
  );
}

/** A list of runs as the server has it now. */
export interface RunList {
  total: number;
  snapshot: string;
}

/** How many rows are read as a whole, so that children stand under their parents. */
export const MOST_NESTED = 1000;

const listKey = (search: RunsSearch) => ["runs", "list", search];
const pageKey = (search: RunsSearch, page: number, snapshot: string, fields: readonly string[]) => [
  "runs",
  "page",
  search,
  page,
  snapshot,
  fields,
];

/**
 * The list that a search gives: how long it is, and the name of what the server keeps of it. The first page
 * comes along and is put where `pageQuery` looks for it.
 */
export function listQuery(search: RunsSearch, fields: readonly string[]) {
  return queryOptions({
    queryKey: listKey(search),
    queryFn: async ({ client, signal }): Promise<RunList> => {
      const { total, snapshot, ...page } = await askRuns(search, { fields }, signal);
      const rows = rowsOf({ total, snapshot, ...page });
      client.setQueryData<Row[]>(pageKey(search, 0, snapshot, fields), rows);
      return { total, snapshot };
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    refetchOnWindowFocus: false,
  });
}

/** The rows of a page of a list, the first page being 0. */
export function pageQuery(
  search: RunsSearch,
  list: RunList,
  page: number,
  fields: readonly string[],
) {
  return queryOptions({
    queryKey: pageKey(search, page, list.snapshot, fields),
    queryFn: async ({ client, signal }): Promise<Row[]> => {
      const part = { offset: page * PAGE_ROWS, fields, snapshot: list.snapshot };
      const { total, snapshot, ...answer } = await askRuns(search, part, signal);
      const rows = rowsOf({ total, snapshot, ...answer });
      if (snapshot !== list.snapshot) {
        // The server has forgotten the list and made it anew.
        client.setQueryData<Row[]>(pageKey(search, page, snapshot, fields), rows);
        client.setQueryData<RunList>(listKey(search), { total, snapshot });
      }
      return rows;
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    refetchOnWindowFocus: false,
  });
}

/** What is known of a page: its rows, or those of an earlier state or with other columns. */
export function knownPage(
  client: QueryClient,
  search: RunsSearch,
  list: RunList,
  page: number,
  fields: readonly string[],
): Row[] | undefined {
  const exact = client.getQueryData<Row[]>(pageKey(search, page, list.snapshot, fields));
  if (exact !== undefined) return exact;
  const others = client.getQueryCache().findAll({ queryKey: ["runs", "page", search, page] });
  const newest = others
    .filter((query) => query.state.data !== undefined)
    .reduce<(typeof others)[number] | null>(
      (best, one) =>
        best === null || one.state.dataUpdatedAt > best.state.dataUpdatedAt ? one : best,
      null,
    );
  return newest?.state.data as Row[] | undefined;
}

/** Those of the runs that are running now, kept in step by the stream. */
export function runningRowsQuery(search: RunsSearch, fields: readonly string[]) {
  const filter = withCondition(search.filter, "attributes.status = 'RUNNING'");
  return queryOptions({
    queryKey: ["runs", "running", search, fields],
    queryFn: async ({ signal }) =>
      rowsOf(await askRuns({ ...search, filter }, { limit: MOST_ROWS, fields }, signal)),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
}

/** How often it is looked which runs have gone silent, in milliseconds: the stream tells what happens only. */
const SILENCE_INTERVAL = 60_000;
const MOST_RUNNING = 200;

/** The newest runs of these experiments that are running now. */
export function runningNowQuery(experimentIds: readonly string[]) {
  return queryOptions({
    queryKey: ["runs", "running now", experimentIds],
    queryFn: async ({ signal }) =>
      rowsOf(
        await postOwn<RunsPage>(
          "runs/query",
          {
            experiment_ids: experimentIds,
            filter: "attributes.status = 'RUNNING'",
            limit: MOST_RUNNING,
          },
          signal,
        ),
      ),
    enabled: experimentIds.length > 0,
    refetchInterval: ({ state }) => (state.data?.length ? SILENCE_INTERVAL : false),
    refetchOnWindowFocus: false,
    placeholderData: keepPreviousData,
  });
}

/** A run's row while it runs: it tells when the run was last heard of. */
export function activityQuery(experimentId: string, id: string) {
  const filter = `attributes.run_id = '${id}'`;
  const search = { experimentId, filter, orderBy: "attributes.start_time", deleted: false };
  return runningRowsQuery(search, []);
}

/** The first runs of a list, without their values. */
export function firstRowsQuery(search: RunsSearch, list: RunList, limit: number) {
  return queryOptions({
    queryKey: ["runs", "first", search, list.snapshot, limit],
    queryFn: async ({ signal }) =>
      rowsOf(await askRuns(search, { limit, snapshot: list.snapshot }, signal)),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    placeholderData: keepPreviousData,
  });
}

/** Some runs of an experiment by their ids, whether deleted or not. */
export function rowsByIdQuery(experimentId: string, ids: readonly string[]) {
  const some = ids.slice(0, MOST_ROWS);
  return queryOptions({
    queryKey: ["runs", "by-id", experimentId, some],
    queryFn: async ({ signal }) => {
      const filter = `attributes.run_id IN (${some.map((id) => `'${id}'`).join(",")})`;
      const search = {
        experimentId,
        filter,
        orderBy: "attributes.start_time DESC",
        deleted: false,
      };
      return rowsOf(await askRuns(search, { limit: MOST_ROWS }, signal));
    },
    enabled: some.length > 0,
    staleTime: 60_000,
    refetchOnWindowFocus: false,
    placeholderData: keepPreviousData,
  });
}

/** What was done to runs; the ids are told where they were restored. */
export interface BulkDone {
  runs: number;
  /** When, in Unix milliseconds. */
  time: number;
  run_ids?: string[] | null;
}

export type BulkRuns =
  | { run_ids: readonly string[] }
  | { experiment_ids: string[]; filter?: string; deleted_at?: number; expected: number };

/** Deletes or restores many runs in one step. */
export function changeRuns(action: "delete" | "restore", runs: BulkRuns): Promise<BulkDone> {
  return postOwn<BulkDone>("runs/bulk", { action, ...runs });
}

/** The runs of a search but for some; the server refuses where they aren't `expected` in all. */
export function searchedRuns(
  search: RunsSearch,
  except: ReadonlySet<string>,
  expected: number,
): BulkRuns {
  const ids = [...except].map((id) => `'${id}'`).join(",");
  const filter =
    ids === "" ? search.filter : withCondition(search.filter, `attributes.run_id NOT IN (${ids})`);
  const runs = { experiment_ids: [search.experimentId], expected };
  return filter === "" ? runs : { ...runs, filter };
}

/** How many runs match a filter. */
export function countQuery(search: RunsSearch) {
  return queryOptions({
    queryKey: ["runs", "count", search],
    queryFn: async ({ signal }) => (await askRuns(search, { limit: 1 }, signal)).total,
    refetchOnWindowFocus: false,
  });
}

const SAMPLE = 200;

export function keysQuery(experimentId: string) {
  return queryOptions({
    queryKey: ["keys", experimentId],
    queryFn: ({ signal }) =>
      postOwn<ExperimentKeys>(
        "experiments/keys",
        { experiment_ids: [experimentId], sample: SAMPLE },
        signal,
      ),
    staleTime: 30_000,
    refetchOnWindowFocus: false,
  });
}

const BINS = 20;

/** How a field's values are distributed over the runs that match. */
export function facetQuery(search: RunsSearch, field: string) {
  return queryOptions({
    queryKey: ["facet", search, field],
    queryFn: ({ signal }) => {
      const { order_by: _, ...request } = searchBody(search);
      return postOwn<Facet>("runs/facet", { ...request, field, bins: BINS }, signal);
    },
    staleTime: 30_000,
    refetchOnWindowFocus: false,
  });
}
