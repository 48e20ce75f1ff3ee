import type { Run } from "../api/types.gen";
import { type ColumnKey, columnName, isMetric } from "./columns";
import type { Formatter } from "./format";
import { toNumber } from "./runs";

/** A table's column of values, ready to be asked run by run. */
export interface CellColumn {
  key: ColumnKey;
  name: string;
  /** Whether it holds numbers only, which are set flush right. */
  isNumeric: boolean;
  /** The text of a run's cell and the exact value; null where the run has none. */
  cell(run: Run): { text: string; exact: string } | null;
}

function metricOf(run: Run, name: string): number | null {
  const metric = run.data.metrics?.find(({ key }) => key === name);
  return metric === undefined ? null : toNumber(metric.value);
}

function paramOf(run: Run, name: string): string | null {
  return run.data.params?.find(({ key }) => key === name)?.value ?? null;
}

function isNumber(text: string): boolean {
  return text.trim() !== "" && !Number.isNaN(Number(text));
}

/** A column over `runs`: metrics with common decimals, params as they were logged. */
export function cellColumn(key: ColumnKey, runs: Run[], format: Formatter): CellColumn {
  const name = columnName(key);
  if (isMetric(key)) {
    const values = runs.map((run) => metricOf(run, name)).filter((value) => value !== null);
    const text = format.column(values);
    return {
      key,
      name,
      isNumeric: true,
      cell(run) {
        const value = metricOf(run, name);
        return value === null ? null : { text: text(value), exact: String(value) };
      },
    };
  }
  const values = runs.map((run) => paramOf(run, name)).filter((value) => value !== null);
  return {
    key,
    name,
    isNumeric: values.length > 0 && values.every(isNumber),
    cell(run) {
      const value = paramOf(run, name);
      return value === null ? null : { text: value, exact: value };
    },
  };
}
