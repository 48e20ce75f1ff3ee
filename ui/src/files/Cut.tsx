import { Button } from "../components/controls";
import { useI18n } from "../i18n/context";
import styles from "./files.module.css";

interface Props {
  bytes: number;
  size: number;
  isReading: boolean;
  /** Reads the next part; null where no more is read. */
  onMore: (() => void) | null;
}

/** Says that only the start of a file is shown. */
export function Cut({ bytes, size, isReading, onMore }: Props) {
  const { t, format } = useI18n();
  if (bytes >= size) return null;
  return (
    <p className={styles.cut} role="status">
      {t("files.cut", { size: format.bytes(bytes), total: format.bytes(size) })}
      {onMore !== null && (
        <Button disabled={isReading} onClick={onMore}>
          {t("files.more")}
        </Button>
      )}
    </p>
  );
}
