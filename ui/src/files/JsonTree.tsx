import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef, useState } from "react";
import { Icon } from "../components/Icon";
import { useI18n } from "../i18n/context";
import styles from "./files.module.css";
import { type TreeLine, treeLines } from "./treeLines";

const HEIGHT = 22;
const INDENT = 16;
const LONGEST = 2000;

/** A value as a tree whose branches open and close. */
export function JsonTree({ value, label }: { value: unknown; label: string }) {
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const scroller = useRef<HTMLDivElement>(null);
  const lines = useMemo(() => treeLines(value, toggled), [value, toggled]);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => HEIGHT,
    overscan: 20,
    initialRect: { width: 800, height: 600 },
  });
  const toggle = (id: string) => {
    const changed = new Set(toggled);
    if (!changed.delete(id)) changed.add(id);
    setToggled(changed);
  };
  return (
    <div ref={scroller} className={styles.json}>
      <ul aria-label={label} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const line = lines[index];
          if (line === undefined) return null;
          const place = { top: start, height: HEIGHT, paddingLeft: line.depth * INDENT };
          return (
            <li key={line.id} style={place}>
              {line.count === null || line.count === 0 ? (
                <span className={styles.leaf}>
                  <Name line={line} />
                  <Value value={line.value} />
                </span>
              ) : (
                <button type="button" aria-expanded={line.isOpen} onClick={() => toggle(line.id)}>
                  <Icon name="chevron" size={12} />
                  <Name line={line} />
                  <Count line={line} />
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Name({ line: { name } }: { line: TreeLine }) {
  if (name === null) return null;
  return <b className={typeof name === "number" ? styles.place : undefined}>{name}</b>;
}

function Count({ line: { value, count } }: { line: TreeLine }) {
  const { t } = useI18n();
  const n = count ?? 0;
  return <small>{Array.isArray(value) ? t("files.items", { n }) : t("files.keys", { n })}</small>;
}

function Value({ value }: { value: unknown }) {
  const kind = value === null || typeof value === "object" ? "plain" : typeof value;
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  return (
    <code data-kind={kind} title={text.slice(0, LONGEST)}>
      {text.slice(0, LONGEST)}
    </code>
  );
}
