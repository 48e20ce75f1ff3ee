import type { RefObject } from "react";
import type { ExperimentKeys } from "../../api/workspace";
import { IconButton, Segments } from "../../components/controls";
import { Icon } from "../../components/Icon";
import { useI18n } from "../../i18n/context";
import type { ColumnKey } from "../../lib/columns";
import { isGroupId } from "../../lib/groups";
import { useSettings } from "../../lib/settings";
import type { ExperimentView, Layout } from "../../lib/workspaceView";
import { ColumnMenu } from "./ColumnMenu";
import styles from "./experiment.module.css";
import { FilterBar } from "./FilterBar";
import { GroupMenu } from "./GroupMenu";

interface Props {
  view: ExperimentView;
  change(part: Partial<ExperimentView>, options?: { replace: boolean }): void;
  layout: Layout;
  isNarrow: boolean;
  showDeleted: boolean;
  keys: ExperimentKeys | undefined;
  shown: readonly ColumnKey[];
  wrong: string | null;
  field: RefObject<HTMLInputElement | null>;
  shortcuts: RefObject<HTMLDialogElement | null>;
  onRefresh(): void;
}

const REPLACE = { replace: true };

/** The line above table and charts: which runs, and how they are laid out. */
export function Tools(props: Props) {
  const { view, change, layout, isNarrow, showDeleted, keys, shown, wrong, field } = props;
  const { t } = useI18n();
  const settings = useSettings();
  const dense = view.dense ?? settings.dense;
  const layouts: (readonly [Layout, string])[] = [
    ["table", t("workspace.table")],
    ["both", t("workspace.both")],
    ["charts", t("workspace.charts")],
  ];
  return (
    <div className={styles.tools}>
      <FilterBar
        filter={view.filter}
        error={wrong}
        keys={keys}
        field={field}
        onFilter={(filter) => change({ filter })}
      />
      <Segments
        legend={t("app.view")}
        value={showDeleted ? "deleted" : "active"}
        options={[
          ["active", t("app.active")],
          ["deleted", t("app.deleted")],
        ]}
        onChange={(value) => change({ deleted: value === "deleted" })}
      />
      {keys !== undefined && (
        <GroupMenu
          keys={keys}
          view={view.groups}
          onChange={(groups) => {
            const runs = (ids: readonly string[]) => ids.filter((one) => !isGroupId(one));
            const isOther = groups.by !== view.groups.by;
            const { shown: drawn, hidden, pinned } = view;
            // Other groups: what was done to those before them means nothing any more.
            const rest = { shown: runs(drawn), hidden: runs(hidden), pinned: runs(pinned) };
            change({ groups, ...(isOther ? rest : {}) }, isOther ? undefined : REPLACE);
          }}
        />
      )}
      {keys !== undefined && (
        <ColumnMenu
          keys={keys}
          shown={shown}
          isChosen={view.columns !== null}
          onChange={(columns) => change({ columns }, REPLACE)}
        />
      )}
      <Segments
        legend={t("workspace.layout")}
        value={layout}
        options={isNarrow ? layouts.filter(([name]) => name !== "both") : layouts}
        onChange={(next) => change({ layout: next }, REPLACE)}
      />
      <div className={styles.icons}>
        <IconButton
          label={t("workspace.dense")}
          aria-pressed={dense}
          onClick={() => change({ dense: dense !== settings.dense ? null : !dense }, REPLACE)}
        >
          <Icon name="rows" size={16} />
        </IconButton>
        <IconButton label={t("app.refresh")} onClick={props.onRefresh}>
          <Icon name="refresh" size={16} />
        </IconButton>
        <IconButton label={t("keys.title")} onClick={() => props.shortcuts.current?.showModal()}>
          <Icon name="keyboard" size={16} />
        </IconButton>
      </div>
    </div>
  );
}
