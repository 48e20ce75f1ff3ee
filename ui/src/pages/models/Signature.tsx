import { useQuery } from "@tanstack/react-query";
import { modelFileQuery } from "../../api/registry";
import type { ModelVersion } from "../../api/types.gen";
import table from "../../components/table.module.css";
import { useI18n } from "../../i18n/context";
import type { SchemaField } from "../../lib/modelFile";
import styles from "./models.module.css";

/** What goes into a model and what comes out, as its `MLmodel` file says. */
export function Signature({ version }: { version: ModelVersion }) {
  const { t } = useI18n();
  const query = useQuery(modelFileQuery(version));
  const file = query.data;
  const parts: [string, SchemaField[] | null | undefined][] = [
    [t("models.inputs"), file?.inputs],
    [t("models.outputs"), file?.outputs],
    [t("models.parameters"), file?.params],
  ];
  const known = parts.filter(([, fields]) => fields);
  return (
    <section className={styles.section}>
      <h2>{t("models.signature")}</h2>
      {query.isPending && <p className={styles.soft}>{t("app.loading")}</p>}
      {query.isError && (
        <p className={styles.soft}>{t("models.noFile", { message: query.error.message })}</p>
      )}
      {file === null && <p className={styles.soft}>{t("models.notAModelFile")}</p>}
      {file && known.length === 0 && <p className={styles.soft}>{t("models.noSignature")}</p>}
      {known.map(([title, fields]) => (
        <Schema key={title} title={title} fields={fields ?? []} />
      ))}
      {file && file.flavors.length > 0 && (
        <p className={styles.soft}>
          {t("models.flavors")}: {file.flavors.join(", ")}
        </p>
      )}
    </section>
  );
}

function Schema({ title, fields }: { title: string; fields: readonly SchemaField[] }) {
  const { t } = useI18n();
  return (
    <div className={styles.scroll}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col" colSpan={2}>
              {title}
            </th>
          </tr>
        </thead>
        <tbody>
          {fields.map(({ name, type, required }, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a schema has an order, and may have no names.
            <tr key={at}>
              <td className={name === "" ? table.soft : undefined}>
                {name === "" ? t("models.unnamed") : name}
              </td>
              <td className={table.soft}>
                <code>{type}</code>
                {!required && ` (${t("models.optional")})`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
