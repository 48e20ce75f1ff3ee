import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import styles from "./charts.module.css";
import { FrameQueue } from "./frameQueue";
import type { HoverStore } from "./hoverStore";
import type { Extent } from "./lines";
import { LinesPlot, type PlotSpec, type Pointed } from "./linesPlot";

interface Props {
  /** The card's name among all that share `hover`. */
  card: string;
  spec: PlotSpec;
  label: string;
  hover: HoverStore;
  onPick(run: string): void;
  onRange(range: Extent | null): void;
  /** What to say of the point under the pointer. */
  tooltip(pointed: Pointed): ReactNode;
}

const queue = new FrameQueue();
/** Between the tooltip and the pointer, and the window's edge. */
const GAP = 12;
const EDGE = 8;

/** Lines in a box that gives the size; made in a frame that has time for it. */
export function LinesChart({ card, spec, label, hover, onPick, onRange, tooltip }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<LinesPlot | null>(null);
  const [pointed, setPointed] = useState<Pointed | null>(null);
  const latest = useRef({ spec, onPick, onRange });
  latest.current = { spec, onPick, onRange };

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    let cancel = () => {};
    const make = () => {
      plot.current = new LinesPlot(element, latest.current.spec, {
        onPoint: (next) => {
          setPointed(next);
          if (next === null) return hover.clear();
          const run = next.hit?.line.run ?? null;
          const { bars, axis } = latest.current.spec;
          hover.set({ run, card, ...(bars ? { x: null, axis: null } : { x: next.x, axis }) });
        },
        onPick: (run) => latest.current.onPick(run),
        onRange: (range) => {
          // What was under the pointer won't be there any more.
          setPointed(null);
          hover.clear();
          latest.current.onRange(range);
        },
      });
      plot.current.highlight(hover.now, hover.now.card === card);
    };
    const sized = new ResizeObserver(() => {
      if (element.clientWidth === 0) return;
      sized.disconnect();
      cancel = queue.add(make);
    });
    sized.observe(element);
    const leave = hover.subscribe((now) => {
      plot.current?.highlight(now, now.card === card);
      // A card that was scrolled away from under the pointer gets no more of its events.
      if (now.card !== card) setPointed(null);
    });
    return () => {
      sized.disconnect();
      cancel();
      leave();
      plot.current?.destroy();
      plot.current = null;
      if (hover.now.card === card) hover.clear();
    };
  }, [card, hover]);

  useEffect(() => {
    plot.current?.update(spec);
  }, [spec]);

  return (
    <div className={styles.plot}>
      <div ref={box} className={styles.box} role="img" aria-label={label} />
      {pointed?.hit && <Tooltip pointed={pointed}>{tooltip(pointed)}</Tooltip>}
    </div>
  );
}

/** Above the pointer, so that it covers none of what lies ahead; moved where the window ends. */
function Tooltip({ pointed, children }: { pointed: Pointed; children: ReactNode }) {
  const self = useRef<HTMLDivElement>(null);
  const { left, top } = pointed;
  useLayoutEffect(() => {
    const element = self.current;
    if (element === null) return;
    const { offsetWidth: width, offsetHeight: height } = element;
    const room = document.documentElement.clientWidth - width - EDGE;
    const above = top - height - GAP;
    element.style.left = `${Math.max(EDGE, Math.min(left + GAP, room))}px`;
    element.style.top = `${above >= EDGE ? above : top + 2 * GAP}px`;
  });
  return (
    <div ref={self} className={styles.tooltip}>
      {children}
    </div>
  );
}
