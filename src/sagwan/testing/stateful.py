"""A state machine that does the same to a store and to the reference model, and compares.

A store is compared by inheriting `StoreMachine`, saying how it is opened, and running
`StoreMachine.TestCase`. Results must be equal, errors must be equal in type and message. Times and
ids of runs and models are the machine's; the ids of experiments are the store's, which only have to
be new.
"""

import asyncio
import math
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from sagwan.domain.runs import RUN_NAME_TAG
from sagwan.domain.search.ast import Condition, Field, Filter, OrderBy
from sagwan.entities import (
    DatasetInput,
    Metric,
    ModelOutput,
    Page,
    Param,
    RunStatus,
    Tag,
    ViewType,
)
from sagwan.entities.workspace import RunFacet
from sagwan.errors import SagwanError
from sagwan.storage.base import (
    Axis,
    Grouping,
    NewExperiment,
    NewRun,
    RunBatch,
    RunPage,
    RunQuery,
    RunUpdate,
    SearchQuery,
    SeriesQuery,
    Store,
)
from sagwan.storage.bulk import RunSelection
from sagwan.storage.memory import MemoryStore
from sagwan.testing.feeds import compare_feeds
from sagwan.testing.stateful_models import UNKNOWN, ModelSteps, all_or_some, limits, places
from sagwan.testing.stateful_registry import RegistryMachine
from sagwan.testing.stateful_views import ViewSteps
from sagwan.testing.stateful_webhooks import WebhookSteps
from sagwan.testing.storage import strategies as some

__all__ = ["StoreMachine"]

Call = Callable[[Store], Coroutine[Any, Any, Any]]


class StoreMachine(ViewSteps, WebhookSteps, ModelSteps, RegistryMachine):
    """Random use of a store; things are named by their place in the list of those there are."""

    artifact_root = "mlflow-artifacts:/"

    async def open_store(self) -> Store:
        """Open the store: new at first, then again on the same data."""
        raise NotImplementedError("say how the store under test is opened")

    async def compact(self, store: Store) -> None:
        """Make the store tidy up what it would tidy up in the background; nothing by default."""

    durable = False
    """Whether the store keeps what it holds when it is closed."""

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        # A query of the store with the names that its answers had, by store.
        self._looked_at: tuple[Store, RunQuery, dict[int, str]] | None = None
        self._store = self._runner.run(self.open_store())
        default = self._runner.run(self._store.experiments.get(0))
        self._model = MemoryStore(self.artifact_root, default.creation_time)
        self._experiments = [0]
        self._runs: list[str] = []
        self._models: list[str] = []
        self._follow()

    def _follow(self) -> None:
        """Look on from now."""
        self._feeds = (
            self._runner.run(self._model.changes.feed()),
            self._runner.run(self._store.changes.feed()),
        )

    def teardown(self) -> None:
        try:
            self._compare_everything()
        finally:
            self._runner.run(self._store.close())
            self._runner.close()

    # Comparing

    def _both(self, call: Call) -> None:
        """Make a call of both; what they answer must be equal."""
        expected = self._runner.run(_answer(call(self._model)))
        actual = self._runner.run(_answer(call(self._store)))
        assert actual == expected, f"the store answers {actual}, the model {expected}"

    def _both_in_pages(self, call: Callable[[Store, str | None], Any]) -> None:
        """Read a listing of both to its end, page by page."""
        tokens: tuple[str | None, str | None] = (None, None)
        while True:
            expected: Page[Any] = self._runner.run(call(self._model, tokens[0]))
            actual: Page[Any] = self._runner.run(call(self._store, tokens[1]))
            assert _comparable(actual.items) == _comparable(expected.items), (
                f"the store lists {actual.items}, the model {expected.items}"
            )
            tokens = (expected.next_page_token, actual.next_page_token)
            assert (tokens[1] is None) == (tokens[0] is None), "the store and the model end apart"
            if tokens[0] is None:
                return

    def _compare_everything(self) -> None:
        async def everything(store: Store) -> list[Any]:
            return await asyncio.gather(
                *(store.experiments.get(number) for number in self._experiments),
                *(store.experiments.get_by_name(name) for name in some.NAMES),
                *(store.runs.get(run_id) for run_id in self._runs),
                *(store.metrics.history(run_id, key) for run_id in self._runs for key in some.KEYS),
                *(_answer(store.models.get(model_id)) for model_id in some.MODEL_IDS),
                *(store.models.get(model_id, True) for model_id in self._models),
                store.models.search_datasets(self._experiments),
                *(_answer(store.registry.get(name)) for name in some.NAMES),
            )

        self._both(everything)

    def _experiment(self, place: int) -> int:
        known = self._experiments
        return 99 if place == UNKNOWN else known[place % len(known)]

    def _experiments_at(self, chosen: list[int] | None) -> list[int]:
        if chosen is None:
            return self._experiments
        return [self._experiment(place) for place in chosen]

    def _run(self, place: int) -> str:
        return some.RUN_IDS[-1] if place == UNKNOWN else self._runs[place % len(self._runs)]

    # Experiments

    @initialize(
        times=st.lists(some.small, min_size=3, max_size=3),
        batches=st.lists(
            st.tuples(
                st.lists(some.metrics(), max_size=3),
                some.param_lists,
                st.lists(some.run_tags, max_size=2),
            ),
            min_size=3,
            max_size=3,
        ),
    )
    def begin(
        self,
        times: list[int],
        batches: list[tuple[list[Metric], list[Param], list[Tag]]],
    ) -> None:
        """Something to work on: an experiment, models, and runs with something in them."""
        self.create_experiment("vision", times[0], None, [])
        for place in (0, 1):
            self.create_model(place, "net", times[place], None, None, [], [])
        for place, (time, (metrics, params, tags)) in enumerate(zip(times, batches, strict=True)):
            self.create_run(place, some.RUNS_NAMED[place], "ada", time, [])
            self.log(place, metrics, params, tags)

    @rule(name=some.names, now=some.small, location=some.locations, tags=some.tag_lists)
    def create_experiment(self, name: str, now: int, location: str | None, tags: list[Tag]) -> None:
        new = NewExperiment(name, now, location, tags)
        found = self._runner.run(_answer(self._store.experiments.create(new)))
        if isinstance(found, int):
            assert found > max(self._experiments), "the id was given before"
            self._model.state.next_experiment_id = found
            self._experiments.append(found)
        expected = self._runner.run(_answer(self._model.experiments.create(new)))
        assert found == expected, f"the store answers {found}, the model {expected}"

    @rule(
        place=places,
        how=st.sampled_from(["rename", "delete", "restore", "set tag", "delete tag"]),
        name=some.names,
        now=some.small,
        tag=some.tags,
    )
    def change_experiment(self, place: int, how: str, name: str, now: int, tag: Tag) -> None:
        number = self._experiment(place)
        changes: dict[str, Call] = {
            "rename": lambda store: store.experiments.rename(number, name, now),
            "delete": lambda store: store.experiments.delete(number, now),
            "restore": lambda store: store.experiments.restore(number, now),
            "set tag": lambda store: store.experiments.set_tag(number, tag),
            "delete tag": lambda store: store.experiments.delete_tag(number, tag.key),
        }
        self._both(changes[how])

    @rule(
        filter=some.experiment_filters,
        order=some.experiment_orders,
        view=some.views,
        limit=limits,
    )
    def search_experiments(
        self, filter: Filter, order: Sequence[OrderBy], view: ViewType, limit: int
    ) -> None:
        self._both_in_pages(
            lambda store, token: store.experiments.search(
                SearchQuery(filter, order, limit, view, token)
            )
        )

    # Runs

    @precondition(lambda self: len(self._runs) < len(some.RUN_IDS) - 1)
    @rule(
        place=places,
        name=some.run_names,
        user_id=st.sampled_from(["ada", "Ada", ""]),
        start_time=some.times,
        tags=some.tag_lists,
    )
    def create_run(
        self, place: int, name: str, user_id: str, start_time: int, tags: list[Tag]
    ) -> None:
        run_id = some.RUN_IDS[len(self._runs)]
        new = NewRun(
            run_id,
            self._experiment(place),
            name,
            user_id,
            start_time,
            [*tags, Tag(RUN_NAME_TAG, name)],
        )
        self._both(lambda store: store.runs.create(new))
        if run_id in self._model.state.runs:
            self._runs.append(run_id)

    @rule(
        run=places,
        status=st.none() | some.statuses,
        end_time=st.none() | some.times,
        name=st.none() | some.run_names | st.just(""),
    )
    def update_run(
        self, run: int, status: RunStatus | None, end_time: int | None, name: str | None
    ) -> None:
        run_id = self._run(run)
        self._both(lambda store: store.runs.update(RunUpdate(run_id, status, end_time, name)))

    @rule(
        run=places,
        how=st.sampled_from(["delete", "restore", "delete tag", "append"]),
        now=some.small,
        key=some.tag_keys,
        item=some.json_items,
    )
    def change_run(self, run: int, how: str, now: int, key: str, item: object) -> None:
        run_id = self._run(run)
        changes: dict[str, Call] = {
            "delete": lambda store: store.runs.delete(run_id, now),
            "restore": lambda store: store.runs.restore(run_id),
            "delete tag": lambda store: store.runs.delete_tag(run_id, key),
            "append": lambda store: store.runs.append_to_json_tag(run_id, key, item),
        }
        self._both(changes[how])

    @rule(
        how=st.sampled_from(["delete", "restore", "tag"]),
        runs=all_or_some,
        chosen=all_or_some,
        where=some.conditions,
        numbers=st.tuples(st.none() | some.small, st.sampled_from([None, None, 0, 1, 2])),
        now=some.small,
        tags=st.lists(some.run_tags, max_size=2),
        removed=st.lists(some.tag_keys, max_size=2),
    )
    def change_runs(
        self,
        how: str,
        runs: list[int] | None,
        chosen: list[int] | None,
        where: Condition,
        numbers: tuple[int | None, int | None],
        now: int,
        tags: list[Tag],
        removed: list[str],
    ) -> None:
        """Of all runs by a condition, or of some by their ids."""
        ids = None if runs is None else [self._run(run) for run in runs]
        selection = RunSelection(ids, self._experiments_at(chosen), where, *numbers)
        changes: dict[str, Call] = {
            "delete": lambda store: store.bulk.delete(selection, now),
            "restore": lambda store: store.bulk.restore(selection),
            "tag": lambda store: store.bulk.tag(selection, tags, removed),
        }
        self._both(changes[how])

    @rule(
        run=places,
        datasets=st.lists(some.dataset_inputs(), max_size=3),
        model_ids=st.lists(some.model_ids, max_size=2),
        outputs=some.outputs,
    )
    def link(
        self,
        run: int,
        datasets: list[DatasetInput],
        model_ids: list[str],
        outputs: list[ModelOutput],
    ) -> None:
        run_id = self._run(run)
        self._both(lambda store: store.runs.log_inputs(run_id, datasets, model_ids))
        self._both(lambda store: store.runs.log_outputs(run_id, outputs))

    @rule(
        chosen=all_or_some,
        filter=some.run_filters,
        order=some.run_orders,
        view=some.views,
        limit=limits,
    )
    def search_runs(
        self,
        chosen: list[int] | None,
        filter: Filter,
        order: Sequence[OrderBy],
        view: ViewType,
        limit: int,
    ) -> None:
        ids = self._experiments_at(chosen)
        self._both_in_pages(
            lambda store, token: store.runs.search(
                ids, SearchQuery(filter, order, limit, view, token)
            )
        )

    @rule(
        chosen=all_or_some,
        where=some.conditions,
        order=some.workspace_orders,
        view=some.views,
        place=st.tuples(st.integers(0, 3), limits),
    )
    def query_runs(
        self,
        chosen: list[int] | None,
        where: Condition,
        order: Sequence[OrderBy],
        view: ViewType,
        place: tuple[int, int],
    ) -> None:
        query = RunQuery(self._experiments_at(chosen), where, order, view)
        self._looked_at = (self._store, query, {})
        self._compare_pages(*place)

    @precondition(lambda self: self._looked_at and self._looked_at[0] is self._store)
    @rule(place=st.tuples(st.integers(0, 3), limits))
    def page_of_what_was_found(self, place: tuple[int, int]) -> None:
        """The runs that were found then, as they are now."""
        self._compare_pages(*place)

    def _compare_pages(self, offset: int, limit: int) -> None:
        assert self._looked_at is not None
        _, query, names = self._looked_at

        async def read(store: Store) -> list[Any]:
            page = RunPage(some.FIELDS, offset, limit, names.get(id(store)))
            table = await store.workspace.query(query, page)
            names[id(store)] = table.snapshot
            return [table.total, table.runs, str(table.columns)]

        self._both(read)

    @rule(chosen=all_or_some, sample=st.integers(1, 5))
    def read_keys(self, chosen: list[int] | None, sample: int) -> None:
        ids = self._experiments_at(chosen)
        self._both(lambda store: store.workspace.keys(ids, sample))

    @rule(
        chosen=all_or_some,
        where=some.conditions,
        field=st.sampled_from(some.FIELDS),
        bins=st.integers(1, 4),
    )
    def read_facet(
        self, chosen: list[int] | None, where: Condition, field: Field, bins: int
    ) -> None:
        query = RunQuery(self._experiments_at(chosen), where)

        async def read(store: Store) -> RunFacet:
            facet = await store.workspace.facet(query, field, bins)
            facet.mean = None  # a sum in an order of the store's own
            return facet

        self._both(read)

    @rule(where=some.conditions, order=some.workspace_orders, fields=some.groupings)
    def read_groups(
        self, where: Condition, order: Sequence[OrderBy], fields: tuple[list[Field], list[Field]]
    ) -> None:
        query, grouping = RunQuery([0], where, order), Grouping(fields[0], (), fields[1], 3, 4)
        self._both(lambda store: store.workspace.groups(query, grouping))

    # Logging

    @rule(
        run=places,
        metrics=some.metric_lists,
        params=some.param_lists,
        tags=st.lists(some.run_tags, max_size=3),
    )
    def log(self, run: int, metrics: list[Metric], params: list[Param], tags: list[Tag]) -> None:
        run_id = self._run(run)
        self._both(lambda store: store.runs.log_batch(RunBatch(run_id, metrics, params, tags)))

    @rule(
        batches=st.lists(
            st.tuples(
                places,
                st.lists(some.metrics(), max_size=2),
                some.param_lists,
                st.lists(some.run_tags, max_size=2),
            ),
            min_size=2,
            max_size=4,
        )
    )
    def log_at_once(self, batches: list[tuple[int, list[Metric], list[Param], list[Tag]]]) -> None:
        """Batches that are sent together count in the order in which they were sent."""

        async def send(store: Store) -> list[Any]:
            sent = (
                RunBatch(self._run(run), metrics, params, tags)
                for run, metrics, params, tags in batches
            )
            return await asyncio.gather(*(_answer(store.runs.log_batch(batch)) for batch in sent))

        self._both(send)

    # Histories

    @rule(
        chosen=all_or_some,
        key=some.keys,
        steps=st.none() | st.tuples(st.integers(-1, 50), st.integers(-1, 50)),
        limit=st.integers(1, 9),
        total=st.integers(1, 5) | st.integers(10, 300),
    )
    def read_histories(
        self,
        chosen: list[int] | None,
        key: str,
        steps: tuple[int, int] | None,
        limit: int,
        total: int,
    ) -> None:
        """Of several runs: in pages, whole and sampled."""
        run_ids = self._runs if chosen is None else [self._run(run) for run in chosen]
        for run_id in run_ids[:2]:
            self._both_histories(run_id, key, total)
        self._both(lambda store: store.metrics.bulk(run_ids, key, total))
        ordered = (min(steps), max(steps)) if steps else None
        distinct = [*dict.fromkeys(run_ids)]
        self._both(lambda store: store.metrics.sample(distinct, key, ordered, limit))

    def _both_histories(self, run_id: str, key: str, limit: int) -> None:
        self._both_in_pages(lambda store, token: store.metrics.history(run_id, key, limit, token))

    @rule(
        chosen=all_or_some,
        keys=st.lists(some.keys, max_size=3),
        axis=st.sampled_from(Axis),
        bounds=st.tuples(*[st.none() | st.integers(-1, 50).map(float)] * 2),
        buckets=st.integers(1, 9),
    )
    def read_curves(
        self,
        chosen: list[int] | None,
        keys: list[str],
        axis: Axis,
        bounds: tuple[float | None, float | None],
        buckets: int,
    ) -> None:
        """All of a curve but for its means, which are sums in an order of the store's own."""
        run_ids = self._runs if chosen is None else [self._run(run) for run in chosen]

        async def read(store: Store) -> list[Any]:
            query = SeriesQuery(run_ids, keys, axis, buckets, *bounds)
            found = []
            for one in await store.series.read(query):
                columns = [one.curve.x, one.curve.value]
                cut = one.curve.buckets
                if cut is not None:
                    columns += [cut.least, cut.greatest]
                counts = [] if cut is None else cut.count.tolist()
                numbers = [column.tolist() for column in columns]
                found.append([one.run_id, one.key, one.curve.points, counts, numbers])
            return found

        self._both(read)

    # The store itself

    @rule()
    def compact_now(self) -> None:
        self._runner.run(self.compact(self._store))

    @precondition(lambda self: self.durable)
    @rule()
    def reopen(self) -> None:
        self._runner.run(self._store.close())
        self._store = self._runner.run(self.open_store())
        self._follow()

    @rule()
    def look_on(self) -> None:
        self._runner.run(compare_feeds(*self._feeds))

    @rule()
    def compare_everything(self) -> None:
        self._compare_everything()


async def _answer(call: Coroutine[Any, Any, Any]) -> Any:
    """What a call returns, or the type and message of the error that it raises, to be compared."""
    try:
        return _comparable(await call)
    except SagwanError as error:
        return (type(error).__name__, error.message)


def _comparable(value: Any) -> Any:
    """The value in plain Python, where equal means the same: NaN is NaN, and 1 is not 1.0."""
    if isinstance(value, float):
        return "NaN" if math.isnan(value) else repr(value + 0.0)
    if isinstance(value, msgspec.Struct):
        return {key: _comparable(item) for key, item in msgspec.structs.asdict(value).items()}
    if isinstance(value, list | tuple):
        return [_comparable(item) for item in value]
    return value
