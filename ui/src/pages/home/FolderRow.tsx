import { Icon } from "../../components/Icon";
import { useI18n } from "../../i18n/context";
import type { Folder } from "../../lib/experimentTree";
import styles from "./home.module.css";
import { indent } from "./indent";

interface Props {
  folder: Folder;
  columns: number;
  /** Null while all folders stay open. */
  onFold: ((path: string) => void) | null;
}

/** A folder of the tree, with how many experiments are in it. */
export function FolderRow({ folder, columns, onFold }: Props) {
  const { t } = useI18n();
  const content = (
    <>
      <span>{folder.name}</span>
      <span className={styles.inside}>{t("home.count", { n: folder.count })}</span>
    </>
  );
  return (
    <tr>
      <td colSpan={columns} style={indent(folder.depth)}>
        {onFold === null ? (
          <span className={styles.folder}>{content}</span>
        ) : (
          <button
            type="button"
            className={styles.folder}
            aria-expanded={folder.isOpen}
            title={folder.path}
            onClick={() => onFold(folder.path)}
          >
            <Icon name="chevron" size={12} />
            {content}
          </button>
        )}
      </td>
    </tr>
  );
}
