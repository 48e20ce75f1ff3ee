import { useQueries } from "@tanstack/react-query";
import { useState } from "react";
import { runQuery } from "../../api/runs";
import type { ModelVersion, RegisteredModel } from "../../api/types.gen";
import { Button } from "../../components/controls";
import controls from "../../components/controls.module.css";
import { Link } from "../../components/Link";
import table from "../../components/table.module.css";
import { useI18n } from "../../i18n/context";
import { navigate } from "../../lib/history";
import { ownTags } from "../../lib/registry";
import { runPath, versionPath, versionsPath } from "../../lib/routes";
import { nameOf } from "../../lib/runs";
import { Aliases } from "./Aliases";
import styles from "./models.module.css";

const SHOWN_TAGS = 2;
/** Of so many versions the names of the runs are read; the rest show the runs' ids. */
const NAMED_RUNS = 25;

interface Props {
  model: RegisteredModel;
  versions: readonly ModelVersion[];
}

export function VersionTable({ model, versions }: Props) {
  const { t } = useI18n();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const hasStages = versions.some((one) => one.current_stage !== "None");
  const ids = [...new Set(versions.slice(0, NAMED_RUNS).map((one) => one.run_id))].filter(Boolean);
  const runs = useQueries({ queries: ids.map((id) => runQuery(id)) });
  const names = new Map(
    runs.flatMap(({ data }) => (data ? [[data.info.run_id, nameOf(data)]] : [])),
  );
  const canCompare = versions.length > 1;
  return (
    <>
      <div className={styles.tools}>
        <h2>{t("models.versions")}</h2>
        {canCompare && (
          <Button
            disabled={chosen.length < 2}
            title={chosen.length < 2 ? t("models.compareHint") : undefined}
            onClick={() => navigate(versionsPath(model.name, chosen))}
          >
            {t("models.compare")}
            {chosen.length > 0 && ` (${chosen.length})`}
          </Button>
        )}
      </div>
      <div className={styles.scroll}>
        <table className={table.table}>
          <thead>
            <tr>
              {canCompare && (
                <th scope="col">
                  <span className={controls.hidden}>{t("models.compare")}</span>
                </th>
              )}
              <th scope="col">{t("models.version")}</th>
              <th scope="col">{t("models.aliases")}</th>
              {hasStages && (
                <th scope="col" title={t("models.stageHint")}>
                  {t("models.stage")}
                </th>
              )}
              <th scope="col">{t("models.run")}</th>
              <th scope="col" className={styles.wide}>
                {t("models.created")}
              </th>
            </tr>
          </thead>
          <tbody>
            {versions.map((one) => (
              <Row
                key={one.version}
                model={model}
                one={one}
                run={names.get(one.run_id) ?? one.run_id.slice(0, 8)}
                hasStages={hasStages}
                isChosen={canCompare ? chosen.includes(one.version) : null}
                onChoose={(on) =>
                  setChosen(
                    on
                      ? [...chosen, one.version]
                      : chosen.filter((version) => version !== one.version),
                  )
                }
              />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

interface RowProps {
  model: RegisteredModel;
  one: ModelVersion;
  /** The name of the run that it is from. */
  run: string;
  hasStages: boolean;
  /** null: there is nothing to compare. */
  isChosen: boolean | null;
  onChoose(on: boolean): void;
}

function Row({ model, one, run, hasStages, isChosen, onChoose }: RowProps) {
  const { t, format } = useI18n();
  const tags = ownTags(one.tags);
  const note = one.description?.trim() ?? "";
  return (
    <tr>
      {isChosen !== null && (
        <td>
          <input
            type="checkbox"
            aria-label={t("models.choose", { version: one.version })}
            checked={isChosen}
            onChange={(event) => onChoose(event.target.checked)}
          />
        </td>
      )}
      <td className={styles.number}>
        <Link className={styles.name} to={versionPath(model.name, one.version)}>
          {one.version}
        </Link>
        {(note !== "" || tags.length > 0) && (
          <div className={styles.about}>
            {note !== "" && <span title={note}>{note}</span>}
            {tags.slice(0, SHOWN_TAGS).map(({ key, value }) => (
              <span key={key} className={styles.chip} title={`${key}: ${value}`}>
                {value === "" ? key : `${key}: ${value}`}
              </span>
            ))}
          </div>
        )}
      </td>
      <td>
        <Aliases model={model} version={one.version} />
      </td>
      {hasStages && (
        <td className={table.soft}>{one.current_stage === "None" ? "" : one.current_stage}</td>
      )}
      <td>{one.run_id !== "" && <Link to={runPath(one.run_id)}>{run}</Link>}</td>
      <td
        className={`${table.soft} ${table.nowrap} ${styles.wide}`}
        title={format.exactTime(one.creation_timestamp)}
      >
        {format.dateTime(one.creation_timestamp)}
      </td>
    </tr>
  );
}
