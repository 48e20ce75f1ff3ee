import { type ReactNode, useEffect, useRef } from "react";
import { useI18n } from "../i18n/context";
import { LANGUAGES, type Language } from "../i18n/translate";
import { isFirstPage, usePlace } from "../lib/history";
import { homePath, modelsPath, routeOf, settingsPath } from "../lib/routes";
import { Segments } from "./controls";
import { Icon } from "./Icon";
import { Link } from "./Link";
import { LiveDot } from "./LiveDot";
import { Logo } from "./Logo";
import styles from "./Page.module.css";

export interface Crumb {
  text: string;
  to: string;
}

interface Props {
  /** The page's name in the browser's tab. */
  title: string;
  /** The way here, outermost first, without the page itself. */
  crumbs?: Crumb[];
  /** Whether a part of the page scrolls instead of the page. */
  filled?: boolean;
  children: ReactNode;
}

const LANGUAGE_OPTIONS = Object.entries(LANGUAGES) as [Language, string][];

/** The frame of every page: the bar above, the content below. */
export function Page({ title, crumbs = [], filled = false, children }: Props) {
  const { t, language, choose } = useI18n();
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    // As a browser does on a new document: from the top, and the keyboard starts at the content.
    if (isFirstPage()) return;
    scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, []);
  useEffect(() => {
    document.title = title === "" ? "Sagwan" : `${title} · Sagwan`;
  }, [title]);
  return (
    <div className={filled ? `${styles.shell} ${styles.filled}` : styles.shell}>
      <button type="button" className={styles.skip} onClick={() => main.current?.focus()}>
        {t("app.skip")}
      </button>
      <header className={styles.bar}>
        <Link to={homePath} className={styles.brand} aria-label="Sagwan">
          <Logo />
          <span>Sagwan</span>
        </Link>
        <nav className={styles.crumbs} aria-label={t("home.title")}>
          <ol>
            {crumbs.map((crumb) => (
              <li key={crumb.to}>
                <Link to={crumb.to} title={crumb.text}>
                  {crumb.text}
                </Link>
              </li>
            ))}
          </ol>
        </nav>
        <LiveDot />
        <Sections />
        <Segments
          legend={t("app.language")}
          value={language}
          options={LANGUAGE_OPTIONS}
          areLanguages
          onChange={choose}
        />
        <Link
          to={settingsPath}
          className={styles.settings}
          aria-label={t("settings.title")}
          title={t("settings.title")}
        >
          <Icon name="settings" size={16} />
        </Link>
      </header>
      <main ref={main} id="content" tabIndex={-1} className={styles.main}>
        {children}
      </main>
    </div>
  );
}

const MODEL_PAGES: ReadonlySet<string> = new Set([
  "models",
  "model",
  "version",
  "versions",
  "webhooks",
]);

/** The ways to the parts of the UI. */
function Sections() {
  const { t } = useI18n();
  const isModels = MODEL_PAGES.has(routeOf(usePlace().path).page);
  return (
    <nav className={styles.sections} aria-label={t("app.sections")}>
      <Link to={homePath} aria-current={isModels ? undefined : "true"}>
        {t("home.title")}
      </Link>
      <Link to={modelsPath} aria-current={isModels ? "true" : undefined}>
        {t("models.title")}
      </Link>
    </nav>
  );
}
