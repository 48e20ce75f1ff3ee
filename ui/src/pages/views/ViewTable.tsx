import { useMutation, useQueries, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { experimentQuery } from "../../api/experiments";
import type { SavedView, SavedViews } from "../../api/types.gen";
import { deleteView, setDefaultView, updateView } from "../../api/views";
import { Button, CopyButton, IconButton } from "../../components/controls";
import controls from "../../components/controls.module.css";
import { Icon } from "../../components/Icon";
import { Link } from "../../components/Link";
import table from "../../components/table.module.css";
import { useI18n } from "../../i18n/context";
import { experimentPath } from "../../lib/routes";
import { searchIn, shortLink } from "../../lib/savedViews";
import styles from "./views.module.css";

interface Props {
  /** The experiment that the views are opened in. */
  id: string;
  found: SavedViews;
  views: readonly SavedView[];
}

export function ViewTable({ id, found, views }: Props) {
  const { t } = useI18n();
  const ids = [...new Set(views.map((view) => view.experiment_id ?? ""))];
  const experiments = useQueries({ queries: ids.map((one) => experimentQuery(one)) });
  const names = new Map(ids.map((one, at) => [one, experiments[at]?.data?.name ?? one]));
  const isOthers = ids.some((one) => one !== id);
  return (
    <div className={styles.scroll}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">{t("views.name")}</th>
            {isOthers && <th scope="col">{t("views.experiment")}</th>}
            <th scope="col" className={styles.wide}>
              {t("views.savedBy")}
            </th>
            <th scope="col" className={styles.wide}>
              {t("home.updated")}
            </th>
            <th scope="col">{t("views.defaultOf")}</th>
            <th scope="col">
              <span className={controls.hidden}>{t("views.actions")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {views.map((view) => (
            <Row
              key={view.slug}
              id={id}
              view={view}
              found={found}
              experiment={isOthers ? (names.get(view.experiment_id ?? "") ?? "") : null}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  id: string;
  view: SavedView;
  found: SavedViews;
  /** The name of the view's experiment; null where it is this one's. */
  experiment: string | null;
}

function Row({ id, view, found, experiment }: RowProps) {
  const { t, format } = useI18n();
  const client = useQueryClient();
  const [mode, setMode] = useState<"plain" | "renaming" | "deleting">("plain");
  const [name, setName] = useState(view.name ?? "");
  const change = useMutation({
    mutationFn: async (act: () => Promise<unknown>) => {
      await act();
      setMode("plain");
      await client.invalidateQueries({ queryKey: ["views"] });
    },
    networkMode: "always",
  });
  const shown = view.name ?? view.slug;
  const setDefault = (of: string | null, on: boolean) =>
    change.mutate(() => setDefaultView(of, on ? view.slug : null));
  return (
    <tr>
      <td className={styles.name}>
        {mode === "renaming" ? (
          <form
            className={styles.form}
            onSubmit={(event) => {
              event.preventDefault();
              change.mutate(() => updateView(view.slug, { name }));
            }}
            onKeyDown={(event) => {
              if (event.key === "Escape") setMode("plain");
            }}
          >
            <input
              // biome-ignore lint/a11y/noAutofocus: it takes the place of what was pressed.
              autoFocus
              className={controls.input}
              aria-label={t("views.name")}
              value={name}
              maxLength={250}
              onChange={(event) => setName(event.target.value)}
            />
            <Button type="submit" disabled={name.trim() === "" || change.isPending}>
              {t("edit.save")}
            </Button>
            <Button onClick={() => setMode("plain")}>{t("edit.cancel")}</Button>
          </form>
        ) : (
          <Link to={experimentPath(id) + searchIn(id, view)}>{shown}</Link>
        )}
        {change.isError && (
          <p role="alert" className={styles.wrong}>
            {t("app.failed", { message: change.error.message })}
          </p>
        )}
      </td>
      {experiment !== null && (
        <td className={table.soft}>
          <Link to={experimentPath(view.experiment_id ?? "")}>{experiment}</Link>
        </td>
      )}
      <td className={`${table.soft} ${styles.wide}`}>{view.owner}</td>
      <td
        className={`${table.soft} ${table.nowrap} ${styles.wide}`}
        title={format.exactTime(view.last_update_time)}
      >
        {format.dateTime(view.last_update_time)}
      </td>
      <td className={styles.defaults}>
        {experiment === null && (
          <Toggle
            label={t("views.ofExperiment")}
            name={t("views.defaultFor", { name: shown })}
            on={found.experiment_default === view.slug}
            onChange={(on) => setDefault(id, on)}
          />
        )}
        <Toggle
          label={t("views.ofServer")}
          name={t("views.serverDefaultFor", { name: shown })}
          on={found.server_default === view.slug}
          onChange={(on) => setDefault(null, on)}
        />
      </td>
      <td className={styles.actions}>
        {mode === "deleting" ? (
          <>
            <span className={styles.hint}>{t("views.deleteHint")}</span>
            <Button
              disabled={change.isPending}
              onClick={() => change.mutate(() => deleteView(view.slug))}
            >
              {t("views.deleteNow", { name: shown })}
            </Button>
            <Button onClick={() => setMode("plain")}>{t("edit.cancel")}</Button>
          </>
        ) : (
          <>
            <CopyButton text={shortLink(view.slug)} what={t("views.linkTo", { name: shown })} />
            <IconButton
              label={t("views.rename", { name: shown })}
              onClick={() => setMode("renaming")}
            >
              <Icon name="pencil" />
            </IconButton>
            <IconButton
              label={t("views.delete", { name: shown })}
              onClick={() => setMode("deleting")}
            >
              <Icon name="cross" />
            </IconButton>
          </>
        )}
      </td>
    </tr>
  );
}

interface ToggleProps {
  label: string;
  name: string;
  on: boolean;
  onChange(on: boolean): void;
}

function Toggle({ label, name, on, onChange }: ToggleProps) {
  return (
    <label className={styles.toggle}>
      <input
        type="checkbox"
        aria-label={name}
        checked={on}
        onChange={(event) => onChange(event.target.checked)}
      />
      {label}
    </label>
  );
}
