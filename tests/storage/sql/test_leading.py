"""Pages from the beginning of a metric's index are the pages that sorting all runs gives."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, insert, make_url, select

from sagwan.domain.search.evaluate import Subject, matches, sorted_subjects
from sagwan.domain.search.fields import RUNS
from sagwan.domain.search.parser import parse_filter, parse_order_by
from sagwan.entities import ViewType
from sagwan.errors import InvalidParameter
from sagwan.storage.base import SearchQuery
from sagwan.storage.sql import leading, search
from sagwan.storage.sql.dialects import dialect_for
from sagwan.storage.sql.tables import experiments, keys, metadata, runs
from tests.storage.sql.test_search import (
    KEY_IDS,
    NAN,
    a_run,
    add_runs,
    dialect_of,
    find_runs,
    ids,
    scratch,
    with_name_tag,
)
from tests.support.databases import Databases

WITHIN = [runs.c.experiment_id == 1]

# Several runs share a value, some have NaN, some nothing.
RUNS_BY_VALUE = [
    with_name_tag(a_run(number, metrics={"b": float(number % 4)} | measured))
    for number, measured in enumerate(
        {} if number % 9 == 8 else {"a": NAN if number % 9 == 7 else float(number * 7 % 5)}
        for number in range(60)
    )
]


@pytest.fixture(scope="module")
def engine(databases: Databases) -> Iterator[Engine]:
    url = make_url(databases.server("postgresql").new_database())
    dialect = dialect_for(url)
    engine = dialect.create_engine(dialect.complete(url))
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(keys), [{"id": n, "name": k} for k, n in KEY_IDS.items()])
        row = {"id": 1, "name": "one", "artifact_location": "", "stage": 0}
        connection.execute(insert(experiments), row | {"created": 0, "updated": 0})
    yield engine
    engine.dispose()


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leading, "MANY", 5)
    monkeypatch.setattr(leading, "AT_LEAST", 16)


def query(filter: str, order: str, limit: int) -> SearchQuery:
    return SearchQuery(
        parse_filter(filter, RUNS),
        parse_order_by(order.split(", "), RUNS),
        limit,
        ViewType.ALL,
        None,
    )


def pages(connection: Connection, asked: SearchQuery) -> Iterator[tuple[list[str], bool]]:
    """The ids of each page, and whether it was read from the index's beginning."""
    context = search.Context(dialect_of(connection), KEY_IDS)
    after: Sequence[Any] | None = None
    while True:
        first = leading.first_rows(connection, asked, WITHIN, context, after)
        if first is None:
            order = search.run_order(asked.order, context)
            statement = search.ordered(select(runs), order).where(
                *WITHIN, *search.run_clauses(asked.filter, context)
            )
            if after is not None:
                statement = statement.where(search.keyset_after(order, after))
            rows: Sequence[Any] = connection.execute(statement.limit(asked.limit + 1)).all()
        else:
            order, rows = first
        yield [row.run_id for row in rows[: asked.limit]], first is not None
        if len(rows) <= asked.limit:
            return
        after = search.last_values(order, rows[asked.limit - 1])


@pytest.mark.parametrize("order", ["metrics.a", "metrics.a DESC", "metrics.a, metrics.b DESC"])
@pytest.mark.parametrize("filter", ["", "metrics.b > 0", "metrics.b != 2 AND metrics.a < 4"])
@pytest.mark.parametrize("limit", [1, 4, 11])
def test_all_pages(engine: Engine, order: str, filter: str, limit: int) -> None:
    asked = query(filter, order, limit)
    matching = [run for run in RUNS_BY_VALUE if matches(asked.filter, run)]
    with scratch(engine) as connection:
        add_runs(connection, RUNS_BY_VALUE)
        found = list(pages(connection, asked))
        expected = ids(sorted_subjects(asked.order, matching, RUNS))
        assert [run_id for page, _ in found for run_id in page] == expected
        assert expected == find_runs(connection, asked.filter, asked.order)
    assert found[0][1]
    assert not found[-1][1]


@pytest.mark.parametrize("filter", ["metrics.b > 3", "metrics.b = 3 AND metrics.a = 4"])
def test_what_few_runs_meet_is_left_to_the_usual_statement(engine: Engine, filter: str) -> None:
    with scratch(engine) as connection:
        add_runs(connection, RUNS_BY_VALUE)
        assert [early for _, early in pages(connection, query(filter, "metrics.a", 4))] == [False]


def test_so_are_few_runs(engine: Engine) -> None:
    few: list[Subject] = RUNS_BY_VALUE[:4]
    with scratch(engine) as connection:
        add_runs(connection, few)
        first, early = next(pages(connection, query("", "metrics.a", 3)))
    assert len(first) == 3
    assert not early


def test_a_forged_token_is_refused(engine: Engine) -> None:
    context = search.Context(dialect_for(engine.url), KEY_IDS)
    asked = query("", "metrics.a", 4)
    with scratch(engine) as connection, pytest.raises(InvalidParameter):
        leading.first_rows(connection, asked, WITHIN, context, [[0, "x"], [0, 1], [0, "r"]])


def test_only_the_first_values_are_read(engine: Engine) -> None:
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    context = search.Context(dialect_for(engine.url), KEY_IDS)
    with scratch(engine) as connection:
        add_runs(connection, RUNS_BY_VALUE)
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
        connection.exec_driver_sql("SET LOCAL enable_sort = off")
        event.listen(engine, "before_cursor_execute", note)
        try:
            asked = query("metrics.b > 0", "metrics.a", 4)
            assert leading.first_rows(connection, asked, WITHIN, context, None) is not None
        finally:
            event.remove(engine, "before_cursor_execute", note)
        values = "SELECT run, value FROM latest_metrics WHERE key = 1 AND nan = 0 ORDER BY value"
        plan = connection.exec_driver_sql(f"EXPLAIN {values} LIMIT 20").scalars().all()
    assert len(statements) == 1
    assert "ix_latest_metrics_key_value" in "\n".join(plan)
    assert "Sort" not in "\n".join(plan)
