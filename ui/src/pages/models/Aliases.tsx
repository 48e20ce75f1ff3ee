import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { RegisteredModel } from "../../api/types.gen";
import { IconButton } from "../../components/controls";
import { EditForm } from "../../components/EditForm";
import edit from "../../components/edit.module.css";
import { Icon } from "../../components/Icon";
import { useI18n } from "../../i18n/context";
import { aliasesOf, isAlias } from "../../lib/registry";
import styles from "./models.module.css";
import { useRegistry } from "./useRegistry";

interface Props {
  model: RegisteredModel;
  version: string;
}

/** The aliases of a version: removed, added, and moved here from another one. */
export function Aliases({ model, version }: Props) {
  const { t } = useI18n();
  const [isAdding, setAdding] = useState(false);
  const change = useRegistry(model.name);
  const removal = useMutation({
    mutationFn: (alias: string) => change({ kind: "unalias", alias }),
    networkMode: "always",
  });
  return (
    <div className={styles.chips}>
      {aliasesOf(model, version).map((alias) => (
        <span key={alias} className={styles.alias}>
          {alias}
          <IconButton
            label={t("models.removeAlias", { alias })}
            disabled={removal.isPending}
            onClick={() => removal.mutate(alias)}
          >
            <Icon name="cross" size={10} />
          </IconButton>
        </span>
      ))}
      {removal.isError && <p role="alert">{t("app.failed", { message: removal.error.message })}</p>}
      {isAdding ? (
        <NewAlias model={model} version={version} onClose={() => setAdding(false)} />
      ) : (
        <button
          type="button"
          className={edit.add}
          aria-label={`${t("models.addAlias")}: ${t("models.version")} ${version}`}
          onClick={() => setAdding(true)}
        >
          {t("models.addAlias")}
        </button>
      )}
    </div>
  );
}

function NewAlias({ model, version, onClose }: Props & { onClose(): void }) {
  const { t } = useI18n();
  const [text, setText] = useState("");
  const change = useRegistry(model.name);
  const elsewhere = model.aliases?.find((one) => one.alias === text.trim())?.version;
  return (
    <div className={styles.newAlias}>
      <EditForm
        label={t("models.alias")}
        text=""
        save={(value) => {
          const alias = value.trim();
          return isAlias(alias) ? () => change({ kind: "alias", version, alias }) : null;
        }}
        onText={setText}
        onClose={onClose}
      />
      <small>
        {elsewhere !== undefined && elsewhere !== version
          ? t("models.moveAlias", { version: elsewhere })
          : t("models.aliasHint")}
      </small>
    </div>
  );
}
