import { Icon } from "../../components/Icon";
import { useI18n } from "../../i18n/context";
import type { Sort } from "../../lib/views";
import styles from "./experiment.module.css";

interface Props {
  label: string;
  /** null: the server can't sort by it. */
  sortKey: string | null;
  sort: Sort;
  isNumeric?: boolean;
  className?: string | undefined;
  onSort(sort: Sort): void;
}

/** The head of a column. A first click sorts numbers and times downwards, all else upwards. */
export function SortHeader(props: Props) {
  const { label, sortKey, sort, isNumeric = false, className = "", onSort } = props;
  const { t } = useI18n();
  const classes = `${className} ${isNumeric ? styles.number : ""}`;
  if (sortKey === null) {
    return (
      <th scope="col" className={classes}>
        {label}
      </th>
    );
  }
  const isSorted = sort.key === sortKey;
  const downFirst = sortKey.startsWith("metrics.") || sortKey === "attributes.start_time";
  const direction = sort.descending ? "descending" : "ascending";
  return (
    <th scope="col" className={classes} aria-sort={isSorted ? direction : undefined}>
      <button
        type="button"
        className={styles.sort}
        title={t("experiment.sortBy", { column: label })}
        onClick={() =>
          onSort({ key: sortKey, descending: isSorted ? !sort.descending : downFirst })
        }
      >
        <span>{label}</span>
        {isSorted && <Icon name={sort.descending ? "down" : "up"} />}
      </button>
    </th>
  );
}
