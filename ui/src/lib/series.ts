/** What the x axis of a run's charts counts: steps, or the time since its start. */
export type XAxis = "step" | "time";

export interface KeyGroup {
  /** "" for keys without a group of their own. */
  name: string;
  keys: string[];
}

/** As many metrics as are found without groups on a run's page. */
const FEW_KEYS = 12;
const SYSTEM = "system";
/** What was found on data that the model wasn't trained on is looked at first. */
const VALIDATION = [/^val/i, /^(eval|test)/i];

/**
 * Metric keys in groups by what stands before the first slash: those of validation, a group of all that are
 * alone in theirs, the others, and last what the machine did ("system/…"). Where there are at most `few` keys
 * they are all in one.
 */
export function groupKeys(keys: string[], few = FEW_KEYS): KeyGroup[] {
  const groups = new Map<string, string[]>();
  for (const key of keys.toSorted(new Intl.Collator("en", { numeric: true }).compare)) {
    const slash = key.indexOf("/");
    const name = slash > 0 ? key.slice(0, slash) : "";
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [key]);
    else group.push(key);
  }
  const system = groups.get(SYSTEM) ?? [];
  const isFew = keys.length - system.length <= few;
  const isLoose = (name: string, members: string[]) =>
    name !== SYSTEM && (isFew || name === "" || members.length === 1);
  const all = [...groups];
  const loose = all.filter(([name, members]) => isLoose(name, members)).flatMap(([, one]) => one);
  const named = all.filter(([name, members]) => name !== SYSTEM && !isLoose(name, members));
  const rank = (name: string) => VALIDATION.findIndex((prefix) => prefix.test(name));
  const first = VALIDATION.flatMap((_, at) => named.filter(([name]) => rank(name) === at));
  const others = named.filter(([name]) => rank(name) < 0);
  return [...first, ["", loose] as const, ...others, [SYSTEM, system] as const]
    .filter(([, members]) => members.length > 0)
    .map(([name, members]) => ({ name, keys: [...members] }));
}
