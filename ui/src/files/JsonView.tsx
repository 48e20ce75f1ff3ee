import { useQuery } from "@tanstack/react-query";
import { fileUrl } from "../api/artifacts";
import type { FileInfo } from "../api/types.gen";
import { Empty, Notice, QueryNotice } from "../components/notices";
import { useI18n } from "../i18n/context";
import { isNumeric, type SplitTable, splitTable } from "./csv";
import styles from "./files.module.css";
import { JsonTree } from "./JsonTree";
import { TableGrid, widthOf } from "./TableGrid";
import TextView from "./TextView";
import { useText, WHOLE } from "./useText";

interface Props {
  runId: string;
  file: FileInfo;
  kind: "json" | "yaml";
  line: number | null;
  row: number | null;
  onLine(line: number | null): void;
  onRow(row: number | null): void;
}

/** What a text means; an error where it means nothing. */
async function parsed(text: string, kind: Props["kind"]): Promise<{ value: unknown }> {
  if (kind === "json") {
    try {
      return { value: JSON.parse(text) };
    } catch {
      // A file with a JSON value in each line is often called so, too.
      const lines = text.split("\n").filter((line) => line.trim() !== "");
      return { value: lines.map((line) => JSON.parse(line) as unknown) };
    }
  }
  const { parse } = await import("yaml");
  return { value: parse(text, { maxAliasCount: 100 }) };
}

/** JSON and YAML as a tree, and what MLflow logs as a table as a table. */
export default function JsonView(props: Props) {
  const { runId, file, kind } = props;
  const { t, format } = useI18n();
  const isLarge = (file.file_size ?? 0) > WHOLE;
  const { query, loaded } = useText(runId, isLarge ? { ...file, file_size: 0 } : file, WHOLE);
  const text = loaded?.text ?? null;
  const meaning = useQuery({
    queryKey: ["artifact-meaning", runId, file.path, kind, text?.length, text],
    queryFn: () => parsed(text ?? "", kind),
    enabled: text !== null && !isLarge,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  const asText = <TextView {...props} />;
  if (isLarge) {
    return (
      <>
        <Notice>{t("files.tooLarge", { size: format.bytes(WHOLE) })}</Notice>
        {asText}
      </>
    );
  }
  if (query.isError) return <QueryNotice query={query} />;
  if (loaded !== null && (text === null || text === "")) return asText;
  if (meaning.isError) {
    return (
      <>
        <Notice>{t("files.broken", { message: meaning.error.message })}</Notice>
        {asText}
      </>
    );
  }
  if (meaning.data === undefined) return <p>{t("app.loading")}</p>;
  const table = kind === "json" ? splitTable(meaning.data.value) : null;
  if (table === null) return <JsonTree value={meaning.data.value} label={file.path} />;
  return <Split {...props} table={table} />;
}

const SAMPLE = 200;

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

interface Image {
  filepath: string;
  compressed_filepath?: string;
}

/** What MLflow writes into a table in place of an image. */
function imageOf(value: unknown): Image | null {
  if (typeof value !== "object" || value === null) return null;
  const { type, filepath } = value as Record<string, unknown>;
  return type === "image" && typeof filepath === "string" ? (value as unknown as Image) : null;
}

function Split({ runId, file, table, row, onRow }: Props & { table: SplitTable }) {
  const { t, format } = useI18n();
  const { data, columns } = table;
  if (columns.length === 0) return <Empty>{t("files.empty")}</Empty>;
  const sample = data.slice(0, SAMPLE);
  const hasImages = sample.some((values) => values.some((value) => imageOf(value) !== null));
  const heads = columns.map((name, at) => {
    const values = sample.map((cells) => cells[at]);
    const isImage = values.some((value) => imageOf(value) !== null);
    const width = isImage ? 18 : widthOf(name, values.map(textOf));
    return { name, isNumeric: isNumeric(values), width };
  });
  return (
    <>
      <p className={styles.count}>
        {t("files.tableSize", { n: data.length, columns: format.integer(columns.length) })}
      </p>
      <TableGrid
        label={file.path}
        columns={heads}
        rowCount={data.length}
        rowHeight={hasImages ? 96 : 28}
        cell={(at, column) => {
          const value = data[at]?.[column];
          const image = imageOf(value);
          if (image === null) return textOf(value);
          const url = fileUrl(runId, image.compressed_filepath ?? image.filepath).href;
          return <img src={url} alt={image.filepath} loading="lazy" />;
        }}
        row={row}
        onRow={onRow}
      />
    </>
  );
}
