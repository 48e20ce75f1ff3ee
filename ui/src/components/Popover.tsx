import { type ReactNode, type ToggleEvent, useId, useRef } from "react";
import controls from "./controls.module.css";
import styles from "./Popover.module.css";

const GAP = 4;

interface Props {
  /** What the button shows. */
  label: ReactNode;
  children: ReactNode;
}

/** A button and a panel below it. Closing by Escape or a click elsewhere is the browser's own. */
export function Popover({ label, children }: Props) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const place = (event: ToggleEvent<HTMLDivElement>) => {
    if (event.newState !== "open" || button.current === null) return;
    const panel = event.currentTarget;
    const { left, bottom } = button.current.getBoundingClientRect();
    const room = document.documentElement.clientWidth - panel.offsetWidth - 3 * GAP;
    panel.style.left = `${Math.max(3 * GAP, Math.min(left, room))}px`;
    panel.style.top = `${bottom + GAP}px`;
  };
  return (
    <>
      <button ref={button} type="button" className={controls.button} popoverTarget={id}>
        {label}
      </button>
      <div id={id} popover="auto" className={styles.panel} onToggle={place}>
        {children}
      </div>
    </>
  );
}
