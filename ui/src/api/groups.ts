/** Groups of runs: their statistics for the table, and their bands for the charts. */
import { keepPreviousData, type QueryClient, queryOptions } from "@tanstack/react-query";
import type { ChartAxis } from "../lib/chartsView";
import { type ColumnKey, fieldOf, isColumnKey } from "../lib/columns";
import { decodeFrame, type FrameSeries } from "../lib/frames";
import {
  type Grouping,
  groupId,
  groupLabel,
  hashOf,
  type Spread,
  spreadDecimals,
} from "../lib/groups";
import { ROOT } from "../lib/root";
import type { Row } from "../lib/rows";
import { rowsOf } from "../lib/rows";
import { postOwn, request } from "./client";
import { MOST_ROWS, type RunsPage, type RunsSearch, searchBody } from "./workspace";

/** How many groups are shown, and how many runs of theirs can be drawn. */
export const MOST_GROUPS = 1000;
const MOST_MEMBERS = 5000;
/** How often what running runs belong to is read again, in milliseconds. */
const LIVE = 10_000;
/** Groups of more runs are read again only when somebody asks: the server looks at every run. */
const MOST_FOLLOWED = 5000;

/** The answer to runs/groups. */
export interface GroupsAnswer {
  by: string[];
  runs: number;
  total: number;
  groups: {
    values: (string | null)[];
    runs: number;
    metrics: Spread[];
    first: string;
    first_name: string;
    run_ids?: string[];
  }[];
}

/** Runs with equal values. */
export interface RunGroup {
  id: string;
  label: string;
  values: ReadonlyMap<ColumnKey, string | null>;
  runs: number;
  /** Of the metrics that were asked for, by field. */
  spreads: ReadonlyMap<string, Spread & { decimals: number }>;
  /** The first run in the list's order. */
  first: { id: string; name: string };
  /** None where there are too many to be named. */
  runIds: readonly string[];
}

export interface RunGroups {
  by: ColumnKey[];
  runs: number;
  total: number;
  groups: RunGroup[];
}

function groupsOf(answer: GroupsAnswer, fields: readonly string[]): RunGroups {
  const by = answer.by.filter(isColumnKey);
  const decimals = fields.map((_, at) =>
    spreadDecimals(answer.groups.flatMap(({ metrics }) => metrics[at] ?? [])),
  );
  const groups = answer.groups.map((one) => {
    const values = new Map(by.map((key, at) => [key, one.values[at] ?? null]));
    return {
      id: groupId(values),
      label: groupLabel(values),
      values,
      runs: one.runs,
      spreads: new Map(
        fields.map((field, at) => [
          field,
          { n: 0, ...one.metrics[at], decimals: decimals[at] ?? 0 },
        ]),
      ),
      first: { id: one.first, name: one.first_name || one.first.slice(0, 8) },
      runIds: one.run_ids ?? [],
    };
  });
  return { by, runs: answer.runs, total: answer.total, groups };
}

/** The groups of the runs that a search finds, with the statistics of some metrics. */
export function groupsQuery(
  search: RunsSearch,
  by: Grouping,
  fields: readonly string[],
  isLive: boolean,
) {
  return queryOptions({
    queryKey: ["groups", "table", search, by, fields],
    queryFn: async ({ signal }) => {
      const keys = by.keys.map(fieldOf);
      const answer = await postOwn<GroupsAnswer>(
        "runs/groups",
        {
          ...searchBody(search),
          ...(by.all ? { without: keys } : { by: keys }),
          metrics: fields,
          limit: MOST_GROUPS,
          members: MOST_MEMBERS,
        },
        signal,
      );
      return groupsOf(answer, fields);
    },
    staleTime: isLive ? LIVE : 60_000,
    refetchInterval: ({ state }) =>
      isLive && (state.data?.runs ?? 0) <= MOST_FOLLOWED ? LIVE : false,
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
  });
}

/** The rows of a group's runs, in the order of the group. */
export function membersQuery(
  search: RunsSearch,
  group: RunGroup,
  fields: readonly string[],
  isLive: boolean,
) {
  const ids = group.runIds.slice(0, MOST_ROWS);
  return queryOptions({
    queryKey: ["groups", "members", search, ids, fields],
    queryFn: async ({ signal }): Promise<Row[]> => {
      const filter = `attributes.run_id IN (${ids.map((id) => `'${id}'`).join(",")})`;
      const page = await postOwn<RunsPage>(
        "runs/query",
        { ...searchBody({ ...search, filter }), limit: MOST_ROWS, columns: fields },
        signal,
      );
      return rowsOf(page);
    },
    enabled: ids.length > 0,
    staleTime: isLive ? LIVE : 60_000,
    refetchInterval: isLive ? LIVE : false,
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
  });
}

/** Reads anew what is shown of groups. */
export function renewGroups(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: ["groups"] });
}

/** Groups with a short name for all of their runs. */
export interface GroupSet {
  name: string;
  groups: readonly { id: string; runIds: readonly string[] }[];
  isLive: boolean;
}

export function groupSet(groups: readonly RunGroup[], isLive: boolean): GroupSet {
  const some = groups.filter(({ runIds }) => runIds.length > 0);
  const name = hashOf(some.map(({ id, runIds }) => `${id}:${runIds.join(" ")}`).join(","));
  return { name, groups: some, isLive };
}

export interface BandsWant {
  key: string;
  x: Exclude<ChartAxis, "time">;
  from: number | null;
  to: number | null;
  buckets: number;
}

/** How many buckets a group gets, by how many share a card. */
export function groupBuckets(groups: number, isZoomed: boolean): number {
  const most = groups <= 20 ? 320 : groups <= 50 ? 200 : groups <= 200 ? 100 : 50;
  return isZoomed ? 4 * most : most;
}

/** The statistics of a metric over all runs of each group, by group. */
export function bandsQuery(want: BandsWant, { name, groups, isLive }: GroupSet) {
  return queryOptions({
    queryKey: ["groups", "bands", want, name],
    queryFn: async ({ signal }): Promise<Map<string, FrameSeries>> => {
      const { key, ...settings } = want;
      const members = groups.map(({ id, runIds }) => ({ name: id, run_ids: runIds }));
      const answer = await request(new URL("ajax-api/sagwan/v1/series/group", ROOT), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ ...settings, keys: [key], groups: members }),
        signal,
      });
      const found = decodeFrame(await answer.arrayBuffer());
      return new Map(found.map((series) => [series.group, series]));
    },
    staleTime: isLive ? LIVE : Number.POSITIVE_INFINITY,
    refetchInterval: isLive ? LIVE : false,
    gcTime: 60_000,
    placeholderData: keepPreviousData,
    structuralSharing: false,
  });
}
