import type { RunsSearch } from "../../../api/workspace";
import { Segments } from "../../../components/controls";
import { Icon, type IconName } from "../../../components/Icon";
import { Link } from "../../../components/Link";
import { Popover } from "../../../components/Popover";
import { useI18n } from "../../../i18n/context";
import {
  type ColumnKey,
  columnName,
  SUMMARIES,
  type Summary,
  summaryOf,
  withSummary,
} from "../../../lib/columns";
import { isUpward } from "../../../lib/dictionary";
import type { GridColumn } from "../../../lib/gridColumns";
import { metricSettingsPath } from "../../../lib/routes";
import type { Sort } from "../../../lib/workspaceView";
import { FacetPanel } from "./FacetPanel";
import styles from "./grid.module.css";
import { useSummaryLabels } from "./useColumns";

export interface ColumnActions {
  search: RunsSearch;
  fixedKeys: readonly ColumnKey[];
  onSort(sort: Sort): void;
  onFix(key: ColumnKey, isFixed: boolean): void;
  onMove(key: ColumnKey, by: number): void;
  onRemove(key: ColumnKey): void;
  onCondition(condition: string): void;
  /** Another column takes the place of one; with `sort` the table is sorted by it. */
  onReplace(key: ColumnKey, by: ColumnKey, sort?: Sort): void;
}

interface Props extends ColumnActions {
  column: GridColumn;
  /** null: the server can't sort by it. */
  sortBy: string | null;
}

/** What can be done with a column, and how its values are distributed. */
export function ColumnHeadMenu(props: Props) {
  const { column, sortBy, search, fixedKeys, onCondition } = props;
  const { t } = useI18n();
  const labels = useSummaryLabels();
  const isFixed = fixedKeys.includes(column.key);
  const entries: [IconName, string, () => void][] = [
    ["left", t("table.moveLeft"), () => props.onMove(column.key, -1)],
    ["right", t("table.moveRight"), () => props.onMove(column.key, 1)],
    [
      isFixed ? "unpin" : "pin",
      t(isFixed ? "table.unfix" : "table.fix"),
      () => props.onFix(column.key, !isFixed),
    ],
    ["cross", t("table.remove"), () => props.onRemove(column.key)],
  ];
  const summary = summaryOf(column.key);
  const showSummary = (next: Summary) => props.onReplace(column.key, withSummary(column.key, next));
  const sortBest = (next: "min" | "max") => {
    const key = withSummary(column.key, next);
    props.onReplace(column.key, key, { key, descending: next === "max" });
  };
  if (column.kind === "metrics") {
    const best = isUpward(column.entry);
    const sorts: [IconName, string, () => void][] = [
      ["up", t("table.leastFirst"), () => sortBest("min")],
      ["down", t("table.greatestFirst"), () => sortBest("max")],
    ];
    // What was said to be the best is looked for more often than the worst.
    entries.unshift(...(best === true ? sorts.toReversed() : sorts));
  }
  if (sortBy !== null) {
    const sort = (descending: boolean) => () => props.onSort({ key: sortBy, descending });
    entries.unshift(
      ["up", t("table.sortUp"), sort(false)],
      ["down", t("table.sortDown"), sort(true)],
    );
  }
  return (
    <Popover
      label={<Icon name="more" size={14} />}
      name={t("table.columnMenu", { column: column.label })}
      className={styles.menuButton}
    >
      <div className={styles.menu}>
        <strong className={styles.menuTitle}>{column.label}</strong>
        {column.kind === "metrics" && (
          <Segments
            legend={t("table.summary")}
            showLegend
            value={summary}
            options={SUMMARIES.map((one) => [one, labels[one]] as const)}
            onChange={showSummary}
          />
        )}
        <div className={styles.entries}>
          {entries.map(([icon, text, act]) => (
            <button key={text} type="button" onClick={act}>
              <Icon name={icon} size={12} />
              {text}
            </button>
          ))}
        </div>
        {column.kind === "metrics" && (
          <Link to={metricSettingsPath(search.experimentId, columnName(column.key))}>
            {t("dictionary.describe")}
          </Link>
        )}
        {column.field !== null && (
          <FacetPanel search={search} field={column.field} onCondition={onCondition} />
        )}
      </div>
    </Popover>
  );
}
