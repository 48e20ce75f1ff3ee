"""A store under test, called without `await`, and shorthands for what most tests need."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, TypeVar

import pytest

from sagwan.domain.runs import RUN_NAME_TAG
from sagwan.domain.search.fields import EXPERIMENTS, LOGGED_MODELS, RUNS
from sagwan.domain.search.parser import parse_filter, parse_order_by
from sagwan.entities import (
    Dataset,
    DatasetInput,
    Experiment,
    LoggedModel,
    Metric,
    Param,
    Run,
    Tag,
    ViewType,
)
from sagwan.errors import SagwanError
from sagwan.storage.base import (
    ModelOrder,
    ModelQuery,
    NewExperiment,
    NewModel,
    NewRun,
    RunBatch,
    SearchQuery,
    Store,
)

T = TypeVar("T")

OpenStore = Callable[[], Coroutine[Any, Any, Store]]


class Lab:
    """A store and the event loop that it runs in.

    `lab(call)` gives the result of a call of the store.
    """

    def __init__(self, open_store: OpenStore, runner: asyncio.Runner) -> None:
        self._open_store = open_store
        self._runner = runner
        self.store = self(open_store())

    def __call__(self, call: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(call)

    def together(self, *calls: Coroutine[Any, Any, Any]) -> list[Any]:
        """The results of calls that are made at once; of one that raised, its error."""

        async def gather() -> list[Any]:
            return await asyncio.gather(*calls, return_exceptions=True)

        return self(gather())

    def refuses(
        self, error: type[SagwanError], message: str, call: Coroutine[Any, Any, Any]
    ) -> None:
        """Check that a call raises exactly this error with exactly this message."""
        with pytest.raises(SagwanError) as caught:
            self(call)
        assert (type(caught.value), caught.value.message) == (error, message)

    def reopen(self) -> None:
        """Close the store and open it again."""
        self.close()
        self.store = self(self._open_store())

    def close(self) -> None:
        self(self.store.close())

    def experiment(
        self, name: str = "vision", now: int = 1, tags: Mapping[str, str] | None = None
    ) -> int:
        """The id of a new experiment."""
        return self(
            self.store.experiments.create(NewExperiment(name, now, tags=as_tags(tags or {})))
        )

    def run(
        self,
        name: str = "first",
        experiment_id: int = 0,
        *,
        start_time: int = 1,
        user_id: str = "ada",
        tags: Mapping[str, str] | None = None,
    ) -> str:
        """The id of a new run; it depends on the name alone (see `run_id`)."""
        named = as_tags({RUN_NAME_TAG: name, **(tags or {})})
        new = NewRun(run_id(name), experiment_id, name, user_id, start_time, named)
        return self(self.store.runs.create(new)).info.run_id

    def model(
        self,
        name: str = "net",
        experiment_id: int = 0,
        *,
        now: int = 1,
        model_type: str | None = None,
        source_run_id: str | None = None,
        params: Mapping[str, str] | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> str:
        """The id of a new logged model; it depends on the name alone."""
        new = NewModel(
            f"m-{run_id(name)}",
            experiment_id,
            name,
            now,
            model_type,
            source_run_id,
            as_params(params or {}),
            as_tags(tags or {}),
        )
        return self(self.store.models.create(new)).info.model_id

    def log(
        self,
        run: str,
        metrics: Sequence[Metric] = (),
        params: Mapping[str, str] | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        """Log one batch."""
        batch = RunBatch(run, metrics, as_params(params or {}), as_tags(tags or {}))
        self(self.store.runs.log_batch(batch))

    def get_experiment(self, experiment_id: int) -> Experiment:
        return self(self.store.experiments.get(experiment_id))

    def get(self, run: str) -> Run:
        return self(self.store.runs.get(run))

    def get_model(self, model_id: str) -> LoggedModel:
        return self(self.store.models.get(model_id))

    def params(self, run: str) -> dict[str, str]:
        return {param.key: param.value for param in self.get(run).data.params}

    def tags(self, run: str) -> dict[str, str]:
        """The run's tags but for the one with its name."""
        tags = {tag.key: tag.value for tag in self.get(run).data.tags}
        return {key: value for key, value in tags.items() if key != RUN_NAME_TAG}

    def latest(self, run: str) -> dict[str, float]:
        return {metric.key: metric.value for metric in self.get(run).data.metrics}

    def history(self, run: str, key: str) -> list[tuple[int, int, float]]:
        """All (timestamp, step, value) of a metric."""
        page = self(self.store.metrics.history(run, key))
        assert page.next_page_token is None
        return [(point.timestamp, point.step, point.value) for point in page.items]

    def find_experiments(
        self, filter: str = "", order: Sequence[str] = (), view: ViewType = ViewType.ACTIVE_ONLY
    ) -> list[str]:
        """The names of the experiments that a search finds, without `Default`."""
        query = SearchQuery(
            parse_filter(filter, EXPERIMENTS), parse_order_by(order, EXPERIMENTS), 1000, view
        )
        found = self(self.store.experiments.search(query)).items
        return [experiment.name for experiment in found if experiment.name != "Default"]

    def find(
        self,
        filter: str = "",
        order: Sequence[str] = (),
        view: ViewType = ViewType.ACTIVE_ONLY,
        experiment_ids: Sequence[int] = (0,),
    ) -> list[str]:
        """The names of the runs that a search finds."""
        query = SearchQuery(parse_filter(filter, RUNS), parse_order_by(order, RUNS), 1000, view)
        found = self(self.store.runs.search(experiment_ids, query)).items
        return [run.info.run_name for run in found]

    def find_models(
        self,
        filter: str = "",
        order: Sequence[ModelOrder] = (),
        datasets: Sequence[tuple[str, str | None]] = (),
        experiment_ids: Sequence[int] = (0,),
    ) -> list[str]:
        """The names of the logged models that a search finds."""
        query = ModelQuery(
            experiment_ids, parse_filter(filter, LOGGED_MODELS), order, 1000, datasets
        )
        return [model.info.name for model in self(self.store.models.search(query)).items]


def run_id(name: str) -> str:
    """An id that is the same for the same name, in the protocol's form; ordered as names are."""
    return name.encode().hex().ljust(32, "0")[:32]


def as_tags(values: Mapping[str, str]) -> list[Tag]:
    return [Tag(key, value) for key, value in values.items()]


def as_params(values: Mapping[str, str]) -> list[Param]:
    return [Param(key, value) for key, value in values.items()]


def dataset(name: str, digest: str = "d1", source: str = "s3://data", **tags: str) -> DatasetInput:
    """A use of a dataset; `context` stands for the tag `mlflow.data.context`."""
    if "context" in tags:
        tags["mlflow.data.context"] = tags.pop("context")
    return DatasetInput(Dataset(name, digest, "s3", source), as_tags(tags))
