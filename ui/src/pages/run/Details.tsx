import { type ReactNode, useState } from "react";
import type { Run, Tag } from "../../api/types.gen";
import { CopyButton } from "../../components/controls";
import controls from "../../components/controls.module.css";
import { Icon } from "../../components/Icon";
import { useI18n } from "../../i18n/context";
import { NOTE_TAG, splitTags, tagOf, tagValue } from "../../lib/runs";
import { Models } from "./Models";
import { Note } from "./Note";
import styles from "./run.module.css";
import { Tags } from "./Tags";

const MANY_PARAMS = 12;
/** Tags of the client that stand elsewhere on the page. */
const SHOWN_ELSEWHERE = new Set([NOTE_TAG, "mlflow.runName", "mlflow.user", "mlflow.parentRunId"]);

/** Everything about a run but its curves and files. */
export function Details({ run }: { run: Run }) {
  const { t } = useI18n();
  const { system } = splitTags(run.data.tags);
  const rest = system.filter((tag) => !SHOWN_ELSEWHERE.has(tag.key));
  return (
    <aside className={styles.details} aria-label={t("run.details")}>
      <Note run={run} />
      <Params run={run} />
      <Tags run={run} />
      <Datasets run={run} />
      <Models run={run} />
      <Info run={run} />
      {rest.length > 0 && (
        <details className={styles.section}>
          <summary>
            <Icon name="chevron" size={12} />
            {t("run.systemTags")} <Count n={rest.length} />
          </summary>
          <Pairs entries={rest} />
        </details>
      )}
    </aside>
  );
}

function Count({ n }: { n: number }) {
  const { format } = useI18n();
  return <span className={styles.count}>{format.integer(n)}</span>;
}

function Pairs({ entries }: { entries: Tag[] }) {
  return (
    <dl className={styles.pairs}>
      {entries.map(({ key, value }) => (
        <div key={key}>
          <dt>{key}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Params({ run }: { run: Run }) {
  const { t } = useI18n();
  const [find, setFind] = useState("");
  const all = run.data.params ?? [];
  const found = all
    .filter(({ key }) => key.toLowerCase().includes(find.toLowerCase()))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
  return (
    <section className={styles.section}>
      <h2>
        {t("run.params")} <Count n={all.length} />
      </h2>
      {all.length > MANY_PARAMS && (
        <input
          className={controls.input}
          aria-label={t("run.findParam")}
          placeholder={t("run.findParam")}
          value={find}
          onChange={(event) => setFind(event.target.value)}
        />
      )}
      {all.length === 0 ? <p>{t("run.noParams")}</p> : <Pairs entries={found} />}
    </section>
  );
}

function Datasets({ run }: { run: Run }) {
  const { t } = useI18n();
  const inputs = run.inputs?.dataset_inputs ?? [];
  if (inputs.length === 0) return null;
  return (
    <section className={styles.section}>
      <h2>
        {t("run.datasets")} <Count n={inputs.length} />
      </h2>
      <Pairs
        entries={inputs.map(({ dataset, tags }) => ({
          key: tagValue(tags, "mlflow.data.context") ?? dataset.source_type,
          value: `${dataset.name} (${dataset.digest})`,
        }))}
      />
    </section>
  );
}

function Info({ run }: { run: Run }) {
  const { t, format } = useI18n();
  const { artifact_uri: uri, end_time: end, start_time: start } = run.info;
  const source = tagOf(run, "mlflow.source.name");
  const commit = tagOf(run, "mlflow.source.git.commit");
  const time = (value: number) => (
    <span title={format.exactTime(value)}>{format.dateTime(value)}</span>
  );
  const entries: [string, ReactNode][] = [];
  if (start) entries.push([t("run.started"), time(start)]);
  if (end) entries.push([t("run.ended"), time(end)]);
  if (source) entries.push([t("run.source"), source]);
  if (commit) entries.push([t("run.commit"), <code key="commit">{commit.slice(0, 12)}</code>]);
  return (
    <section className={styles.section}>
      <h2>{t("run.details")}</h2>
      <dl className={styles.pairs}>
        {entries.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <div>
          <dt>{t("run.artifactUri")}</dt>
          <dd className={styles.id}>
            <code>{uri}</code>
            <CopyButton text={uri} what={t("run.artifactUri")} />
          </dd>
        </div>
      </dl>
    </section>
  );
}
