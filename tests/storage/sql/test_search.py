"""SQL answers what the evaluator answers."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, insert, make_url, select
from tests.domain.search.strategies import (
    KEYS,
    filters,
    orders,
    patterns,
    run_subjects,
    texts,
    unhurried,
)

from sagwan.domain.search.ast import Comparison, Field, FieldKind, Filter, Op, OrderBy
from sagwan.domain.search.evaluate import Subject, matches, sorted_subjects
from sagwan.domain.search.fields import EXPERIMENTS, RUNS
from sagwan.domain.search.like import like_matcher
from sagwan.domain.search.parser import parse_filter, parse_order_by
from sagwan.entities import RunStatus
from sagwan.errors import InvalidParameter
from sagwan.storage.sql import search
from sagwan.storage.sql.dialects.sqlite import SQLite
from sagwan.storage.sql.tables import (
    dataset_input_tags,
    dataset_inputs,
    datasets,
    experiment_tags,
    experiments,
    keys,
    latest_metrics,
    metadata,
    params,
    runs,
    tags,
)

DIALECT = SQLite()
NAME_TAG = "mlflow.runName"
KEY_IDS = {name: number for number, name in enumerate([*KEYS, NAME_TAG], start=1)}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    path: Path = tmp_path_factory.mktemp("search") / "search.db"
    engine = DIALECT.create_engine(make_url(f"sqlite:///{path}"))
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(keys), [{"id": n, "name": k} for k, n in KEY_IDS.items()])
        row = {"id": 1, "name": "one", "artifact_location": "", "stage": 0}
        connection.execute(insert(experiments), row | {"created": 0, "updated": 0})
    yield engine
    engine.dispose()


@contextmanager
def scratch(engine: Engine) -> Iterator[Connection]:
    """A connection whose changes are undone."""
    with engine.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()


def add_runs(connection: Connection, subjects: Sequence[Subject]) -> None:
    rows = [_run_row(number, subject) for number, subject in enumerate(subjects, start=1)]
    _insert(connection, runs, rows)
    _insert(connection, latest_metrics, _metric_rows(subjects))
    for table, name in ((params, "params"), (tags, "tags")):
        found: list[tuple[int, Mapping[str, str]]] = [
            (number, getattr(subject, name)) for number, subject in enumerate(subjects, start=1)
        ]
        _insert(
            connection,
            table,
            [
                {"run": number, "key": KEY_IDS[key], "value": value}
                for number, values in found
                for key, value in values.items()
            ],
        )
    link = 0
    for number, subject in enumerate(subjects, start=1):
        for used in subject.datasets:
            link += 1
            row = {"id": link, "experiment_id": 1, "source_type": "", "source": ""}
            # One dataset a link: which runs share them doesn't matter here.
            connection.execute(
                insert(datasets).prefix_with("OR IGNORE"),
                row | {"name": used.name, "digest": used.digest},
            )
            dataset = connection.execute(
                select(datasets.c.id).where(
                    datasets.c.name == used.name, datasets.c.digest == used.digest
                )
            ).scalar_one()
            connection.execute(
                insert(dataset_inputs), {"id": link, "run": number, "dataset": dataset}
            )
            if used.context is not None:
                tag = {"input": link, "key": "mlflow.data.context", "value": used.context}
                connection.execute(insert(dataset_input_tags), tag)


def _insert(connection: Connection, table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _run_row(number: int, subject: Subject) -> dict[str, Any]:
    of: Mapping[str, Any] = subject.attributes
    return {
        "id": number,
        "run_id": of["run_id"],
        "experiment_id": 1,
        "name": of["run_name"],
        "user_id": of["user_id"],
        "status": RunStatus[of["status"]].value,
        "start_time": of["start_time"],
        "end_time": of["end_time"],
        "stage": 0,
        "artifact_uri": of["artifact_uri"],
    }


def _metric_rows(subjects: Sequence[Subject]) -> list[dict[str, Any]]:
    return [
        {
            "run": number,
            "key": KEY_IDS[key],
            "step": 0,
            "timestamp": 0,
            "value": 0.0 if value != value else value,
            "nan": int(value != value),
        }
        for number, subject in enumerate(subjects, start=1)
        for key, value in subject.metrics.items()
    ]


def with_name_tag(subject: Subject) -> Subject:
    return Subject(
        subject.attributes,
        subject.metrics,
        subject.params,
        {**subject.tags, NAME_TAG: str(subject.attributes["run_name"])},
        subject.datasets,
    )


def find_runs(
    connection: Connection,
    filter: Filter = (),
    order: Sequence[OrderBy] = (),
    limit: int | None = None,
    known: Mapping[str, int] = KEY_IDS,
) -> list[str]:
    """The ids that a search finds, page after page."""
    names = search.key_names(filter, order)
    context = search.Context(DIALECT, {name: known[name] for name in names if name in known})
    columns = search.run_order(order, context)
    clauses = search.run_clauses(filter, context)
    statement = search.ordered(select(runs), columns).where(*clauses)
    found: list[str] = []
    page = connection.execute(statement.limit(limit)).all()
    while page:
        found += [row.run_id for row in page]
        if limit is None:
            break
        after = search.keyset_after(columns, search.last_values(columns, page[-1]))
        page = connection.execute(statement.where(after).limit(limit)).all()
    return found


def ids(subjects: Sequence[Subject]) -> list[object]:
    return [subject.attributes["run_id"] for subject in subjects]


@settings(unhurried, max_examples=60)
@given(st.data())
def test_runs_are_those_that_match(engine: Engine, data: st.DataObject) -> None:
    subjects = data.draw(some_runs())
    with scratch(engine) as connection:
        add_runs(connection, subjects)
        for filter in data.draw(st.lists(filters(RUNS), min_size=1, max_size=4)):
            expected = [run for run in subjects if matches(filter, run)]
            assert find_runs(connection, filter) == ids(sorted_subjects((), expected, RUNS))


@settings(unhurried, max_examples=60)
@given(st.data())
def test_runs_are_in_order_on_any_pages(engine: Engine, data: st.DataObject) -> None:
    subjects = data.draw(some_runs())
    order = data.draw(orders(RUNS))
    with scratch(engine) as connection:
        add_runs(connection, subjects)
        expected = ids(sorted_subjects(order, subjects, RUNS))
        assert find_runs(connection, (), order) == expected
        assert find_runs(connection, (), order, limit=1) == expected
        assert find_runs(connection, (), order, limit=2) == expected


def some_runs() -> st.SearchStrategy[list[Subject]]:
    several = [run_subjects(f"r{number}").map(with_name_tag) for number in range(4)]
    return st.tuples(*several).map(list)


@unhurried
@given(patterns(), st.lists(texts(), min_size=1, max_size=5), st.booleans())
def test_patterns(engine: Engine, pattern: str, values: list[str], ignore_case: bool) -> None:
    op = Op.ILIKE if ignore_case else Op.LIKE
    filter = (Comparison(Field(FieldKind.PARAM, "a"), op, pattern),)
    test = like_matcher(pattern, ignore_case)
    with scratch(engine) as connection:
        add_runs(connection, [a_run(number, params={"a": v}) for number, v in enumerate(values)])
        expected = {f"r{number}" for number, value in enumerate(values) if test(value)}
        assert set(find_runs(connection, filter)) == expected


def a_run(number: int, **logged: Any) -> Subject:
    attributes = {
        "run_id": f"r{number}",
        "run_name": f"name {number}",
        "user_id": "",
        "status": "RUNNING",
        "artifact_uri": "",
        "start_time": number,
        "end_time": None,
    }
    return with_name_tag(Subject(attributes, **logged))


def test_a_very_long_pattern_is_no_error(engine: Engine) -> None:
    with scratch(engine) as connection:
        add_runs(connection, [a_run(0, params={"a": "*" * 6000})])
        for text, found in (("*" * 20_000 + "%", []), ("%" * 60_000 + "*", ["r0"])):
            filter = (Comparison(Field(FieldKind.PARAM, "a"), Op.LIKE, text),)
            assert find_runs(connection, filter) == found


def test_a_key_that_nobody_used_is_missing_everywhere(engine: Engine) -> None:
    order = parse_order_by(["metrics.unknown DESC", "tags.nothing"], RUNS)
    with scratch(engine) as connection:
        add_runs(connection, [a_run(0), a_run(1)])
        assert find_runs(connection, parse_filter("params.unknown != 'x'", RUNS)) == []
        assert find_runs(connection, parse_filter("params.unknown IS NOT NULL", RUNS)) == []
        assert find_runs(connection, parse_filter("tags.unknown IS NULL", RUNS)) == ["r1", "r0"]
        assert find_runs(connection, (), order, limit=1) == ["r1", "r0"]


def test_a_key_may_appear_between_two_pages(engine: Engine) -> None:
    order = parse_order_by(["metrics.a"], RUNS)
    before = search.run_order(order, search.Context(DIALECT, {}))
    after = search.run_order(order, search.Context(DIALECT, KEY_IDS))
    with scratch(engine) as connection:
        add_runs(connection, [a_run(n, metrics={"a": 1.0} if n == 2 else {}) for n in range(3)])
        first = connection.execute(search.ordered(select(runs), before).limit(1)).one()
        place = search.keyset_after(after, search.last_values(before, first))
        rows = connection.execute(search.ordered(select(runs), after).where(place)).all()
        assert [first.run_id, *(row.run_id for row in rows)] == ["r2", "r1", "r0"]


def test_a_run_whose_name_tag_was_deleted_is_not_found_by_name(engine: Engine) -> None:
    nameless = Subject({**a_run(0).attributes})
    with scratch(engine) as connection:
        add_runs(connection, [nameless, a_run(1)])
        assert find_runs(connection, parse_filter("run_name LIKE 'name%'", RUNS)) == ["r1"]
        assert find_runs(connection, (), parse_order_by(["run_name"], RUNS)) == ["r0", "r1"]


def test_as_many_comparisons_as_the_grammar_takes(engine: Engine) -> None:
    one_each = [
        "params.a = 'x'",
        "metrics.a > 0",
        "tags.a LIKE 'x%'",
        "run_id != 'z'",
        "end_time<1",
    ]
    filter = parse_filter(" AND ".join(one_each * 100), RUNS)
    order = parse_order_by([f"metrics.`{key}`" for key in KEYS], RUNS)
    with scratch(engine) as connection:
        assert find_runs(connection, filter, order) == []


def test_many_ids(engine: Engine) -> None:
    listed = ", ".join(f"'r{number}'" for number in range(10_000))
    with scratch(engine) as connection:
        add_runs(connection, [a_run(7), a_run(50_000)])
        assert find_runs(connection, parse_filter(f"run_id IN ({listed})", RUNS)) == ["r7"]
        assert find_runs(connection, parse_filter(f"run_id NOT IN ({listed})", RUNS)) == ["r50000"]


@pytest.mark.parametrize(
    "values",
    [
        [],
        [[0, 1]],
        [[0, 1], [0, "r0"], [0, 1]],
        [[0, "1"], [0, "r0"]],
        [[0, 1], [0, 5]],
        [[0, 2**63], [0, "r0"]],
        [[0, 1.5], [0, "r0"]],
        [[2, None], [0, "r0"]],
        [[7, 1], [0, "r0"]],
        [1, "r0"],
        [[0, {}], [0, "r0"]],
        [[0, None], [0, "r0"]],
    ],
)
def test_a_forged_token_is_refused(values: list[Any]) -> None:
    order = search.run_order((), search.Context(DIALECT, {}))
    with pytest.raises(InvalidParameter, match="Invalid page token"):
        search.keyset_after(order, values)


def test_a_forged_metric_in_a_token_is_refused() -> None:
    order = search.run_order(parse_order_by(["metrics.a"], RUNS), search.Context(DIALECT, KEY_IDS))
    for value in (float("nan"), float("inf"), "1", None):
        with pytest.raises(InvalidParameter, match="Invalid page token"):
            search.keyset_after(order, [[0, value], [0, 1], [0, "r"]])


def test_the_default_order_walks_an_index(engine: Engine) -> None:
    context = search.Context(DIALECT, KEY_IDS)
    order = search.run_order((), context)
    statement = search.ordered(select(runs), order).where(
        runs.c.experiment_id == 1,
        runs.c.stage == 0,
        *search.run_clauses(parse_filter("metrics.a > 1 AND params.b = 'x'", RUNS), context),
        search.keyset_after(order, [[0, 5], [0, "r"]]),
    )
    with engine.connect() as connection:
        compiled = statement.limit(10).compile(connection, compile_kwargs={"literal_binds": True})
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}").all()
    steps = "\n".join(str(row[-1]) for row in plan)
    assert "ix_runs_listing (experiment_id=? AND stage=? AND start_time<?)" in steps
    assert "latest_metrics USING PRIMARY KEY (run=? AND key=?)" in steps
    assert "params USING PRIMARY KEY (run=? AND key=?)" in steps
    assert "SCAN" not in steps


# --- Experiments ----------------------------------------------------------------------------------


def experiment_subjects() -> st.SearchStrategy[list[Subject]]:
    times = st.sampled_from([0, 1, 2, 1000])
    each = st.builds(
        lambda name, created, updated, tagged: (name, created, updated, tagged),
        texts(),
        times,
        times,
        st.dictionaries(st.sampled_from(KEYS), texts(), max_size=2),
    )
    return st.lists(each, max_size=5, unique_by=lambda row: row[0]).map(
        lambda rows: [
            Subject(
                {
                    "experiment_id": number,
                    "name": name,
                    "creation_time": created,
                    "last_update_time": updated,
                },
                tags=tagged,
            )
            for number, (name, created, updated, tagged) in enumerate(rows, start=2)
        ]
    )


@settings(unhurried, max_examples=60)
@given(st.data())
def test_experiments(engine: Engine, data: st.DataObject) -> None:
    subjects = data.draw(experiment_subjects())
    with scratch(engine) as connection:
        for subject in subjects:
            of: Mapping[str, Any] = subject.attributes
            row = {"id": of["experiment_id"], "name": of["name"], "artifact_location": ""}
            times = {"created": of["creation_time"], "updated": of["last_update_time"]}
            connection.execute(insert(experiments), row | times | {"stage": 0})
            _insert(
                connection,
                experiment_tags,
                [
                    {"experiment_id": of["experiment_id"], "key": key, "value": value}
                    for key, value in subject.tags.items()
                ],
            )
        filter = data.draw(filters(EXPERIMENTS))
        order = data.draw(orders(EXPERIMENTS))
        expected = sorted_subjects(order, [s for s in subjects if matches(filter, s)], EXPERIMENTS)
        numbers = [subject.attributes["experiment_id"] for subject in expected]
        for limit in (None, 1, 2):
            assert find_experiments(connection, filter, order, limit) == numbers


def find_experiments(
    connection: Connection, filter: Filter, order: Sequence[OrderBy], limit: int | None
) -> list[int]:
    columns = search.experiment_order(order)
    statement = search.ordered(select(experiments), columns).where(
        experiments.c.id > 1, *search.experiment_clauses(filter, search.Context(DIALECT, {}))
    )
    found: list[int] = []
    page = connection.execute(statement.limit(limit)).all()
    while page:
        found += [row.id for row in page]
        if limit is None:
            break
        after = search.keyset_after(columns, search.last_values(columns, page[-1]))
        page = connection.execute(statement.where(after).limit(limit)).all()
    return found
