import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sagwan.domain.search.ast import Comparison, Field, FieldKind, Filter, Op, OrderBy
from sagwan.domain.search.evaluate import (
    DatasetSubject,
    Subject,
    matcher,
    matches,
    sort_key,
    sorted_subjects,
)
from sagwan.domain.search.fields import EXPERIMENTS, LOGGED_MODELS, RUNS, complete_order
from sagwan.domain.search.parser import parse_filter, parse_order_by
from tests.domain.search.strategies import (
    filters,
    metric_values,
    orders,
    run_subjects,
    texts,
    unhurried,
)

RUN = Subject(
    {"run_id": "r1", "status": "RUNNING", "start_time": 10, "end_time": None, "run_name": "Ab"},
    metrics={"a": 1.0, "nan": math.nan},
    params={"p": "10", "empty": ""},
    tags={"t": "Äb"},
    datasets=[DatasetSubject("d1", "g1", "train"), DatasetSubject("d2", "g2")],
)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("", True),
        ("metrics.a = 1", True),
        ("metrics.a != 1", False),
        ("metrics.a > 0.5 AND metrics.a <= 1", True),
        ("metrics.a > 0.5 AND metrics.a < 1", False),
        ("metrics.missing != 1", False),
        ("metrics.missing < 1", False),
        ("metrics.nan != 1", True),
        ("metrics.nan = 0", False),
        ("metrics.nan >= 0", False),
        ("metrics.nan <= 0", False),
        ("params.p = '10'", True),
        ("params.p != '9'", True),
        ("params.missing != '9'", False),
        ("params.missing IS NULL", True),
        ("params.empty IS NULL", False),
        ("params.empty IS NOT NULL", True),
        ("params.missing LIKE '%'", False),
        ("run_name LIKE 'A%'", True),
        ("run_name LIKE 'a%'", False),
        ("run_name ILIKE 'a_'", True),
        ("tags.t ILIKE 'äB'", True),
        ("run_id IN ('r1', 'r2')", True),
        ("run_id NOT IN ('r1', 'r2')", False),
        ("status = 'running'", False),
        ("start_time >= 10", True),
        ("start_time = 10.0", True),
        ("start_time < 10.5", True),
        ("end_time != 5", False),
        ("end_time < 5", False),
        ("dataset.name = 'd2'", True),
        ("dataset.name != 'd2'", True),
        ("dataset.name NOT IN ('d1', 'd2')", False),
        ("dataset.context = 'train' AND dataset.name = 'd2'", True),
        ("dataset.context != 'train'", False),
    ],
)
def test_meaning(text: str, holds: bool) -> None:
    assert matches(parse_filter(text, RUNS), RUN) is holds


def test_any_value_of_a_models_metric_counts() -> None:
    model = Subject({"name": "m"}, metrics={"a": [1.0, 3.0]})
    assert matches(parse_filter("metrics.a > 2", LOGGED_MODELS), model)
    assert matches(parse_filter("metrics.a < 2 AND metrics.a > 2", LOGGED_MODELS), model)
    assert not matches(parse_filter("metrics.a > 3", LOGGED_MODELS), model)
    key = (OrderBy(Field(FieldKind.METRIC, "a")),)
    assert sort_key(key, model) == sort_key(key, Subject(metrics={"a": 1.0}))


@unhurried
@given(st.data())
def test_a_filter_is_a_conjunction(data: st.DataObject) -> None:
    filter: Filter = data.draw(filters(RUNS))
    subject = data.draw(run_subjects("r"))
    expected = all(matches((comparison,), subject) for comparison in filter)
    assert matcher(filter)(subject) is expected


@pytest.mark.parametrize("op", [Op.EQ, Op.LIKE, Op.IN])
@pytest.mark.parametrize("kind", [FieldKind.ATTRIBUTE, FieldKind.PARAM, FieldKind.TAG])
def test_nothing_compares_with_nothing(kind: FieldKind, op: Op) -> None:
    value = ("",) if op is Op.IN else ""
    assert not matches((Comparison(Field(kind, "none"), op, value),), RUN)


@unhurried
@given(texts(), texts(), metric_values(), st.sampled_from([-1.0, 0.0, 1.0]))
def test_opposites(value: str, other: str, metric: float, number: float) -> None:
    subject = Subject(metrics={"m": metric}, params={"p": value})
    param, values = Field(FieldKind.PARAM, "p"), Field(FieldKind.METRIC, "m")
    for field, one, opposite, right in [
        (param, Op.EQ, Op.NE, other),
        (param, Op.IN, Op.NOT_IN, (other, "zz")),
        (values, Op.EQ, Op.NE, number),
    ]:
        holds = matches((Comparison(field, one, right),), subject)
        assert holds is not matches((Comparison(field, opposite, right),), subject)


def ids(order: list[str], subjects: list[Subject]) -> list[object]:
    parsed = parse_order_by(order, RUNS)
    return [s.attributes["run_id"] for s in sorted_subjects(parsed, subjects, RUNS)]


def test_numbers_then_nan_then_nothing_either_way() -> None:
    values = {"nan": math.nan, "big": 1000.0, "zero": 0.0, "low": -1e308, "none": None}
    subjects = [
        Subject({"run_id": name, "start_time": 0}, {} if value is None else {"x": value})
        for name, value in values.items()
    ]
    assert ids(["metrics.x"], subjects) == ["low", "zero", "big", "nan", "none"]
    assert ids(["metrics.x DESC"], subjects) == ["big", "zero", "low", "nan", "none"]


def test_texts_order_as_texts() -> None:
    subjects = [
        Subject({"run_id": "a", "start_time": 0}, params={"p": "10"}),
        Subject({"run_id": "b", "start_time": 0}, params={"p": "9"}),
        Subject({"run_id": "c", "start_time": 0}),
    ]
    assert ids(["params.p"], subjects) == ["a", "b", "c"]
    assert ids(["params.p DESC"], subjects) == ["b", "a", "c"]


def test_runs_come_newest_first_then_by_id() -> None:
    subjects = [
        Subject({"run_id": name, "start_time": start})
        for name, start in [("b", 1), ("a", 1), ("c", 2), ("d", None)]
    ]
    assert ids([], subjects) == ["c", "a", "b", "d"]
    assert ids(["start_time"], subjects) == ["a", "b", "c", "d"]
    assert ids(["tags.none"], subjects) == ["c", "a", "b", "d"]
    assert ids(["run_id DESC"], subjects) == ["d", "c", "b", "a"]


def test_experiments_break_ties_by_their_number() -> None:
    subjects = [
        Subject({"experiment_id": number, "name": name, "creation_time": created})
        for number, name, created in [(2, "x", 5), (10, "x", 5), (1, "y", 7)]
    ]

    def order(clauses: list[str]) -> list[object]:
        parsed = parse_order_by(clauses, EXPERIMENTS)
        found = sorted_subjects(parsed, subjects, EXPERIMENTS)
        return [subject.attributes["experiment_id"] for subject in found]

    assert order([]) == [1, 2, 10]
    assert order(["name"]) == [10, 2, 1]
    assert order(["creation_time DESC"]) == [1, 10, 2]
    assert order(["experiment_id"]) == [1, 2, 10]


@unhurried
@given(orders(RUNS))
def test_a_complete_order_ends_in_a_unique_field(order: tuple[OrderBy, ...]) -> None:
    complete = complete_order(order, RUNS)
    assert [key.field.key for key in complete].count("run_id") == 1
    assert complete[-1].field == Field(FieldKind.ATTRIBUTE, "run_id")
    assert len({key.field for key in complete}) == len(complete)
    assert complete[: len(order)] == order or complete[-1] in order
    assert complete_order(complete, RUNS) == complete


@settings(unhurried, max_examples=40)
@given(st.data())
def test_sorting_agrees_with_comparing_pairs(data: st.DataObject) -> None:
    subjects = [data.draw(run_subjects(f"r{n}")) for n in range(4)]
    order = data.draw(orders(RUNS))
    complete = complete_order(order, RUNS)
    found = sorted_subjects(order, subjects, RUNS)
    for earlier, later in itertools.combinations(found, 2):
        assert _before(complete, earlier, later)


def _before(order: tuple[OrderBy, ...], one: Subject, other: Subject) -> bool:
    """The rules of the order once more, one pair and one field at a time."""
    for key in order:
        left, right = (_value(key.field, subject) for subject in (one, other))
        if (left is None) != (right is None):
            return right is None
        if left is None or left == right:
            continue
        nan = [isinstance(value, float) and math.isnan(value) for value in (left, right)]
        if any(nan):
            if all(nan):
                continue
            return nan[1]
        return bool(left < right) if key.ascending else bool(left > right)  # type: ignore[operator]
    raise AssertionError("two subjects in one place")


def _value(field: Field, subject: Subject) -> object:
    holders = {
        FieldKind.ATTRIBUTE: subject.attributes,
        FieldKind.METRIC: subject.metrics,
        FieldKind.PARAM: subject.params,
        FieldKind.TAG: subject.tags,
    }
    return holders[field.kind].get(field.key)
