"""What only a SQL store can get into."""

from pathlib import Path

from sqlalchemy import delete

from sagwan.domain.search.ast import Field, FieldKind
from sagwan.entities import Metric, Param
from sagwan.storage.base import Grouping, NewRun, RunBatch, RunPage, RunQuery
from sagwan.storage.sql.store import SqlStore
from sagwan.storage.sql.tables import latest_metrics, params, runs, tags
from sagwan.storage.sql.workspace_keys import key_spans
from tests.storage.sql.support import counted_statements, with_store

FIELDS = [
    Field(FieldKind.METRIC, "m"),
    Field(FieldKind.PARAM, "p"),
    Field(FieldKind.TAG, "t"),
    Field(FieldKind.ATTRIBUTE, "status"),
    Field(FieldKind.ATTRIBUTE, "artifact_uri"),
]


async def fill(store: SqlStore, count: int) -> None:
    for number in range(count):
        await store.runs.create(NewRun(f"r{number}", 0, f"run {number}", "", number))
        await store.runs.log_batch(RunBatch(f"r{number}", [Metric("m", number, 1, 1)]))


def test_a_run_that_was_purged_leaves_an_empty_row(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        await fill(store, 3)
        before = await store.workspace.query(RunQuery([0]), RunPage())
        with store._database.engine.begin() as connection:
            for table in (params, tags, latest_metrics):
                connection.execute(delete(table).where(table.c.run == 2))
            connection.execute(delete(runs).where(runs.c.id == 2))
        page = RunPage(FIELDS, snapshot=before.snapshot)
        table = await store.workspace.query(RunQuery([0]), page)
        assert (table.total, table.snapshot) == (3, before.snapshot)
        assert table.runs.run_id == ["r2", "", "r0"]
        assert table.runs.run_name == ["run 2", "", "run 0"]
        assert table.runs.experiment_id == ["0", "", "0"]
        assert table.runs.status == ["RUNNING", "", "RUNNING"]
        assert table.runs.start_time == [2, 0, 0]
        assert table.runs.lifecycle_stage == ["active", "deleted", "active"]
        assert [column[1] for column in table.columns] == [None] * len(FIELDS)
        assert table.columns[0] == [2.0, None, 0.0]
        assert table.columns[3] == ["RUNNING", None, "RUNNING"]

    with_store(tmp_path, use)


def test_a_page_costs_as_many_statements_wherever_it_is(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        await store.compactor.stop()
        await fill(store, 30)
        await store.workspace.query(RunQuery([0]), RunPage(FIELDS))
        costs = []
        for limit in (1, 20):
            with counted_statements(store) as statements:
                found = await store.workspace.query(RunQuery([0]), RunPage(FIELDS, limit=limit))
            first = len(statements)
            page = RunPage(FIELDS, offset=9, limit=limit, snapshot=found.snapshot)
            with counted_statements(store) as statements:
                await store.workspace.query(RunQuery([0]), page)
            costs.append((first, len(statements)))
        # One statement less where the runs are known: of the columns, only a metric is there.
        assert costs[0] == costs[1]
        assert costs[0][0] == costs[0][1] + 1

    with_store(tmp_path, use)


def test_groups_cost_as_many_statements_however_many_there_are(tmp_path: Path) -> None:
    async def use(store: SqlStore) -> None:
        await store.compactor.stop()
        costs = []
        for number in range(50):
            params = [Param("p", str(number)), Param("q", str(number % 7))]
            await store.runs.create(NewRun(f"r{number}", 0, f"run {number}", "", number))
            batch = RunBatch(f"r{number}", [Metric("m", number, 1, 1)], params)
            await store.runs.log_batch(batch)
            if number in (4, 49):
                by = Grouping(metrics=FIELDS[:1], members=5000)
                with counted_statements(store) as statements:
                    found = await store.workspace.groups(RunQuery([0]), by)
                assert found.total == number + 1
                costs.append(len(statements))
        # The runs, what differs, params, metrics, names; the keys are known.
        assert costs[0] == costs[1] <= 6

    with_store(tmp_path, use)


def test_keys_are_looked_for_in_few_spans_with_few_known_ones() -> None:
    assert key_spans([7], []) == [(7, 7, 0)]
    assert key_spans([1, 2, 9], [4, 20, 0]) == [(1, 2, 0), (9, 9, 0)]
    # The widest gaps are left out, as known keys count, not numbers.
    unknown = [10, 20, 30, 40, 50, 1000]
    known = [15, 25, 26, 35, 45, 46, 51, 52, 53]
    assert key_spans(unknown, known) == [(10, 20, 1), (30, 40, 1), (50, 50, 0), (1000, 1000, 0)]
    assert sum(span.known for span in key_spans(range(0, 100, 2), range(1, 100, 2))) == 46
