import { en } from "./en";
import type { MessageKey, Translation, ValuesArgument } from "./types";

export const LANGUAGES = { en: "English", ko: "한국어" } as const;
export type Language = keyof typeof LANGUAGES;

const CATALOGUES: Partial<Record<Language, Translation>> = { en };

/** Loads the texts of a language, if they aren't here yet. */
export async function loadLanguage(language: Language): Promise<void> {
  if (language === "ko") CATALOGUES.ko ??= (await import("./ko")).ko;
}

/** Whether the texts of a language are here. */
export function isLoaded(language: Language): boolean {
  return CATALOGUES[language] !== undefined;
}

export type Translate = <Key extends MessageKey>(
  key: Key,
  ...values: ValuesArgument<Key>
) => string;

/** The function that gives texts in `language`, which is loaded; numbers in them are formatted for it. */
export function translator(language: Language, useGrouping = true): Translate {
  const catalogue: Translation = CATALOGUES[language] ?? en;
  const plural = new Intl.PluralRules(language);
  const integer = new Intl.NumberFormat(language, { useGrouping });
  return (key, ...[values]) => {
    const places: Record<string, string | number> = values ?? {};
    const message = catalogue[key];
    const text =
      typeof message === "string"
        ? message
        : (message[plural.select(Number(places.n))] ?? message.other);
    return text.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = places[name] ?? "";
      return typeof value === "number" ? integer.format(value) : value;
    });
  };
}

/** The language of the page: the one that was chosen, else the first of the browser's that we have. */
export function chooseLanguage(chosen: string | null, wanted: readonly string[]): Language {
  const known = (name: string): name is Language => name in LANGUAGES;
  if (chosen !== null && known(chosen)) return chosen;
  return wanted.map((name) => name.toLowerCase().split("-")[0] ?? "").find(known) ?? "en";
}
