import { Button } from "../../components/controls";
import { Toast } from "../../components/Toast";
import { useI18n } from "../../i18n/context";
import type { Moves } from "./useMoves";

const OPPOSITE = { delete: "restore", restore: "delete" } as const;

/** Says where the last moved experiment is, and takes that back. */
export function MoveToast({ moves }: { moves: Moves }) {
  const { t } = useI18n();
  const { variables: move, error, isPending } = moves;
  if (move === undefined || isPending) return null;
  if (error !== null) {
    return <Toast onClose={moves.reset}>{t("app.failed", { message: error.message })}</Toast>;
  }
  const { name } = move.experiment;
  const text = move.kind === "delete" ? "experiments.deleted" : "experiments.restored";
  return (
    <Toast onClose={moves.reset}>
      <span>{t(text, { name })}</span>
      {/* The button that was pressed has gone with its row: the keyboard goes on here. */}
      <Button autoFocus onClick={() => moves.mutate({ ...move, kind: OPPOSITE[move.kind] })}>
        {t("experiments.undo")}
      </Button>
    </Toast>
  );
}
