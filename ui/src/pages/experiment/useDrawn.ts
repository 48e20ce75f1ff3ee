import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useRef } from "react";
import {
  firstRowsQuery,
  MOST_ROWS,
  type RunList,
  type RunsSearch,
  rowsByIdQuery,
} from "../../api/workspace";
import { type Coloured, RunColours, runColour } from "../../lib/colours";
import { isGroupId } from "../../lib/groups";
import { useStable } from "../../lib/hooks";
import { COLOUR_FIELD, cellOf, type Row } from "../../lib/rows";
import type { ExperimentView } from "../../lib/workspaceView";
import type { DrawnRun } from "./charts/types";
import type { Drawing } from "./table/RunGrid";

/** How many runs are drawn unless more are asked for. */
export const FIRST_DRAWN = 20;

/** What a person added to the lines, and took away. */
export type Choice = Pick<ExperimentView, "shown" | "hidden" | "pinned">;
export type ChangeChoice = (part: Partial<Choice>, options: { replace: boolean }) => void;

export interface Drawn {
  runs: readonly DrawnRun[];
  /** How many of them are to be seen. */
  count: number;
  drawing: Drawing;
  onDraw(id: string): void;
  onPin(id: string): void;
}

/** Which runs the charts show: the first of the list, and what a person added or took away. */
export function useDrawn(
  search: RunsSearch,
  list: RunList | undefined,
  rowAt: (index: number) => Row | undefined,
  view: Choice & { drawAll: boolean },
  change: ChangeChoice,
): Drawn {
  const { shown, pinned, drawAll } = view;
  const total = list?.total ?? 0;
  const limit = Math.min(total, drawAll ? MOST_ROWS : FIRST_DRAWN);
  const isMany = limit > FIRST_DRAWN && list !== undefined;
  const nothing = { total: 0, snapshot: "" };
  const many = useQuery({
    ...firstRowsQuery(search, list ?? nothing, limit),
    enabled: isMany,
  }).data;
  const first = useMemo(() => {
    if (isMany && many !== undefined) return many.filter((row) => row.id !== "");
    const rows = Array.from({ length: Math.min(limit, FIRST_DRAWN) }, (_, index) => rowAt(index));
    return rows.filter((row) => row !== undefined && row.id !== "") as Row[];
  }, [isMany, many, limit, rowAt]);

  const firstIds = useStable(first.map((row) => row.id));
  const isFirst = useMemo(() => new Set(firstIds), [firstIds]);
  const extra = useMemo(
    () => [...new Set([...shown, ...pinned])].filter((id) => !isFirst.has(id) && !isGroupId(id)),
    [shown, pinned, isFirst],
  );
  const added = useQuery(rowsByIdQuery(search.experimentId, extra)).data;

  const rows = useMemo(
    () => [...first, ...(added ?? []).filter((row) => extra.includes(row.id))],
    [first, added, extra],
  );
  const tagged = useMemo(
    () => rows.map((row) => ({ id: row.id, tag: cellOf(row, COLOUR_FIELD) as string | null })),
    [rows],
  );
  const isOut = useHidden(view);
  const colourOf = useColours(tagged, isOut);
  const runs = useStable(
    useMemo(
      () =>
        rows.map(
          (row): DrawnRun => ({
            id: row.id,
            name: row.name,
            colour: colourOf(row.id),
            start: row.start,
            hidden: isOut(row.id),
            pinned: pinned.includes(row.id),
            live: row.status === "RUNNING",
          }),
        ),
      [rows, colourOf, isOut, pinned],
    ),
  );
  const choosing = useChoosing(isFirst, view, colourOf, change);
  const count = runs.filter((run) => !run.hidden).length;
  return { runs, count, ...choosing };
}

/** Whether a line was taken away. */
export function useHidden({ hidden, pinned }: Choice): (id: string) => boolean {
  return useMemo(() => {
    const [out, kept] = [new Set(hidden), new Set(pinned)];
    return (id: string) => out.has(id) && !kept.has(id);
  }, [hidden, pinned]);
}

/** The colours of the lines that are seen; each keeps its own while the page is open. */
export function useColours(
  lines: readonly Coloured[],
  isOut: (id: string) => boolean,
): (id: string, tag?: string | null) => string {
  const book = useRef<RunColours>(null);
  book.current ??= new RunColours();
  return useMemo(() => {
    const colours = book.current?.assign(lines.filter(({ id }) => !isOut(id)));
    return (id: string, tag?: string | null) => colours?.get(id) ?? runColour(id, tag);
  }, [lines, isOut]);
}

/** How the table draws, hides and pins lines; `isFirst` are those that are drawn unasked. */
export function useChoosing(
  isFirst: ReadonlySet<string>,
  { shown, hidden, pinned }: Choice,
  colourOf: Drawing["colourOf"],
  change: ChangeChoice,
): Pick<Drawn, "drawing" | "onDraw" | "onPin"> {
  const drawing = useMemo((): Drawing => {
    const [isShown, isHidden, isPinned] = [new Set(shown), new Set(hidden), new Set(pinned)];
    return {
      isDrawn: (id) =>
        isPinned.has(id) || isShown.has(id) || (isFirst.has(id) && !isHidden.has(id)),
      isPinned: (id) => isPinned.has(id),
      colourOf,
    };
  }, [shown, hidden, pinned, isFirst, colourOf]);

  const onDraw = useCallback(
    (id: string) => {
      const without = (ids: readonly string[]) => ids.filter((one) => one !== id);
      const base = { shown: without(shown), hidden: without(hidden) };
      const part = drawing.isDrawn(id)
        ? {
            ...base,
            pinned: without(pinned),
            hidden: isFirst.has(id) ? [...base.hidden, id] : base.hidden,
          }
        : { ...base, shown: isFirst.has(id) ? base.shown : [...base.shown, id] };
      change(part, { replace: true });
    },
    [shown, hidden, pinned, drawing, isFirst, change],
  );
  const onPin = useCallback(
    (id: string) => {
      const isPinned = pinned.includes(id);
      change(
        { pinned: isPinned ? pinned.filter((one) => one !== id) : [...pinned, id] },
        { replace: true },
      );
    },
    [pinned, change],
  );
  return { drawing, onDraw, onPin };
}
