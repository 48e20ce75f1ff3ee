import {
  type FormEvent,
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useId,
  useState,
} from "react";
import { flushSync } from "react-dom";
import type { ExperimentKeys } from "../../api/workspace";
import { Button } from "../../components/controls";
import controls from "../../components/controls.module.css";
import { Icon } from "../../components/Icon";
import { Popover } from "../../components/Popover";
import { useI18n } from "../../i18n/context";
import { type Completion, complete, errorPlace } from "../../lib/filterText";
import styles from "./filter.module.css";

const EXAMPLES = [
  "metrics.loss < 0.5",
  "params.optimizer = 'adam' OR params.optimizer = 'sgd'",
  "metrics.`val/accuracy` BETWEEN 0.9 AND 1",
  "params.lr IN ('0.1', '0.01') AND NOT (tags.team = 'vision')",
  "tags.team LIKE 'vis%'",
  "attributes.status = 'FAILED'",
  "attributes.run_name ILIKE '%baseline%'",
].join("\n");

interface Props {
  filter: string;
  /** What the server says is wrong with the filter. */
  error: string | null;
  keys: ExperimentKeys | undefined;
  field: RefObject<HTMLInputElement | null>;
  onFilter(filter: string): void;
}

/** The filter, applied on Enter: half a condition is only an error. */
export function FilterBar({ filter, error, keys, field, onFilter }: Props) {
  const { t } = useI18n();
  const [text, setText] = useState(filter);
  const errorId = useId();
  useEffect(() => setText(filter), [filter]);
  const help = useCompletions(text, keys, field, setText);
  const apply = (event: FormEvent) => {
    event.preventDefault();
    help.close();
    onFilter(text.trim());
  };
  return (
    <form className={styles.filter} onSubmit={apply}>
      <div className={styles.line}>
        <div className={`${controls.field} ${styles.field}`}>
          <Icon name="search" />
          <input
            ref={field}
            type="search"
            role="combobox"
            className={controls.input}
            aria-label={t("experiment.filter")}
            aria-invalid={error !== null}
            aria-describedby={error === null ? undefined : errorId}
            aria-autocomplete="list"
            aria-expanded={help.isOpen}
            aria-controls={help.isOpen ? help.id : undefined}
            aria-activedescendant={help.at === null ? undefined : help.optionId(help.at)}
            placeholder={t("experiment.filterPlaceholder")}
            spellCheck={false}
            autoCapitalize="off"
            autoComplete="off"
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              help.open();
              // The field's own cross empties it without an Enter.
              if (event.target.value === "" && filter !== "") onFilter("");
            }}
            onKeyDown={help.onKey}
            onBlur={help.close}
          />
          {help.isOpen && <Options help={help} />}
        </div>
        <Button type="submit">{t("experiment.filterApply")}</Button>
        <Popover label="?" name={t("experiment.filterHelp")}>
          <div className={styles.rules}>
            <h2>{t("experiment.filterHelp")}</h2>
            <p>{t("experiment.filterRules")}</p>
            <pre>{EXAMPLES}</pre>
          </div>
        </Popover>
      </div>
      {error !== null && <Wrong id={errorId} filter={filter} message={error} />}
    </form>
  );
}

/** What the server says of a filter that it refuses, below the character that it means. */
function Wrong({ id, filter, message }: { id: string; filter: string; message: string }) {
  const place = errorPlace(message);
  return (
    <div id={id} role="alert" className={styles.wrong}>
      {place !== null && place <= filter.length && (
        <code aria-hidden="true">
          {filter.slice(0, place)}
          <mark>{filter.slice(place, place + 1) || " "}</mark>
          {filter.slice(place + 1)}
        </code>
      )}
      <p>{message}</p>
    </div>
  );
}

type Help = ReturnType<typeof useCompletions>;

function Options({ help }: { help: Help }) {
  const { t, format } = useI18n();
  return (
    <div
      id={help.id}
      role="listbox"
      aria-label={t("experiment.filterNext")}
      className={styles.options}
    >
      {help.options.map((option, index) => (
        // biome-ignore lint/a11y/useFocusableInteractive: the field has the focus and names its option.
        // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keyboard.
        <div
          key={option.label}
          id={help.optionId(index)}
          role="option"
          aria-selected={index === help.at}
          className={styles.option}
          // A click must not take the focus from the field.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => help.take(option)}
        >
          <span>{option.label}</span>
          {option.runs !== null && (
            <span className={styles.runs}>{format.integer(option.runs)}</span>
          )}
        </div>
      ))}
    </div>
  );
}

/** The list of what may be written next, as the keyboard walks through it. */
function useCompletions(
  text: string,
  keys: ExperimentKeys | undefined,
  field: RefObject<HTMLInputElement | null>,
  setText: (text: string) => void,
) {
  const id = useId();
  const [wantsHelp, setWantsHelp] = useState(false);
  const [at, setAt] = useState<number | null>(null);
  const cursor = Math.min(field.current?.selectionStart ?? text.length, text.length);
  const found = wantsHelp && keys !== undefined ? complete(text, cursor, keys) : null;
  const options = found?.options ?? [];
  const isOpen = options.length > 0;
  const close = () => {
    setWantsHelp(false);
    setAt(null);
  };
  const open = () => {
    setWantsHelp(true);
    setAt(null);
  };
  const take = (option: Completion) => {
    const from = found?.from ?? cursor;
    const next = text.slice(0, from) + option.insert + text.slice(cursor).trimStart();
    const place = from + option.insert.length;
    // The caret moves at once: a frame later, whoever types fast would find it moved back.
    flushSync(() => {
      setText(next);
      open();
    });
    field.current?.setSelectionRange(place, place);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      close();
    } else if (event.key === "Escape") {
      field.current?.blur();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen) return open();
      const step = event.key === "ArrowDown" ? 1 : -1;
      setAt(
        at === null
          ? step > 0
            ? 0
            : options.length - 1
          : (at + step + options.length) % options.length,
      );
    } else if ((event.key === "Enter" || event.key === "Tab") && at !== null) {
      const option = options[at];
      if (option === undefined) return;
      event.preventDefault();
      take(option);
    }
  };
  const optionId = (index: number) => `${id}-${index}`;
  return { id, isOpen, options, at, open, close, take, onKey, optionId };
}
