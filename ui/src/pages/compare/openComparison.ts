import { sharePlace } from "../../api/views";
import { navigate } from "../../lib/history";
import { comparePath } from "../../lib/routes";

/** More ids than these would make an address that nobody can send: the server keeps them. */
export const MOST_IN_ADDRESS = 20;

/** Goes to the comparison of runs. Where the server can't keep them, the address is long. */
export async function openComparison(ids: readonly string[]): Promise<void> {
  const long = comparePath(ids);
  if (ids.length <= MOST_IN_ADDRESS) return navigate(long);
  const [path = "", query = ""] = long.split("?");
  const slug = await sharePlace(path, query).catch(() => null);
  navigate(slug === null ? long : `${path}?s=${slug}`);
}
