import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type MouseEvent, useState } from "react";
import type { SavedView } from "../../api/types.gen";
import {
  defaultViewQuery,
  saveView,
  setDefaultView,
  updateView,
  viewsQuery,
} from "../../api/views";
import { Button } from "../../components/controls";
import controls from "../../components/controls.module.css";
import { Link } from "../../components/Link";
import { QueryNotice } from "../../components/notices";
import { Popover } from "../../components/Popover";
import { ShareLink } from "../../components/ShareLink";
import { useI18n } from "../../i18n/context";
import { navigate, presentPlace, usePlace } from "../../lib/history";
import { experimentPath, viewsPath } from "../../lib/routes";
import { ownName, rememberMine, searchIn, setOwnName } from "../../lib/savedViews";
import { openedView, useOpenedView } from "./openView";
import { undoView } from "./useUndo";
import styles from "./views.module.css";

/** Saves the view, opens saved ones, shares it, and goes back to where it began. */
export function ViewMenu({ id }: { id: string }) {
  const { t } = useI18n();
  return (
    <Popover label={t("views.title")}>
      <Menu id={id} />
    </Popover>
  );
}

const closeMenu = (event: MouseEvent<HTMLElement>) =>
  event.currentTarget.closest<HTMLElement>("[popover]")?.hidePopover?.();

function Menu({ id }: { id: string }) {
  const { t } = useI18n();
  const { search } = usePlace();
  const query = useQuery(viewsQuery(id));
  const opened = useOpenedView(id);
  const views = query.data?.views ?? [];
  const open = views.find(({ slug }) => slug === opened);
  return (
    <div className={styles.menu}>
      <ShareLink />
      <QueryNotice query={query} />
      {views.length > 0 && (
        <ul className={styles.list}>
          {views.map((view) => (
            <li key={view.slug}>
              <Link
                to={experimentPath(id) + searchIn(id, view)}
                aria-current={searchIn(id, view) === search ? "true" : undefined}
                onClick={(event) => {
                  openedView(id, view.slug);
                  closeMenu(event);
                }}
              >
                {view.name}
              </Link>
              <span className={styles.by}>{view.owner}</span>
              {view.slug === query.data?.experiment_default && (
                <span className={styles.mark}>{t("views.default")}</span>
              )}
              {view.slug === query.data?.server_default && (
                <span className={styles.mark}>{t("views.serverDefault")}</span>
              )}
            </li>
          ))}
        </ul>
      )}
      {query.isSuccess && views.length === 0 && <p className={styles.hint}>{t("views.none")}</p>}
      {open !== undefined && searchIn(id, open) !== search && <Update id={id} view={open} />}
      <SaveAs id={id} />
      <div className={styles.row}>
        <Button onClick={() => undoView("undo")}>{t("views.undo")}</Button>
        <Reset id={id} />
        <Link to={viewsPath(id)} className={styles.end}>
          {t("views.all")}
        </Link>
      </div>
    </div>
  );
}

/** Runs a change of views, and reads them anew after it. */
function useViewChange<Input>(change: (input: Input) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (input: Input) => {
      await change(input);
      await client.invalidateQueries({ queryKey: ["views"] });
    },
    networkMode: "always",
  });
}

function Update({ id, view }: { id: string; view: SavedView }) {
  const { t } = useI18n();
  const update = useViewChange(() => updateView(view.slug, { query: presentPlace().search }));
  return (
    <div className={styles.row}>
      <Button disabled={update.isPending} onClick={() => update.mutate(id)}>
        {t("views.update", { name: view.name ?? "" })}
      </Button>
      {update.isError && <Failed error={update.error} />}
    </div>
  );
}

function SaveAs({ id }: { id: string }) {
  const { t } = useI18n();
  const [name, setName] = useState("");
  const [owner, setOwner] = useState(ownName);
  const [asDefault, setAsDefault] = useState(false);
  const save = useViewChange(async () => {
    const { search } = presentPlace();
    const view = await saveView(experimentPath(id), search, name, owner);
    setOwnName(owner);
    rememberMine(view.slug);
    openedView(id, view.slug);
    if (asDefault) await setDefaultView(id, view.slug);
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === "" || save.isPending) return;
    save.mutate(undefined, {
      onSuccess: () => {
        setName("");
        setAsDefault(false);
      },
    });
  };
  return (
    <form className={styles.save} onSubmit={submit}>
      <label>
        {t("views.name")}
        <input
          className={controls.input}
          value={name}
          maxLength={250}
          onChange={(event) => setName(event.target.value)}
        />
      </label>
      <label>
        {t("views.owner")}
        <input
          className={controls.input}
          value={owner}
          maxLength={250}
          placeholder={t("views.optional")}
          onChange={(event) => setOwner(event.target.value)}
        />
      </label>
      <label className={styles.tick}>
        <input
          type="checkbox"
          checked={asDefault}
          onChange={(event) => setAsDefault(event.target.checked)}
        />
        {t("views.asDefault")}
      </label>
      <Button type="submit" disabled={name.trim() === "" || save.isPending}>
        {t("views.save")}
      </Button>
      {save.isError && <Failed error={save.error} />}
    </form>
  );
}

/** Back to the default view, or to what is shown without one. */
function Reset({ id }: { id: string }) {
  const { t } = useI18n();
  const view = useQuery(defaultViewQuery(id)).data;
  const reset = () => {
    openedView(id, view?.slug ?? null);
    navigate(experimentPath(id) + (view ? searchIn(id, view) : ""));
  };
  return <Button onClick={reset}>{t("views.reset")}</Button>;
}

function Failed({ error }: { error: Error }) {
  const { t } = useI18n();
  return (
    <p role="alert" className={styles.wrong}>
      {t("app.failed", { message: error.message })}
    </p>
  );
}
