import { QueryClient } from "@tanstack/react-query";
import { isPassing } from "./client";

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
