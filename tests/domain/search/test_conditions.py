import contextlib
import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sagwan.domain.search.ast import (
    EVERYTHING,
    All,
    Comparison,
    Condition,
    Either,
    Field,
    FieldKind,
    Not,
    Op,
    OrderBy,
    Summary,
    comparisons,
)
from sagwan.domain.search.conditions import MAX_DEPTH, parse_condition
from sagwan.domain.search.evaluate import Subject, condition_test, matches
from sagwan.domain.search.fields import RUNS, WORKSPACE_RUNS
from sagwan.domain.search.parser import (
    MAX_COMPARISONS,
    MAX_NUMBERS,
    parse_field,
    parse_filter,
    parse_order_by,
)
from sagwan.errors import InvalidParameter
from tests.domain.search.strategies import (
    condition_written,
    conditions,
    filters,
    run_subjects,
    unhurried,
    written,
)


def metric(op: str, value: object, key: str = "a") -> Comparison:
    return Comparison(Field(FieldKind.METRIC, key), Op(op), value)  # type: ignore[arg-type]


def parse(text: str | None) -> Condition:
    return parse_condition(text, WORKSPACE_RUNS)


ONE, TWO, THREE = (metric("=", float(number)) for number in (1, 2, 3))


@pytest.mark.parametrize("text", [None, "", " \n", "AND", "and AND"])
def test_nothing_is_everything(text: str | None) -> None:
    assert parse(text) == EVERYTHING


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("metrics.a = 1", ONE),
        ("(metrics.a = 1)", ONE),
        ("((metrics.a = 1))", ONE),
        ("metrics.a = 1 OR metrics.a = 2", Either((ONE, TWO))),
        ("metrics.a = 1 or metrics.a = 2 Or metrics.a = 3", Either((ONE, TWO, THREE))),
        ("metrics.a = 1 AND metrics.a = 2", All((ONE, TWO))),
        ("metrics.a = 1 metrics.a = 2", All((ONE, TWO))),
        ("metrics.a = 1 OR metrics.a = 2 AND metrics.a = 3", Either((ONE, All((TWO, THREE))))),
        ("metrics.a = 1 AND metrics.a = 2 OR metrics.a = 3", Either((All((ONE, TWO)), THREE))),
        ("(metrics.a = 1 OR metrics.a = 2) AND metrics.a = 3", All((Either((ONE, TWO)), THREE))),
        ("(metrics.a = 1 OR metrics.a = 2) metrics.a = 3", All((Either((ONE, TWO)), THREE))),
        ("NOT (metrics.a = 1)", Not(ONE)),
        ("not(metrics.a = 1 AND metrics.a = 2)", Not(All((ONE, TWO)))),
        ("NOT metrics.a = 1 AND metrics.a = 2", All((Not(ONE), TWO))),
        ("NOT NOT metrics.a = 1", Not(Not(ONE))),
        ("metrics.a BETWEEN 1 AND 2", All((metric(">=", 1.0), metric("<=", 2.0)))),
        (
            "metrics.a between -1 and 1e999 or metrics.a = 1",
            Either((All((metric(">=", -1.0), metric("<=", math.inf))), ONE)),
        ),
        ("metrics.a IN (1, 2.5, )", metric("IN", (1.0, 2.5))),
        ("metrics.a not in (1)", metric("NOT IN", (1.0,))),
        ("metrics.a IS NULL", metric("IS NULL", None)),
        (
            "params.p IN ('a', \"b\") OR tags.t NOT IN ('(', 'OR')",
            Either(
                (
                    Comparison(Field(FieldKind.PARAM, "p"), Op.IN, ("a", "b")),
                    Comparison(Field(FieldKind.TAG, "t"), Op.NOT_IN, ("(", "OR")),
                )
            ),
        ),
        (
            "status IN ('FAILED', 'KILLED')",
            Comparison(Field(FieldKind.ATTRIBUTE, "status"), Op.IN, ("FAILED", "KILLED")),
        ),
        (
            "start_time BETWEEN 1 AND 2",
            All(
                (
                    Comparison(Field(FieldKind.ATTRIBUTE, "start_time"), Op.GE, 1),
                    Comparison(Field(FieldKind.ATTRIBUTE, "start_time"), Op.LE, 2),
                )
            ),
        ),
    ],
)
def test_conditions(text: str, expected: Condition) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("metrics.`a.b`.min", Field(FieldKind.METRIC, "a.b", Summary.MIN)),
        ("metric.`min`.max", Field(FieldKind.METRIC, "min", Summary.MAX)),
        ("metrics.`a`.last", Field(FieldKind.METRIC, "a")),
        # Without backticks, and in backticks, it is a part of the key.
        ("metrics.a.min", Field(FieldKind.METRIC, "a.min")),
        ("metrics.`a.min`", Field(FieldKind.METRIC, "a.min")),
    ],
)
def test_summaries_of_metrics(text: str, field: Field) -> None:
    assert parse(f"{text} > 1") == Comparison(field, Op.GT, 1.0)
    assert parse_field(text, WORKSPACE_RUNS) == field
    assert parse_order_by([f"{text} DESC"], WORKSPACE_RUNS) == (OrderBy(field, ascending=False),)


@pytest.mark.parametrize(
    "text", ["metrics.`a`.mean", "metrics.`a`.min.max", "metrics.`a`.`min`", "metrics.a.`min`"]
)
def test_what_is_no_summary(text: str) -> None:
    with pytest.raises(InvalidParameter, match=r"write \.min, \.max or \.last after it"):
        parse(f"{text} > 1")


def test_only_metrics_have_summaries_and_mlflows_search_has_none() -> None:
    for text in ("params.`a`.min = 'b'", "tags.`a`.max = 'b'"):
        with pytest.raises(InvalidParameter):
            parse(text)
    with pytest.raises(InvalidParameter, match="quote the whole key, as in"):
        parse_filter("metrics.`a`.min > 1", RUNS)


@pytest.mark.parametrize(
    ("text", "at", "says"),
    [
        ("OR metrics.a = 1", 1, "A comparison was expected before OR."),
        ("metrics.a = 1 OR", 15, "A comparison was expected after OR."),
        ("metrics.a = 1 OR AND", 15, "A comparison was expected after OR."),
        ("metrics.a = 1 OR OR metrics.a = 2", 15, "A comparison was expected after OR."),
        ("(metrics.a = 1", 1, "This parenthesis is not closed."),
        ("metrics.a = 1)", 14, "This parenthesis closes nothing."),
        ("metrics.a = 1 AND ()", 19, "There is no comparison in these parentheses."),
        ("metrics.a = 1 AND (AND)", 19, "There is no comparison in these parentheses."),
        ("NOT", 1, "A comparison was expected after NOT."),
        ("NOT OR metrics.a = 1", 1, "A comparison was expected after NOT."),
        ("NOT ()", 5, "There is no comparison in these parentheses."),
        ("NOT )", 5, "This parenthesis does not belong here."),
        ("metrics.a BETWEEN 1", 19, "Write BETWEEN, a number, AND, and another number."),
        ("metrics.a BETWEEN 1 OR 2", 21, "Write BETWEEN, a number, AND, and another number."),
        ("metrics.a BETWEEN 1 AND", 21, "A value must follow it."),
        ("metrics.a BETWEEN (1) AND 2", 19, "This parenthesis does not belong here."),
        ("metrics.a BETWEEN 'x' AND 2", 19, "Expected numeric value type for metric."),
        ("metrics.a BETWEEN 1 AND 'x'", 25, "Expected numeric value type for metric."),
        ("params.a BETWEEN 1 AND 2", 10, "BETWEEN is for numbers, not for parameter 'a'"),
        ("params.a = 5", 12, "Expected a quoted string value for parameter"),
        ("params.a > 'x'", 10, "Invalid comparator '>' for parameter 'a'"),
        ("metrics.a ~ 1", 11, "Invalid comparator '~' for metric 'a'"),
        ("metrics.a = 'x'", 13, "Expected numeric value type for metric."),
        ("metrics.a IN ('x')", 15, "Expected a list of numbers."),
        ("metrics.a IN ()", 11, "Expected a list of 1 to 500 numbers."),
        ("start_time IN (1)", 16, "Expected numeric value type"),
        ("start_time IS NULL", 12, "only supported for metrics, tags and params"),
        ("params.a = ('x')", 10, "Invalid comparator '=' for a list of values"),
        ("nothing = 1", 1, "Invalid attribute key 'nothing' specified"),
        ("metrics.a = 1 OR x.y = 1", 18, "Invalid entity type 'x'"),
        ("metrics.a 1", 11, "A comparator was expected here."),
        ("metrics.a = 1 OR `b", 18, "This quote is not closed."),
        ("metrics.a = 1, metrics.b = 2", 14, "Combine comparisons with AND and OR."),
        ("metrics.a = 1 ; metrics.b = 2", 15, "multiple expression"),
    ],
)
def test_says_what_is_wrong_and_where(text: str, at: int, says: str) -> None:
    with pytest.raises(InvalidParameter) as caught:
        parse(text)
    assert says in caught.value.message
    assert re.findall(r"character (\d+)", caught.value.message) == [str(at)]


def test_limits() -> None:
    deep = "(" * MAX_DEPTH + "metrics.a = 1" + ")" * MAX_DEPTH
    assert parse(deep) == ONE
    for deeper in (f"({deep})", f"NOT {deep}", "(" * 29_000, "NOT " * 29_000):
        with pytest.raises(InvalidParameter, match=f"At most {MAX_DEPTH} brackets and NOTs nest"):
            parse(deeper)
    many = " OR ".join(["metrics.a = 1"] * MAX_COMPARISONS)
    assert parse(many) == Either((ONE,) * MAX_COMPARISONS)
    with pytest.raises(InvalidParameter, match="has 501 comparisons"):
        parse(f"{many} OR metrics.a = 1")
    numbers = ", ".join("1" * MAX_NUMBERS)
    assert len([*comparisons(parse(f"metrics.a IN ({numbers})"))]) == 1
    with pytest.raises(InvalidParameter, match="Expected a list of 1 to 500 numbers"):
        parse(f"metrics.a IN ({numbers}, 1)")


@unhurried
@given(st.data())
def test_filters_of_mlflow_mean_the_same(data: st.DataObject) -> None:
    filter = data.draw(filters(RUNS))
    text = data.draw(written(filter, RUNS))
    if text is None:
        return
    assert parse_filter(text, RUNS) == filter
    assert tuple(comparisons(parse(text))) == filter
    subject = data.draw(run_subjects("r"))
    assert condition_test(parse(text))(subject) is matches(filter, subject)


@settings(unhurried, max_examples=200)
@given(st.data())
def test_what_is_written_is_read(data: st.DataObject) -> None:
    condition = data.draw(conditions(WORKSPACE_RUNS))
    text = data.draw(condition_written(condition, WORKSPACE_RUNS))
    if text is not None:
        assert parse(text) == condition


@unhurried
@given(st.text("abcd. =<'`\"()ANDOR,1;-", max_size=30))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    with contextlib.suppress(InvalidParameter):
        parse(f"metrics.a = 1 {text}")
        return
    with pytest.raises(InvalidParameter, match=r"character \d"):
        parse(f"metrics.a = 1 {text}")


SUBJECT = Subject({"status": "RUNNING", "end_time": None}, {"a": 1.0, "nan": math.nan}, {"p": "x"})


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("", True),
        ("metrics.a = 2 OR params.p = 'x'", True),
        ("metrics.a = 2 OR params.p = 'y'", False),
        ("NOT metrics.a = 2", True),
        ("NOT metrics.missing = 2", True),
        ("NOT metrics.missing != 2", True),
        ("NOT end_time > 5", True),
        ("NOT end_time <= 5", True),
        ("metrics.missing IS NULL", True),
        ("metrics.nan IS NULL", False),
        ("metrics.nan IN (1, 2)", False),
        ("metrics.nan NOT IN (1, 2)", True),
        ("metrics.missing NOT IN (1, 2)", False),
        ("metrics.a IN (0, 1)", True),
        ("metrics.a BETWEEN 1 AND 1", True),
        ("metrics.a BETWEEN 2 AND 1", False),
        ("metrics.nan BETWEEN -1e999 AND 1e999", False),
        ("NOT (metrics.a = 1 AND params.p = 'y')", True),
    ],
)
def test_meaning(text: str, holds: bool) -> None:
    assert condition_test(parse(text))(SUBJECT) is holds
