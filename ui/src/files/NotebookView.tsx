import { useEffect, useMemo, useRef } from "react";
import type { FileInfo } from "../api/types.gen";
import { Markdown } from "../components/Markdown";
import { Empty, Notice, QueryNotice } from "../components/notices";
import { useI18n } from "../i18n/context";
import styles from "./files.module.css";
import { type Cell, cellsOf, type Output } from "./notebook";
import { useText, WHOLE } from "./useText";

/** A Jupyter notebook as its cells. HTML in it is left out: it would need a frame of its own. */
export default function NotebookView({ runId, file }: { runId: string; file: FileInfo }) {
  const { t, format } = useI18n();
  const { query, loaded } = useText(runId, file, WHOLE);
  const cells = useMemo(() => {
    try {
      return cellsOf(JSON.parse(loaded?.text ?? ""));
    } catch {
      return null;
    }
  }, [loaded]);
  if (loaded === null) {
    return query.isError ? <QueryNotice query={query} /> : <p>{t("app.loading")}</p>;
  }
  if (!loaded.isWhole) {
    return <Notice>{t("files.tooLarge", { size: format.bytes(WHOLE) })}</Notice>;
  }
  if (cells === null) return <Empty>{t("files.noNotebook")}</Empty>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must take the keyboard.
    <section className={styles.notebook} aria-label={file.path} tabIndex={0}>
      {cells.map((cell, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: cells stay where they are.
        <OneCell key={at} cell={cell} />
      ))}
    </section>
  );
}

function OneCell({ cell }: { cell: Cell }) {
  if (cell.kind === "markdown") return <Markdown text={cell.source} />;
  return (
    <div className={styles.cell}>
      <small>{cell.kind === "code" && `[${cell.count ?? " "}]`}</small>
      <div>
        <pre>
          <code>{cell.source}</code>
        </pre>
        {cell.outputs.map((output, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: outputs stay where they are.
          <OneOutput key={at} output={output} />
        ))}
      </div>
    </div>
  );
}

function OneOutput({ output }: { output: Output }) {
  const { t } = useI18n();
  if (output.kind === "image") {
    return <Drawn base64={output.content} type={output.type} label={t("files.outputPicture")} />;
  }
  return <pre className={output.kind === "error" ? styles.error : undefined}>{output.content}</pre>;
}

/** A picture that a file holds: the content policy lets no `data:` URL in, so it is drawn. */
function Drawn({ base64, type, label }: { base64: string; type: string; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let isGone = false;
    void bitmapOf(base64, type).then((bitmap) => {
      const target = canvas.current;
      if (isGone || bitmap === null || target === null) return;
      target.width = bitmap.width;
      target.height = bitmap.height;
      target.getContext("2d")?.drawImage(bitmap, 0, 0);
    });
    return () => {
      isGone = true;
    };
  }, [base64, type]);
  return <canvas ref={canvas} role="img" aria-label={label} />;
}

async function bitmapOf(base64: string, type: string): Promise<ImageBitmap | null> {
  try {
    const bytes = Uint8Array.from(atob(base64.replace(/\s/g, "")), (sign) => sign.charCodeAt(0));
    return await createImageBitmap(new Blob([bytes], { type }));
  } catch {
    return null;
  }
}
