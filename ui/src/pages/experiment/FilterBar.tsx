import { type FormEvent, useEffect, useId, useState } from "react";
import { Button } from "../../components/controls";
import controls from "../../components/controls.module.css";
import { Icon } from "../../components/Icon";
import { Popover } from "../../components/Popover";
import { useI18n } from "../../i18n/context";
import styles from "./experiment.module.css";

const EXAMPLES = [
  "metrics.loss < 0.5",
  "params.optimizer = 'adam'",
  "metrics.`val/accuracy` >= 0.9",
  "tags.team LIKE 'vis%'",
  "attributes.status = 'FAILED'",
  "attributes.run_name ILIKE '%baseline%'",
  "datasets.name = 'train'",
].join("\n");

interface Props {
  filter: string;
  /** What the server says is wrong with the filter. */
  error: string | null;
  onFilter(filter: string): void;
}

/** The filter, applied on Enter: half a condition is only an error. */
export function FilterBar({ filter, error, onFilter }: Props) {
  const { t } = useI18n();
  const [text, setText] = useState(filter);
  const errorId = useId();
  useEffect(() => setText(filter), [filter]);
  const apply = (event: FormEvent) => {
    event.preventDefault();
    onFilter(text.trim());
  };
  return (
    <form className={styles.filter} onSubmit={apply}>
      <div className={styles.line}>
        <div className={controls.field}>
          <Icon name="search" />
          <input
            type="search"
            className={controls.input}
            aria-label={t("experiment.filter")}
            aria-invalid={error !== null}
            aria-describedby={error === null ? undefined : errorId}
            placeholder={t("experiment.filterPlaceholder")}
            spellCheck={false}
            autoCapitalize="off"
            autoComplete="off"
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              // The field's own cross empties it without an Enter.
              if (event.target.value === "" && filter !== "") onFilter("");
            }}
          />
        </div>
        <Button type="submit">{t("experiment.filterApply")}</Button>
        <Popover label={<span title={t("experiment.filterHelp")}>?</span>}>
          <div className={styles.rules}>
            <h2>{t("experiment.filterHelp")}</h2>
            <p>{t("experiment.filterRules")}</p>
            <pre>{EXAMPLES}</pre>
          </div>
        </Popover>
      </div>
      {error !== null && (
        <p id={errorId} role="alert" className={styles.wrong}>
          {error}
        </p>
      )}
    </form>
  );
}
