/** Jupyter notebooks, as far as they are shown: nbformat 4, and the cells of 3. */
export interface Output {
  kind: "text" | "error" | "image";
  /** Text, or the image's bytes in base64. */
  content: string;
  type: string;
}

export interface Cell {
  kind: "markdown" | "code" | "raw";
  source: string;
  count: number | null;
  outputs: Output[];
}

type Raw = Record<string, unknown>;

const isRaw = (value: unknown): value is Raw => typeof value === "object" && value !== null;

/** A text that may be in lines. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join("");
  return typeof value === "string" ? value : "";
}

const ESCAPE = String.fromCharCode(27);
const COLOURS = new RegExp(`${ESCAPE}\\[[0-9;]*m`, "g");
const IMAGES = ["image/png", "image/jpeg", "image/webp", "image/gif"];

function outputOf(value: unknown): Output | null {
  if (!isRaw(value)) return null;
  if (value.output_type === "error") {
    const trace = Array.isArray(value.traceback) ? value.traceback.map(String).join("\n") : "";
    const text = trace || `${textOf(value.ename)}: ${textOf(value.evalue)}`;
    return { kind: "error", content: text.replace(COLOURS, ""), type: "" };
  }
  const data = isRaw(value.data) ? value.data : {};
  const type = IMAGES.find((image) => image in data);
  if (type !== undefined) return { kind: "image", content: textOf(data[type]), type };
  const text = textOf(data["text/plain"]) || textOf(value.text);
  return text === "" ? null : { kind: "text", content: text.replace(COLOURS, ""), type: "" };
}

function cellOf(value: unknown): Cell | null {
  if (!isRaw(value)) return null;
  const kind =
    value.cell_type === "markdown" || value.cell_type === "code" ? value.cell_type : "raw";
  const outputs = Array.isArray(value.outputs) ? value.outputs : [];
  const count = value.execution_count ?? value.prompt_number;
  return {
    kind,
    source: textOf(value.source ?? value.input),
    count: typeof count === "number" ? count : null,
    outputs: outputs.map(outputOf).filter((output) => output !== null),
  };
}

/** The cells of a notebook; null where a JSON value is none. */
export function cellsOf(value: unknown): Cell[] | null {
  if (!isRaw(value)) return null;
  const sheet = Array.isArray(value.worksheets) ? value.worksheets[0] : null;
  const cells = value.cells ?? (isRaw(sheet) ? sheet.cells : null);
  return Array.isArray(cells) ? cells.map(cellOf).filter((cell) => cell !== null) : null;
}
