import { useMemo } from "react";
import type { ExperimentKeys } from "../../../api/workspace";
import { useI18n } from "../../../i18n/context";
import { type Attribute, type ColumnKey, fieldOf, type Summary } from "../../../lib/columns";
import { type GridColumn, gridColumn } from "../../../lib/gridColumns";
import type { Row } from "../../../lib/rows";

export function useAttributeLabels(): Record<Attribute, string> {
  const { t } = useI18n();
  return useMemo(
    () => ({
      start_time: t("column.start"),
      duration: t("column.duration"),
      user_id: t("column.user"),
    }),
    [t],
  );
}

export function useSummaryLabels(): Record<Summary, string> {
  const { t } = useI18n();
  return useMemo(
    () => ({
      last: t("table.summaryLast"),
      min: t("table.summaryMin"),
      max: t("table.summaryMax"),
    }),
    [t],
  );
}

/** The fields that the columns need from the server. */
export function fieldsOf(columns: readonly ColumnKey[]): string[] {
  return columns.map(fieldOf).filter((field) => field !== null);
}

export interface Columns {
  /** Those that stay while the others scroll. */
  fixed: GridColumn[];
  scrolling: GridColumn[];
}

/** The columns as the table draws them. */
export function useColumns(
  shown: readonly ColumnKey[],
  fixed: readonly ColumnKey[],
  widths: Readonly<Record<string, number>>,
  keys: ExperimentKeys | undefined,
  sample: readonly Row[],
): Columns {
  const { format } = useI18n();
  const attributeLabels = useAttributeLabels();
  const summaryLabels = useSummaryLabels();
  return useMemo(() => {
    if (keys === undefined) return { fixed: [], scrolling: [] };
    const setting = { keys, sample, format, attributeLabels, summaryLabels };
    const all = shown.map((key) => gridColumn(key, setting, widths[key]));
    return {
      fixed: all.filter(({ key }) => fixed.includes(key)),
      scrolling: all.filter(({ key }) => !fixed.includes(key)),
    };
  }, [shown, fixed, widths, keys, sample, format, attributeLabels, summaryLabels]);
}
