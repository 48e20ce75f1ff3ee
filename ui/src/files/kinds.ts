/** What a file is, judged by its name; "text" is tried for names that say nothing. */
export type FileKind =
  | "image"
  | "audio"
  | "video"
  | "table"
  | "parquet"
  | "json"
  | "yaml"
  | "markdown"
  | "notebook"
  | "page"
  | "pdf"
  | "text"
  | "none";

const SUFFIXES: Readonly<Partial<Record<FileKind, string>>> = {
  image: "apng avif bmp gif ico jpeg jpg png svg webp",
  audio: "aac flac m4a mp3 oga ogg opus wav",
  video: "m4v mov mp4 ogv webm",
  table: "csv tsv",
  parquet: "parquet",
  json: "json",
  yaml: "yaml yml mlmodel",
  markdown: "md markdown",
  notebook: "ipynb",
  page: "html htm",
  pdf: "pdf",
  none:
    "7z bin bz2 ckpt dll docx feather gz h5 hdf5 joblib keras msgpack npy npz onnx orc pb pickle pkl pt pth " +
    "rar safetensors so tar tflite tgz whl xlsx xz zip zst",
};

const KINDS = new Map(
  Object.entries(SUFFIXES).flatMap(([kind, suffixes]) =>
    suffixes.split(" ").map((suffix) => [suffix, kind as FileKind]),
  ),
);

export function suffixOf(path: string): string {
  const name = baseName(path).toLowerCase();
  return name.includes(".") ? name.slice(name.lastIndexOf(".") + 1) : name;
}

export function fileKind(path: string): FileKind {
  const suffix = suffixOf(path);
  // Only a model's description is known by its whole name.
  if (!baseName(path).includes(".") && suffix !== "mlmodel") return "text";
  return KINDS.get(suffix) ?? "text";
}

/** The suffixes of files of some kinds, with their dots. */
export function suffixesOf(...kinds: FileKind[]): string[] {
  return kinds.flatMap((kind) => (SUFFIXES[kind] ?? "").split(" ").map((suffix) => `.${suffix}`));
}

/** The kinds that can also be looked at as the text that they are. */
const SOURCES: ReadonlySet<FileKind> = new Set([
  "table",
  "json",
  "yaml",
  "markdown",
  "notebook",
  "page",
]);

export function hasSource(kind: FileKind, path: string): boolean {
  return SOURCES.has(kind) || suffixOf(path) === "svg";
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

export function folderOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
}

/** A path's folders, outermost first, without the path itself. */
export function foldersOf(path: string): string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join("/"));
}
