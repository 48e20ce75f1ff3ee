"""SQL answers what the evaluator answers."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, insert, make_url, select

from sagwan.domain.search.ast import Comparison, Field, FieldKind, Filter, Op, OrderBy, Value
from sagwan.domain.search.evaluate import DatasetSubject, Subject, matches, sorted_subjects
from sagwan.domain.search.fields import EXPERIMENTS, RUNS, Grammar, Rule, ValueKind
from sagwan.domain.search.like import like_matcher
from sagwan.domain.search.parser import parse_filter, parse_order_by
from sagwan.entities import RunStatus
from sagwan.errors import InvalidParameter
from sagwan.storage.sql import search
from sagwan.storage.sql.dialects import dialect_for
from sagwan.storage.sql.dialects.base import Dialect
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
from tests.domain.search.strategies import (
    KEYS,
    filters,
    orders,
    patterns,
    run_subjects,
    texts,
    unhurried,
)
from tests.support.databases import Databases

NAME_TAG = "mlflow.runName"
KEY_IDS = {name: number for number, name in enumerate([*KEYS, NAME_TAG], start=1)}


@pytest.fixture(scope="module", params=["sqlite", "postgresql", "mariadb"])
def engine(
    request: pytest.FixtureRequest,
    databases: Databases,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Engine]:
    if request.param == "sqlite":
        path: Path = tmp_path_factory.mktemp("search") / "search.db"
        url = make_url(f"sqlite:///{path}")
    else:
        url = make_url(databases.server(request.param).new_database())
    dialect = dialect_for(url)
    engine = dialect.create_engine(dialect.complete(url))
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(keys), [{"id": n, "name": k} for k, n in KEY_IDS.items()])
        row = {"id": 1, "name": "one", "artifact_location": "", "stage": 0}
        connection.execute(insert(experiments), row | {"created": 0, "updated": 0})
    yield engine
    engine.dispose()


def dialect_of(connection: Connection) -> Dialect:
    return dialect_for(connection.engine.url)


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
                dialect_of(connection).insert_missing(datasets),
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
            other = {"input": link, "key": "another tag", "value": "a"}
            connection.execute(insert(dataset_input_tags), other)
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
    there = {name: known[name] for name in names if name in known}
    context = search.Context(dialect_of(connection), there)
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


NAN, INFINITY = float("nan"), float("inf")
NUMBERS = [-INFINITY, -1e300, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 1e300, INFINITY]
INTEGERS = [-(10**30), -(2**63) - 1, -(2**63), -1, 0, 1, 2, 2**63 - 1, 2**63, 10**30]
# Runs that differ in all that a search may look at; something is missing in one or another.
VARIED = [
    Subject(
        {
            "run_id": f"r{number}",
            "run_name": name,
            "user_id": name.upper(),
            "status": status,
            "artifact_uri": "x" * number,
            "start_time": start,
            "end_time": end,
        },
        metrics={} if value is None else {"a": value},
        params={} if text is None else {"a": text},
        tags={"b": name} if text is None else {"a": text, "b": "same"},
        datasets=used,
    )
    for number, (name, status, start, end, value, text, used) in enumerate(
        [
            ("a", "RUNNING", 1, None, 1.0, "a", []),
            ("b", "FINISHED", 2, 2, NAN, None, [DatasetSubject("a", "b", "a")]),
            ("Ab", "FAILED", 0, 1, 0.0, "10", [DatasetSubject("b", "a")]),
            ("É", "KILLED", 2, -1, None, "9", []),
            ("%", "SCHEDULED", 2**63 - 1, 2**63 - 1, -1.0, "é", [DatasetSubject("É", "", "É")]),
            (
                "",
                "RUNNING",
                -(2**63),
                0,
                1e300,
                "",
                [DatasetSubject("a", "a"), DatasetSubject("%", "b")],
            ),
            ("*[?", "FINISHED", 2, 2, NAN, "a%_[*", []),
        ]
    )
]


def every_comparison(grammar: Grammar) -> Iterator[Comparison]:
    for kind in (*grammar.keyed, *grammar.named):
        rules = grammar.named.get(kind) or dict.fromkeys("ab?", grammar.keyed.get(kind))
        for key, rule in rules.items():
            assert rule is not None
            for op in rule.ops:
                for value in values_for(rule, op):
                    yield Comparison(Field(kind, "unused" if key == "?" else key), op, value)


def values_for(rule: Rule, op: Op) -> Sequence[Value]:
    if op in (Op.IS_NULL, Op.IS_NOT_NULL):
        return [None]
    if rule.value is ValueKind.FLOAT:
        return NUMBERS
    if rule.value is ValueKind.NUMBER:
        return [*INTEGERS, *NUMBERS]
    if rule.value in (ValueKind.INTEGER, ValueKind.ID):
        return [tuple(INTEGERS[:3]), tuple(INTEGERS)] if op in (Op.IN, Op.NOT_IN) else INTEGERS
    if op in (Op.IN, Op.NOT_IN):
        return [("a",), ("A", "b", "É"), ("é", "r1", "r4", "FINISHED"), ("",)]
    texts = ["", "a", "A", "b", "é", "É", "10", "r1", "RUNNING", "same"]
    return [*texts, "%", "a%", "%_", "F%D", "f%d", "é%", "*%", "%[%", "[a]", "?"]


def every_order(grammar: Grammar) -> Iterator[OrderBy]:
    for kind in grammar.order_kinds:
        names = {FieldKind.ATTRIBUTE: [*grammar.named[FieldKind.ATTRIBUTE]]}
        for key in names.get(kind, ["a", "b", "unused"]):
            yield OrderBy(Field(kind, key))
            yield OrderBy(Field(kind, key), ascending=False)


def test_every_comparison_of_runs(engine: Engine) -> None:
    subjects = [with_name_tag(subject) for subject in VARIED]
    with scratch(engine) as connection:
        add_runs(connection, subjects)
        for comparison in every_comparison(RUNS):
            matching = [run for run in subjects if matches((comparison,), run)]
            expected = ids(sorted_subjects((), matching, RUNS))
            assert find_runs(connection, (comparison,)) == expected, comparison


@pytest.mark.parametrize("limit", [None, 1, 3])
def test_every_order_of_runs(engine: Engine, limit: int | None) -> None:
    subjects = [with_name_tag(subject) for subject in VARIED]
    with scratch(engine) as connection:
        add_runs(connection, subjects)
        for key in every_order(RUNS):
            expected = ids(sorted_subjects((key,), subjects, RUNS))
            assert find_runs(connection, (), (key,), limit) == expected, key


@settings(unhurried, max_examples=50)
@given(st.data())
def test_searches_of_runs(engine: Engine, data: st.DataObject) -> None:
    keys = ("a", "b")
    several = [run_subjects(f"r{number}", keys).map(with_name_tag) for number in range(5)]
    subjects = data.draw(st.tuples(*several).map(list))
    order = data.draw(orders(RUNS, keys))
    found = data.draw(st.lists(filters(RUNS, keys), min_size=1, max_size=3))
    with scratch(engine) as connection:
        add_runs(connection, subjects)
        for filter in found:
            matching = [run for run in subjects if matches(filter, run)]
            expected = ids(sorted_subjects(order, matching, RUNS))
            assert find_runs(connection, filter, order) == expected
            assert find_runs(connection, filter, order, limit=2) == expected


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
    with scratch(engine) as connection:
        dialect = dialect_of(connection)
        before = search.run_order(order, search.Context(dialect, {}))
        after = search.run_order(order, search.Context(dialect, KEY_IDS))
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
    order = search.run_order((), search.Context(SQLite(), {}))
    with pytest.raises(InvalidParameter, match="Invalid page token"):
        search.keyset_after(order, values)


def test_a_forged_metric_in_a_token_is_refused() -> None:
    context = search.Context(SQLite(), KEY_IDS)
    order = search.run_order(parse_order_by(["metrics.a"], RUNS), context)
    for value in (float("nan"), float("inf"), "1", None):
        with pytest.raises(InvalidParameter, match="Invalid page token"):
            search.keyset_after(order, [[0, value], [0, 1], [0, "r"]])


# How a server's planner decides depends on how many rows there are.
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_default_order_walks_an_index(engine: Engine) -> None:
    context = search.Context(SQLite(), KEY_IDS)
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
        st.dictionaries(st.sampled_from(["a", "b"]), texts(), max_size=2),
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


EXPERIMENTS_AT_HAND = [
    Subject(
        {"experiment_id": number, "name": name, "creation_time": made, "last_update_time": seen},
        tags=tagged,
    )
    for number, name, made, seen, tagged in [
        (2, "a", 0, 5, {}),
        (3, "A", 1, 1, {"a": "a"}),
        (10, "é", 1, 0, {"a": "É", "b": "same"}),
        (11, "É", 0, 2, {"b": ""}),
        (2**63 - 1, "same", -1, 2, {"a": "%"}),
    ]
]


def test_every_comparison_of_experiments(engine: Engine) -> None:
    with scratch(engine) as connection:
        add_experiments(connection, EXPERIMENTS_AT_HAND)
        for comparison in every_comparison(EXPERIMENTS):
            matching = [each for each in EXPERIMENTS_AT_HAND if matches((comparison,), each)]
            expected = numbers(sorted_subjects((), matching, EXPERIMENTS))
            assert find_experiments(connection, (comparison,), (), None) == expected, comparison


@pytest.mark.parametrize("limit", [None, 1, 3])
def test_every_order_of_experiments(engine: Engine, limit: int | None) -> None:
    with scratch(engine) as connection:
        add_experiments(connection, EXPERIMENTS_AT_HAND)
        for order in ((), *((key,) for key in every_order(EXPERIMENTS))):
            expected = numbers(sorted_subjects(order, EXPERIMENTS_AT_HAND, EXPERIMENTS))
            assert find_experiments(connection, (), order, limit) == expected, order


@settings(unhurried, max_examples=50)
@given(st.data())
def test_searches_of_experiments(engine: Engine, data: st.DataObject) -> None:
    subjects = data.draw(experiment_subjects())
    order = data.draw(orders(EXPERIMENTS))
    found = data.draw(st.lists(filters(EXPERIMENTS, ("a", "b")), min_size=1, max_size=3))
    with scratch(engine) as connection:
        add_experiments(connection, subjects)
        for filter in found:
            matching = [each for each in subjects if matches(filter, each)]
            expected = numbers(sorted_subjects(order, matching, EXPERIMENTS))
            assert find_experiments(connection, filter, order, None) == expected
            assert find_experiments(connection, filter, order, 2) == expected


def numbers(subjects: Sequence[Subject]) -> list[object]:
    return [subject.attributes["experiment_id"] for subject in subjects]


def add_experiments(connection: Connection, subjects: Sequence[Subject]) -> None:
    for subject in subjects:
        of: Mapping[str, Any] = subject.attributes
        row = {"id": of["experiment_id"], "name": of["name"], "artifact_location": ""}
        times = {"created": of["creation_time"], "updated": of["last_update_time"]}
        connection.execute(insert(experiments), row | times | {"stage": 0})
        rows = [
            {"experiment_id": of["experiment_id"], "key": key, "value": value}
            for key, value in subject.tags.items()
        ]
        _insert(connection, experiment_tags, rows)


def find_experiments(
    connection: Connection, filter: Filter, order: Sequence[OrderBy], limit: int | None
) -> list[int]:
    columns = search.experiment_order(order)
    context = search.Context(dialect_of(connection), {})
    statement = search.ordered(select(experiments), columns).where(
        experiments.c.id > 1, *search.experiment_clauses(filter, context)
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
