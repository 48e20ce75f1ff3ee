/** What the columns of the run table show: their texts, their kinds, how wide they are. */
import type { MetricEntry } from "../api/types.gen";
import type { ExperimentKeys } from "../api/workspace";
import {
  type Attribute,
  type ColumnKey,
  type ColumnKind,
  columnKind,
  columnName,
  fieldOf,
  type Summary,
  summaryOf,
} from "./columns";
import { dictionaryOf, metricLabel, valueText } from "./dictionary";
import type { Formatter } from "./format";
import { type Cell, cellOf, type Row, rowDuration } from "./rows";

/** A cell's text and its exact value. */
export interface CellText {
  text: string;
  exact: string;
}

export interface GridColumn {
  key: ColumnKey;
  kind: ColumnKind;
  label: string;
  /** The field that its values are asked for by; null where every row has them. */
  field: string | null;
  /** Whether it holds numbers only, which are set flush right. */
  isNumeric: boolean;
  width: number;
  /** What is said of the metric: its unit, its decimals, whether the greatest values are the best. */
  entry?: MetricEntry;
  /** null where the run has no value, undefined while it isn't known. `now` is for what still lasts. */
  cell(row: Row, now: number): CellText | null | undefined;
}

export interface Setting {
  keys: ExperimentKeys;
  /** Rows that stand for all: the decimals and the width are made for them. */
  sample: readonly Row[];
  format: Formatter;
  attributeLabels: Record<Attribute, string>;
  summaryLabels: Record<Summary, string>;
}

/** The widest of the usual system fonts. */
const CHARACTER = 8.2;
const PADDING = 26;
const SORT_ROOM = 18;
const LEAST = 86;
const MOST = 220;

const isNumberText = (text: string) => text.trim() !== "" && !Number.isNaN(Number(text));
const isPresent = (cell: Cell | undefined): cell is string | number =>
  cell !== null && cell !== undefined;

/** CJK characters are about twice as wide as Latin ones. */
function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += character > "\u2e80" ? 12.5 : CHARACTER;
  return width;
}

function fitting(label: string, texts: string[]): number {
  const head = textWidth(label) * 0.95 + PADDING + SORT_ROOM;
  const body = Math.max(0, ...texts.map(textWidth)) + PADDING;
  return Math.round(Math.min(MOST, Math.max(LEAST, head, body)));
}

function attributeColumn(key: ColumnKey, setting: Setting): Omit<GridColumn, "width"> {
  const { format, attributeLabels } = setting;
  const name = columnName(key) as Attribute;
  const base = { key, kind: "attributes" as const, label: attributeLabels[name], field: null };
  if (name === "start_time") {
    return {
      ...base,
      isNumeric: false,
      cell: ({ start }) =>
        start ? { text: format.dateTime(start), exact: format.exactTime(start) } : null,
    };
  }
  if (name === "duration") {
    return {
      ...base,
      isNumeric: true,
      cell(row, now) {
        const duration = rowDuration(row, now);
        const text = duration === null ? "" : format.duration(duration);
        return duration === null ? null : { text, exact: text };
      },
    };
  }
  return {
    ...base,
    isNumeric: false,
    cell: ({ user }) => (user === "" ? null : { text: user, exact: user }),
  };
}

function metricColumn(key: ColumnKey, field: string, setting: Setting): Omit<GridColumn, "width"> {
  const known = setting.keys.metrics.find((one) => one.key === columnName(key));
  const sampled = setting.sample.map((row) => cellOf(row, field)).filter(isPresent);
  const values = [...sampled, known?.min, known?.max].filter(isPresent).map(Number);
  const dictionary = dictionaryOf(setting.keys.dictionary);
  const entry = dictionary.get(columnName(key));
  const text = valueText(entry, setting.format, setting.format.column(values));
  const summary = summaryOf(key);
  const label = metricLabel(dictionary, columnName(key));
  return {
    key,
    kind: "metrics",
    label: summary === "last" ? label : `${label} ${setting.summaryLabels[summary]}`,
    field,
    isNumeric: true,
    ...(entry && { entry }),
    cell(row) {
      const cell = cellOf(row, field);
      return isPresent(cell) ? { text: text(Number(cell)), exact: String(cell) } : cell;
    },
  };
}

function textColumn(key: ColumnKey, field: string, setting: Setting): Omit<GridColumn, "width"> {
  const kind = columnKind(key);
  const name = columnName(key);
  const known = (kind === "params" ? setting.keys.params : setting.keys.tags).find(
    (one) => one.key === name,
  );
  const sampled = setting.sample.map((row) => cellOf(row, field)).filter(isPresent);
  const values = [...sampled.map(String), ...(known?.values ?? []).map(({ value }) => value)];
  return {
    key,
    kind,
    label: name,
    field,
    isNumeric: values.length > 0 && values.every(isNumberText),
    cell(row) {
      const cell = cellOf(row, field);
      return isPresent(cell) ? { text: String(cell), exact: String(cell) } : cell;
    },
  };
}

export function gridColumn(
  key: ColumnKey,
  setting: Setting,
  chosenWidth: number | undefined,
): GridColumn {
  const field = fieldOf(key);
  const column = columnOf(key, field, setting);
  const texts = setting.sample.slice(0, 40).map((row) => column.cell(row, 0)?.text ?? "");
  return { ...column, width: chosenWidth ?? fitting(column.label, texts) };
}

function columnOf(
  key: ColumnKey,
  field: string | null,
  setting: Setting,
): Omit<GridColumn, "width"> {
  if (field === null) return attributeColumn(key, setting);
  const make = columnKind(key) === "metrics" ? metricColumn : textColumn;
  return make(key, field, setting);
}
