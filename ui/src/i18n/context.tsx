import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { createFormatter, type Formatter } from "../lib/format";
import { useSettings } from "../lib/settings";
import { stored, storeValue } from "../lib/stored";
import { chooseLanguage, type Language, type Translate, translator } from "./translate";

const STORED = "sagwan.language";

interface I18n {
  language: Language;
  t: Translate;
  format: Formatter;
  choose(language: Language): void;
}

const Context = createContext<I18n | null>(null);

export function I18nProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(() =>
    chooseLanguage(stored(STORED), navigator.languages),
  );
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
        setLanguage(chosen);
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
