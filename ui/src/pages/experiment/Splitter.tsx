import { type KeyboardEvent, type PointerEvent, type RefObject, useRef } from "react";
import { useI18n } from "../../i18n/context";
import { clamp, LEAST_SPLIT, MOST_SPLIT } from "../../lib/workspaceView";
import styles from "./experiment.module.css";

const STEP = 5;

interface Props {
  /** What it divides. */
  panes: RefObject<HTMLElement | null>;
  /** The share of what stands before it, in per cent. */
  share: number;
  onShare(share: number): void;
}

/** The edge between table and charts. While it is dragged, only the style follows. */
export function Splitter({ panes, share, onShare }: Props) {
  const { t } = useI18n();
  const dragged = useRef<number | null>(null);
  const at = (event: PointerEvent) => {
    const box = panes.current?.getBoundingClientRect();
    if (box === undefined || box.width === 0) return share;
    return clamp(
      Math.round((100 * (event.clientX - box.left)) / box.width),
      LEAST_SPLIT,
      MOST_SPLIT,
    );
  };
  const move = (event: PointerEvent) => {
    if (dragged.current === null) return;
    dragged.current = at(event);
    panes.current?.style.setProperty("--share", `${dragged.current}%`);
  };
  const end = () => {
    if (dragged.current !== null && dragged.current !== share) onShare(dragged.current);
    dragged.current = null;
  };
  const step = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    onShare(clamp(share + by, LEAST_SPLIT, MOST_SPLIT));
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule can't be moved.
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={t("workspace.split")}
      aria-valuenow={share}
      aria-valuemin={LEAST_SPLIT}
      aria-valuemax={MOST_SPLIT}
      tabIndex={0}
      className={styles.splitter}
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        dragged.current = share;
      }}
      onPointerMove={move}
      onPointerUp={end}
      onPointerCancel={end}
      onKeyDown={step}
    />
  );
}
