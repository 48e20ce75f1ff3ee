import type { ReactNode } from "react";
import { useI18n } from "../../i18n/context";
import styles from "./experiment.module.css";

interface Props {
  total: number;
  /** How many groups they are in; null where each is by itself. */
  groups?: number | null;
  drawn: number;
  isAllDrawn: boolean;
  selected: number;
  /** What can be done with the selected runs. */
  actions?: ReactNode;
  onDrawAll(all: boolean): void;
  onSelectAll(): void;
  onClear(): void;
}

/** The line below the table: how much there is, how much of it is drawn, what is selected. */
export function StatusBar(props: Props) {
  const { total, drawn, isAllDrawn, selected, actions, onDrawAll, onSelectAll, onClear } = props;
  const { t } = useI18n();
  const { groups = null } = props;
  return (
    <div className={styles.status}>
      <span role="status">
        <strong>{t("experiment.runs", { n: total })}</strong>
        {groups !== null && ` ${t("groups.inGroups", { n: groups })}`}
      </span>
      {selected === 0 ? (
        <span>
          {t("workspace.drawn", { n: drawn })}
          {(isAllDrawn || drawn < (groups ?? total)) && (
            <button
              type="button"
              className={styles.textButton}
              onClick={() => onDrawAll(!isAllDrawn)}
            >
              {t(isAllDrawn ? "workspace.drawFirst" : "workspace.drawAll")}
            </button>
          )}
        </span>
      ) : (
        <span className={styles.selection}>
          {t("workspace.selected", { n: selected })}
          {actions}
          {selected < total && (
            <button type="button" className={styles.textButton} onClick={onSelectAll}>
              {t("workspace.selectAll", { n: total })}
            </button>
          )}
          <button type="button" className={styles.textButton} onClick={onClear}>
            {t("workspace.clear")}
          </button>
        </span>
      )}
    </div>
  );
}
