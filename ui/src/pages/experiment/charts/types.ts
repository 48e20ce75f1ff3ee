import type { GroupSet } from "../../../api/groups";
import type { MetricEntry } from "../../../api/types.gen";
import type { HoverStore } from "../../../charts/hoverStore";
import type { ChartsView } from "../../../lib/chartsView";
import type { Band } from "../../../lib/groups";

/** A run whose lines are drawn. */
export interface DrawnRun {
  id: string;
  name: string;
  colour: string;
  /** Unix milliseconds. */
  start: number;
  hidden: boolean;
  pinned: boolean;
  /** Whether it may still get points, so that its charts are read again. */
  live?: boolean;
}

/** Of the answer to experiments/keys what the charts need. */
export interface ChartKeys {
  metrics: readonly { key: string; runs: number; points?: boolean }[];
  dictionary?: MetricEntry[];
}

export interface ChartsProps {
  experimentIds: string[];
  keys: ChartKeys;
  runs: readonly DrawnRun[];
  /** Where groups are drawn: `runs` are then the groups. */
  groups?: { set: GroupSet; band: Band } | null;
  /** How many runs there are in all. */
  total: number;
  /** What is under the pointer, here and in the table. */
  hover: HoverStore;
  /** A click on a run's line. */
  onPin?(run: string): void;
  /** The wish to draw all runs rather than these. */
  onDrawAll?(): void;
  view: ChartsView;
  onView(change: Partial<ChartsView>): void;
}
