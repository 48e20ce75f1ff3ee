import { query } from "../lib/views";

/** What the files of a run show; which of them is in the path. */
export interface FilesView {
  /** Lines of text and rows of tables count from 1. */
  line: number | null;
  row: number | null;
  /** The tree shows only files whose path contains this. */
  find: string;
  /** The text of a file that is otherwise shown as what it means. */
  source: boolean;
}

function count(text: string | null): number | null {
  const number = Number(text);
  return text !== null && Number.isSafeInteger(number) && number > 0 ? number : null;
}

export function readFiles(search: string): FilesView {
  const params = new URLSearchParams(search);
  return {
    line: count(params.get("line")),
    row: count(params.get("row")),
    find: params.get("find") ?? "",
    source: params.get("view") === "source",
  };
}

export function writeFiles(view: FilesView): string {
  return query({
    line: view.line === null ? null : String(view.line),
    row: view.row === null ? null : String(view.row),
    find: view.find,
    view: view.source && "source",
  });
}
