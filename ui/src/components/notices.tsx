import type { ReactNode } from "react";
import { ApiError, UNREACHABLE } from "../api/client";
import { useI18n } from "../i18n/context";
import { Button, CopyButton } from "./controls";
import styles from "./notices.module.css";

/** What a query of TanStack offers, as far as a notice needs it. */
interface Asked {
  data: unknown;
  error: Error | null;
  isError: boolean;
  dataUpdatedAt: number;
  refetch(): unknown;
}

/** Says that a query failed, and from when what is shown is. Nothing while all is well. */
export function QueryNotice({ query }: { query: Asked }) {
  const { t, format } = useI18n();
  if (!query.isError) return null;
  const { error } = query;
  const away = error instanceof ApiError && error.code === UNREACHABLE;
  const text = !away
    ? t("app.failed", { message: error?.message ?? "" })
    : query.data === undefined
      ? t("app.unreachable")
      : t("app.stale", { time: format.exactTime(query.dataUpdatedAt) });
  return (
    <div role="alert" className={`${styles.notice} ${away ? "" : styles.bad}`}>
      <span>{text}</span>
      <Button onClick={() => void query.refetch()}>{t("app.retry")}</Button>
    </div>
  );
}

/** A fact that stands above the content. */
export function Notice({ children }: { children: ReactNode }) {
  return <div className={styles.notice}>{children}</div>;
}

/** What stands where content would be. */
export function Empty({ children }: { children: ReactNode }) {
  return <div className={styles.empty}>{children}</div>;
}

/** Lines to copy into a terminal or an editor. */
export function Snippet({ code, what }: { code: string; what: string }) {
  return (
    <div className={styles.snippet}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must take the keyboard. */}
      <pre tabIndex={0}>
        <code>{code}</code>
      </pre>
      <CopyButton text={code} what={what} />
    </div>
  );
}
