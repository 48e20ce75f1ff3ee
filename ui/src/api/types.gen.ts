// Written by `python -m sagwan.wire.typescript`; a change made here is lost.

/** A double on the wire: JSON has no NaN and no infinity, so they are text. */
export type Double = number | "NaN" | "Infinity" | "-Infinity";

/** A name for one version of a registered model. */
export interface Alias {
  alias: string;
  version: string;
}

/** A kind of event; not every action is one of every entity. */
export interface AskedEvent {
  entity: "REGISTERED_MODEL" | "MODEL_VERSION" | "MODEL_VERSION_TAG" | "MODEL_VERSION_ALIAS" | "PROMPT" | "PROMPT_VERSION" | "PROMPT_TAG" | "PROMPT_VERSION_TAG" | "PROMPT_ALIAS" | "BUDGET_POLICY";
  action: "CREATED" | "UPDATED" | "DELETED" | "SET" | "EXCEEDED";
}

/** POST runs/bulk */
export interface BulkRuns {
  action: string;
  run_ids?: string[];
  experiment_ids?: string[];
  filter?: string;
  deleted_at?: number;
  expected?: number;
  set_tags?: Tag[];
  remove_tags?: string[];
}

/** How many runs were changed and when, in Unix milliseconds. */
export interface BulkRunsResponse {
  runs: number;
  time: number;
  run_ids?: string[];
}

/** POST experiments/create */
export interface CreateExperiment {
  name: string;
  artifact_location?: string;
  tags?: Tag[];
}

/** The new experiment's id. */
export interface CreateExperimentResponse {
  experiment_id: string;
}

/** POST views */
export interface CreateView {
  path: string;
  query?: string;
  name?: string;
  owner?: string;
}

/** POST webhooks */
export interface CreateWebhook {
  name: string;
  url: string;
  events: AskedEvent[];
  description?: string;
  secret?: string;
  status?: "ACTIVE" | "DISABLED";
}

/** A dataset's identity and description; `source`, `schema` and `profile` are JSON as text. */
export interface Dataset {
  name: string;
  digest: string;
  source_type: string;
  source: string;
  schema?: string;
  profile?: string;
}

/** A dataset that a run used, with the tags of that use (`mlflow.data.context` among them). */
export interface DatasetInput {
  dataset: Dataset;
  tags?: Tag[];
}

/** A view, if there is a default. */
export interface DefaultViewResponse {
  view?: SavedView;
}

/** A request or a response without fields: `{}`. */
export interface Empty {
}

/** What a caller sees of an error. */
export interface ErrorBody {
  error_code: string;
  message: string;
}

/** An experiment. Times are Unix milliseconds; the id is a decimal integer as text. */
export interface Experiment {
  experiment_id: string;
  name: string;
  artifact_location: string;
  lifecycle_stage: string;
  last_update_time: number;
  creation_time: number;
  workspace: string;
  tags?: Tag[];
}

/** An experiment that has traces. */
export interface ExperimentLocation {
  experiment_id: string;
}

/** GET experiments/get, POST experiments/delete and experiments/restore */
export interface ExperimentRequest {
  experiment_id: string;
}

/** One experiment. */
export interface ExperimentResponse {
  experiment: Experiment;
}

/** A part of a histogram: its upper end belongs to the next one, that of the last to itself. */
export interface FacetBin {
  from: Double;
  to: Double;
  runs: number;
}

/** POST runs/facet */
export interface FacetRuns {
  field: string;
  experiment_ids?: string[];
  filter?: string;
  run_view_type?: "ACTIVE_ONLY" | "DELETED_ONLY" | "ALL";
  bins?: number;
}

/** A file or a folder; `file_size` is in bytes and absent for folders. */
export interface FileInfo {
  path: string;
  is_dir: boolean;
  file_size?: number;
}

/** A run, and the `next` of an earlier answer where its list goes on. */
export interface FilesAfter {
  run_id: string;
  after?: string;
}

/** A run's files, in the order of their paths' parts; paths begin at the run's root. */
export interface FilesOfRun {
  run_id: string;
  files?: FileInfo[];
  next?: string;
  error?: string;
}

/** GET stream */
export interface FollowRuns {
  experiment_ids?: string[];
  run_ids?: string[];
  position?: string;
  points?: boolean;
}

/** GET default-view */
export interface GetDefaultView {
  experiment_id: string;
}

/** GET metrics/get-history-bulk-interval; `run_ids` is repeated */
export interface GetHistoryInterval {
  run_ids: string[];
  metric_key: string;
  start_step?: number;
  end_step?: number;
  max_results?: number;
}

/** GET logged-models/{model_id} */
export interface GetLoggedModel {
  model_id: string;
  allow_deleted?: boolean;
}

/** Where in the frame the arrays of a group are, as [offset, type]. */
export interface GroupArrays {
  x: [number, string];
  n: [number, string];
  mean: [number, string];
  std: [number, string];
  min: [number, string];
  max: [number, string];
}

/** A key of a group: how many of its runs have values, and `n` entries in each of its arrays. */
export interface GroupEntry {
  group: string;
  key: string;
  runs: number;
  n: number;
  arrays: GroupArrays;
}

/** A frame as that of `series`; this is what its header holds. */
export interface GroupFrame {
  series: GroupEntry[];
}

/** A long job. `state` is `queued`, `running`, `stopping`, `done`, `stopped` or `failed`. */
export interface Job {
  job_id: string;
  kind: string;
  state: string;
  created: number;
  updated: number;
  report: JobReport;
  ended?: number;
  error?: string;
}

/** What a job has done so far, of `total` things that it found. */
export interface JobReport {
  total?: number;
  done?: number;
  runs?: number;
  models?: number;
  experiments?: number;
  files?: number;
  artifact_bytes?: number;
  database_bytes?: number;
  pending_bytes?: number;
  left?: LeftThing[];
  left_count?: number;
  measured?: MeasuredExperiment[];
}

/** GET jobs/{job_id} and POST jobs/{job_id}/stop */
export interface JobRequest {
  job_id: string;
}

/** A job. */
export interface JobResponse {
  job: Job;
}

/** A text and how many runs have it. */
export interface KeyValue {
  value: string;
  runs: number;
}

/** A `run`, `model` or `experiment` that was left in the trash, and why. */
export interface LeftThing {
  kind: string;
  id: string;
  reason: string;
}

/** GET artifacts/list */
export interface ListArtifacts {
  run_id: string;
  path?: string;
  page_token?: string;
}

/** The files of a folder, paths relative to the run's or model's root. */
export interface ListArtifactsResponse {
  root_uri: string;
  files?: FileInfo[];
  next_page_token?: string;
}

/** GET webhook-deliveries */
export interface ListDeliveries {
  webhook_id?: string;
  max_results?: number;
  page_token?: string;
}

/** A page of deliveries. */
export interface ListDeliveriesResponse {
  deliveries: WebhookDelivery[];
  next_page_token?: string;
}

/** POST files/list */
export interface ListFiles {
  runs: FilesAfter[];
  path?: string;
  suffixes?: string[];
  contains?: string;
  limit?: number;
}

/** As many runs as were asked for, in that order. */
export interface ListFilesResponse {
  runs: FilesOfRun[];
}

/** GET views */
export interface ListViews {
  experiment_id?: string;
}

/** GET webhooks */
export interface ListWebhooks {
  max_results?: number;
  page_token?: string;
}

/** A page of webhooks. */
export interface ListWebhooksResponse {
  webhooks?: Webhook[];
  next_page_token?: string;
}

/** A logged model as the protocol shows it. */
export interface LoggedModel {
  info: LoggedModelInfo;
  data: LoggedModelData;
}

/** A logged model's params and the latest metrics measured on it. */
export interface LoggedModelData {
  params?: Param[];
  metrics?: Metric[];
}

/** A logged model's identity and state. Times are Unix milliseconds. */
export interface LoggedModelInfo {
  model_id: string;
  experiment_id: string;
  name: string;
  creation_timestamp_ms: number;
  last_updated_timestamp_ms: number;
  artifact_uri: string;
  status: string;
  model_type?: string;
  source_run_id?: string;
  status_message?: string;
  tags?: Tag[];
}

/** One logged model. */
export interface LoggedModelResponse {
  model: LoggedModel;
}

/** POST trash/measure */
export interface MeasureTrash {
  experiment_ids?: string[];
}

/** The artifacts that an experiment has in the trash. */
export interface MeasuredExperiment {
  experiment_id: string;
  files: number;
  bytes: number;
}

/** One point of a metric. `timestamp` is in Unix milliseconds; `value` may be NaN. */
export interface Metric {
  key: string;
  value: Double;
  timestamp: number;
  step: number;
  model_id?: string;
  dataset_name?: string;
  dataset_digest?: string;
  run_id?: string;
}

/** What is said of the metrics of an experiment, or of all. */
export interface MetricDictionary {
  metrics: MetricEntry[];
  version: number;
}

/** What is said of the metric `key`; what is None or empty isn't said. */
export interface MetricEntry {
  key: string;
  label?: string;
  unit?: string;
  direction?: string;
  decimals?: number;
  low?: Double;
  high?: Double;
  goal?: Double;
  group?: string;
}

/** A metric of an experiment, by the latest values of the runs of a sample. */
export interface MetricKey {
  key: string;
  runs: number;
  varies: boolean;
  points: boolean;
  min?: Double;
  max?: Double;
}

/** Points of a metric, and the token of the next page where there is one. */
export interface MetricsResponse {
  metrics?: Metric[];
  next_page_token?: string;
}

/** A logged model that a run read. */
export interface ModelInput {
  model_id: string;
}

/** A logged model that a run wrote, and at which step. */
export interface ModelOutput {
  model_id: string;
  step: number;
}

/** A version of a registered model. */
export interface ModelVersion {
  name: string;
  version: string;
  creation_timestamp: number;
  last_updated_timestamp: number;
  current_stage: string;
  source: string;
  run_id: string;
  status: string;
  run_link: string;
  description?: string;
  model_id?: string;
  tags?: Tag[];
  aliases?: string[];
}

/** A request that names a version. */
export interface ModelVersionRequest {
  name: string;
  version: string;
}

/** One version. */
export interface ModelVersionResponse {
  model_version: ModelVersion;
}

/** GET experiments/open */
export interface OpenExperiment {
  experiment_id: string;
  sample?: number;
}

/** What an experiment's page begins with: itself, its keys, and its default view, if any. */
export interface OpenedExperiment {
  experiment: Experiment;
  keys: RunKeys;
  view?: SavedView;
}

/** A run's or a model's parameter; write-once. */
export interface Param {
  key: string;
  value: string;
}

/** POST trash/purge */
export interface PurgeTrash {
  run_ids?: string[];
  logged_model_ids?: string[];
  experiment_ids?: string[];
  before?: number;
  registered?: boolean;
  expected?: number;
}

/** POST runs/query */
export interface QueryRuns {
  experiment_ids?: string[];
  filter?: string;
  order_by?: string[];
  run_view_type?: "ACTIVE_ONLY" | "DELETED_ONLY" | "ALL";
  offset?: number;
  limit?: number;
  columns?: string[];
  snapshot?: string;
}

/** A page of runs. `snapshot` names the list that it is of, `total` runs long. */
export interface QueryRunsResponse {
  total: number;
  snapshot: string;
  offset: number;
  runs: RunRows;
  columns: RunColumn[];
}

/** GET metric-dictionary */
export interface ReadDictionary {
  experiment_id?: string;
}

/** POST series/group; for each of the keys, the statistics of each group's runs. */
export interface ReadGroups {
  groups: RunGroup[];
  keys: string[];
  x?: string;
  from?: Double;
  to?: Double;
  buckets?: number;
}

/** POST experiments/keys */
export interface ReadKeys {
  experiment_ids?: string[];
  sample?: number;
}

/** POST series; each of the keys of each of the runs, for charts. */
export interface ReadSeries {
  run_ids: string[];
  keys: string[];
  x?: string;
  from?: Double;
  to?: Double;
  buckets?: number;
  narrow?: boolean;
  planes?: boolean;
  arrays?: string[];
}

/** GET trash */
export interface ReadTrash {
}

/** A registered model; `latest_versions` are the newest of each stage. */
export interface RegisteredModel {
  name: string;
  creation_timestamp: number;
  last_updated_timestamp: number;
  description?: string;
  latest_versions?: ModelVersion[];
  tags?: Tag[];
  aliases?: Alias[];
}

/** A request that names a registered model. */
export interface RegisteredModelRequest {
  name: string;
}

/** One registered model. */
export interface RegisteredModelResponse {
  registered_model: RegisteredModel;
}

/** A run as the protocol shows it. */
export interface Run {
  info: RunInfo;
  data: RunData;
  inputs: RunInputs;
  outputs?: RunOutputs;
}

/** The values of a field, one for each run of the page; NaN is `"NaN"`. */
export interface RunColumn {
  field: string;
  values: (Double | string | null)[];
}

/** What a run logged; of each metric the latest point. */
export interface RunData {
  metrics?: Metric[];
  params?: Param[];
  tags?: Tag[];
}

/** How the values of a field are spread over runs; `missing` are the runs that have none. */
export interface RunFacet {
  kind: string;
  runs: number;
  missing: number;
  nan?: number;
  min?: Double;
  max?: Double;
  mean?: Double;
  bins?: FacetBin[];
  distinct?: number;
  top?: KeyValue[];
}

/** Runs that belong together, such as the seeds of one configuration. */
export interface RunGroup {
  name: string;
  run_ids: string[];
}

/** GET trash/run */
export interface RunInTrash {
  run_id: string;
}

/** Unix milliseconds, or nothing. */
export interface RunInTrashResponse {
  deleted_at?: number;
}

/** A run's identity and state. Times are Unix milliseconds; `end_time` is absent until set. */
export interface RunInfo {
  run_uuid: string;
  experiment_id: string;
  run_name: string;
  user_id: string;
  status: string;
  start_time: number;
  artifact_uri: string;
  lifecycle_stage: string;
  run_id: string;
  end_time?: number;
}

/** Datasets and models that a run used. */
export interface RunInputs {
  model_inputs?: ModelInput[];
  dataset_inputs?: DatasetInput[];
}

/** All keys of an experiment's active runs, and what the newest of them have under those. */
export interface RunKeys {
  runs: number;
  sampled: number;
  metrics: MetricKey[];
  params: TextKey[];
  tags: TextKey[];
  dictionary?: MetricEntry[];
}

/** Models that a run produced. */
export interface RunOutputs {
  model_outputs?: ModelOutput[];
}

/** GET runs/get, POST runs/delete and runs/restore */
export interface RunRequest {
  run_id: string;
}

/** One run. */
export interface RunResponse {
  run: Run;
}

/** What runs have in any case, by columns; `parent` is the id in the tag `mlflow.parentRunId`. */
export interface RunRows {
  run_id: string[];
  run_name: string[];
  experiment_id: string[];
  status: string[];
  start_time: number[];
  end_time: (number | null)[];
  user_id: string[];
  lifecycle_stage: string[];
  active: (number | null)[];
  parent: (string | null)[];
}

/** The data of an event, in JSON. Lines that begin with a colon only keep the connection. */
export interface RunsChanged {
  now: number;
  anew?: boolean;
  runs?: string[];
  keys?: string[];
  points?: ((Double | null)[])[];
  latest?: ((Double | null)[])[];
  changed?: number[];
  all?: boolean;
}

/** A place in the web UI: a path, and the query string that says what is seen there. */
export interface SavedView {
  slug: string;
  path: string;
  query: string;
  creation_time: number;
  last_update_time: number;
  experiment_id?: string;
  name?: string;
  owner?: string;
}

/** Saved views, and the slugs of those that are seen where an address says nothing. */
export interface SavedViews {
  views: SavedView[];
  experiment_default?: string;
  server_default?: string;
}

/** POST and GET experiments/search */
export interface SearchExperiments {
  max_results?: number;
  page_token?: string;
  filter?: string;
  order_by?: string[];
  view_type?: "ACTIVE_ONLY" | "DELETED_ONLY" | "ALL";
}

/** A page of experiments. */
export interface SearchExperimentsResponse {
  experiments?: Experiment[];
  next_page_token?: string;
}

/** GET model-versions/search */
export interface SearchModelVersions {
  filter?: string;
  max_results?: number;
  order_by?: string[];
  page_token?: string;
}

/** A page of versions. */
export interface SearchModelVersionsResponse {
  model_versions?: ModelVersion[];
  next_page_token?: string;
}

/** GET registered-models/search */
export interface SearchRegisteredModels {
  filter?: string;
  max_results?: number;
  order_by?: string[];
  page_token?: string;
}

/** A page of registered models. */
export interface SearchRegisteredModelsResponse {
  registered_models?: RegisteredModel[];
  next_page_token?: string;
}

/** POST runs/search */
export interface SearchRuns {
  experiment_ids?: string[];
  filter?: string;
  run_view_type?: "ACTIVE_ONLY" | "DELETED_ONLY" | "ALL";
  max_results?: number;
  order_by?: string[];
  page_token?: string;
}

/** A page of runs. */
export interface SearchRunsResponse {
  runs?: Run[];
  next_page_token?: string;
}

/** POST traces/search */
export interface SearchTracesV3 {
  locations: TraceLocation[];
  filter?: string;
  max_results?: number;
  order_by?: string[];
  page_token?: string;
}

/** A page of traces. */
export interface SearchTracesV3Response {
  traces?: TraceInfoV3[];
  next_page_token?: string;
}

/** Where in the frame the arrays of a series are, as [offset, type]. */
export interface SeriesArrays {
  x: [number, string];
  value: [number, string];
  min?: [number, string];
  max?: [number, string];
  mean?: [number, string];
  count?: [number, string];
}

/** A series that has points in the range: how many, and `n` entries in each of its arrays. */
export interface SeriesEntry {
  run: string;
  key: string;
  points: number;
  n: number;
  exact: boolean;
  arrays: SeriesArrays;
}

/** A frame; this is what its header holds. */
export interface SeriesFrame {
  series: SeriesEntry[];
  planes?: boolean;
}

/** POST default-view */
export interface SetDefaultView {
  experiment_id?: string;
  slug?: string;
}

/** A key and its text, of a run, an experiment, an input or a model. */
export interface Tag {
  key: string;
  value: string;
}

/** POST webhooks/{webhook_id}/test */
export interface TestWebhook {
  webhook_id: string;
  event?: AskedEvent;
}

/** The result of a test. */
export interface TestWebhookResponse {
  result: WebhookTestResult;
}

/** A param or a tag of an experiment, by the runs of a sample. */
export interface TextKey {
  key: string;
  runs: number;
  distinct: number;
  varies: boolean;
  values: KeyValue[];
}

/** A trace without its spans. */
export interface TraceInfoV3 {
  trace_id: string;
  client_request_id?: string;
  trace_location?: TraceLocation;
  request_time?: string;
  execution_duration?: string;
  state?: string;
  trace_metadata?: Record<string, string>;
  tags?: Record<string, string>;
  request_preview?: string;
  response_preview?: string;
}

/** Where traces are; Sagwan knows experiments. */
export interface TraceLocation {
  type?: string;
  mlflow_experiment?: ExperimentLocation;
}

/** GET traces/{trace_id} */
export interface TraceRequest {
  trace_id: string;
}

/** One trace. */
export interface TraceResponse {
  trace: TraceV3;
}

/** A trace; a span is what OTLP's JSON has, with names in snake_case and ids in base64. */
export interface TraceV3 {
  trace_info: TraceInfoV3;
  spans?: unknown[];
}

/** The trash, and its jobs. */
export interface TrashResponse {
  experiments: TrashedExperiment[];
  jobs: Job[];
}

/** What an experiment has in the trash. Times are Unix milliseconds. */
export interface TrashedExperiment {
  experiment_id: string;
  name: string;
  runs: number;
  models: number;
  bytes: number;
  deleted_at?: number;
  first?: number;
  last?: number;
}

/** POST experiments/update */
export interface UpdateExperiment {
  experiment_id: string;
  new_name: string;
}

/** PATCH views/{slug} */
export interface UpdateView {
  slug: string;
  name?: string;
  owner?: string;
  query?: string;
}

/** PATCH webhooks/{webhook_id} */
export interface UpdateWebhook {
  webhook_id: string;
  name?: string;
  description?: string;
  url?: string;
  events?: AskedEvent[];
  secret?: string;
  status?: "ACTIVE" | "DISABLED";
}

/** One view. */
export interface ViewResponse {
  view: SavedView;
}

/** A webhook; its secret is never shown. Times are Unix milliseconds. */
export interface Webhook {
  webhook_id: string;
  name: string;
  url: string;
  events: WebhookEvent[];
  status: string;
  creation_timestamp: number;
  last_updated_timestamp: number;
  description?: string;
}

/** An event on its way to a webhook, or what became of it. Times are Unix milliseconds. */
export interface WebhookDelivery {
  delivery_id: string;
  webhook_id: string;
  event: WebhookEvent;
  state: string;
  creation_time: number;
  attempts: number;
  body: string;
  last_attempt_time?: number;
  next_attempt_time?: number;
  response_status?: number;
  error?: string;
}

/** A kind of event by the names of its parts, `MODEL_VERSION` and `CREATED`. */
export interface WebhookEvent {
  entity: string;
  action: string;
}

/** One webhook. */
export interface WebhookResponse {
  webhook: Webhook;
}

/** What became of a test; the start of what the receiver answered. */
export interface WebhookTestResult {
  success: boolean;
  response_status?: number;
  response_body?: string;
  error_message?: string;
}

/** POST metric-dictionary */
export interface WriteDictionary {
  metrics?: MetricEntry[];
  experiment_id?: string;
  version?: number;
}
