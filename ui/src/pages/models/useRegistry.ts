import { useQueryClient } from "@tanstack/react-query";
import { editModel, type RegistryEdit } from "../../api/registry";

/** A function that changes a registered model on the server, then reads anew what is shown of it. */
export function useRegistry(name: string): (edit: RegistryEdit) => Promise<void> {
  const client = useQueryClient();
  return async (edit) => {
    await editModel(name, edit);
    // What has gone is not asked for again: its page is left.
    const refetchType = edit.kind === "delete" || edit.kind === "rename" ? "none" : "active";
    await client.invalidateQueries({ queryKey: ["models"], refetchType });
  };
}
