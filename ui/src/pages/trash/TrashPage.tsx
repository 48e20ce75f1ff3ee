import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { isOver, measure, purge, restoreExperiment, thingsIn, trashQuery } from "../../api/trash";
import type { Job, TrashedExperiment, TrashResponse } from "../../api/types.gen";
import { Button } from "../../components/controls";
import { Empty, QueryNotice } from "../../components/notices";
import { Page } from "../../components/Page";
import { useI18n } from "../../i18n/context";
import { homePath } from "../../lib/routes";
import { Confirm } from "./Confirm";
import { JobPanel } from "./JobPanel";
import { TrashTable } from "./TrashTable";
import styles from "./trash.module.css";

/** Everything that is deleted: how much it is, and what can be done about it. */
export default function TrashPage() {
  const { t } = useI18n();
  const query = useQuery(trashQuery);
  return (
    <Page title={t("trash.title")} crumbs={[{ text: t("home.title"), to: homePath }]}>
      <div className={styles.head}>
        <h1>{t("trash.title")}</h1>
      </div>
      <QueryNotice query={query} />
      {query.data !== undefined && <Trash trash={query.data} />}
    </Page>
  );
}

/** The bytes of artifacts by experiment, where they were measured and nothing was removed since. */
export function measuredIn(jobs: readonly Job[]): ReadonlyMap<string, number> {
  const newest = jobs.find((job) => job.state === "done" || job.kind === "purge");
  const measured = newest?.kind === "measure" ? (newest.report.measured ?? []) : [];
  return new Map(measured.map((one) => [one.experiment_id, one.bytes]));
}

function Trash({ trash }: { trash: TrashResponse }) {
  const { t } = useI18n();
  const client = useQueryClient();
  const [chosen, setChosen] = useState<readonly TrashedExperiment[] | null>(null);
  const { experiments, jobs } = trash;
  const refresh = async () => {
    await client.invalidateQueries({ queryKey: ["trash"] });
    void client.invalidateQueries({ queryKey: ["runs"] });
    void client.invalidateQueries({ queryKey: ["experiments"] });
  };
  const work = useMutation({
    mutationFn: (task: () => Promise<unknown>) => task(),
    onSettled: refresh,
    networkMode: "always",
  });
  const isBusy = work.isPending || !jobs.every(isOver);
  const measured = measuredIn(jobs);
  return (
    <>
      <p className={styles.hint}>{t("trash.stays")}</p>
      {jobs[0] !== undefined && <JobPanel job={jobs[0]} onStop={refresh} />}
      {work.error !== null && (
        <p role="alert" className={styles.error}>
          {t("app.failed", { message: work.error.message })}
        </p>
      )}
      {experiments.length === 0 ? (
        <Empty>{t("trash.empty")}</Empty>
      ) : (
        <>
          <div className={styles.tools}>
            <Sum experiments={experiments} measured={measured} />
            <Button disabled={isBusy} onClick={() => work.mutate(() => measure(experiments))}>
              {t("trash.measure")}
            </Button>
            <Button disabled={isBusy} onClick={() => setChosen(experiments)}>
              {t("trash.emptyIt")}
            </Button>
          </div>
          <TrashTable
            experiments={experiments}
            measured={measured}
            isBusy={isBusy}
            onRestore={(one) => work.mutate(() => restoreExperiment(one))}
            onRemove={(one) => setChosen([one])}
          />
        </>
      )}
      {chosen !== null && (
        <Confirm
          experiments={chosen}
          measured={measured}
          onClose={() => setChosen(null)}
          onConfirm={() => {
            setChosen(null);
            work.mutate(() => purge(chosen));
          }}
        />
      )}
    </>
  );
}

interface Measured {
  experiments: readonly TrashedExperiment[];
  measured: ReadonlyMap<string, number>;
}

/** How much there is in all. */
function Sum({ experiments, measured }: Measured) {
  const { t } = useI18n();
  const things = experiments.reduce((sum, one) => sum + thingsIn(one), 0);
  return (
    <p className={styles.sum}>
      {t("trash.things", { n: things })} · <Bytes experiments={experiments} measured={measured} />
    </p>
  );
}

/** The bytes of some of it, as far as they are known. */
export function Bytes({ experiments, measured }: Measured) {
  const { t, format } = useI18n();
  const database = format.bytes(experiments.reduce((sum, one) => sum + one.bytes, 0));
  const sizes = experiments.map((one) => measured.get(one.experiment_id));
  if (sizes.includes(undefined)) return t("trash.bytesUnmeasured", { database });
  const artifacts = format.bytes(sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0));
  return t("trash.bytes", { database, artifacts });
}
