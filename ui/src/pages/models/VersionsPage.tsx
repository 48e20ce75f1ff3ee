import { useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { ApiError, isRefusal } from "../../api/client";
import { loggedModelQuery, modelFileQuery, modelQuery, versionQuery } from "../../api/registry";
import { runQuery } from "../../api/runs";
import type { LoggedModel, ModelVersion, Run } from "../../api/types.gen";
import { Segments } from "../../components/controls";
import { Link } from "../../components/Link";
import { Empty, Notice, QueryNotice } from "../../components/notices";
import { Page } from "../../components/Page";
import { useI18n } from "../../i18n/context";
import { type DiffRow, diffRow, diffRows, plain } from "../../lib/diff";
import { type ModelFile, schemaText } from "../../lib/modelFile";
import { aliasesOf, isPrompt, ownTags, promptText } from "../../lib/registry";
import { modelPath, modelsPath, versionPath } from "../../lib/routes";
import { nameOf } from "../../lib/runs";
import { useView } from "../../lib/useView";
import { readVersions, writeVersions } from "../../lib/views";
import compare from "../compare/compare.module.css";
import { DiffTable } from "../compare/DiffTable";

/** More of them side by side is no longer read. */
const MOST_VERSIONS = 20;

/** A version with what is known of where it is from. */
interface Compared {
  version: ModelVersion;
  aliases: string[];
  run: Run | undefined;
  logged: LoggedModel | undefined;
  file: ModelFile | null | undefined;
}

/** Versions of a model side by side: what differs between them. */
export default function VersionsPage({ name }: { name: string }) {
  const { t } = useI18n();
  const [view, change] = useView(readVersions, writeVersions);
  const numbers = view.versions.slice(0, MOST_VERSIONS);
  const model = useQuery(modelQuery(name));
  const queries = useQueries({ queries: numbers.map((number) => versionQuery(name, number)) });
  const versions = queries.map(({ data }) => data).filter((one) => one !== undefined);
  const runs = useQueries({
    queries: versions.map((one) => ({ ...runQuery(one.run_id), enabled: one.run_id !== "" })),
  });
  const logged = useQueries({
    queries: versions.map((one) => ({
      ...loggedModelQuery(one.model_id ?? ""),
      enabled: Boolean(one.model_id),
    })),
  });
  const isOfModel = model.data !== undefined && !isPrompt(model.data);
  const files = useQueries({
    queries: versions.map((one) => ({ ...modelFileQuery(one), enabled: isOfModel })),
  });
  const missing = numbers.filter((_, at) => {
    const error = queries[at]?.error;
    return error instanceof ApiError && isRefusal(error);
  });
  const away = queries.find(({ error }) => error instanceof ApiError && !isRefusal(error));
  const isReading =
    queries.some(({ isPending }) => isPending) ||
    [...runs, ...logged, ...files].some(({ isLoading }) => isLoading);
  const things = versions.map((version, at) => ({
    version,
    aliases: aliasesOf(model.data, version.version),
    run: runs[at]?.data,
    logged: logged[at]?.data,
    file: files[at]?.data,
  }));
  return (
    <Page
      title={t("models.compareTitle", { name })}
      crumbs={[
        { text: t("models.title"), to: modelsPath },
        { text: name, to: modelPath(name) },
      ]}
      filled
    >
      <h1>{t("models.compareTitle", { name })}</h1>
      {away !== undefined && <QueryNotice query={away} />}
      {missing.length > 0 && (
        <Notice>{t("models.missing", { versions: missing.join(", ") })}</Notice>
      )}
      {isReading && <Empty>{t("app.loading")}</Empty>}
      {!isReading && things.length === 0 && (
        <Empty>
          <p>{t("models.nothingToCompare")}</p>
          <Link to={modelPath(name)}>{t("models.toModel", { name })}</Link>
        </Empty>
      )}
      {!isReading && things.length > 0 && (
        <Comparison
          things={things}
          baseline={view.baseline}
          all={view.all}
          onBaseline={(baseline) => change({ baseline }, { replace: true })}
          onAll={(all) => change({ all }, { replace: true })}
        />
      )}
    </Page>
  );
}

interface Props {
  things: Compared[];
  baseline: string | null;
  all: boolean;
  onBaseline(version: string): void;
  onAll(all: boolean): void;
}

function Comparison({ things, baseline, all, onBaseline, onAll }: Props) {
  const { t, format } = useI18n();
  const rows = useMemo(() => {
    const each = (label: string, of: (thing: Compared) => string | null | undefined) =>
      plain(
        diffRow(
          "attributes",
          label,
          things.map((thing) => of(thing) || null),
        ),
      );
    const about = [
      each(t("models.created"), ({ version }) => format.dateTime(version.creation_timestamp)),
      each(t("models.aliases"), ({ aliases }) => aliases.join(", ")),
      each(t("run.description"), ({ version }) => version.description),
      each(t("models.stage"), ({ version }) =>
        version.current_stage === "None" ? null : version.current_stage,
      ),
      each(t("models.run"), ({ run, version }) => (run ? nameOf(run) : version.run_id)),
      each(t("models.text"), ({ version }) => promptText(version)),
      each(t("models.inputs"), ({ file }) => schemaText(file?.inputs ?? null)),
      each(t("models.outputs"), ({ file }) => schemaText(file?.outputs ?? null)),
      each(t("models.parameters"), ({ file }) => schemaText(file?.params ?? null)),
      each(t("models.flavors"), ({ file }) => file?.flavors.join(", ")),
      each(t("models.source"), ({ version }) => version.source),
    ];
    return [
      ...diffRows("metrics", things, ({ run, logged }) => [
        ...(run?.data.metrics ?? []),
        ...(logged?.data.metrics ?? []),
      ]),
      ...diffRows("params", things, ({ run, logged }) => [
        ...(run?.data.params ?? []),
        ...(logged?.data.params ?? []),
      ]),
      ...about.filter(({ values }) => values.some((value) => value !== null)),
      ...diffRows("tags", things, ({ version }) => ownTags(version.tags)).map(plain),
    ];
  }, [things, t, format]);
  const shown = all ? rows : rows.filter((one: DiffRow) => one.differs);
  const base = Math.max(
    0,
    things.findIndex(({ version }) => version.version === baseline),
  );
  const columns = things.map(({ version }, at) => ({
    id: version.version,
    head: (
      <>
        <div className={compare.run}>
          <Link to={versionPath(version.name, version.version)}>
            {t("models.version")} {version.version}
          </Link>
        </div>
        <div className={compare.under}>
          <label>
            <input
              type="radio"
              name="baseline"
              checked={at === base}
              onChange={() => onBaseline(version.version)}
            />
            {t("compare.baseline")}
          </label>
        </div>
      </>
    ),
  }));
  return (
    <>
      <div className={compare.tools}>
        <Segments
          legend={t("compare.rows")}
          value={all ? "all" : "differing"}
          options={[
            ["differing", t("compare.differing")],
            ["all", t("compare.all")],
          ]}
          onChange={(value) => onAll(value === "all")}
        />
        <span className={compare.count}>
          {t("compare.count", { n: shown.length, total: format.integer(rows.length) })}
        </span>
      </div>
      {shown.length === 0 ? (
        <Empty>{t("compare.same")}</Empty>
      ) : (
        <DiffTable columns={columns} rows={shown} baseline={base} />
      )}
    </>
  );
}
