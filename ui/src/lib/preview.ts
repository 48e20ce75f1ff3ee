/** How a file is shown, judged by its name; "text" is tried for names that say nothing. */
export type PreviewKind = "image" | "text" | "none";

const IMAGES = new Set(["apng", "avif", "bmp", "gif", "ico", "jpeg", "jpg", "png", "svg", "webp"]);
const BINARIES = new Set(
  (
    "7z bin bz2 ckpt dll docx feather gz h5 hdf5 joblib keras mp3 mp4 msgpack npy npz onnx orc parquet pb " +
    "pdf pickle pkl pt pth rar safetensors so tar tflite tgz wav webm whl xlsx xz zip zst"
  ).split(" "),
);

export function previewKind(path: string): PreviewKind {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  const suffix = name.includes(".") ? name.slice(name.lastIndexOf(".") + 1) : "";
  if (IMAGES.has(suffix)) return "image";
  return BINARIES.has(suffix) ? "none" : "text";
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
