import { useQuery } from "@tanstack/react-query";
import { ApiError, isRefusal } from "../../api/client";
import { experimentQuery } from "../../api/experiments";
import { spansQuery, traceQuery } from "../../api/traces";
import type { TraceInfoV3 } from "../../api/types.gen";
import { CopyButton } from "../../components/controls";
import { Link } from "../../components/Link";
import { Empty, QueryNotice } from "../../components/notices";
import { Page } from "../../components/Page";
import { ShareLink } from "../../components/ShareLink";
import { useI18n } from "../../i18n/context";
import { experimentPath, homePath, runPath, tracesPath } from "../../lib/routes";
import { shown } from "../../lib/spans";
import { durationOf, nameOf, ownTags, runOf, timeOf } from "../../lib/traces";
import { useView } from "../../lib/useView";
import { readTrace, writeTrace } from "../../lib/views";
import { SpanDetails } from "./SpanDetails";
import { State } from "./State";
import styles from "./traces.module.css";
import { Waterfall } from "./Waterfall";

/** A trace: its spans over time, and the one that was chosen. */
export default function TracePage({ id }: { id: string }) {
  const { t } = useI18n();
  const query = useQuery(traceQuery(id));
  if (query.data !== undefined) return <Loaded trace={query.data} />;
  const refusal = query.error instanceof ApiError && isRefusal(query.error) ? query.error : null;
  return (
    <Page title="" crumbs={[{ text: t("home.title"), to: homePath }]}>
      {refusal !== null ? (
        <Empty>
          <h1>{t("traces.unknown", { id })}</h1>
          <p>{t("traces.unknownText")}</p>
          <p>{refusal.message}</p>
          <Link to={homePath}>{t("app.toExperiments")}</Link>
        </Empty>
      ) : (
        <QueryNotice query={query} />
      )}
    </Page>
  );
}

function Loaded({ trace }: { trace: TraceInfoV3 }) {
  const { t } = useI18n();
  const [view, change] = useView(readTrace, writeTrace);
  const experimentId = trace.trace_location?.mlflow_experiment?.experiment_id ?? "";
  const experiment = useQuery(experimentQuery(experimentId)).data;
  const query = useQuery(spansQuery(trace.trace_id));
  const spans = query.data ?? [];
  const chosen =
    spans.find((span) => span.id === view.span) ??
    spans.find((span) => span.parent === null) ??
    spans[0];
  const name = nameOf(trace) ?? t("traces.unnamed");
  return (
    <Page
      title={name}
      crumbs={[
        { text: t("home.title"), to: homePath },
        { text: experiment?.name ?? experimentId, to: experimentPath(experimentId) },
        { text: t("traces.title"), to: tracesPath(experimentId) },
      ]}
    >
      <Head trace={trace} name={name} />
      <QueryNotice query={query} />
      {query.isSuccess && spans.length === 0 && <Empty>{t("traces.noSpans")}</Empty>}
      {chosen !== undefined && (
        <div className={styles.columns}>
          <Waterfall
            spans={spans}
            chosen={chosen.id}
            onChoose={(span) => change({ span }, { replace: true })}
          />
          <SpanDetails key={chosen.id} span={chosen} />
        </div>
      )}
    </Page>
  );
}

function Head({ trace, name }: { trace: TraceInfoV3; name: string }) {
  const { t, format } = useI18n();
  const time = timeOf(trace);
  const duration = durationOf(trace);
  const run = runOf(trace);
  const facts = Object.entries(trace.trace_metadata ?? {}).filter(
    ([key]) => !/^mlflow\.(traceInputs|traceOutputs|sourceRun|trace\.infoFinalized)$/.test(key),
  );
  return (
    <div className={styles.about2}>
      <div className={styles.title}>
        <h1>{name}</h1>
        <State state={trace.state ?? "STATE_UNSPECIFIED"} />
        <div className={styles.share}>
          <ShareLink />
        </div>
      </div>
      <div className={styles.facts}>
        <span title={format.exactTime(time)}>{format.dateTime(time)}</span>
        {duration !== null && <span>{format.duration(duration)}</span>}
        {run !== undefined && <Link to={runPath(run)}>{t("traces.run")}</Link>}
        <span>
          <code>{trace.trace_id}</code>
          <CopyButton text={trace.trace_id} what={t("traces.id")} />
        </span>
        {ownTags(trace).map(([key, value]) => (
          <span key={key} className={styles.chip} title={`${key}: ${value}`}>
            {key}: {value}
          </span>
        ))}
      </div>
      {facts.length > 0 && (
        <details className={styles.more}>
          <summary>{t("traces.metadata")}</summary>
          <dl className={styles.pairs}>
            {facts.map(([key, value]) => (
              <div key={key}>
                <dt>{key}</dt>
                <dd>{shown(value)}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </div>
  );
}
