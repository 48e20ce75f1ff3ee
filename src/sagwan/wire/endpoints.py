"""The one list of the endpoints that take JSON: method, path, request, response."""

from sagwan.wire import (
    artifacts,
    bulk,
    dictionary,
    experiments,
    files,
    metrics,
    models,
    registry,
    runs,
    series,
    server,
    stream,
    traces,
    trash,
    views,
    webhooks,
    workspace,
)
from sagwan.wire.base import Empty, Endpoint
from sagwan.wire.frames import MEDIA_TYPE

CREATE_EXPERIMENT = Endpoint(
    "POST",
    "experiments/create",
    experiments.CreateExperiment,
    experiments.CreateExperimentResponse,
)
GET_EXPERIMENT = Endpoint(
    "GET", "experiments/get", experiments.ExperimentRequest, experiments.ExperimentResponse
)
GET_EXPERIMENT_BY_NAME = Endpoint(
    "GET",
    "experiments/get-by-name",
    experiments.GetExperimentByName,
    experiments.ExperimentResponse,
)
SEARCH_EXPERIMENTS = Endpoint(
    "POST",
    "experiments/search",
    experiments.SearchExperiments,
    experiments.SearchExperimentsResponse,
)
SEARCH_EXPERIMENTS_BY_GET = Endpoint(
    "GET",
    "experiments/search",
    experiments.SearchExperiments,
    experiments.SearchExperimentsResponse,
)
UPDATE_EXPERIMENT = Endpoint("POST", "experiments/update", experiments.UpdateExperiment, Empty)
DELETE_EXPERIMENT = Endpoint("POST", "experiments/delete", experiments.ExperimentRequest, Empty)
RESTORE_EXPERIMENT = Endpoint("POST", "experiments/restore", experiments.ExperimentRequest, Empty)
SET_EXPERIMENT_TAG = Endpoint(
    "POST", "experiments/set-experiment-tag", experiments.SetExperimentTag, Empty
)
DELETE_EXPERIMENT_TAG = Endpoint(
    "POST", "experiments/delete-experiment-tag", experiments.DeleteExperimentTag, Empty
)
SEARCH_DATASETS = Endpoint(
    "POST",
    "experiments/search-datasets",
    models.SearchDatasets,
    models.SearchDatasetsResponse,
)

CREATE_RUN = Endpoint("POST", "runs/create", runs.CreateRun, runs.RunResponse)
GET_RUN = Endpoint("GET", "runs/get", runs.RunRequest, runs.RunResponse)
UPDATE_RUN = Endpoint("POST", "runs/update", runs.UpdateRun, runs.UpdateRunResponse)
DELETE_RUN = Endpoint("POST", "runs/delete", runs.RunRequest, Empty)
RESTORE_RUN = Endpoint("POST", "runs/restore", runs.RunRequest, Empty)
SEARCH_RUNS = Endpoint("POST", "runs/search", runs.SearchRuns, runs.SearchRunsResponse)
LOG_METRIC = Endpoint("POST", "runs/log-metric", runs.LogMetric, Empty)
LOG_PARAMETER = Endpoint("POST", "runs/log-parameter", runs.LogParameter, Empty)
SET_TAG = Endpoint("POST", "runs/set-tag", runs.SetTag, Empty)
DELETE_TAG = Endpoint("POST", "runs/delete-tag", runs.DeleteTag, Empty)
LOG_BATCH = Endpoint("POST", "runs/log-batch", runs.LogBatch, Empty)
LOG_INPUTS = Endpoint("POST", "runs/log-inputs", runs.LogInputs, Empty)
LOG_OUTPUTS = Endpoint("POST", "runs/outputs", runs.LogOutputs, Empty)
LOG_MODEL = Endpoint("POST", "runs/log-model", runs.LogModel, Empty)

GET_HISTORY = Endpoint("GET", "metrics/get-history", metrics.GetHistory, metrics.MetricsResponse)
GET_HISTORY_BULK = Endpoint(
    "GET",
    "metrics/get-history-bulk",
    metrics.GetHistoryBulk,
    metrics.MetricsResponse,
    ajax_only=True,
)
GET_HISTORY_INTERVAL = Endpoint(
    "GET",
    "metrics/get-history-bulk-interval",
    metrics.GetHistoryInterval,
    metrics.MetricsResponse,
)

LIST_ARTIFACTS = Endpoint(
    "GET", "artifacts/list", artifacts.ListArtifacts, artifacts.ListArtifactsResponse
)
LIST_LOGGED_MODEL_ARTIFACTS = Endpoint(
    "GET",
    "logged-models/{model_id}/artifacts/directories",
    artifacts.ListLoggedModelArtifacts,
    artifacts.ListArtifactsResponse,
)
CREATE_PRESIGNED_UPLOAD_URL = Endpoint(
    "POST",
    "artifacts/presigned-upload-url",
    artifacts.CreatePresignedUploadUrl,
    artifacts.PresignedUploadUrl,
)
CREATE_PRESIGNED_DOWNLOAD_URL = Endpoint(
    "POST",
    "artifacts/presigned-download-url",
    artifacts.CreatePresignedDownloadUrl,
    artifacts.PresignedDownloadUrl,
)

CREATE_LOGGED_MODEL = Endpoint(
    "POST", "logged-models", models.CreateLoggedModel, models.LoggedModelResponse
)
SEARCH_LOGGED_MODELS = Endpoint(
    "POST",
    "logged-models/search",
    models.SearchLoggedModels,
    models.SearchLoggedModelsResponse,
)
GET_LOGGED_MODEL = Endpoint(
    "GET", "logged-models/{model_id}", models.GetLoggedModel, models.LoggedModelResponse
)
FINALIZE_LOGGED_MODEL = Endpoint(
    "PATCH", "logged-models/{model_id}", models.FinalizeLoggedModel, models.LoggedModelResponse
)
DELETE_LOGGED_MODEL = Endpoint(
    "DELETE", "logged-models/{model_id}", models.LoggedModelRequest, Empty
)
SET_LOGGED_MODEL_TAGS = Endpoint(
    "PATCH", "logged-models/{model_id}/tags", models.SetLoggedModelTags, Empty
)
DELETE_LOGGED_MODEL_TAG = Endpoint(
    "DELETE", "logged-models/{model_id}/tags/{tag_key}", models.DeleteLoggedModelTag, Empty
)
LOG_LOGGED_MODEL_PARAMS = Endpoint(
    "POST", "logged-models/{model_id}/params", models.LogLoggedModelParams, Empty
)

CREATE_REGISTERED_MODEL = Endpoint(
    "POST",
    "registered-models/create",
    registry.CreateRegisteredModel,
    registry.RegisteredModelResponse,
)
GET_REGISTERED_MODEL = Endpoint(
    "GET",
    "registered-models/get",
    registry.RegisteredModelRequest,
    registry.RegisteredModelResponse,
)
RENAME_REGISTERED_MODEL = Endpoint(
    "POST",
    "registered-models/rename",
    registry.RenameRegisteredModel,
    registry.RegisteredModelResponse,
)
UPDATE_REGISTERED_MODEL = Endpoint(
    "PATCH",
    "registered-models/update",
    registry.UpdateRegisteredModel,
    registry.RegisteredModelResponse,
)
DELETE_REGISTERED_MODEL = Endpoint(
    "DELETE", "registered-models/delete", registry.RegisteredModelRequest, Empty
)
SEARCH_REGISTERED_MODELS = Endpoint(
    "GET",
    "registered-models/search",
    registry.SearchRegisteredModels,
    registry.SearchRegisteredModelsResponse,
)
GET_LATEST_VERSIONS = Endpoint(
    "POST",
    "registered-models/get-latest-versions",
    registry.GetLatestVersions,
    registry.ModelVersionsResponse,
)
GET_LATEST_VERSIONS_BY_GET = Endpoint(
    "GET",
    "registered-models/get-latest-versions",
    registry.GetLatestVersions,
    registry.ModelVersionsResponse,
)
SET_REGISTERED_MODEL_TAG = Endpoint(
    "POST", "registered-models/set-tag", registry.SetRegisteredModelTag, Empty
)
DELETE_REGISTERED_MODEL_TAG = Endpoint(
    "DELETE", "registered-models/delete-tag", registry.DeleteRegisteredModelTag, Empty
)
SET_ALIAS = Endpoint("POST", "registered-models/alias", registry.SetAlias, Empty)
GET_BY_ALIAS = Endpoint(
    "GET", "registered-models/alias", registry.AliasRequest, registry.ModelVersionResponse
)
DELETE_ALIAS = Endpoint("DELETE", "registered-models/alias", registry.AliasRequest, Empty)

CREATE_MODEL_VERSION = Endpoint(
    "POST",
    "model-versions/create",
    registry.CreateModelVersion,
    registry.ModelVersionResponse,
)
GET_MODEL_VERSION = Endpoint(
    "GET", "model-versions/get", registry.ModelVersionRequest, registry.ModelVersionResponse
)
UPDATE_MODEL_VERSION = Endpoint(
    "PATCH",
    "model-versions/update",
    registry.UpdateModelVersion,
    registry.ModelVersionResponse,
)
TRANSITION_STAGE = Endpoint(
    "POST",
    "model-versions/transition-stage",
    registry.TransitionStage,
    registry.ModelVersionResponse,
)
DELETE_MODEL_VERSION = Endpoint(
    "DELETE", "model-versions/delete", registry.ModelVersionRequest, Empty
)
SEARCH_MODEL_VERSIONS = Endpoint(
    "GET",
    "model-versions/search",
    registry.SearchModelVersions,
    registry.SearchModelVersionsResponse,
)
GET_DOWNLOAD_URI = Endpoint(
    "GET",
    "model-versions/get-download-uri",
    registry.ModelVersionRequest,
    registry.DownloadUri,
)
SET_MODEL_VERSION_TAG = Endpoint(
    "POST", "model-versions/set-tag", registry.SetModelVersionTag, Empty
)
DELETE_MODEL_VERSION_TAG = Endpoint(
    "DELETE", "model-versions/delete-tag", registry.DeleteModelVersionTag, Empty
)

CREATE_WEBHOOK = Endpoint("POST", "webhooks", webhooks.CreateWebhook, webhooks.WebhookResponse)
LIST_WEBHOOKS = Endpoint("GET", "webhooks", webhooks.ListWebhooks, webhooks.ListWebhooksResponse)
GET_WEBHOOK = Endpoint(
    "GET", "webhooks/{webhook_id}", webhooks.WebhookRequest, webhooks.WebhookResponse
)
UPDATE_WEBHOOK = Endpoint(
    "PATCH", "webhooks/{webhook_id}", webhooks.UpdateWebhook, webhooks.WebhookResponse
)
DELETE_WEBHOOK = Endpoint("DELETE", "webhooks/{webhook_id}", webhooks.WebhookRequest, Empty)
TEST_WEBHOOK = Endpoint(
    "POST", "webhooks/{webhook_id}/test", webhooks.TestWebhook, webhooks.TestWebhookResponse
)

START_TRACE = Endpoint("POST", "traces", traces.StartTraceV3, traces.TraceResponse, version="3.0")
GET_TRACE_INFO = Endpoint(
    "GET", "traces/{trace_id}", traces.TraceRequest, traces.TraceResponse, version="3.0"
)
GET_TRACE = Endpoint("GET", "traces/get", traces.GetTrace, traces.TraceResponse, version="3.0")
BATCH_GET_TRACES = Endpoint(
    "GET", "traces/batchGet", traces.BatchGetTraces, traces.TracesResponse, version="3.0"
)
BATCH_GET_TRACE_INFOS = Endpoint(
    "POST",
    "traces/batchGetInfos",
    traces.BatchGetTraces,
    traces.TraceInfosResponse,
    version="3.0",
)
SEARCH_TRACES = Endpoint(
    "POST",
    "traces/search",
    traces.SearchTracesV3,
    traces.SearchTracesV3Response,
    version="3.0",
)
DELETE_TRACES = Endpoint(
    "POST",
    "traces/delete-traces",
    traces.DeleteTraces,
    traces.DeleteTracesResponse,
    version="3.0",
)
DELETE_TRACES_V2 = Endpoint(
    "POST", "traces/delete-traces", traces.DeleteTraces, traces.DeleteTracesResponse
)
SET_TRACE_TAG = Endpoint(
    "PATCH", "traces/{trace_id}/tags", traces.SetTraceTag, Empty, version="3.0"
)
SET_TRACE_TAG_V2 = Endpoint("PATCH", "traces/{trace_id}/tags", traces.SetTraceTag, Empty)
DELETE_TRACE_TAG = Endpoint(
    "DELETE", "traces/{trace_id}/tags", traces.DeleteTraceTag, Empty, version="3.0"
)
DELETE_TRACE_TAG_V2 = Endpoint("DELETE", "traces/{trace_id}/tags", traces.DeleteTraceTag, Empty)
LINK_TRACES_TO_RUN = Endpoint("POST", "traces/link-to-run", traces.LinkTracesToRun, Empty)
START_TRACE_V2 = Endpoint("POST", "traces", traces.StartTraceV2, traces.TraceInfoV2Response)
END_TRACE_V2 = Endpoint(
    "PATCH", "traces/{request_id}", traces.EndTraceV2, traces.TraceInfoV2Response
)
GET_TRACE_INFO_V2 = Endpoint(
    "GET", "traces/{request_id}/info", traces.TraceRequestV2, traces.TraceInfoV2Response
)
SEARCH_TRACES_V2 = Endpoint("GET", "traces", traces.SearchTracesV2, traces.SearchTracesV2Response)

SERVER_INFO = Endpoint("GET", "server-info", Empty, server.ServerInfo, version="3.0")

QUERY_RUNS = Endpoint(
    "POST", "runs/query", workspace.QueryRuns, workspace.QueryRunsResponse, private=True
)
FACET_RUNS = Endpoint("POST", "runs/facet", workspace.FacetRuns, workspace.RunFacet, private=True)
GROUP_RUNS = Endpoint("POST", "runs/groups", workspace.GroupRuns, workspace.RunGroups, private=True)
BULK_RUNS = Endpoint("POST", "runs/bulk", bulk.BulkRuns, bulk.BulkRunsResponse, private=True)
READ_KEYS = Endpoint(
    "POST", "experiments/keys", workspace.ReadKeys, workspace.RunKeys, private=True
)
OPEN_EXPERIMENT = Endpoint(
    *("GET", "experiments/open", workspace.OpenExperiment, workspace.OpenedExperiment),
    private=True,
)

CREATE_VIEW = Endpoint("POST", "views", views.CreateView, views.ViewResponse, private=True)
LIST_VIEWS = Endpoint("GET", "views", views.ListViews, views.SavedViews, private=True)
GET_VIEW = Endpoint("GET", "views/{slug}", views.ViewRequest, views.ViewResponse, private=True)
UPDATE_VIEW = Endpoint("PATCH", "views/{slug}", views.UpdateView, views.ViewResponse, private=True)
DELETE_VIEW = Endpoint("DELETE", "views/{slug}", views.ViewRequest, Empty, private=True)
GET_DEFAULT_VIEW = Endpoint(
    "GET", "default-view", views.GetDefaultView, views.DefaultViewResponse, private=True
)
SET_DEFAULT_VIEW = Endpoint("POST", "default-view", views.SetDefaultView, Empty, private=True)

READ_DICTIONARY = Endpoint(
    "GET", "metric-dictionary", dictionary.ReadDictionary, dictionary.MetricDictionary, private=True
)
WRITE_DICTIONARY = Endpoint(
    "POST",
    "metric-dictionary",
    dictionary.WriteDictionary,
    dictionary.MetricDictionary,
    private=True,
)

READ_TRASH = Endpoint("GET", "trash", trash.ReadTrash, trash.TrashResponse, private=True)
READ_RUN_IN_TRASH = Endpoint(
    "GET", "trash/run", trash.RunInTrash, trash.RunInTrashResponse, private=True
)
PURGE_TRASH = Endpoint("POST", "trash/purge", trash.PurgeTrash, trash.JobResponse, private=True)
MEASURE_TRASH = Endpoint(
    "POST", "trash/measure", trash.MeasureTrash, trash.JobResponse, private=True
)
READ_JOB = Endpoint("GET", "jobs/{job_id}", trash.JobRequest, trash.JobResponse, private=True)
STOP_JOB = Endpoint("POST", "jobs/{job_id}/stop", trash.JobRequest, trash.JobResponse, private=True)

LIST_DELIVERIES = Endpoint(
    "GET",
    "webhook-deliveries",
    webhooks.ListDeliveries,
    webhooks.ListDeliveriesResponse,
    private=True,
)

READ_SERIES = Endpoint(
    "POST",
    "series",
    series.ReadSeries,
    series.SeriesFrame,
    private=True,
    media_type=MEDIA_TYPE,
)
READ_GROUPS = Endpoint(
    "POST",
    "series/group",
    series.ReadGroups,
    series.GroupFrame,
    private=True,
    media_type=MEDIA_TYPE,
)

LIST_FILES = Endpoint("POST", "files/list", files.ListFiles, files.ListFilesResponse, private=True)

FOLLOW_RUNS = Endpoint(
    "GET",
    "stream",
    stream.FollowRuns,
    stream.RunsChanged,
    private=True,
    media_type="text/event-stream",
)

ENDPOINTS: tuple[Endpoint, ...] = tuple(
    value for value in list(globals().values()) if isinstance(value, Endpoint)
)
