import type { ReactNode } from "react";
import { useI18n } from "../i18n/context";
import { IconButton } from "./controls";
import { Icon } from "./Icon";
import styles from "./Toast.module.css";

/** A fact at the edge of the window, with what can be done about it. It stays until it is closed. */
export function Toast({ children, onClose }: { children: ReactNode; onClose?: () => void }) {
  const { t } = useI18n();
  return (
    <div role="status" className={styles.toast}>
      {children}
      {onClose !== undefined && (
        <IconButton label={t("app.close")} onClick={onClose}>
          <Icon name="cross" />
        </IconButton>
      )}
    </div>
  );
}
