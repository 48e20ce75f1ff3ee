import type { TraceInfoV3 } from "../../api/types.gen";
import { Link } from "../../components/Link";
import table from "../../components/table.module.css";
import { useI18n } from "../../i18n/context";
import { tracePath } from "../../lib/routes";
import { durationOf, nameOf, ownTags, timeOf } from "../../lib/traces";
import { State } from "./State";
import styles from "./traces.module.css";

const SHOWN_TAGS = 3;

export function TraceTable({ traces }: { traces: readonly TraceInfoV3[] }) {
  const { t } = useI18n();
  return (
    <table className={table.table}>
      <thead>
        <tr>
          <th scope="col">{t("traces.name")}</th>
          <th scope="col">{t("traces.state")}</th>
          <th scope="col" className={table.number}>
            {t("traces.duration")}
          </th>
          <th scope="col" className={`${styles.wide} ${styles.preview}`}>
            {t("traces.request")}
          </th>
          <th scope="col" className={`${styles.wide} ${styles.preview}`}>
            {t("traces.response")}
          </th>
          <th scope="col" className={styles.wide}>
            {t("traces.time")}
          </th>
        </tr>
      </thead>
      <tbody>
        {traces.map((trace) => (
          <Row key={trace.trace_id} trace={trace} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ trace }: { trace: TraceInfoV3 }) {
  const { t, format } = useI18n();
  const time = timeOf(trace);
  const duration = durationOf(trace);
  const tags = ownTags(trace);
  return (
    <tr>
      <td className={styles.nameCell}>
        <Link to={tracePath(trace.trace_id)} className={styles.name}>
          {nameOf(trace) ?? t("traces.unnamed")}
        </Link>
        {tags.length > 0 && (
          <span className={styles.about}>
            {tags.slice(0, SHOWN_TAGS).map(([key, value]) => (
              <span key={key} className={styles.chip} title={`${key}: ${value}`}>
                {key}: {value}
              </span>
            ))}
            {tags.length > SHOWN_TAGS && <span>+{tags.length - SHOWN_TAGS}</span>}
          </span>
        )}
        <span className={styles.narrow}>{format.dateTime(time)}</span>
      </td>
      <td>
        <State state={trace.state ?? "STATE_UNSPECIFIED"} />
      </td>
      <td className={`${table.number} ${table.nowrap}`}>
        {duration === null ? "" : format.duration(duration)}
      </td>
      <td className={`${styles.wide} ${table.cut}`} title={trace.request_preview}>
        {trace.request_preview}
      </td>
      <td className={`${styles.wide} ${table.cut}`} title={trace.response_preview}>
        {trace.response_preview}
      </td>
      <td className={`${styles.wide} ${table.nowrap} ${table.soft}`} title={format.exactTime(time)}>
        {format.dateTime(time)}
      </td>
    </tr>
  );
}
