import { type ReactNode, useId, useState } from "react";
import { Segments } from "../../components/controls";
import controls from "../../components/controls.module.css";
import { Page } from "../../components/Page";
import { useI18n } from "../../i18n/context";
import { LANGUAGES, type Language } from "../../i18n/translate";
import { homePath } from "../../lib/routes";
import { ownName, setOwnName } from "../../lib/savedViews";
import { changeSettings, useSettings } from "../../lib/settings";
import { Shortcuts } from "../experiment/ShortcutList";
import styles from "./settings.module.css";

/** What a person sets for this browser. */
export default function SettingsPage() {
  const { t, language, choose } = useI18n();
  const settings = useSettings();
  const [name, setName] = useState(ownName);
  return (
    <Page title={t("settings.title")} crumbs={[{ text: t("home.title"), to: homePath }]}>
      <h1>{t("settings.title")}</h1>
      <p className={styles.hint}>{t("settings.kept")}</p>
      <div className={styles.settings}>
        <Segments
          legend={t("app.language")}
          showLegend
          value={language}
          options={Object.entries(LANGUAGES) as [Language, string][]}
          areLanguages
          onChange={choose}
        />
        <Segments
          legend={t("settings.theme")}
          showLegend
          value={settings.theme}
          options={[
            ["system", t("settings.system")],
            ["light", t("settings.light")],
            ["dark", t("settings.dark")],
          ]}
          onChange={(theme) => changeSettings({ theme })}
        />
        <Segments
          legend={t("settings.density")}
          showLegend
          value={settings.dense ? "dense" : "normal"}
          options={[
            ["normal", t("settings.normal")],
            ["dense", t("settings.dense")],
          ]}
          onChange={(density) => changeSettings({ dense: density === "dense" })}
        />
        <Segments
          legend={t("settings.digits")}
          showLegend
          value={settings.digits}
          options={[
            ["fewer", t("settings.fewer")],
            ["normal", t("settings.normal")],
            ["more", t("settings.more")],
          ]}
          onChange={(digits) => changeSettings({ digits })}
        />
        <Segments
          legend={t("settings.grouping")}
          showLegend
          value={settings.grouping ? "on" : "off"}
          options={[
            ["on", t("settings.on")],
            ["off", t("settings.off")],
          ]}
          onChange={(grouping) => changeSettings({ grouping: grouping === "on" })}
        />
        <TimeZone />
        <Field label={t("views.owner")} hint={t("settings.nameHint")}>
          {(id) => (
            <input
              id={id}
              className={controls.input}
              value={name}
              maxLength={250}
              onChange={(event) => {
                setName(event.target.value);
                setOwnName(event.target.value);
              }}
            />
          )}
        </Field>
      </div>
      <Examples />
      <section className={styles.section}>
        <h2>{t("keys.title")}</h2>
        <p className={styles.hint}>{t("settings.keysHint")}</p>
        <Shortcuts />
      </section>
    </Page>
  );
}

interface FieldProps {
  label: string;
  hint?: string;
  children(id: string): ReactNode;
}

function Field({ label, hint, children }: FieldProps) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {children(id)}
      {hint !== undefined && <p className={styles.hint}>{hint}</p>}
    </div>
  );
}

const ZONES = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];

function TimeZone() {
  const { t } = useI18n();
  const { timeZone } = useSettings();
  const browsers = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <Field label={t("settings.timeZone")}>
      {(id) => (
        <select
          id={id}
          className={controls.input}
          value={timeZone}
          onChange={(event) => changeSettings({ timeZone: event.target.value })}
        >
          <option value="">{t("settings.browsers", { zone: browsers })}</option>
          {ZONES.map((zone) => (
            <option key={zone} value={zone}>
              {zone}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** How it looks. */
function Examples() {
  const { t, format } = useI18n();
  const [now] = useState(Date.now);
  const column = format.column([0.8124]);
  const examples = [
    format.integer(1_234_567),
    format.number(0.123456789),
    column(0.8124),
    format.number(1.25e-7),
    format.exactTime(now),
  ];
  return (
    <dl className={styles.examples}>
      <dt>{t("settings.examples")}</dt>
      {examples.map((example) => (
        <dd key={example}>{example}</dd>
      ))}
    </dl>
  );
}
