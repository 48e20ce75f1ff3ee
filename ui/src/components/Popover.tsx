import {
  type ReactNode,
  type RefObject,
  type ToggleEvent,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import controls from "./controls.module.css";
import styles from "./Popover.module.css";

const GAP = 4;

interface Props {
  /** What the button shows. */
  label: ReactNode;
  /** The button's name where what it shows is none, and what a pointer that rests on it says. */
  name?: string;
  className?: string | undefined;
  children: ReactNode;
}

/**
 * A button and a panel below it, which holds nothing while it is closed. Closing by Escape or a click elsewhere
 * is the browser's own.
 */
export function Popover({ label, name, className = controls.button, children }: Props) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  usePlacing(isOpen, button, panel);
  return (
    <>
      <button
        ref={button}
        type="button"
        className={className}
        popoverTarget={id}
        aria-label={name}
        title={name}
      >
        {label}
      </button>
      <div
        ref={panel}
        id={id}
        popover="auto"
        className={styles.panel}
        onToggle={(event: ToggleEvent<HTMLDivElement>) => setOpen(event.newState === "open")}
      >
        {isOpen && children}
      </div>
    </>
  );
}

/** Keeps an open panel below its button and inside of the window, however large it becomes. */
function usePlacing(
  isOpen: boolean,
  button: RefObject<HTMLButtonElement | null>,
  panel: RefObject<HTMLDivElement | null>,
): void {
  useLayoutEffect(() => {
    const [anchor, shown] = [button.current, panel.current];
    if (!isOpen || anchor === null || shown === null) return;
    const place = () => {
      const { left, bottom } = anchor.getBoundingClientRect();
      const { clientWidth, clientHeight } = document.documentElement;
      const room = clientWidth - shown.offsetWidth - 3 * GAP;
      const top = Math.min(bottom + GAP, clientHeight - shown.offsetHeight - 3 * GAP);
      shown.style.left = `${Math.max(3 * GAP, Math.min(left, room))}px`;
      shown.style.top = `${Math.max(3 * GAP, top)}px`;
    };
    place();
    const observer = new ResizeObserver(place);
    observer.observe(shown);
    return () => observer.disconnect();
  }, [isOpen, button, panel]);
}
