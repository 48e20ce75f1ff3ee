import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, isRefusal } from "../../api/client";
import { modelQuery, versionsQuery } from "../../api/registry";
import type { RegisteredModel } from "../../api/types.gen";
import { Button, IconButton } from "../../components/controls";
import { EditForm } from "../../components/EditForm";
import { EditNote } from "../../components/EditNote";
import { EditTags } from "../../components/EditTags";
import edit from "../../components/edit.module.css";
import { Icon } from "../../components/Icon";
import { Empty, QueryNotice } from "../../components/notices";
import { Page } from "../../components/Page";
import { useI18n } from "../../i18n/context";
import { navigate } from "../../lib/history";
import { isPrompt, ownTags } from "../../lib/registry";
import { modelPath, modelsPath } from "../../lib/routes";
import { writeModels } from "../../lib/views";
import styles from "./models.module.css";
import { Removal } from "./Removal";
import { useRegistry } from "./useRegistry";
import { VersionTable } from "./VersionTable";

/** A registered model with its versions. */
export default function ModelPage({ name }: { name: string }) {
  const { t } = useI18n();
  const query = useQuery(modelQuery(name));
  if (query.data !== undefined) return <Loaded model={query.data} />;
  const refusal = query.error instanceof ApiError && isRefusal(query.error) ? query.error : null;
  return (
    <Page title="" crumbs={[{ text: t("models.title"), to: modelsPath }]}>
      {refusal !== null ? (
        <Empty>
          <h1>{t("models.unknown", { name })}</h1>
          <p>{t("models.unknownText")}</p>
          <p>{refusal.message}</p>
        </Empty>
      ) : (
        <QueryNotice query={query} />
      )}
    </Page>
  );
}

function Loaded({ model }: { model: RegisteredModel }) {
  const { t, format } = useI18n();
  const { name } = model;
  const prompt = isPrompt(model);
  const change = useRegistry(name);
  const versions = useInfiniteQuery(versionsQuery(name, prompt));
  const shown = versions.data?.pages.flatMap((page) => page.model_versions ?? []) ?? [];
  const list = modelsPath + writeModels({ name: "", prompts: prompt });
  const tags = ownTags(model.tags);
  return (
    <Page title={name} crumbs={[{ text: t(prompt ? "models.prompts" : "models.title"), to: list }]}>
      <div className={styles.head}>
        <Name model={model} />
        <span className={styles.when} title={format.exactTime(model.last_updated_timestamp)}>
          {t("models.updated")} {format.dateTime(model.last_updated_timestamp)}
        </span>
        <Removal
          text={t("models.deleteText", { name })}
          label={t("models.deleteNow", { name })}
          remove={async () => {
            await change({ kind: "delete" });
            navigate(list, { replace: true });
          }}
        />
      </div>
      <div className={styles.columns}>
        <aside className={styles.details} aria-label={t("models.details")}>
          <section className={styles.section}>
            <EditNote
              note={model.description ?? ""}
              save={(text) => change({ kind: "description", text })}
            />
          </section>
          <section className={styles.section}>
            <h2>{t("models.tags")}</h2>
            <EditTags
              tags={tags}
              set={(key, value) => change({ kind: "tag", key, value })}
              remove={(key) => change({ kind: "untag", key })}
            />
          </section>
        </aside>
        <section className={styles.section} aria-label={t("models.versions")}>
          <QueryNotice query={versions} />
          {shown.length > 0 && <VersionTable model={model} versions={shown} />}
          {versions.isSuccess && shown.length === 0 && <Empty>{t("models.noVersions")}</Empty>}
          {versions.hasNextPage && (
            <div className={styles.foot}>
              <Button
                disabled={versions.isFetchingNextPage}
                onClick={() => void versions.fetchNextPage()}
              >
                {t(versions.isFetchingNextPage ? "app.loadingMore" : "app.more")}
              </Button>
            </div>
          )}
        </section>
      </div>
    </Page>
  );
}

function Name({ model }: { model: RegisteredModel }) {
  const { t } = useI18n();
  const [isEditing, setEditing] = useState(false);
  const change = useRegistry(model.name);
  if (isEditing) {
    return (
      <EditForm
        label={t("models.newName")}
        text={model.name}
        save={(text) =>
          text.trim() === "" || text === model.name
            ? null
            : async () => {
                await change({ kind: "rename", name: text });
                navigate(modelPath(text), { replace: true });
              }
        }
        onClose={() => setEditing(false)}
      />
    );
  }
  return (
    <div className={`${edit.heading} ${styles.title}`}>
      <h1>{model.name}</h1>
      <IconButton label={t("models.rename")} onClick={() => setEditing(true)}>
        <Icon name="pencil" />
      </IconButton>
    </div>
  );
}
