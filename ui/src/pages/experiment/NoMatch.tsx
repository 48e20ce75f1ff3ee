import { useQuery } from "@tanstack/react-query";
import { countQuery, type RunsSearch } from "../../api/workspace";
import { Button } from "../../components/controls";
import { Empty } from "../../components/notices";
import { useI18n } from "../../i18n/context";
import { parts } from "../../lib/filterText";
import styles from "./experiment.module.css";

interface Props {
  search: RunsSearch;
  onFilter(filter: string): void;
}

/** In place of a table without rows: the conditions, how many runs each one alone leaves, and a way out. */
export function NoMatch({ search, onFilter }: Props) {
  const { t } = useI18n();
  const all = parts(search.filter);
  return (
    <Empty>
      <p>{t("experiment.noMatch")}</p>
      {all.length > 1 && (
        <ul className={styles.parts}>
          {all.map((part) => (
            <Part
              key={part}
              search={{ ...search, filter: part }}
              onRemove={() => onFilter(all.filter((one) => one !== part).join(" AND "))}
            />
          ))}
        </ul>
      )}
      <Button onClick={() => onFilter("")}>{t("experiment.filterClear")}</Button>
    </Empty>
  );
}

function Part({ search, onRemove }: { search: RunsSearch; onRemove(): void }) {
  const { t } = useI18n();
  const { data } = useQuery(countQuery(search));
  return (
    <li>
      <code>{search.filter}</code>
      <span>{data === undefined ? "" : t("experiment.runs", { n: data })}</span>
      <Button onClick={onRemove}>{t("experiment.filterRemove")}</Button>
    </li>
  );
}
