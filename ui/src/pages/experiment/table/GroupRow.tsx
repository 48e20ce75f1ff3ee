import { memo } from "react";
import type { RunGroup } from "../../../api/groups";
import { useIsHovered } from "../../../charts/useHovered";
import { Icon } from "../../../components/Icon";
import { Link } from "../../../components/Link";
import { useI18n } from "../../../i18n/context";
import type { GridColumn } from "../../../lib/gridColumns";
import { meanText } from "../../../lib/groups";
import { runPath } from "../../../lib/routes";
import type { GridRowProps } from "./GridRow";
import styles from "./grid.module.css";

interface Props extends GridRowProps {
  group: RunGroup;
  isOpen: boolean;
  /** Whether the list's order makes the first run the best one. */
  hasBest: boolean;
}

/** A group of runs: what they share, how many they are, and how each metric is spread over them. */
export const GroupRow = memo(function GroupRow(props: Props) {
  const { id, index, group, isOpen, top, height, width, frozen, nameWidth, fixed, columns } = props;
  const { before, firstColumn, isActive, isDrawn, isPinned, colour, actions } = props;
  const { t } = useI18n();
  const isHovered = useIsHovered(props.hover, group.id);
  const state = [
    styles.row,
    styles.groupRow,
    isActive ? styles.active : "",
    isHovered ? styles.hovered : "",
  ];
  const name = group.label === "" ? t("groups.one") : group.label;
  const canDraw = group.runIds.length > 0;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keyboard.
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      data-run={group.id}
      className={state.join(" ")}
      style={{ transform: `translateY(${top}px)`, height, width }}
      onClick={() => actions.onActivate(index)}
    >
      <div className={styles.frozen} style={{ width: frozen }} role="presentation">
        <div role="gridcell" aria-colindex={1} className={styles.sign}>
          <button
            type="button"
            tabIndex={-1}
            className={styles.fold}
            aria-expanded={isOpen}
            aria-label={t(isOpen ? "groups.close" : "groups.open", { n: group.runs, name })}
            onClick={() => actions.onOpen(group.id, !isOpen)}
          >
            <Icon name="chevron" size={12} />
          </button>
        </div>
        <div role="gridcell" aria-colindex={2} className={styles.sign}>
          <button
            type="button"
            tabIndex={-1}
            className={styles.eye}
            disabled={!canDraw}
            aria-pressed={isDrawn}
            aria-label={t("table.draw", { name })}
            title={t(canDraw ? (isDrawn ? "table.hideHint" : "table.drawHint") : "groups.tooMany")}
            onClick={(event) => {
              event.stopPropagation();
              actions.onDraw(group.id);
            }}
          >
            <span
              className={`${isDrawn ? styles.drawn : styles.undrawn} ${isPinned ? styles.pinned : ""}`}
              style={isDrawn ? { background: colour, color: colour } : undefined}
            />
          </button>
        </div>
        <div
          role="rowheader"
          aria-colindex={3}
          className={styles.name}
          style={{ width: nameWidth + STATUS }}
        >
          <span className={styles.groupName} title={name}>
            {name}
          </span>
          <span className={styles.members}>{t("experiment.runs", { n: group.runs })}</span>
          {props.hasBest && (
            <Link
              to={runPath(group.first.id)}
              title={t("groups.best", { name: group.first.name })}
              tabIndex={-1}
              className={styles.best}
            >
              <Icon name="star" size={12} />
              <span>{group.first.name}</span>
            </Link>
          )}
        </div>
        {fixed.map((column, at) => (
          <Value key={column.key} column={column} group={group} at={at + 4} />
        ))}
      </div>
      <span style={{ width: before }} className={styles.gap} />
      {columns.map((column, at) => (
        <Value
          key={column.key}
          column={column}
          group={group}
          at={at + 4 + fixed.length + firstColumn}
        />
      ))}
    </div>
  );
});

/** The status, for which a group has no cell of its own. */
const STATUS = 26;

interface ValueProps {
  column: GridColumn;
  group: RunGroup;
  at: number;
}

/** A metric's mean and deviation over the runs, or the value that they share. */
function Value({ column, group, at }: ValueProps) {
  const { t, format } = useI18n();
  const spread = column.field === null ? undefined : group.spreads.get(column.field);
  const text = group.values.get(column.key);
  const { n = 0, mean, std, min, max } = spread ?? {};
  const isTold = typeof mean === "number" && typeof std === "number";
  return (
    <div
      role="gridcell"
      aria-colindex={at + 1}
      className={`${styles.cell} ${column.isNumeric ? styles.number : ""}`}
      style={{ width: column.width }}
      title={
        isTold
          ? t("groups.exact", {
              n,
              mean: String(mean),
              std: String(std),
              min: String(min ?? ""),
              max: String(max ?? ""),
            })
          : (text ?? undefined)
      }
    >
      {isTold && (
        <>
          {meanText(mean, std, n, format, column.entry?.decimals ?? spread?.decimals)}
          <span className={styles.count}>(n = {format.integer(n)})</span>
        </>
      )}
      {!isTold && n > 0 && "–"}
      {text}
    </div>
  );
}
