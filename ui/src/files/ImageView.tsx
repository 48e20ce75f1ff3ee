import { useState } from "react";
import { Button } from "../components/controls";
import { useI18n } from "../i18n/context";
import { useShortcuts } from "../lib/hooks";
import styles from "./files.module.css";

const STEP = 1.5;
const [LEAST, MOST] = [0.05, 32];

/** A picture as large as there is room, or as large as somebody wants. */
export default function ImageView({ url, name }: { url: string; name: string }) {
  const { t, format } = useI18n();
  const [size, setSize] = useState<{ width: number; height: number } | null>(null);
  /** Pixels of the window for one of the picture; null: what fits. */
  const [zoom, setZoom] = useState<number | null>(null);
  const [isBroken, setBroken] = useState(false);
  const by = (factor: number) =>
    setZoom((now) => Math.min(MOST, Math.max(LEAST, (now ?? 1) * factor)));
  useShortcuts({
    "+": () => by(STEP),
    "-": () => by(1 / STEP),
    "0": () => setZoom(null),
    "1": () => setZoom(1),
  });
  if (isBroken) return <p role="alert">{t("files.brokenPicture")}</p>;
  return (
    <>
      <div className={styles.tools}>
        <Button aria-pressed={zoom === null} onClick={() => setZoom(null)}>
          {t("files.fit")}
        </Button>
        <Button aria-pressed={zoom === 1} onClick={() => setZoom(1)}>
          100 %
        </Button>
        <Button aria-label={t("files.smaller")} onClick={() => by(1 / STEP)}>
          −
        </Button>
        <Button aria-label={t("files.larger")} onClick={() => by(STEP)}>
          +
        </Button>
        {size !== null && (
          <span className={styles.count}>
            {format.integer(size.width)} × {format.integer(size.height)}
            {zoom !== null && ` · ${format.integer(Math.round(zoom * 100))} %`}
          </span>
        )}
      </div>
      <section
        className={styles.picture}
        aria-label={name}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must take the keyboard.
        tabIndex={0}
      >
        <img
          src={url}
          alt={name}
          className={zoom !== null && zoom > 1 ? styles.pixels : undefined}
          style={
            zoom === null || size === null
              ? { maxWidth: "100%", maxHeight: "100%" }
              : { width: size.width * zoom, height: size.height * zoom }
          }
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
            setSize({ width: naturalWidth, height: naturalHeight })
          }
          onError={() => setBroken(true)}
        />
      </section>
    </>
  );
}
