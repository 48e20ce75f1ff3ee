import { QueryClient } from "@tanstack/react-query";
import { isPassing } from "./client";

/** How often a page asks again while something on it is running, in milliseconds. */
export const LIVE_INTERVAL = 3000;

const AWAY_INTERVAL = 10_000;

/** When to ask again: at LIVE_INTERVAL while something runs, slower while the server is away. */
export function liveInterval(
  state: { status: "pending" | "error" | "success" },
  isLive: boolean,
): number | false {
  if (!isLive) return false;
  return state.status === "error" ? AWAY_INTERVAL : LIVE_INTERVAL;
}

/** The cache of all queries; a query polls only where it says so, and never in a hidden tab. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // A server on this very machine needs no network connection.
        networkMode: "always",
        staleTime: 2000,
        retry: (failures, error) => failures < 2 && isPassing(error),
        refetchIntervalInBackground: false,
      },
    },
  });
}
