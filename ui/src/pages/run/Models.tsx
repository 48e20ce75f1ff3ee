import { useQuery } from "@tanstack/react-query";
import { loggedModelQuery, versionsOfRunQuery } from "../../api/registry";
import type { Run } from "../../api/types.gen";
import { Link } from "../../components/Link";
import { useI18n } from "../../i18n/context";
import { runPath, versionPath } from "../../lib/routes";
import styles from "./run.module.css";

/** The models that a run read and wrote, and what was registered from it. */
export function Models({ run }: { run: Run }) {
  const { t, format } = useI18n();
  const { run_id: id } = run.info;
  const inputs = run.inputs?.model_inputs ?? [];
  const outputs = run.outputs?.model_outputs ?? [];
  const registered = useQuery(versionsOfRunQuery(id)).data ?? [];
  const count = inputs.length + outputs.length + registered.length;
  if (count === 0) return null;
  return (
    <section className={styles.section}>
      <h2>
        {t("run.models")} <span className={styles.count}>{format.integer(count)}</span>
      </h2>
      <dl className={styles.pairs}>
        {inputs.map((model) => (
          <div key={model.model_id}>
            <dt>{t("run.modelIn")}</dt>
            <dd>
              <LoggedModel id={model.model_id} ofRun={id} />
            </dd>
          </div>
        ))}
        {outputs.map((model) => (
          <div key={`${model.model_id} ${model.step}`}>
            <dt>{t("run.modelOut", { step: format.integer(model.step) })}</dt>
            <dd>
              <LoggedModel id={model.model_id} ofRun={id} />
            </dd>
          </div>
        ))}
        {registered.map(({ name, version }) => (
          <div key={`${name} ${version}`}>
            <dt>{t("run.registered")}</dt>
            <dd>
              <Link to={versionPath(name, version)}>
                {t("models.versionOf", { name, version })}
              </Link>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** A logged model's name, and the run that made it where that is another one. */
function LoggedModel({ id, ofRun }: { id: string; ofRun: string }) {
  const { t } = useI18n();
  const info = useQuery(loggedModelQuery(id)).data?.info;
  const maker = info?.source_run_id;
  return (
    <>
      {info === undefined ? id : `${info.name} (${id})`}
      {maker !== undefined && maker !== "" && maker !== ofRun && (
        <>
          {", "}
          <Link to={runPath(maker)}>{t("run.sourceRun")}</Link>
        </>
      )}
    </>
  );
}
