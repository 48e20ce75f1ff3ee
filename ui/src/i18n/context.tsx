import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { createFormatter, type Formatter } from "../lib/format";
import { chooseLanguage, type Language, type Translate, translator } from "./translate";

const STORED = "sagwan.language";

interface I18n {
  language: Language;
  t: Translate;
  format: Formatter;
  choose(language: Language): void;
}

const Context = createContext<I18n | null>(null);

function stored(): string | null {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null;
  }
}

function store(language: Language): void {
  try {
    localStorage.setItem(STORED, language);
  } catch {
    // A browser that keeps nothing still shows the page.
  }
}

export function I18nProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(() => chooseLanguage(stored(), navigator.languages));
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const value = useMemo<I18n>(
    () => ({
      language,
      t: translator(language),
      format: createFormatter(language),
      choose: (chosen) => {
        store(chosen);
        setLanguage(chosen);
      },
    }),
    [language],
  );
  return <Context value={value}>{children}</Context>;
}

export function useI18n(): I18n {
  const value = useContext(Context);
  if (value === null) throw new Error("outside of I18nProvider");
  return value;
}
