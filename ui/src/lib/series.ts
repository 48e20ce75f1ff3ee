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
const VALIDATION = /^(val|eval|test)/i;

/**
 * Metric keys in groups by what stands before the first slash. Groups of one, and all groups where there
 * are at most `few` keys, make up the first group; those of validation come next, and last what the machine
 * did ("system/…").
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
  const isFirst = ([name]: [string, string[]]) => VALIDATION.test(name);
  const ordered = [...named.filter(isFirst), ...named.filter((group) => !isFirst(group))];
  return [["", loose] as const, ...ordered, [SYSTEM, system] as const]
    .filter(([, members]) => members.length > 0)
    .map(([name, members]) => ({ name, keys: [...members] }));
}
