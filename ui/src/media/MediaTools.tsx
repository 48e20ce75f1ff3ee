import { type ReactNode, useCallback } from "react";
import { SearchField, Segments } from "../components/controls";
import { useI18n } from "../i18n/context";
import { useShortcuts } from "../lib/hooks";
import styles from "./media.module.css";
import type { MediaView } from "./mediaView";

interface Props {
  view: MediaView;
  /** The steps that the slider goes through; without any, there is none. */
  steps: readonly number[];
  onChange(part: Partial<MediaView>): void;
  children?: ReactNode;
}

/** What is shown: which keys, at which step, how large. */
export function MediaTools({ view, steps, onChange, children }: Props) {
  const { t, format } = useI18n();
  const last = steps.length - 1;
  const at = view.step === null ? last : steps.findLastIndex((step) => step <= (view.step ?? 0));
  const go = (to: number) => {
    const place = Math.min(last, Math.max(0, to));
    onChange({ step: place === last ? null : (steps[place] ?? null) });
  };
  useShortcuts(
    last > 0 && view.open === null
      ? { ArrowLeft: () => go(at - 1), ArrowRight: () => go(at + 1) }
      : {},
  );
  const find = useCallback((text: string) => onChange({ find: text }), [onChange]);
  return (
    <div className={styles.tools}>
      {children}
      <SearchField label={t("media.find")} value={view.find} onSearch={find} />
      {last > 0 && (
        <label className={styles.slider}>
          {t("media.stepOf", { step: format.integer(steps[Math.max(0, at)] ?? 0) })}
          <input
            type="range"
            min={0}
            max={last}
            value={Math.max(0, at)}
            aria-valuetext={format.integer(steps[Math.max(0, at)] ?? 0)}
            onChange={(event) => go(Number(event.target.value))}
          />
        </label>
      )}
      <Segments
        legend={t("media.size")}
        value={view.size}
        options={[
          ["small", t("media.small")],
          ["large", t("media.large")],
        ]}
        onChange={(size) => onChange({ size })}
      />
    </div>
  );
}
