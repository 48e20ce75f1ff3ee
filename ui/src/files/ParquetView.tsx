import { useQuery, useQueryClient } from "@tanstack/react-query";
import {
  type AsyncBuffer,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from "hyparquet";
import { useCallback, useMemo, useState } from "react";
import type { FileInfo } from "../api/types.gen";
import { Empty, Notice } from "../components/notices";
import { useI18n } from "../i18n/context";
import { readBytes } from "./api";
import { isNumeric } from "./csv";
import styles from "./files.module.css";
import { TableGrid, widthOf } from "./TableGrid";

interface Props {
  runId: string;
  file: FileInfo;
  row: number | null;
  onRow(row: number | null): void;
}

type Row = Record<string, unknown>;

const PAGE = 200;

/** A file that is read by ranges. */
function bufferOf(runId: string, { path, file_size = 0 }: FileInfo): AsyncBuffer {
  return {
    byteLength: file_size,
    slice: async (start, end = file_size) => {
      const signal = new AbortController().signal;
      const bytes = await readBytes(runId, path, start, end - start, signal);
      return bytes.buffer.slice(
        bytes.byteOffset,
        bytes.byteOffset + bytes.byteLength,
      ) as ArrayBuffer;
    },
  };
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== "object") return String(value);
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "bigint" ? String(inner) : inner,
  );
}

/** A Parquet file as a table, of which only the rows in sight are read. */
export default function ParquetView({ runId, file, row, onRow }: Props) {
  const { t, format } = useI18n();
  const client = useQueryClient();
  const buffer = useMemo(() => bufferOf(runId, file), [runId, file]);
  const key = ["artifact-parquet", runId, file.path, file.file_size];
  const head = useQuery({
    queryKey: key,
    queryFn: async () => {
      const metadata = await parquetMetadataAsync(buffer);
      const names = parquetSchema(metadata).children.map(({ element }) => element.name);
      return { metadata, names, count: Number(metadata.num_rows) };
    },
    retry: false,
    staleTime: 60_000,
  });
  const [wanted, setWanted] = useState(0);
  const look = useCallback((first: number) => setWanted(Math.floor(first / PAGE)), []);
  const pageQuery = (page: number) => ({
    queryKey: [...key, page],
    queryFn: () =>
      parquetReadObjects({
        file: buffer,
        ...(head.data === undefined ? {} : { metadata: head.data.metadata }),
        rowStart: page * PAGE,
        rowEnd: Math.min((page + 1) * PAGE, head.data?.count ?? 0),
      }) as Promise<Row[]>,
    enabled: head.data !== undefined && page * PAGE < head.data.count,
    retry: false,
    staleTime: 60_000,
  });
  const first = useQuery(pageQuery(0));
  const here = useQuery(pageQuery(wanted));
  useQuery(pageQuery(wanted + 1));
  const failed = head.error ?? first.error ?? here.error;
  if (failed !== null) return <Notice>{t("files.broken", { message: failed.message })}</Notice>;
  if (head.data === undefined || first.isLoading) return <p>{t("app.loading")}</p>;
  const { names, count } = head.data;
  if (names.length === 0) return <Empty>{t("files.empty")}</Empty>;
  const columns = names.map((name) => {
    const values = (first.data ?? []).map((one) => one[name]);
    return { name, isNumeric: isNumeric(values), width: widthOf(name, values.map(textOf)) };
  });
  return (
    <>
      <p className={styles.count}>
        {t("files.tableSize", { n: count, columns: format.integer(names.length) })}
      </p>
      <TableGrid
        label={file.path}
        columns={columns}
        rowCount={count}
        cell={(at, column) => {
          const page = client.getQueryData<Row[]>([...key, Math.floor(at / PAGE)]);
          const value = page?.[at % PAGE];
          return value === undefined ? "…" : textOf(value[names[column] ?? ""]);
        }}
        row={row}
        onRow={onRow}
        onLook={look}
      />
    </>
  );
}
