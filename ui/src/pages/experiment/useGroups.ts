import { type UseQueryResult, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import {
  type GroupSet,
  groupSet,
  groupsQuery,
  membersQuery,
  type RunGroup,
  type RunGroups,
  renewGroups,
} from "../../api/groups";
import { MOST_ROWS, type RunsSearch } from "../../api/workspace";
import type { Grouping } from "../../lib/groups";
import { useStable } from "../../lib/hooks";
import { COLOUR_FIELD, cellOf, type Row, USER_FIELD } from "../../lib/rows";
import type { ExperimentView } from "../../lib/workspaceView";
import type { DrawnRun } from "./charts/types";
import type { TableRow } from "./table/GridRow";
import {
  type ChangeChoice,
  type Choice,
  type Drawn,
  FIRST_DRAWN,
  useChoosing,
  useColours,
  useHidden,
} from "./useDrawn";

export interface Grouped {
  query: UseQueryResult<RunGroups>;
  groups: readonly RunGroup[];
  /** How many groups there are in all. */
  total: number;
  count: number;
  tableRowAt(index: number): TableRow | null;
  drawn: Drawn;
  /** The groups whose bands are asked for. */
  set: GroupSet;
}

const NO_GROUPS: readonly RunGroup[] = [];
const NO_GROUPING: Grouping = { all: false, keys: [] };

/** The runs of a search in groups: their rows in the table, and their bands in the charts. */
export function useGroups(
  search: RunsSearch,
  view: Pick<ExperimentView, "groups" | "drawAll"> & Choice,
  /** The fields of the columns; null until they are known. */
  fields: readonly string[] | null,
  change: ChangeChoice,
  isLive: boolean,
): Grouped {
  const by = useStable(view.groups.by ?? NO_GROUPING);
  const isOn = view.groups.by !== null;
  const metrics = useStable((fields ?? []).filter((field) => field.startsWith("metrics.")));
  const query = useQuery({
    ...groupsQuery(search, by, metrics, isLive),
    enabled: isOn && fields !== null,
  });
  useEnd(isLive);
  const groups = (isOn ? query.data?.groups : undefined) ?? NO_GROUPS;
  const rows = useGroupRows(search, groups, view.groups.open, fields ?? [], isLive);

  const { shown, hidden, pinned, drawAll } = view;
  const chosen = useStable({ shown, hidden, pinned });
  const drawable = useMemo(() => groups.filter(({ runIds }) => runIds.length > 0), [groups]);
  const isFirst = useMemo(
    () => new Set(drawable.slice(0, drawAll ? drawable.length : FIRST_DRAWN).map(({ id }) => id)),
    [drawable, drawAll],
  );
  const lines = useMemo(() => {
    const isAdded = new Set([...chosen.shown, ...chosen.pinned]);
    return drawable.filter(({ id }) => isFirst.has(id) || isAdded.has(id));
  }, [drawable, isFirst, chosen]);
  const isOut = useHidden(chosen);
  const colourOf = useColours(lines, isOut);
  const choosing = useChoosing(isFirst, chosen, colourOf, change);
  const runs = useStable(
    lines.map(
      ({ id, label }): DrawnRun => ({
        id,
        name: label,
        colour: colourOf(id),
        start: 0,
        hidden: isOut(id),
        pinned: chosen.pinned.includes(id),
        live: isLive,
      }),
    ),
  );
  // Hidden groups are read, too: another one that is shown or hidden asks for nothing.
  const set = useMemo(() => groupSet(lines, isLive), [lines, isLive]);
  const count = runs.filter((run) => !run.hidden).length;
  const total = query.data?.total ?? 0;
  return { query, groups, total, ...rows, drawn: { runs, count, ...choosing }, set };
}

/** Reads groups once more when no run of theirs is running any longer. */
function useEnd(isLive: boolean): void {
  const client = useQueryClient();
  const wasLive = useRef(isLive);
  useEffect(() => {
    if (wasLive.current && !isLive) renewGroups(client);
    wasLive.current = isLive;
  }, [client, isLive]);
}

/** The rows of the table: each group, and below those that are open their runs. */
function useGroupRows(
  search: RunsSearch,
  groups: readonly RunGroup[],
  open: readonly string[],
  fields: readonly string[],
  isLive: boolean,
): Pick<Grouped, "count" | "tableRowAt"> {
  const opened = useMemo(() => groups.filter(({ id }) => open.includes(id)), [groups, open]);
  const wanted = useStable([...new Set([COLOUR_FIELD, USER_FIELD, ...fields])]);
  const read = useQueries({
    queries: opened.map((group) => membersQuery(search, group, wanted, isLive)),
    combine: (results) => results.map(({ data }) => data),
  });
  return useMemo(() => {
    const rows = groups.flatMap((group): TableRow[] => {
      const at = opened.indexOf(group);
      const head = { ...NOTHING, group, folded: at < 0 };
      if (at < 0) return [head];
      const known = read[at];
      const few = group.runIds.slice(0, MOST_ROWS);
      return [head, ...few.map((_, place) => member(group, known?.[place]))];
    });
    return { count: rows.length, tableRowAt: (index) => rows[index] ?? null };
  }, [groups, opened, read]);
}

const NOTHING = { row: undefined, colourTag: null, depth: 0, children: 0 };

function member(group: RunGroup, row: Row | undefined): TableRow {
  const tag = row === undefined ? null : (cellOf(row, COLOUR_FIELD) as string | null);
  return { row, colourTag: tag, depth: 1, children: 0, folded: false, of: group.id };
}
