import { useMutation } from "@tanstack/react-query";
import { isOver, stopJob } from "../../api/trash";
import type { Job } from "../../api/types.gen";
import { Button } from "../../components/controls";
import { useI18n } from "../../i18n/context";
import styles from "./trash.module.css";

/** How far the newest job has come, or what it did. */
export function JobPanel({ job, onStop }: { job: Job; onStop(): Promise<void> }) {
  const { t, format } = useI18n();
  const stop = useMutation({
    mutationFn: () => stopJob(job.job_id),
    onSettled: onStop,
    networkMode: "always",
  });
  const { report } = job;
  const [done, total] = [report.done ?? 0, report.total ?? 0];
  const artifacts = format.bytes(report.artifact_bytes ?? 0);
  const database = format.bytes(report.database_bytes ?? 0);
  const freed = format.bytes((report.artifact_bytes ?? 0) + (report.database_bytes ?? 0));
  const isPurge = job.kind === "purge";
  if (!isOver(job)) {
    const label = isPurge ? t("trash.removing") : t("trash.measuring");
    return (
      <section className={styles.job} aria-label={label}>
        <strong>{label}</strong>
        <progress aria-label={label} max={Math.max(total, 1)} value={done} />
        <span>
          {t("trash.progress", { done: format.integer(done), total: format.integer(total) })}
          {isPurge && ` · ${t("trash.freedSoFar", { freed })}`}
        </span>
        <Button disabled={stop.isPending || job.state === "stopping"} onClick={() => stop.mutate()}>
          {job.state === "stopping" ? t("trash.stopping") : t("trash.stop")}
        </Button>
      </section>
    );
  }
  if (!isPurge && job.state === "done") return null;
  const when = format.dateTime(job.ended ?? job.updated);
  const left = report.left ?? [];
  return (
    <section className={styles.job} aria-label={t("trash.lastJob")}>
      <div role="status">
        {isPurge && (
          <>
            <strong>{t("trash.freed", { freed })}</strong>{" "}
            {t("trash.freedOf", { artifacts, database })}
          </>
        )}
        {job.state === "stopped" && ` ${t("trash.wasStopped")}`}
        {job.state === "failed" && ` ${t("trash.hasFailed", { reason: job.error ?? "" })}`}
        <span className={styles.time}> {when}</span>
      </div>
      {left.length > 0 && (
        <details className={styles.left}>
          <summary>{t("trash.left", { n: report.left_count ?? left.length })}</summary>
          <ul>
            {left.map((one) => (
              <li key={`${one.kind} ${one.id}`}>
                <code>{one.id}</code> {one.reason}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
