/** The lines that a new user copies. */

export const INSTALL = "pip install mlflow-skinny";

export function pointAt(uri: string): string {
  return `export MLFLOW_TRACKING_URI=${uri}`;
}

/** A script of five lines that logs a run into the experiment. */
export function firstScript(experiment: string): string {
  return [
    "import mlflow",
    `mlflow.set_experiment(${pythonText(experiment)})`,
    "with mlflow.start_run():",
    "    for step in range(100):",
    '        mlflow.log_metric("loss", 1 / (step + 1), step=step)',
  ].join("\n");
}

/** A Python literal; JSON's escapes mean the same in Python. */
function pythonText(text: string): string {
  return JSON.stringify(text);
}
