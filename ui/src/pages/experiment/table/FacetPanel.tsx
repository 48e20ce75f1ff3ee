import { useQuery } from "@tanstack/react-query";
import { type Facet, facetQuery, type RunsSearch } from "../../../api/workspace";
import { QueryNotice } from "../../../components/notices";
import { useI18n } from "../../../i18n/context";
import { equals, within } from "../../../lib/conditions";
import styles from "./grid.module.css";

interface Props {
  search: RunsSearch;
  field: string;
  onCondition(condition: string): void;
}

/** How the values of a field are distributed over the runs of the table; a click keeps those of one part. */
export function FacetPanel({ search, field, onCondition }: Props) {
  const { t } = useI18n();
  const query = useQuery(facetQuery(search, field));
  const facet = query.data;
  return (
    <section className={styles.facet} aria-label={t("table.values")}>
      <QueryNotice query={query} />
      {query.isPending && <p className={styles.remark}>{t("app.loading")}</p>}
      {facet !== undefined && (
        <>
          {facet.kind === "number" ? (
            <Histogram facet={facet} field={field} onCondition={onCondition} />
          ) : (
            <TopValues facet={facet} field={field} onCondition={onCondition} />
          )}
          <p className={styles.remark}>
            {t("table.withValue", { n: facet.runs - facet.missing })}
            {facet.missing > 0 && ` · ${t("table.missing", { n: facet.missing })}`}
          </p>
        </>
      )}
    </section>
  );
}

interface PartProps {
  facet: Facet;
  field: string;
  onCondition(condition: string): void;
}

function Histogram({ facet, field, onCondition }: PartProps) {
  const { t, format } = useI18n();
  const bins = facet.bins ?? [];
  if (bins.length === 0) return null;
  const most = Math.max(1, ...bins.map((bin) => bin.runs));
  const { min, max, mean } = facet;
  return (
    <>
      <div className={styles.bins}>
        {bins.map((bin, at) => {
          const from = format.number(bin.from, 4);
          const to = format.number(bin.to, 4);
          const label = t("table.bin", { from, to, n: bin.runs });
          return (
            <button
              key={bin.from}
              type="button"
              title={label}
              aria-label={label}
              disabled={bin.runs === 0}
              onClick={() => onCondition(within(field, bin.from, bin.to, at === bins.length - 1))}
            >
              <span
                style={{ height: `${Math.max(bin.runs > 0 ? 4 : 0, (100 * bin.runs) / most)}%` }}
              />
            </button>
          );
        })}
      </div>
      <div className={styles.range}>
        <span>{format.number(Number(min ?? Number.NaN), 4)}</span>
        <span>{t("table.mean", { value: format.number(Number(mean ?? Number.NaN), 4) })}</span>
        <span>{format.number(Number(max ?? Number.NaN), 4)}</span>
      </div>
    </>
  );
}

function TopValues({ facet, field, onCondition }: PartProps) {
  const { t, format } = useI18n();
  const top = facet.top ?? [];
  const most = Math.max(1, ...top.map(({ runs }) => runs));
  const more = (facet.distinct ?? 0) - top.length;
  return (
    <>
      <ul className={styles.values}>
        {top.map(({ value, runs }) => {
          const condition = equals(field, value);
          return (
            <li key={value}>
              <button
                type="button"
                title={value}
                disabled={condition === null}
                onClick={() => condition !== null && onCondition(condition)}
              >
                <span className={styles.bar} style={{ width: `${(100 * runs) / most}%` }} />
                <span className={styles.value}>{value === "" ? t("table.emptyText") : value}</span>
                <span className={styles.runs}>{format.integer(runs)}</span>
              </button>
            </li>
          );
        })}
      </ul>
      {more > 0 && <p className={styles.remark}>{t("table.moreValues", { n: more })}</p>}
    </>
  );
}
