import { useQueryClient } from "@tanstack/react-query";
import { deleteTag, renameRun, setTag } from "../../api/runs";

export type RunEdit =
  | { kind: "name"; name: string }
  | { kind: "tag"; key: string; value: string }
  | { kind: "untag"; key: string };

/** A function that changes a run on the server, then reads it anew. */
export function useRunEdit(id: string): (edit: RunEdit) => Promise<void> {
  const client = useQueryClient();
  return async (edit) => {
    if (edit.kind === "name") await renameRun(id, edit.name);
    else if (edit.kind === "tag") await setTag(id, edit.key, edit.value);
    else await deleteTag(id, edit.key);
    await client.invalidateQueries({ queryKey: ["runs", "one", id] });
    // Tables show names and tags too.
    void client.invalidateQueries({ queryKey: ["runs"], refetchType: "none" });
  };
}
