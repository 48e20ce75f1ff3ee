import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { fileUrl } from "../../../api/artifacts";
import type { FileInfo, Run } from "../../../api/types.gen";
import { IconButton, Segments } from "../../../components/controls";
import controls from "../../../components/controls.module.css";
import { Icon } from "../../../components/Icon";
import { Link } from "../../../components/Link";
import { Empty, Notice, QueryNotice } from "../../../components/notices";
import { type RunFileList, readBytes } from "../../../files/api";
import { fileKind } from "../../../files/kinds";
import { textOf } from "../../../files/useText";
import { useI18n } from "../../../i18n/context";
import type { CompareView } from "../../../lib/compareView";
import { filesPath } from "../../../lib/routes";
import styles from "./filesCompare.module.css";

interface Props {
  runs: readonly Run[];
  names: readonly string[];
  lists: ReadonlyMap<string, RunFileList>;
  view: CompareView;
  path: string;
  onChange(part: Partial<CompareView>): void;
}

interface Side {
  runId: string;
  name: string;
  file: FileInfo | undefined;
}

/** One file of two runs. */
export function FileDiff({ runs, names, lists, view, path, onChange }: Props) {
  const { t } = useI18n();
  const ids = runs.map((run) => run.info.run_id);
  const from = Math.max(0, ids.indexOf(view.baseline ?? ""));
  const chosen = ids.indexOf(view.other ?? "");
  const to = chosen >= 0 && chosen !== from ? chosen : ids.findIndex((_, at) => at !== from);
  const side = (at: number): Side => ({
    runId: ids[at] ?? "",
    name: names[at] ?? "",
    file: lists.get(ids[at] ?? "")?.files.find((file) => file.path === path),
  });
  const [a, b] = [side(from), side(to)];
  const missing = [a, b].find((one) => one.file === undefined);
  return (
    <section className={styles.diff} aria-label={path}>
      <header>
        <strong>{path}</strong>
        <Choice
          label={t("filediff.from")}
          at={from}
          names={names}
          onChange={(at) => onChange({ baseline: ids[at] ?? null })}
        />
        <Choice
          label={t("filediff.to")}
          at={to}
          names={names}
          onChange={(at) => onChange({ other: ids[at] ?? null })}
        />
        <IconButton label={t("filediff.close")} onClick={() => onChange({ path: null })}>
          <Icon name="cross" />
        </IconButton>
      </header>
      {missing !== undefined ? (
        <Empty>{t("filediff.notThere", { run: missing.name })}</Empty>
      ) : (
        <Two a={a} b={b} path={path} />
      )}
    </section>
  );
}

interface ChoiceProps {
  label: string;
  at: number;
  names: readonly string[];
  onChange(at: number): void;
}

function Choice({ label, at, names, onChange }: ChoiceProps) {
  return (
    <label className={styles.choice}>
      {label}
      <select
        className={controls.input}
        value={at}
        onChange={(event) => onChange(Number(event.target.value))}
      >
        {names.map((name, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a run is the one at its place.
          <option key={place} value={place}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function Two({ a, b, path }: { a: Side; b: Side; path: string }) {
  const { t } = useI18n();
  const kind = fileKind(path);
  if (kind === "image") return <Pictures a={a} b={b} path={path} />;
  if (["none", "parquet", "audio", "video", "pdf"].includes(kind)) {
    return (
      <Empty>
        <p>{t("filediff.noText")}</p>
        {[a, b].map(({ runId, name }) => (
          <p key={runId}>
            <Link to={filesPath(runId, path)}>{name}</Link>
          </p>
        ))}
      </Empty>
    );
  }
  return <Lines a={a} b={b} path={path} />;
}

function Pictures({ a, b, path }: { a: Side; b: Side; path: string }) {
  const { t } = useI18n();
  const [isWipe, setWipe] = useState(false);
  const [share, setShare] = useState(50);
  const picture = ({ runId, name }: Side) => (
    <img src={fileUrl(runId, path).href} alt={`${name}: ${path}`} />
  );
  return (
    <>
      <div className={styles.tools}>
        <Segments
          legend={t("files.look")}
          value={isWipe ? "wipe" : "beside"}
          options={[
            ["beside", t("filediff.beside")],
            ["wipe", t("filediff.wipe")],
          ]}
          onChange={(value) => setWipe(value === "wipe")}
        />
        {isWipe && (
          <input
            type="range"
            className={styles.wipe}
            min={0}
            max={100}
            value={share}
            aria-label={t("filediff.wipe")}
            onChange={(event) => setShare(Number(event.target.value))}
          />
        )}
      </div>
      {isWipe ? (
        <div className={styles.layers}>
          {picture(a)}
          <div style={{ clipPath: `inset(0 0 0 ${share}%)` }}>{picture(b)}</div>
        </div>
      ) : (
        <div className={styles.beside}>
          {[a, b].map((one) => (
            <figure key={one.runId}>
              {picture(one)}
              <figcaption>{one.name}</figcaption>
            </figure>
          ))}
        </div>
      )}
    </>
  );
}

const MOST = 1_000_000;
const MOST_LINES = 5000;
const PATIENCE = 3000;

interface Hunks {
  isCut: boolean;
  hunks: { oldStart: number; newStart: number; lines: string[] }[] | null;
  isText: boolean;
}

async function compared(a: Side, b: Side, path: string, signal: AbortSignal): Promise<Hunks> {
  const read = async ({ runId, file }: Side) => {
    const size = file?.file_size ?? 0;
    const bytes = size === 0 ? null : await readBytes(runId, path, 0, Math.min(size, MOST), signal);
    return textOf(bytes === null ? [] : [bytes], size);
  };
  const [one, two, { structuredPatch }] = await Promise.all([read(a), read(b), import("diff")]);
  const isCut = !one.isWhole || !two.isWhole;
  if (one.text === null || two.text === null) return { isCut, hunks: null, isText: false };
  const patch = structuredPatch("", "", one.text, two.text, "", "", {
    context: 3,
    timeout: PATIENCE,
  });
  return { isCut, hunks: patch?.hunks ?? null, isText: true };
}

function Lines({ a, b, path }: { a: Side; b: Side; path: string }) {
  const { t, format } = useI18n();
  const query = useQuery({
    queryKey: ["artifact-diff", a.runId, b.runId, path, a.file?.file_size, b.file?.file_size],
    queryFn: ({ signal }) => compared(a, b, path, signal),
    staleTime: 10_000,
    refetchOnWindowFocus: false,
  });
  if (query.isError) return <QueryNotice query={query} />;
  if (query.data === undefined) return <Empty>{t("app.loading")}</Empty>;
  const { isCut, hunks, isText } = query.data;
  const cut = isCut && <Notice>{t("filediff.first", { size: format.bytes(MOST) })}</Notice>;
  if (hunks === null) return <Empty>{t(isText ? "filediff.slow" : "filediff.noText")}</Empty>;
  if (hunks.length === 0) {
    return (
      <>
        {cut}
        <Empty>{t("filediff.equal")}</Empty>
      </>
    );
  }
  const rows = rowsOf(hunks);
  return (
    <>
      {cut}
      {rows.length > MOST_LINES && <Notice>{t("filediff.most", { n: MOST_LINES })}</Notice>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must take the keyboard. */}
      <section className={styles.lines} aria-label={`${a.name} → ${b.name}`} tabIndex={0}>
        <table>
          <tbody>{rows.slice(0, MOST_LINES)}</tbody>
        </table>
      </section>
    </>
  );
}

function rowsOf(hunks: NonNullable<Hunks["hunks"]>): ReactNode[] {
  const rows: ReactNode[] = [];
  for (const { oldStart, newStart, lines } of hunks) {
    let [left, right] = [oldStart, newStart];
    if (rows.length > 0) {
      rows.push(
        <tr key={`gap ${left}`} className={styles.gap}>
          <td colSpan={4}>⋯</td>
        </tr>,
      );
    }
    for (const line of lines) {
      const sign = line[0];
      // What says that a text ends without a line's end is no line.
      if (sign === "\\") continue;
      const kind = sign === "+" ? styles.added : sign === "-" ? styles.removed : undefined;
      rows.push(
        <tr key={`${sign} ${left} ${right}`} className={kind}>
          <td>{sign === "+" ? "" : left}</td>
          <td>{sign === "-" ? "" : right}</td>
          <td>{sign}</td>
          <td>{line.slice(1)}</td>
        </tr>,
      );
      if (sign !== "+") left += 1;
      if (sign !== "-") right += 1;
    }
  }
  return rows;
}
