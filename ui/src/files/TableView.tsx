import { useMemo } from "react";
import type { FileInfo } from "../api/types.gen";
import { Empty, QueryNotice } from "../components/notices";
import { useI18n } from "../i18n/context";
import { Cut } from "./Cut";
import { isNumeric, parseTable, separatorOf } from "./csv";
import styles from "./files.module.css";
import { TableGrid, widthOf } from "./TableGrid";
import { PART, useText } from "./useText";

interface Props {
  runId: string;
  file: FileInfo;
  row: number | null;
  onRow(row: number | null): void;
}

/** So many rows tell how wide a column is and whether it holds numbers. */
const SAMPLE = 200;

/** A CSV or TSV file as a table. */
export default function TableView({ runId, file, row, onRow }: Props) {
  const { t, format } = useI18n();
  const { query, loaded } = useText(runId, file, 4 * PART);
  const table = useMemo(() => {
    const text = loaded?.text ?? "";
    return parseTable(text, separatorOf(text, file.path), loaded?.isWhole ?? true);
  }, [loaded, file.path]);
  const columns = useMemo(
    () =>
      table.columns.map((name, at) => {
        const texts = table.rows.slice(0, SAMPLE).map((cells) => cells[at] ?? "");
        return { name, isNumeric: isNumeric(texts), width: widthOf(name, texts) };
      }),
    [table],
  );
  if (loaded === null) {
    return query.isError ? <QueryNotice query={query} /> : <p>{t("app.loading")}</p>;
  }
  if (loaded.text === null) return <Empty>{t("files.noPreview")}</Empty>;
  if (columns.length === 0) return <Empty>{t("files.empty")}</Empty>;
  return (
    <>
      <QueryNotice query={query} />
      <Cut
        bytes={loaded.bytes}
        size={file.file_size ?? 0}
        isReading={query.isFetchingNextPage}
        onMore={query.hasNextPage ? () => void query.fetchNextPage() : null}
      />
      <p className={styles.count}>
        {t("files.tableSize", {
          n: table.rows.length,
          columns: format.integer(columns.length),
        })}
      </p>
      <TableGrid
        label={file.path}
        columns={columns}
        rowCount={table.rows.length}
        cell={(at, column) => table.rows[at]?.[column]}
        row={row}
        onRow={onRow}
      />
    </>
  );
}
