"""The protocol's calls as functions on `sagwan.entities`."""

from collections.abc import AsyncIterator, Sequence
from typing import TypeVar
from urllib.parse import quote

import msgspec

from sagwan.client.http import Http
from sagwan.entities import (
    Entity,
    Experiment,
    FileInfo,
    LoggedModel,
    Run,
    RunInfo,
    RunStatus,
    Tag,
    ViewType,
)
from sagwan.errors import SagwanError
from sagwan.wire import artifacts, endpoints, experiments, models, runs
from sagwan.wire.base import Empty, Endpoint
from sagwan.wire.codec import encode

R = TypeVar("R", bound=Entity)

PAGE = 1000


class NotTheProtocol(SagwanError):
    """The server answered something that is no answer of the protocol."""


class Api:
    """Calls to one server. Each raises what `Http.stream` raises, and NotTheProtocol."""

    def __init__(self, http: Http) -> None:
        self.http = http

    async def call(self, endpoint: Endpoint, request: Entity, answer: type[R], **named: str) -> R:
        """The answer of an endpoint; `named` are the parameters in its path."""
        path = next(endpoint.paths()).format_map({k: quote(v, safe="") for k, v in named.items()})
        if endpoint.method == "GET":
            content = await self.http.request("GET", path, query=_query(request))
        else:
            content = await self.http.request(
                endpoint.method,
                path,
                body=encode(request),
                headers={"Content-Type": "application/json"},
            )
        try:
            return msgspec.json.decode(content, type=answer, strict=False)
        except msgspec.MsgspecError as error:
            raise NotTheProtocol(
                f"The answer of {self.http.url}{path} can't be read ({error}). Is this a tracking"
                " server, and not much older or newer than this program?"
            ) from None

    async def create_experiment(
        self, name: str, artifact_location: str | None = None, tags: Sequence[Tag] = ()
    ) -> str:
        """Create an experiment and return its id."""
        request = experiments.CreateExperiment(name, artifact_location, list(tags))
        answer = await self.call(
            endpoints.CREATE_EXPERIMENT, request, experiments.CreateExperimentResponse
        )
        return answer.experiment_id

    async def get_experiment(self, experiment_id: str) -> Experiment:
        """An experiment, also one that is deleted."""
        request = experiments.ExperimentRequest(experiment_id)
        answer = await self.call(endpoints.GET_EXPERIMENT, request, experiments.ExperimentResponse)
        return answer.experiment

    async def get_experiment_by_name(self, name: str) -> Experiment:
        """An experiment, also one that is deleted."""
        request = experiments.GetExperimentByName(name)
        answer = await self.call(
            endpoints.GET_EXPERIMENT_BY_NAME, request, experiments.ExperimentResponse
        )
        return answer.experiment

    async def search_experiments(
        self, view: ViewType = ViewType.ACTIVE_ONLY, limit: int | None = None
    ) -> AsyncIterator[Experiment]:
        """Experiments, page by page, the newest first; at most `limit`."""
        token: str | None = None
        while limit is None or limit > 0:
            size = PAGE if limit is None else min(PAGE, limit)
            request = experiments.SearchExperiments(
                max_results=size, page_token=token, view_type=view
            )
            page = await self.call(
                endpoints.SEARCH_EXPERIMENTS, request, experiments.SearchExperimentsResponse
            )
            for experiment in page.experiments:
                yield experiment
            token = page.next_page_token
            if not token:
                return
            limit = None if limit is None else limit - len(page.experiments)

    async def rename_experiment(self, experiment_id: str, new_name: str) -> None:
        """Give an active experiment another name."""
        request = experiments.UpdateExperiment(experiment_id, new_name)
        await self.call(endpoints.UPDATE_EXPERIMENT, request, Empty)

    async def delete_experiment(self, experiment_id: str) -> None:
        """Put an experiment and its runs into the trash."""
        request = experiments.ExperimentRequest(experiment_id)
        await self.call(endpoints.DELETE_EXPERIMENT, request, Empty)

    async def restore_experiment(self, experiment_id: str) -> None:
        """Take an experiment out of the trash."""
        request = experiments.ExperimentRequest(experiment_id)
        await self.call(endpoints.RESTORE_EXPERIMENT, request, Empty)

    async def create_run(
        self,
        experiment_id: str,
        *,
        name: str = "",
        user: str = "",
        start_time: int,
        tags: Sequence[Tag] = (),
    ) -> Run:
        """Create a run that started at `start_time` (Unix milliseconds)."""
        request = runs.CreateRun(experiment_id, user, name, start_time, list(tags))
        return (await self.call(endpoints.CREATE_RUN, request, runs.RunResponse)).run

    async def get_run(self, run_id: str) -> Run:
        """A run, also one that is deleted."""
        request = runs.RunRequest(run_id)
        return (await self.call(endpoints.GET_RUN, request, runs.RunResponse)).run

    async def update_run(
        self, run_id: str, *, status: RunStatus, end_time: int | None = None
    ) -> RunInfo:
        """Set a run's status, and when it ended (Unix milliseconds)."""
        request = runs.UpdateRun(run_id, status, end_time)
        return (await self.call(endpoints.UPDATE_RUN, request, runs.UpdateRunResponse)).run_info

    async def delete_run(self, run_id: str) -> None:
        """Put a run into the trash."""
        await self.call(endpoints.DELETE_RUN, runs.RunRequest(run_id), Empty)

    async def restore_run(self, run_id: str) -> None:
        """Take a run out of the trash."""
        await self.call(endpoints.RESTORE_RUN, runs.RunRequest(run_id), Empty)

    async def search_runs(
        self, experiment_ids: Sequence[str], view: ViewType = ViewType.ACTIVE_ONLY
    ) -> AsyncIterator[Run]:
        """All runs of the experiments, page by page, the one that started last first."""
        token: str | None = None
        while True:
            request = runs.SearchRuns(
                experiment_ids=list(experiment_ids),
                run_view_type=view,
                max_results=PAGE,
                page_token=token,
            )
            page = await self.call(endpoints.SEARCH_RUNS, request, runs.SearchRunsResponse)
            for run in page.runs:
                yield run
            token = page.next_page_token
            if not token:
                return

    async def get_logged_model(self, model_id: str) -> LoggedModel:
        """A logged model."""
        request = models.GetLoggedModel(model_id)
        answer = await self.call(
            endpoints.GET_LOGGED_MODEL, request, models.LoggedModelResponse, model_id=model_id
        )
        return answer.model

    async def list_artifacts(self, run_id: str, path: str = "") -> list[FileInfo]:
        """What is in a folder of a run's artifacts; paths are relative to the run's root."""
        request = artifacts.ListArtifacts(run_id, path or None)
        answer = await self.call(endpoints.LIST_ARTIFACTS, request, artifacts.ListArtifactsResponse)
        return answer.files


def _query(request: Entity) -> dict[str, str | list[str]]:
    given: dict[str, object] = msgspec.to_builtins(request)
    return {
        name: [str(item) for item in value] if isinstance(value, list) else str(value)
        for name, value in given.items()
    }
