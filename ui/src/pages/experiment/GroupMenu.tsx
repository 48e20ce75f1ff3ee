import { useState } from "react";
import type { ExperimentKeys } from "../../api/workspace";
import { Segments } from "../../components/controls";
import controls from "../../components/controls.module.css";
import { Icon } from "../../components/Icon";
import { Popover } from "../../components/Popover";
import { useI18n } from "../../i18n/context";
import { byText, type ColumnKey, columnName } from "../../lib/columns";
import { BANDS, type Grouping, type GroupView, seedLike } from "../../lib/groups";
import styles from "./experiment.module.css";

/** More names than one can read through: what is looked for is typed. */
const MOST_LISTED = 60;
const MOST_SEEDS = 3;

interface Props {
  keys: ExperimentKeys;
  view: GroupView;
  onChange(view: GroupView): void;
}

const BAND_TEXTS = {
  std: "groups.band.std",
  sem: "groups.band.sem",
  ci: "groups.band.ci",
  range: "groups.band.range",
  none: "groups.band.none",
} as const;

/** What makes runs belong together, and what is drawn around their means. */
export function GroupMenu(props: Props) {
  const { t } = useI18n();
  const { by } = props.view;
  const text = useGroupedBy(by);
  return (
    <Popover
      label={
        <>
          <Icon name="groups" />
          <span className={styles.groupedBy}>{text ?? t("groups.by")}</span>
        </>
      }
      name={text === null ? t("groups.by") : t("groups.now", { by: text })}
      className={by === null ? controls.button : `${controls.button} ${styles.isOn}`}
    >
      <Menu {...props} />
    </Popover>
  );
}

function useGroupedBy(by: Grouping | null): string | null {
  const { t } = useI18n();
  if (by === null) return null;
  const names = by.keys.map(columnName).join(", ");
  if (!by.all) return t("groups.byKeys", { names });
  return names === "" ? t("groups.byAll") : t("groups.allBut", { name: names });
}

function Menu({ keys, view, onChange }: Props) {
  const { t } = useI18n();
  const [find, setFind] = useState("");
  const { by, band } = view;
  const params = keys.params.map(({ key }): ColumnKey => `params.${key}`);
  const tags = keys.tags
    .filter(({ key }) => !key.startsWith("mlflow."))
    .map(({ key }): ColumnKey => `tags.${key}`);
  const differing = keys.params.filter(({ varies, runs }) => varies || runs === 0);
  const seeds = seedLike(differing.map(({ key }) => key)).slice(0, MOST_SEEDS);
  const group = (next: Grouping | null) => onChange({ ...view, by: next, open: [] });
  const isBy = (key: ColumnKey) =>
    by !== null && by.keys.includes(key) !== (by.all && key.startsWith("params."));
  const toggle = (key: ColumnKey) => {
    const has = (by?.keys ?? []).includes(key);
    if (by === null) group({ all: false, keys: [key] });
    else if (by.all && !key.startsWith("params.")) {
      const rest = differing.map((one): ColumnKey => `params.${one.key}`);
      group({ all: false, keys: [...rest.filter((one) => !by.keys.includes(one)), key] });
    } else {
      const next = has ? by.keys.filter((one) => one !== key) : [...by.keys, key];
      group(by.all || next.length > 0 ? { all: by.all, keys: next } : null);
    }
  };
  const part = (legend: string, columns: ColumnKey[]) => {
    const wanted = find.toLowerCase();
    const found = columns
      .filter((key) => columnName(key).toLowerCase().includes(wanted))
      .toSorted((a, b) => byText(columnName(a), columnName(b)));
    if (found.length === 0) return null;
    return (
      <fieldset>
        <legend>{legend}</legend>
        {found.slice(0, MOST_LISTED).map((key) => (
          <label key={key}>
            <input type="checkbox" checked={isBy(key)} onChange={() => toggle(key)} />
            {columnName(key)}
          </label>
        ))}
        {found.length > MOST_LISTED && (
          <p className={styles.more}>
            {t("experiment.columnsMore", { n: found.length - MOST_LISTED })}
          </p>
        )}
      </fieldset>
    );
  };
  return (
    <div className={styles.menu}>
      <div className={styles.choices}>
        {seeds.map((seed) => (
          <Choice
            key={seed}
            text={t("groups.allBut", { name: seed })}
            isChosen={by?.all === true && by.keys.join() === `params.${seed}`}
            onChoose={() => group({ all: true, keys: [`params.${seed}`] })}
          />
        ))}
        <Choice
          text={t("groups.byAll")}
          isChosen={by?.all === true && by.keys.length === 0}
          onChoose={() => group({ all: true, keys: [] })}
        />
        <Choice
          text={t("groups.none")}
          isChosen={by === null}
          onChoose={() => by !== null && group(null)}
        />
      </div>
      {by !== null && (
        <Segments
          legend={t("groups.band")}
          value={band}
          options={BANDS.map((one) => [one, t(BAND_TEXTS[one])])}
          onChange={(next) => onChange({ ...view, band: next })}
        />
      )}
      <p className={styles.hint}>{t("groups.hint")}</p>
      <input
        className={controls.input}
        aria-label={t("groups.find")}
        placeholder={t("groups.find")}
        value={find}
        onChange={(event) => setFind(event.target.value)}
      />
      {part(t("run.params"), params)}
      {part(t("run.tags"), tags)}
    </div>
  );
}

interface ChoiceProps {
  text: string;
  isChosen: boolean;
  onChoose(): void;
}

function Choice({ text, isChosen, onChoose }: ChoiceProps) {
  return (
    <button type="button" aria-pressed={isChosen} onClick={onChoose}>
      <span>{isChosen && <Icon name="check" size={12} />}</span>
      {text}
    </button>
  );
}
