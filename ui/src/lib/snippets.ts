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

/** Records a trace of two spans. */
export function traceScript(uri: string, experiment: string): string {
  return [
    "import mlflow",
    `mlflow.set_tracking_uri(${pythonText(uri)})`,
    `mlflow.set_experiment(${pythonText(experiment)})`,
    "@mlflow.trace",
    "def answer(question):",
    '    with mlflow.start_span("think") as span:',
    '        span.set_inputs({"question": question})',
    "    return 42",
    'answer("What is it?")',
  ].join("\n");
}

/** Registers the model of a run, and says which version is in use. */
export function registerScript(uri: string): string {
  return [
    "import mlflow",
    `mlflow.set_tracking_uri(${pythonText(uri)})`,
    'version = mlflow.register_model("runs:/RUN_ID/model", "my-model")',
    'mlflow.MlflowClient().set_registered_model_alias("my-model", "champion", version.version)',
  ].join("\n");
}

export function promptScript(uri: string): string {
  return [
    "import mlflow",
    `mlflow.set_tracking_uri(${pythonText(uri)})`,
    'mlflow.genai.register_prompt(name="my-prompt", template="Summarise: {{ text }}")',
  ].join("\n");
}

/** Loads a version of a model or of a prompt, by an alias where it has one. */
export function loadScript(
  uri: string,
  name: string,
  version: { version: string; alias: string | undefined; isPrompt: boolean },
): string {
  const place = version.alias === undefined ? `/${version.version}` : `@${version.alias}`;
  const load = version.isPrompt
    ? `prompt = mlflow.genai.load_prompt(${pythonText(`prompts:/${name}${place}`)})`
    : `model = mlflow.pyfunc.load_model(${pythonText(`models:/${name}${place}`)})`;
  return ["import mlflow", `mlflow.set_tracking_uri(${pythonText(uri)})`, load].join("\n");
}

/** A Python literal; JSON's escapes mean the same in Python. */
function pythonText(text: string): string {
  return JSON.stringify(text);
}
