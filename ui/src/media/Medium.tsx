import { fileUrl } from "../api/artifacts";
import { baseName } from "../files/kinds";
import type { MediaItem } from "./names";

/** A picture, sound or film; a picture as its smaller copy unless it is shown in full. */
export function Medium({ item, isFull }: { item: MediaItem; isFull: boolean }) {
  const url = (path: string) => fileUrl(item.runId, path).href;
  const name = baseName(item.key);
  if (item.kind === "image") {
    const path = isFull ? item.path : item.thumbnail;
    return <img src={url(path)} alt={name} loading="lazy" decoding="async" draggable={false} />;
  }
  if (item.kind === "audio") {
    // biome-ignore lint/a11y/useMediaCaption: what people log has none.
    return <audio src={url(item.path)} controls preload="none" aria-label={name} />;
  }
  return (
    // biome-ignore lint/a11y/useMediaCaption: what people log has none.
    <video src={url(item.path)} controls={isFull} preload="metadata" aria-label={name} />
  );
}
