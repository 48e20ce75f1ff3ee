import { type RefObject, useEffect, useState } from "react";

export interface Window {
  width: number;
  /** The part of the element that is to be seen, from its own top. */
  top: number;
  bottom: number;
}

/** What is made beyond the edges, and how far one scrolls before anything is made anew. */
const MARGIN = 240;
const STEP = 80;

function scroller(element: Element): Element | null {
  for (let up = element.parentElement; up !== null; up = up.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(up).overflowY)) return up;
  }
  return null;
}

function measure(element: Element): Window {
  const { top, width } = element.getBoundingClientRect();
  const clip = scroller(element)?.getBoundingClientRect();
  const from = Math.max(0, clip?.top ?? 0) - top - MARGIN;
  const to = Math.min(innerHeight, clip?.bottom ?? innerHeight) - top + MARGIN;
  return {
    width,
    top: Math.floor(from / STEP) * STEP,
    bottom: Math.ceil(to / STEP) * STEP,
  };
}

/** Which part of an element is in view, whatever it is that scrolls. */
export function useWindow(element: RefObject<Element | null>): Window {
  const [shown, setShown] = useState<Window>({ width: 0, top: 0, bottom: 0 });
  useEffect(() => {
    const target = element.current;
    if (target === null) return;
    let planned = 0;
    const now = () => {
      planned = 0;
      const next = measure(target);
      setShown((old) =>
        old.width === next.width && old.top === next.top && old.bottom === next.bottom ? old : next,
      );
    };
    const plan = () => {
      planned ||= requestAnimationFrame(now);
    };
    now();
    const observer = new ResizeObserver(plan);
    observer.observe(target);
    const outer = scroller(target);
    if (outer !== null) observer.observe(outer);
    addEventListener("scroll", plan, { capture: true, passive: true });
    addEventListener("resize", plan);
    return () => {
      cancelAnimationFrame(planned);
      observer.disconnect();
      removeEventListener("scroll", plan, { capture: true });
      removeEventListener("resize", plan);
    };
  }, [element]);
  return shown;
}
