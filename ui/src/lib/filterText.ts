/** The filter as text: its tokens, its parts, what can be written next. The server has the grammar. */
import type { ExperimentKeys } from "../api/workspace";

export interface Token {
  kind: "word" | "text" | "operator" | "bracket" | "comma";
  /** Where it stands; `to` is behind it. */
  from: number;
  to: number;
  text: string;
}

// A key with a name in backticks or quotes is one word; what is left open reaches to the end.
const TOKEN =
  /(?<word>(?:[^\s()'"`,<>=!]|`[^`]*(?:`|$)|(?<=\.)"[^"]*(?:"|$))+)|(?<text>'[^']*(?:'|$)|"[^"]*(?:"|$))|(?<operator>[<>=!]+)|(?<bracket>[()])|(?<comma>,)/g;

export function tokens(filter: string): Token[] {
  return [...filter.matchAll(TOKEN)].map((match) => {
    const groups = match.groups ?? {};
    const kind = (Object.keys(groups).find((name) => groups[name] !== undefined) ??
      "word") as Token["kind"];
    return { kind, from: match.index, to: match.index + match[0].length, text: match[0] };
  });
}

const isWord = (token: Token, word: string) =>
  token.kind === "word" && token.text.toUpperCase() === word;

/** The conditions that a filter joins by AND; one where it is joined by OR at the top, or has no AND. */
export function parts(filter: string): string[] {
  const cuts: Token[] = [];
  let depth = 0;
  let between = false;
  for (const token of tokens(filter)) {
    if (token.text === "(") depth += 1;
    else if (token.text === ")") depth -= 1;
    else if (depth > 0) continue;
    else if (isWord(token, "OR")) return [filter.trim()];
    else if (isWord(token, "BETWEEN")) between = true;
    else if (isWord(token, "AND")) {
      if (!between) cuts.push(token);
      between = false;
    }
  }
  const starts = [0, ...cuts.map((cut) => cut.to)];
  const ends = [...cuts.map((cut) => cut.from), filter.length];
  return starts.map((from, at) => filter.slice(from, ends[at]).trim()).filter((one) => one !== "");
}

/** The filter with one more condition; one that has an OR at the top is put in brackets. */
export function withCondition(filter: string, condition: string): string {
  const text = filter.trim();
  if (text === "") return condition;
  let depth = 0;
  const hasOr = tokens(text).some((token) => {
    if (token.text === "(") depth += 1;
    if (token.text === ")") depth -= 1;
    return depth === 0 && isWord(token, "OR");
  });
  const known = parts(text);
  if (!hasOr && known.includes(condition)) return text;
  return `${hasOr ? `(${text})` : known.join(" AND ")} AND ${condition}`;
}

/** Which character of the filter the server's message points at; counted from 0. */
export function errorPlace(message: string): number | null {
  const found = /\bcharacter (\d+)/.exec(message);
  return found === null ? null : Math.max(0, Number(found[1]) - 1);
}

export interface Completion {
  /** What is written in place of the text from `from` to the cursor. */
  insert: string;
  label: string;
  /** In how many runs it is; null where that isn't known. */
  runs: number | null;
}

export interface Completions {
  from: number;
  options: Completion[];
}

const MOST_OPTIONS = 12;
const ATTRIBUTE_KEYS = ["status", "run_name", "run_id", "start_time", "end_time", "user_id"];
const STATUSES = ["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"];
const NUMBER_OPERATORS = ["<", "<=", ">", ">=", "=", "!=", "BETWEEN"];
const TEXT_OPERATORS = ["=", "!=", "LIKE", "ILIKE", "IN", "NOT IN"];
const JOINERS = new Set(["AND", "OR", "NOT", "("]);

interface KeyName {
  field: string;
  name: string;
  runs: number | null;
}

function keyNames(keys: ExperimentKeys): KeyName[] {
  const of = (entity: string, all: { key: string; runs: number }[]) =>
    all.map(({ key, runs }) => ({ field: `${entity}.\`${key}\``, name: key, runs }));
  return [
    ...of("metrics", keys.metrics),
    ...of("params", keys.params),
    ...of("tags", keys.tags),
    ...ATTRIBUTE_KEYS.map((name) => ({ field: `attributes.${name}`, name, runs: null })),
  ];
}

function summaries(keys: ExperimentKeys): KeyName[] {
  return keys.metrics.flatMap(({ key, runs }) =>
    ["min", "max"].map((name) => ({ field: `metrics.\`${key}\`.${name}`, name: key, runs })),
  );
}

/** "metrics.`a b`" as its entity and name. */
function split(field: string): { entity: string; name: string } {
  const dot = field.indexOf(".");
  return { entity: field.slice(0, dot), name: field.slice(dot + 1).replace(/[`"]/g, "") };
}

function valuesOf(field: string, keys: ExperimentKeys): Completion[] {
  const { entity, name } = split(field);
  if (entity === "attributes" && name === "status") {
    return STATUSES.map((status) => ({ insert: `'${status}' `, label: status, runs: null }));
  }
  const known = entity === "params" ? keys.params : entity === "tags" ? keys.tags : [];
  const values = known.find((one) => one.key === name)?.values ?? [];
  return values
    .filter(({ value }) => !value.includes("'"))
    .map(({ value, runs }) => ({ insert: `'${value}' `, label: value, runs }));
}

function plain(words: readonly string[]): Completion[] {
  return words.map((word) => ({ insert: `${word} `, label: word, runs: null }));
}

/** What may be written at the cursor: keys, operators, values that occur, AND and OR. */
export function complete(filter: string, cursor: number, keys: ExperimentKeys): Completions {
  const before = tokens(filter.slice(0, cursor));
  const last = before.at(-1);
  const isTyping =
    last !== undefined && last.to === cursor && last.kind !== "bracket" && last.kind !== "comma";
  const typed = isTyping ? last.text : "";
  const context = isTyping ? before.slice(0, -1) : before;
  const from = isTyping ? last.from : cursor;
  const previous = context.at(-1);
  const wanted = typed.toLowerCase().replace(/[`'"]/g, "");
  const found = (options: Completion[], text: string) => ({
    from,
    options: options
      .filter(({ label }) => label.toLowerCase().includes(text))
      .filter(({ insert }) => insert.trim() !== typed)
      .slice(0, MOST_OPTIONS),
  });

  if (previous === undefined || JOINERS.has(previous.text.toUpperCase())) {
    const inList = previous?.text === "(" && isWordAt(context, -2, "IN");
    if (!inList) {
      // Summaries come last: they are in sight once a metric's name is written.
      const named = [...keyNames(keys), ...(wanted.startsWith("metrics.") ? summaries(keys) : [])];
      const options = named
        .filter(({ field }) => field.replaceAll("`", "").toLowerCase().includes(wanted))
        .map(({ field, runs }) => ({
          insert: `${field} `,
          label: field.replaceAll("`", ""),
          runs,
        }));
      return { from, options: options.slice(0, MOST_OPTIONS) };
    }
    return found(valuesOf(context.at(-3)?.text ?? "", keys), wanted);
  }
  const isField = (token: Token | undefined) =>
    token?.kind === "word" && /^(metrics|params|tags|attributes|attribute)\./i.test(token.text);
  if (isField(previous)) {
    const isNumber = /^metrics\.|_time$/.test(previous.text);
    return found(plain(isNumber ? NUMBER_OPERATORS : TEXT_OPERATORS), wanted);
  }
  if (previous.kind === "operator" && isField(context.at(-2))) {
    return found(valuesOf(context.at(-2)?.text ?? "", keys), wanted);
  }
  if (previous.kind === "text" || (previous.kind === "word" && /^[\d.-]/.test(previous.text))) {
    return found(plain(["AND", "OR"]), wanted);
  }
  return { from, options: [] };
}

function isWordAt(context: Token[], at: number, word: string): boolean {
  const token = context.at(at);
  return token !== undefined && isWord(token, word);
}
