import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ApiError, isRefusal } from "../../api/client";
import { loggedModelQuery, modelQuery, versionQuery } from "../../api/registry";
import { runQuery } from "../../api/runs";
import type { ModelVersion, RegisteredModel } from "../../api/types.gen";
import { CopyButton } from "../../components/controls";
import { EditNote } from "../../components/EditNote";
import { EditTags } from "../../components/EditTags";
import { Link } from "../../components/Link";
import { Empty, QueryNotice, Snippet } from "../../components/notices";
import { Page } from "../../components/Page";
import { useI18n } from "../../i18n/context";
import { navigate } from "../../lib/history";
import { aliasesOf, isPrompt, ownTags, promptText } from "../../lib/registry";
import { trackingUri } from "../../lib/root";
import { modelPath, modelsPath, runPath } from "../../lib/routes";
import { nameOf } from "../../lib/runs";
import { loadScript } from "../../lib/snippets";
import { writeModels } from "../../lib/views";
import { Aliases } from "./Aliases";
import styles from "./models.module.css";
import { Removal } from "./Removal";
import { Signature } from "./Signature";
import { useRegistry } from "./useRegistry";

/** One version of a registered model or prompt. */
export default function VersionPage({ name, version }: { name: string; version: string }) {
  const { t } = useI18n();
  const query = useQuery(versionQuery(name, version));
  const model = useQuery(modelQuery(name));
  if (query.data !== undefined && model.data !== undefined) {
    return <Loaded model={model.data} version={query.data} />;
  }
  const error = query.error ?? model.error;
  const refusal = error instanceof ApiError && isRefusal(error) ? error : null;
  const crumbs = [
    { text: t("models.title"), to: modelsPath },
    { text: name, to: modelPath(name) },
  ];
  return (
    <Page title="" crumbs={crumbs}>
      {refusal !== null ? (
        <Empty>
          <h1>{t("models.missing", { versions: version })}</h1>
          <p>{refusal.message}</p>
          <Link to={modelPath(name)}>{t("models.toModel", { name })}</Link>
        </Empty>
      ) : (
        <QueryNotice query={query.isError ? query : model} />
      )}
    </Page>
  );
}

function Loaded({ model, version }: { model: RegisteredModel; version: ModelVersion }) {
  const { t, format } = useI18n();
  const { name } = model;
  const number = version.version;
  const prompt = isPrompt(model);
  const change = useRegistry(name);
  const list = modelsPath + writeModels({ name: "", prompts: prompt });
  const text = promptText(version);
  const alias = aliasesOf(model, number)[0];
  return (
    <Page
      title={`${name} ${number}`}
      crumbs={[
        { text: t(prompt ? "models.prompts" : "models.title"), to: list },
        { text: name, to: modelPath(name) },
      ]}
    >
      <div className={styles.head}>
        <h1 className={styles.title}>{t("models.versionOf", { name, version: number })}</h1>
        <span className={styles.when} title={format.exactTime(version.creation_timestamp)}>
          {t("models.created")} {format.dateTime(version.creation_timestamp)}
        </span>
        <Removal
          text={t("models.deleteVersionText", { version: number })}
          label={t("models.deleteVersion", { version: number })}
          remove={async () => {
            await change({ kind: "delete", version: number });
            navigate(modelPath(name), { replace: true });
          }}
        />
      </div>
      <div className={styles.columns}>
        <aside className={styles.details} aria-label={t("models.details")}>
          <section className={styles.section}>
            <EditNote
              note={version.description ?? ""}
              save={(note) => change({ kind: "description", version: number, text: note })}
            />
          </section>
          <section className={styles.section}>
            <h2>{t("models.aliases")}</h2>
            <Aliases model={model} version={number} />
          </section>
          <section className={styles.section}>
            <h2>{t("models.tags")}</h2>
            <EditTags
              tags={ownTags(version.tags)}
              set={(key, value) => change({ kind: "tag", version: number, key, value })}
              remove={(key) => change({ kind: "untag", version: number, key })}
            />
          </section>
          {!prompt && <Origin version={version} />}
        </aside>
        <div className={styles.main}>
          {text !== undefined && (
            <section className={styles.section}>
              <h2>{t("models.text")}</h2>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must take the keyboard. */}
              <pre className={styles.prompt} tabIndex={0}>
                {text}
              </pre>
            </section>
          )}
          <section className={styles.section}>
            <h2>{t("models.use")}</h2>
            <Snippet
              code={loadScript(trackingUri(), name, { version: number, alias, isPrompt: prompt })}
              what={t("models.use")}
            />
          </section>
          {!prompt && <Signature version={version} />}
        </div>
      </div>
    </Page>
  );
}

/** Where a version is from. */
function Origin({ version }: { version: ModelVersion }) {
  const { t } = useI18n();
  const run = useQuery({ ...runQuery(version.run_id), enabled: version.run_id !== "" });
  const loggedId = version.model_id ?? "";
  const logged = useQuery({ ...loggedModelQuery(loggedId), enabled: loggedId !== "" });
  const facts: [string, ReactNode][] = [];
  if (version.run_id !== "") {
    const name = run.data === undefined ? version.run_id : nameOf(run.data);
    facts.push([
      t("models.run"),
      <Link key="run" to={runPath(version.run_id)}>
        {name}
      </Link>,
    ]);
  }
  if (loggedId !== "") {
    const name = logged.data?.info.name;
    facts.push([t("models.loggedModel"), name === undefined ? loggedId : `${name} (${loggedId})`]);
  }
  if (version.current_stage !== "None") {
    facts.push([
      t("models.stage"),
      <span key="stage" title={t("models.stageHint")}>
        {version.current_stage}
      </span>,
    ]);
  }
  facts.push([
    t("models.source"),
    <span key="source" className={styles.source}>
      <code>{version.source}</code>
      <CopyButton text={version.source} what={t("models.source")} />
    </span>,
  ]);
  return (
    <section className={styles.section}>
      <h2>{t("models.details")}</h2>
      <dl className={styles.pairs}>
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
