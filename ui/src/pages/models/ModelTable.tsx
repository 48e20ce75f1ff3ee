import type { RegisteredModel } from "../../api/types.gen";
import { Link } from "../../components/Link";
import table from "../../components/table.module.css";
import { useI18n } from "../../i18n/context";
import { newestVersion, ownTags } from "../../lib/registry";
import { modelPath, versionPath } from "../../lib/routes";
import styles from "./models.module.css";

const SHOWN_TAGS = 3;

export function ModelTable({ models }: { models: readonly RegisteredModel[] }) {
  const { t } = useI18n();
  return (
    <table className={table.table}>
      <thead>
        <tr>
          <th scope="col" className={styles.widest}>
            {t("models.name")}
          </th>
          <th scope="col" className={table.number}>
            {t("models.newest")}
          </th>
          <th scope="col">{t("models.aliases")}</th>
          <th scope="col" className={styles.wide}>
            {t("models.updated")}
          </th>
        </tr>
      </thead>
      <tbody>
        {models.map((model) => (
          <Row key={model.name} model={model} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ model }: { model: RegisteredModel }) {
  const { format } = useI18n();
  const newest = newestVersion(model);
  const tags = ownTags(model.tags);
  const note = model.description?.trim() ?? "";
  const updated = model.last_updated_timestamp;
  return (
    <tr>
      <td className={table.cut}>
        <Link className={styles.name} to={modelPath(model.name)}>
          {model.name}
        </Link>
        {(note !== "" || tags.length > 0) && (
          <div className={styles.about}>
            {note !== "" && <span title={note}>{note}</span>}
            {tags.slice(0, SHOWN_TAGS).map(({ key, value }) => (
              <span key={key} className={styles.chip} title={`${key}: ${value}`}>
                {value === "" ? key : `${key}: ${value}`}
              </span>
            ))}
          </div>
        )}
      </td>
      <td className={table.number}>
        {newest !== null && <Link to={versionPath(model.name, newest)}>{newest}</Link>}
      </td>
      <td>
        <span className={styles.chips}>
          {(model.aliases ?? []).map(({ alias, version }) => (
            <Link key={alias} className={styles.alias} to={versionPath(model.name, version)}>
              {alias} <small>{version}</small>
            </Link>
          ))}
        </span>
      </td>
      <td
        className={`${table.soft} ${table.nowrap} ${styles.wide}`}
        title={format.exactTime(updated)}
      >
        {format.dateTime(updated)}
      </td>
    </tr>
  );
}
