import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { restoreRun } from "../../api/runs";
import { deletedAtQuery } from "../../api/trash";
import { Button } from "../../components/controls";
import { Notice } from "../../components/notices";
import { useI18n } from "../../i18n/context";

/** Says that a run is in the trash and since when, and takes it back. */
export function DeletedNotice({ id }: { id: string }) {
  const { t, format } = useI18n();
  const client = useQueryClient();
  const deletedAt = useQuery(deletedAtQuery(id)).data;
  const restore = useMutation({
    mutationFn: () => restoreRun(id),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["runs"] });
      void client.invalidateQueries({ queryKey: ["trash"] });
    },
    networkMode: "always",
  });
  return (
    <Notice>
      <span>
        {deletedAt == null
          ? t("run.isDeleted")
          : t("trash.runDeleted", { time: format.exactTime(deletedAt) })}
        {restore.error !== null && ` ${t("app.failed", { message: restore.error.message })}`}
      </span>
      <Button disabled={restore.isPending} onClick={() => restore.mutate()}>
        {t("trash.restoreRun")}
      </Button>
    </Notice>
  );
}
