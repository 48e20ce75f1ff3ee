import type { en } from "./en";

type English = typeof en;
export type MessageKey = keyof English;

/** A text for each plural category that the language tells apart; "other" always. */
export type Plural = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>;

/** A complete catalogue: a missing or a surplus key fails the type check. */
export type Translation = {
  readonly [Key in MessageKey]: English[Key] extends string ? string : Plural;
};

type Names<Text> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never;
type TextOf<Message> = Message extends string ? Message : Message[keyof Message];

/** What a text has places for; `n` is the number that chooses the plural form. */
export type Values<Key extends MessageKey> = {
  [Name in Names<TextOf<English[Key]>>]: Name extends "n" ? number : string;
};

/** The arguments after the key: none for a text without places. */
export type ValuesArgument<Key extends MessageKey> = keyof Values<Key> extends never
  ? []
  : [values: Values<Key>];
