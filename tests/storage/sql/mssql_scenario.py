"""What a store is asked for so that it sends every kind of statement that it has.

Texts are none that a code page holds, and some end in spaces.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

from sagwan.domain.search.ast import FieldKind
from sagwan.domain.search.conditions import parse_condition
from sagwan.domain.search.fields import EXPERIMENTS, LOGGED_MODELS, RUNS, WORKSPACE_RUNS
from sagwan.domain.search.parser import parse_field, parse_filter, parse_order_by
from sagwan.entities import (
    Dataset,
    DatasetInput,
    LoggedModelStatus,
    Metric,
    ModelOutput,
    Page,
    Param,
    RunStatus,
    Tag,
    ViewType,
)
from sagwan.entities.dictionary import MetricEntry
from sagwan.entities.jobs import JobReport, JobState
from sagwan.errors import Unavailable
from sagwan.storage.base import (
    Axis,
    Grouping,
    GroupsQuery,
    ModelOrder,
    ModelQuery,
    NewExperiment,
    NewModel,
    NewRun,
    NewShare,
    NewView,
    RunBatch,
    RunPage,
    RunQuery,
    RunUpdate,
    SearchQuery,
    SeriesQuery,
    ViewUpdate,
)
from sagwan.storage.bulk import RunSelection
from sagwan.storage.jobs import NewJob
from sagwan.storage.sql.store import SqlStore
from sagwan.storage.trash import ThingKind, TrashFilter
from tests.storage.sql.mssql_registry import registry
from tests.storage.sql.mssql_traces import traces
from tests.storage.sql.mssql_webhooks import webhooks

RUN = "{:032x}".format
DATASET = Dataset("데이터 ", "d✓", "local", "소스", '{"schema": "🙂"}', None)
NAN = float("nan")

EXPERIMENT_FILTERS = (
    "name = '첫째 '",
    "name != '첫째'",
    "name LIKE '[째%_'",
    "name ILIKE '%é[ab]%'",
    "experiment_id = '1'",
    "experiment_id IN ('0', '1')",
    "experiment_id NOT IN ('1', '2')",
    "creation_time > 1 AND last_update_time <= 99",
    "tags.`주제 ` = '값 '",
    "tags.`주제` != '값'",
    "tags.`주제` LIKE '%값'",
    "tags.`주제` ILIKE 'Ω%'",
    "tags.`주제` IS NULL",
    "tags.`주제` IS NOT NULL",
)
EXPERIMENT_ORDERS = (
    (),
    ("name DESC",),
    ("name ASC", "creation_time DESC"),
    ("last_update_time ASC",),
)
RUN_FILTERS = (
    "metrics.`손실` > 0.5 AND metrics.`손실` != 2",
    "metrics.`손실` = 0.25",
    "metrics.`손실` <= 1e400",
    "metrics.`손실` != -1e400",
    "params.`학습률` = '0.1✓ '",
    "params.`학습률` != '0.1✓'",
    "params.`학습률` LIKE '0._✓%'",
    "params.`학습률` ILIKE '%É%'",
    "params.`학습률` IS NULL",
    "params.`없음` IS NULL",
    "tags.`팀 ` = '비전'",
    "tags.`팀 ` IS NOT NULL",
    "tags.`팀 ` ILIKE '%Ω𐐀_'",
    "attributes.run_name = '실행 '",
    "attributes.run_id IN ('é', 'b')",
    "attributes.run_id NOT IN ('é', 'b')",
    "attributes.run_id = 'é'",
    "attributes.user_id LIKE '사용자%'",
    "attributes.user_id != '사용자'",
    "attributes.artifact_uri ILIKE '%Artifacts'",
    "attributes.status = 'RUNNING'",
    "attributes.start_time >= 1.5 AND attributes.start_time < 1e30",
    "attributes.end_time != 3.5 AND attributes.end_time != 4",
    "datasets.name = '데이터 '",
    "datasets.name IN ('데이터 ', 'é')",
    "datasets.digest NOT IN ('d✓', 'é')",
    "datasets.digest LIKE 'd%'",
    "datasets.context = '훈련'",
    "datasets.context IN ('훈련', 'é')",
)
WORKSPACE_FILTERS = (
    "",
    "metrics.`손실` IN (0.5, 0.75) OR params.`학습률` IN ('0.1✓ ', 'é')",
    "NOT (metrics.`손실` NOT IN (0.5, 1e400) AND end_time > 3) AND (status = 'RUNNING' OR NOT"
    " tags.`팀 ` LIKE '비%')",
    "metrics.`손실` BETWEEN 0 AND 1 AND user_id NOT IN ('é') OR run_name IN ('é')",
    "NOT metrics.`손실` IS NULL AND NOT (metrics.`없음` > 1 OR datasets.name = 'é')",
)
WORKSPACE_FIELDS = (
    "metrics.`손실`",
    "params.`학습률`",
    "tags.`팀 `",
    "attributes.status",
    "attributes.end_time",
    "attributes.run_name",
    "metrics.`없음`",
)
# What no run can meet makes the whole filter so.
UNMET_RUN_FILTERS = ("metrics.`없음` > 1", "attributes.status = '없음'")
RUN_ORDERS = (
    (),
    ("start_time ASC", "run_name DESC"),
    ("metrics.`손실` DESC",),
    ("params.`학습률` ASC", "tags.`팀 ` DESC"),
    ("status ASC", "end_time DESC"),
    ("user_id ASC", "artifact_uri ASC", "metrics.`없음` ASC"),
    ("run_id DESC",),
)
MODEL_FILTERS = (
    "name = '모델 '",
    "name LIKE '모[%'",
    "name ILIKE '%ß'",
    "model_id = 'm-é'",
    "model_id IN ('m-é', 'm-b')",
    "model_type NOT IN ('에이전트', 'é')",
    "model_type IN ('에이전트', 'é')",
    "status = 1",
    "creation_timestamp_ms > 1 AND last_updated_timestamp_ms < 100",
    "lifecycle_stage = 'active '",
    "lifecycle_stage IN ('active', 'é')",
    "source_run_id != 'é'",
    "params.`학습률` = '✓ '",
    "tags.`팀` LIKE '%✓'",
    "metrics.`손실` >= 0.5",
)
MODEL_ORDERS = (
    (),
    (ModelOrder("name", False), ModelOrder("creation_timestamp_ms")),
    (ModelOrder("metrics.손실"), ModelOrder("status")),
    (ModelOrder("metrics.손실", False, "데이터 ", "d✓"),),
    (ModelOrder("model_type"), ModelOrder("lifecycle_stage")),
    (ModelOrder("creation_timestamp_ms", False),),
)


def together(filters: Sequence[str]) -> list[str]:
    """Filters of several conditions each: fewer statements to parse, with as much in them."""
    return [" AND ".join(filters[start : start + 6]) for start in range(0, len(filters), 6)]


async def scenario(store: SqlStore) -> AsyncIterator[tuple[str, list[Any]]]:
    """What the store answers, by area."""
    yield "experiments", [each async for each in _experiments(store)]
    yield "runs", [each async for each in _runs(store)]
    yield "batches", [each async for each in _batches(store)]
    yield "run_search", [each async for each in _run_search(store)]
    yield "metrics", [each async for each in _metrics(store)]
    yield "workspace", [each async for each in _workspace(store)]
    yield "bulk", [each async for each in _bulk(store)]
    yield "models", [each async for each in _models(store)]
    yield "model_search", [each async for each in _model_search(store)]
    yield "views", [each async for each in _views(store)]
    yield "dictionary", [each async for each in _dictionary(store)]
    yield "traces", [each async for each in traces(store)]
    yield "trash", [each async for each in _trash(store)]
    yield "registry", [each async for each in registry(store)]
    yield "webhooks", [each async for each in webhooks(store)]
    yield "workspace_keys", [each async for each in _workspace_keys(store)]


async def _experiments(store: SqlStore) -> AsyncIterator[Any]:
    port = store.experiments
    yield await port.create(NewExperiment("첫째 ", 1, None, [Tag("주제 ", "값 ")]))
    yield await port.create(NewExperiment("둘째", 2, "s3://통/둘째"))
    yield await port.get(1)
    yield await port.get_by_name("첫째 ")
    await port.rename(1, "새 이름", 3)
    await port.set_tag(1, Tag("주제 ", "다른 값"))
    await port.set_tag(1, Tag("mlflow.customView.view.é", "{}"))
    await port.delete_tag(1, "주제 ")
    await port.delete(2, 4)
    await port.restore(2, 5)
    for each in together(EXPERIMENT_FILTERS):
        query = SearchQuery(parse_filter(each, EXPERIMENTS), (), 5, ViewType.ALL)
        yield await port.search(query)
    for order in EXPERIMENT_ORDERS:
        first = SearchQuery((), parse_order_by(order, EXPERIMENTS), 1, ViewType.ACTIVE_ONLY)
        yield (page := await port.search(first))
        first.page_token = page.next_page_token
        yield await port.search(first)


async def _runs(store: SqlStore) -> AsyncIterator[Any]:
    port: Any = store.runs
    yield await port.create(
        NewRun(RUN(1), 1, "실행 ", "사용자", 1, [Tag("mlflow.runName", "실행 ")])
    )
    yield await port.create(NewRun(RUN(2), 1, "실행", "사용자", 2))
    # At once, in one transaction; where one fails, each within a savepoint.
    yield await asyncio.gather(
        port.create(NewRun(RUN(3), 1, "é", "é", 3)),
        port.delete("없음", 3),
        port.create(NewRun(RUN(4), 0, "é", "é", 3)),
        return_exceptions=True,
    )
    yield await port.update(RunUpdate(RUN(1), RunStatus.FINISHED, 9, "새 이름 "))
    await port.delete(RUN(2), 5)
    await port.restore(RUN(2))
    await port.append_to_json_tag(RUN(1), "mlflow.log-model.history", {"é": 1})
    await port.append_to_json_tag(RUN(1), "mlflow.log-model.history", {"é": 2})
    await port.delete_tag(RUN(1), "mlflow.log-model.history")
    used = [DatasetInput(DATASET, [Tag("mlflow.data.context", "훈련")])]
    await port.log_inputs(RUN(1), used, ["m-é", "m-b "])
    await port.log_inputs(RUN(1), used, ["m-é"])
    await port.log_outputs(RUN(1), [ModelOutput("m-é", 3)])
    yield await port.get(RUN(1))
    # As another process, which has not seen the keys yet.
    port._keys._names.clear()
    yield await port.get(RUN(1))
    await store.check()
    # After a write that failed, the check is a write.
    store._writer.trouble = Unavailable("")
    await store.check()


async def _batches(store: SqlStore) -> AsyncIterator[Any]:
    port = store.runs
    batches = [
        RunBatch(
            RUN(number),
            [Metric("손실", 0.1 + number, 1, 1), Metric("정확도 ", NAN, 1, 2)],
            [Param("학습률", "0.1✓ "), Param("배치", "é" * 300)],
            [Tag("팀 ", "비전"), Tag("mlflow.runName", "이름 ")],
        )
        for number in (1, 2, 3)
    ]
    await port.log_batch(batches[0])
    await asyncio.gather(*(port.log_batch(batch) for batch in batches))
    yield await port.get(RUN(2))


async def _run_search(store: SqlStore) -> AsyncIterator[Any]:
    port = store.runs
    for each in (*together(RUN_FILTERS), *UNMET_RUN_FILTERS):
        yield await port.search([1], SearchQuery(parse_filter(each, RUNS), (), 5))
    for order in RUN_ORDERS:
        query = SearchQuery((), parse_order_by(order, RUNS), 1, ViewType.ALL)
        yield (page := await port.search([0, 1], query))
        query.page_token = page.next_page_token
        yield (page := await port.search([0, 1], query))


async def _metrics(store: SqlStore) -> AsyncIterator[Any]:
    port = store.metrics
    for start in range(0, 60, 5):
        points = [Metric("손실", 0.5, step % 17, step) for step in range(start, start + 5)]
        points += [Metric("정확도 ", 0.5, step, step) for step in range(start, start + 3)]
        await store.runs.log_batch(RunBatch(RUN(1), points))
    yield await port.history(RUN(1), "손실")
    yield await store.compactor.run_once()
    for start in range(30, 90, 2):
        points = [Metric("손실", 0.75, step % 17, step) for step in range(start, start + 9)]
        await store.runs.log_batch(RunBatch(RUN(1), points))
        if start % 20 == 0:
            yield await store.compactor.compact_all()
    yield await store.compactor.compact_all()
    yield await store.compactor.run_once()
    yield await store.compactor.run_once()
    page: Page[Metric] = await port.history(RUN(1), "손실", 5)
    yield page
    yield await port.history(RUN(1), "손실", 5, page.next_page_token)
    yield await port.bulk([RUN(1), RUN(2)], "정확도 ", 50)
    yield await port.sample([RUN(1), RUN(2)], "손실", None, 7)
    yield await port.sample([RUN(1)], "손실", (3, 9), 7)
    keys = ["손실", "정확도 "]
    for query in (
        SeriesQuery([RUN(1), RUN(2)], keys, Axis.RELATIVE, 9),
        SeriesQuery([RUN(1)], keys[:1], Axis.STEP, 9, 3, 9),
    ):
        yield [
            (one.run_id, one.key, one.curve.points, one.curve.value.tolist())
            for one in await store.series.read(query)
        ]
    groups = GroupsQuery([[RUN(1)], [RUN(2)]], keys, Axis.STEP, 9)
    yield [(one.runs, one.band.mean.tolist()) for one in await store.series.groups(groups)]


async def _workspace(store: SqlStore) -> AsyncIterator[Any]:
    port = store.workspace
    columns = [parse_field(text, WORKSPACE_RUNS) for text in WORKSPACE_FIELDS]
    for each in WORKSPACE_FILTERS:
        where = parse_condition(each, WORKSPACE_RUNS)
        yield str(await port.query(RunQuery([0, 1], where), RunPage(columns, limit=3)))
    for order in RUN_ORDERS:
        query = RunQuery([1], order=parse_order_by(order, WORKSPACE_RUNS), view=ViewType.ALL)
        yield (await port.query(query, RunPage(offset=1))).runs.run_id
    for sample in (1, 9):
        yield await port.keys([0, 1], sample)
    for field in columns:
        yield await port.facet(RunQuery([1]), field, 3)
    texts, metrics = (
        [field for field in columns if field.kind in kinds]
        for kinds in ((FieldKind.PARAM, FieldKind.TAG), (FieldKind.METRIC,))
    )
    for grouping in (Grouping(texts, (), metrics), Grouping(members=9)):
        yield await port.groups(RunQuery([0, 1]), grouping)


async def _workspace_keys(store: SqlStore) -> AsyncIterator[Any]:
    """Runs of two experiments in turn, of which either has keys that the other has not."""
    mine, other = [
        await store.experiments.create(NewExperiment(name, 1)) for name in ("하나", "다른")
    ]
    for number, experiment in enumerate((other, mine, mine, mine, other, mine, mine)):
        run, key = RUN(100 + number), "é" if experiment == mine else "ß"
        await store.runs.create(NewRun(run, experiment, "", "", number))
        batch = RunBatch(run, [Metric(key, 1, 1, 1)], [Param(key, "")], [Tag(key, "")])
        await store.runs.log_batch(batch)
    for experiment in (mine, other):
        yield await store.workspace.keys([experiment], 1)


async def _bulk(store: SqlStore) -> AsyncIterator[Any]:
    port = store.bulk
    some = RunSelection([RUN(1), RUN(2)])
    found = RunSelection(None, [1], parse_condition("metrics.`손실` > 0.5", WORKSPACE_RUNS))
    new = [Tag("묶음 ", "✓ "), Tag("mlflow.runName", "이름 ")]
    yield await port.tag(some, new, ["팀 "])
    yield await port.tag(found, [Tag("팀 ", "비전")], ["묶음 "])
    yield await port.delete(found, 7)
    yield await port.restore(RunSelection(None, [1], deleted=7))
    yield await port.delete(some, 8)
    yield await port.restore(some)


async def _models(store: SqlStore) -> AsyncIterator[Any]:
    port = store.models
    texts: Sequence[tuple[str, str]] = (("학습률", "✓ "), ("학습률 ", "✓"))
    new = NewModel(
        "m-é", 1, "모델 ", 1, "에이전트", RUN(1), [Param(*each) for each in texts], [Tag("팀", "✓")]
    )
    yield await port.create(new)
    yield await port.create(NewModel("m-b", 1, "ß", 2))
    yield await port.finalize("m-b", LoggedModelStatus.LOGGED_MODEL_READY, 3)
    await port.set_tags("m-é", [Tag("팀", "é"), Tag("팀 ", "é ")])
    await port.delete_tag("m-é", "팀")
    await port.add_params("m-é", [Param("é", "✓")])
    measured = [
        Metric("손실", 0.5, 1, 1, "m-é", "데이터 ", "d✓"),
        Metric("손실", NAN, 2, 2, "m-é"),
    ]
    await store.runs.log_batch(RunBatch(RUN(1), measured))
    yield await port.get("m-é")
    yield await port.search_datasets([0, 1])
    await port.delete("m-b", 9)


async def _model_search(store: SqlStore) -> AsyncIterator[Any]:
    port = store.models
    for each in together(MODEL_FILTERS):
        yield await port.search(ModelQuery([0, 1], parse_filter(each, LOGGED_MODELS), (), 5))
    measured: Sequence[tuple[str, str | None]] = (("데이터 ", "d✓"), ("é", None))
    conditions = parse_filter("metrics.`손실` > 0", LOGGED_MODELS)
    yield await port.search(ModelQuery([1], conditions, (), 5, measured))
    await port.create(NewModel("m-c", 1, "모델", 4))
    for order in MODEL_ORDERS:
        query = ModelQuery([1], (), order, 1)
        yield (page := await port.search(query))
        query.page_token = page.next_page_token
        yield await port.search(query)


async def _views(store: SqlStore) -> AsyncIterator[Any]:
    port = store.views
    yield await port.create(NewView("s", 1, "비교 ", "사용자", "filter=é", 1))
    yield await port.share(NewShare("t", "/e/1", "filter=é", 2))
    yield await port.share(NewShare("t", "/e/1", "filter=é", 3))
    yield [await port.get(slug) for slug in "st"]
    yield await port.update(ViewUpdate("s", 4, "다른 이름 "))
    for number in (None, 1):
        await port.set_default(number, "s")
        yield await port.search(number)
    yield await port.default(1)
    await port.set_default(1, None)
    await port.delete("s")


async def _dictionary(store: SqlStore) -> AsyncIterator[Any]:
    port = store.dictionaries
    for number in (None, 1):
        for entry in (MetricEntry("손실", label="손실 "), MetricEntry("손실", goal=0.5)):
            yield await port.put(number, [entry], None)
        yield await port.get(number)


async def _trash(store: SqlStore) -> AsyncIterator[Any]:
    port = store.trash
    for run in (RUN(1), RUN(3)):
        await store.runs.delete(run, 5)
    await store.models.delete("m-é", 6)
    await store.experiments.delete(2, 7)
    yield await port.contents()
    narrow = TrashFilter(6, [RUN(1), "é"], ["m-é"], [2])
    for filter in (narrow, TrashFilter()):
        yield await port.count(filter)
        for kind in ThingKind:
            things = await port.things(filter, kind, -1, 10)
            yield things
            yield await port.registered(things)
            yield await port.discard(things)
    remains = await port.remains(-1, 10)
    yield remains
    while (cleared := await port.clear(remains, 3))[1]:
        yield cleared
    await port.forget(remains)
    yield await port.contents()
    yield await port.when(RUN(2))
    yield await store.jobs.add(NewJob("é", "purge", "{}", 1))
    yield await store.jobs.report("é", JobReport(3), 2)
    yield await store.jobs.stop("é", 3)
    yield await store.jobs.unfinished()
    await store.jobs.end("é", JobState.STOPPED, JobReport(3), "✓", 4)
    await store.jobs.add(NewJob("b", "purge", "{}", 1))
    yield await store.jobs.stop("b", 3)
    yield await store.jobs.newest(2)
    yield await store.jobs.get("é")
