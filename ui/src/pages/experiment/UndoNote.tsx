import { useEffect, useState } from "react";
import toast from "../../components/Toast.module.css";
import { useI18n } from "../../i18n/context";
import type { MessageKey } from "../../i18n/types";
import { type Undone, useLastUndone } from "./useUndo";

const SHOWN_FOR = 4000;

const PARTS = {
  filter: "undo.filter",
  sort: "undo.sort",
  columns: "undo.columns",
  fixed: "undo.columns",
  widths: "undo.columns",
  layout: "undo.layout",
  split: "undo.layout",
  rows: "undo.layout",
  view: "undo.runs",
  folded: "undo.runs",
  drawn: "undo.drawn",
  shown: "undo.drawn",
  hidden: "undo.drawn",
  pinned: "undo.drawn",
  group: "undo.groups",
  open: "undo.groups",
  band: "undo.charts",
  x: "undo.charts",
  xscale: "undo.charts",
  yscale: "undo.charts",
  smooth: "undo.charts",
  outliers: "undo.charts",
  keys: "undo.charts",
  closed: "undo.charts",
  zoom: "undo.charts",
} as const satisfies Record<string, MessageKey>;

function partOf(entry: string) {
  return entry in PARTS ? PARTS[entry as keyof typeof PARTS] : "undo.view";
}

/** Says for a moment what was undone or redone, to screen readers too. */
export function UndoNote() {
  const last = useLastUndone();
  const { t } = useI18n();
  const [gone, setGone] = useState<Undone | null>(null);
  useEffect(() => {
    if (last === null) return;
    const timer = setTimeout(() => setGone(last), SHOWN_FOR);
    return () => clearTimeout(timer);
  }, [last]);
  const shown = last === gone ? null : last;
  const parts = shown?.entries.map((entry) => t(partOf(entry))) ?? [];
  const what = [...new Set(parts)].join(", ");
  const text = {
    undo: what === "" ? t("undo.nothing") : t("undo.undone", { what }),
    redo: what === "" ? t("undo.nothingAgain") : t("undo.redone", { what }),
  };
  return (
    <div aria-live="polite" aria-atomic="true">
      {shown !== null && <p className={toast.toast}>{text[shown.kind]}</p>}
    </div>
  );
}
