import { lazy, Suspense } from "react";
import styles from "./markdown.module.css";

const MarkdownView = lazy(() => import("./MarkdownView"));

/** A text in Markdown; it stands there as it was written until what draws it is loaded. */
export function Markdown({ text }: { text: string }) {
  return (
    <Suspense fallback={<p className={styles.plain}>{text}</p>}>
      <MarkdownView text={text} />
    </Suspense>
  );
}
