/** Texts inside MLflow's filter syntax, which has no escapes: a text may not hold its own quotes. */

/** `text` in quotes, or null where it holds both kinds of quote. */
export function inQuotes(text: string): string | null {
  if (!text.includes("'")) return `'${text}'`;
  return text.includes('"') ? null : `"${text}"`;
}

/** `text` as a value to compare with; ids and names of our own making only, hence no null. */
export function quoted(text: string): string {
  return inQuotes(text) ?? `'${text.replaceAll("'", "")}'`;
}

/** The pattern of an ILIKE that finds what contains `text`; where no quotes fit, one quote matches any character. */
export function containsPattern(text: string): string {
  return inQuotes(`%${text}%`) ?? `'%${text.replaceAll("'", "_")}%'`;
}

/** A search key such as "metrics.val/loss" with its name quoted: metrics.`val/loss`; of "min.val/loss" metrics.`val/loss`.min. */
export function quotedKey(key: string): string {
  const dot = key.indexOf(".");
  const [entity, name] = [key.slice(0, dot), key.slice(dot + 1)];
  if (entity === "min" || entity === "max") return `metrics.\`${name}\`.${entity}`;
  return entity === "attributes" ? key : `${entity}.\`${name}\``;
}
