import { CopyButton } from "../../components/controls";
import { useI18n } from "../../i18n/context";
import { type Span, shown } from "../../lib/spans";
import styles from "./traces.module.css";

/** What a span was given, what it gave, and all else that is said of it. */
export function SpanDetails({ span }: { span: Span }) {
  const { t, format } = useI18n();
  const attributes = Object.entries(span.attributes);
  return (
    <section className={styles.section} aria-label={`${t("traces.details")}: ${span.name}`}>
      <div className={styles.sectionHead}>
        <h2>{span.name}</h2>
        <span className={styles.soft}>
          {span.type !== "" && span.type !== "UNKNOWN" && `${span.type} · `}
          {t("traces.from", { time: format.duration(span.start) })}
        </span>
      </div>
      {span.failed && <p className={styles.wrong}>{span.message || t("traces.ERROR")}</p>}
      <Value title={t("traces.inputs")} value={span.inputs} />
      <Value title={t("traces.outputs")} value={span.outputs} />
      {attributes.length > 0 && (
        <div className={styles.part}>
          <h3>{t("traces.attributes")}</h3>
          <Pairs pairs={attributes} />
        </div>
      )}
      {span.events.length > 0 && (
        <div className={styles.part}>
          <h3>{t("traces.events")}</h3>
          <ol className={styles.events}>
            {span.events.map((event, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: events never move, and two may be the same
              <li key={place}>
                <strong>{event.name}</strong>{" "}
                <span className={styles.soft}>
                  {t("traces.from", { time: format.duration(event.at) })}
                </span>
                <Pairs pairs={Object.entries(event.attributes)} />
              </li>
            ))}
          </ol>
        </div>
      )}
    </section>
  );
}

function Pairs({ pairs }: { pairs: readonly (readonly [string, unknown])[] }) {
  return (
    <dl className={styles.pairs}>
      {pairs.map(([key, value]) => {
        const text = shown(value);
        return (
          <div key={key} className={text.includes("\n") ? styles.long : undefined}>
            <dt>{key}</dt>
            <dd className={styles.text}>{text}</dd>
          </div>
        );
      })}
    </dl>
  );
}

function Value({ title, value }: { title: string; value: unknown }) {
  if (value === undefined || value === null) return null;
  const text = shown(value);
  return (
    <div className={styles.part}>
      <div className={styles.partHead}>
        <h3>{title}</h3>
        <CopyButton text={text} what={title} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section className={styles.value} tabIndex={0} aria-label={title}>
        <pre>{text}</pre>
      </section>
    </div>
  );
}
