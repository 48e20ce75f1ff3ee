import { useQueryClient } from "@tanstack/react-query";

/** A function that reads the experiments anew, and, where they are shown next, what depends on them. */
export function useRefresh(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await client.invalidateQueries({ queryKey: ["experiments"] });
    void client.invalidateQueries({ queryKey: ["trash"] });
    void client.invalidateQueries({ queryKey: ["runs"] });
  };
}
