import { useCallback, useMemo } from "react";
import type { RunsSearch } from "../../api/workspace";
import type { HoverStore } from "../../charts/hoverStore";
import { type ColumnKey, movedColumn, replacedColumn } from "../../lib/columns";
import { sameAs } from "../../lib/conditions";
import { withCondition } from "../../lib/filterText";
import { opened } from "../../lib/groups";
import { selectedCount } from "../../lib/selection";
import { useSettings } from "../../lib/settings";
import { type ExperimentView, FOLD_CHARACTERS } from "../../lib/workspaceView";
import { type HeadActions, NAME } from "./table/GridHead";
import type { RowActions, TableRow } from "./table/GridRow";
import { RunGrid } from "./table/RunGrid";
import type { Columns } from "./table/useColumns";
import type { Drawn } from "./useDrawn";
import type { useRuns } from "./useRuns";
import type { useSelection } from "./useSelection";
import type { Keyboard } from "./useWorkspaceKeys";

const NAME_WIDTH = 200;
const NARROW_NAME_WIDTH = 128;
/** A group says what its runs share, how many they are, and which is the best. */
const GROUP_NAME_WIDTH = 320;

interface Props {
  label: string;
  search: RunsSearch;
  view: ExperimentView;
  change(part: Partial<ExperimentView>, options?: { replace: boolean }): void;
  shown: readonly ColumnKey[];
  columns: Columns;
  runs: ReturnType<typeof useRuns>;
  count: number;
  tableRowAt(index: number): TableRow | null;
  ticks: ReturnType<typeof useSelection>;
  drawn: Drawn;
  keyboard: Keyboard;
  hover: HoverStore;
  isNarrow: boolean;
}

const REPLACE = { replace: true };

/** The table, with what clicks in it change in the view. */
export function TablePane(props: Props) {
  const { search, view, change, shown, columns, runs, count, tableRowAt } = props;
  const { ticks, drawn, keyboard, isNarrow } = props;
  const settings = useSettings();
  const total = runs.list?.total ?? 0;
  const selected = selectedCount(ticks.selection, total);
  const onCondition = useCallback(
    (condition: string) => change({ filter: withCondition(view.filter, condition) }),
    [change, view.filter],
  );
  const { folded, groups } = view;
  const isGrouped = groups.by !== null;
  const head: HeadActions = {
    search,
    isGrouped,
    sort: view.sort,
    fixedKeys: view.fixed,
    selected: selected === 0 ? "none" : selected === total ? "all" : "some",
    isAllDrawn: view.drawAll,
    onSort: (sort) => change({ sort }),
    onWidth: (key, width) => change({ widths: { ...view.widths, [key]: width } }, REPLACE),
    onFix: (key, isFixed) =>
      change(
        { fixed: isFixed ? [...view.fixed, key] : view.fixed.filter((one) => one !== key) },
        REPLACE,
      ),
    onMove: (key, by) => change({ columns: movedColumn(shown, key, by) }, REPLACE),
    onRemove: (key) =>
      change(
        {
          columns: shown.filter((one) => one !== key),
          fixed: view.fixed.filter((one) => one !== key),
        },
        REPLACE,
      ),
    onCondition,
    onReplace: (key, by, sort) =>
      change({
        columns: replacedColumn(shown, key, by),
        fixed: replacedColumn(view.fixed, key, by),
        sort: sort ?? (view.sort.key === key ? { ...view.sort, key: by } : view.sort),
      }),
    onSelectAll: selected === 0 ? ticks.all : ticks.clear,
    onDrawAll: () => change({ drawAll: !view.drawAll }, REPLACE),
  };
  const { toggle } = ticks;
  const { onDraw } = drawn;
  const { activate } = keyboard;
  const row = useMemo(
    (): RowActions => ({
      onSelect: toggle,
      onDraw,
      onActivate: activate,
      onFold(id, isFolded) {
        const short = id.slice(0, FOLD_CHARACTERS);
        const others = folded.filter((one) => one !== short);
        change({ folded: isFolded ? [...others, short] : others }, REPLACE);
      },
      onOpen: (id, isOpen) => change(opened(groups, id, isOpen), REPLACE),
      onCell(of, column) {
        const condition = sameAs(of, column.key);
        if (condition !== null) onCondition(condition);
      },
    }),
    [toggle, onDraw, activate, folded, groups, change, onCondition],
  );
  return (
    <RunGrid
      label={props.label}
      list={JSON.stringify([search, groups.by])}
      count={count}
      rowAt={tableRowAt}
      fixed={isNarrow ? [] : columns.fixed}
      columns={isNarrow ? [...columns.fixed, ...columns.scrolling] : columns.scrolling}
      nameWidth={
        view.widths[NAME] ??
        (isNarrow ? NARROW_NAME_WIDTH : isGrouped ? GROUP_NAME_WIDTH : NAME_WIDTH)
      }
      dense={view.dense ?? settings.dense}
      readAt={runs.readAt}
      active={keyboard.active}
      selection={ticks.selection}
      drawing={drawn.drawing}
      hover={props.hover}
      isBusy={runs.isStale && runs.query.isFetching}
      onLook={runs.look}
      head={head}
      row={row}
    />
  );
}
