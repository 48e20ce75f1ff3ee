import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { createFormatter, type Formatter } from "../lib/format";
import { useSettings } from "../lib/settings";
import { stored, storeValue } from "../lib/stored";
import {
  chooseLanguage,
  isLoaded,
  type Language,
  loadLanguage,
  type Translate,
  translator,
} from "./translate";

const STORED = "sagwan.language";

interface I18n {
  language: Language;
  t: Translate;
  format: Formatter;
  choose(language: Language): void;
}

/** The language that this reader gets. */
function wantedLanguage(): Language {
  return chooseLanguage(stored(STORED), navigator.languages);
}

/** Loads the texts of the reader's language; without them the page is in English. */
export async function startLanguage(): Promise<void> {
  await loadLanguage(wantedLanguage()).catch(() => {});
}

const Context = createContext<I18n | null>(null);

export function I18nProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(() => {
    const wanted = wantedLanguage();
    return isLoaded(wanted) ? wanted : "en";
  });
  const settings = useSettings();
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const value = useMemo<I18n>(
    () => ({
      language,
      t: translator(language, settings.grouping),
      format: createFormatter(language, settings),
      choose: (chosen) => {
        storeValue(STORED, chosen);
        if (isLoaded(chosen)) setLanguage(chosen);
        else void loadLanguage(chosen).then(() => setLanguage(chosen));
      },
    }),
    [language, settings],
  );
  return <Context value={value}>{children}</Context>;
}

export function useI18n(): I18n {
  const value = useContext(Context);
  if (value === null) throw new Error("outside of I18nProvider");
  return value;
}
