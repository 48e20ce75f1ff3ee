import {
  type ButtonHTMLAttributes,
  type ComponentProps,
  type InputHTMLAttributes,
  type ReactNode,
  useEffect,
  useId,
  useRef,
  useState,
} from "react";
import { useI18n } from "../i18n/context";
import styles from "./controls.module.css";
import { Icon } from "./Icon";

export function Button(props: ButtonHTMLAttributes<HTMLButtonElement>) {
  return <button type="button" className={styles.button} {...props} />;
}

/** A button that is only an icon; `label` says what it does. */
export function IconButton({
  label,
  children,
  ...rest
}: ComponentProps<"button"> & { label: string; children: ReactNode }) {
  return (
    <button type="button" className={styles.quiet} aria-label={label} title={label} {...rest}>
      {children}
    </button>
  );
}

/** Text for screen readers only. */
export function Hidden({ children }: { children: ReactNode }) {
  return <span className={styles.hidden}>{children}</span>;
}

const COPIED_FOR = 1500;

export function CopyButton({ text, what }: { text: string; what: string }) {
  const { t } = useI18n();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), COPIED_FOR);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () => {
    void writeClipboard(text).then(setCopied);
  };
  return (
    <IconButton label={copied ? t("app.copied") : t("app.copyWhat", { what })} onClick={copy}>
      <Icon name={copied ? "check" : "copy"} />
    </IconButton>
  );
}

/** Browsers give the clipboard API only to secure origins; a server in the LAN is often none. */
export async function writeClipboard(text: string): Promise<boolean> {
  if (navigator.clipboard !== undefined) {
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
  }
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  try {
    field.select();
    return document.execCommand("copy");
  } catch {
    return false;
  } finally {
    field.remove();
  }
}

interface SegmentsProps<Value extends string> {
  legend: string;
  showLegend?: boolean;
  value: Value;
  options: readonly (readonly [value: Value, label: string])[];
  /** Whether the values are languages, each labelled in itself. */
  areLanguages?: boolean;
  onChange(value: Value): void;
}

/** A choice of a few: radio buttons that look like one control. */
export function Segments<Value extends string>(props: SegmentsProps<Value>) {
  const { legend, showLegend = false, value, options, areLanguages = false, onChange } = props;
  const name = useId();
  return (
    <fieldset className={styles.segments}>
      <legend className={showLegend ? undefined : styles.hidden}>{legend}</legend>
      <div className={styles.options}>
        {options.map(([option, label]) => (
          <label key={option} className={styles.option} lang={areLanguages ? option : undefined}>
            <input
              type="radio"
              name={name}
              value={option}
              checked={option === value}
              onChange={() => onChange(option)}
            />
            {label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

type InputProps = Omit<InputHTMLAttributes<HTMLInputElement>, "onChange" | "value">;

/**
 * A text field that reports what was typed once the typing rests. While an input method composes a syllable
 * it reports nothing: half of a Korean syllable is no search.
 */
export function SearchField({
  label,
  value,
  onSearch,
  delay = 200,
  ...rest
}: InputProps & { label: string; value: string; delay?: number; onSearch(text: string): void }) {
  const [text, setText] = useState(value);
  const [composing, setComposing] = useState(false);
  const reported = useRef(value);
  useEffect(() => {
    // The URL changed by other means: the back button, a link.
    if (value !== reported.current) {
      reported.current = value;
      setText(value);
    }
  }, [value]);
  useEffect(() => {
    if (composing || text === reported.current) return;
    const timer = setTimeout(() => {
      reported.current = text;
      onSearch(text);
    }, delay);
    return () => clearTimeout(timer);
  }, [text, composing, delay, onSearch]);
  return (
    <div className={styles.field}>
      <Icon name="search" />
      <input
        {...rest}
        type="search"
        className={styles.input}
        aria-label={label}
        placeholder={label}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onCompositionStart={() => setComposing(true)}
        onCompositionEnd={() => setComposing(false)}
      />
    </div>
  );
}
