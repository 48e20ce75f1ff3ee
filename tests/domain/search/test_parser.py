import contextlib
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagwan.domain.search.ast import Comparison, Field, FieldKind, Filter, Op, OrderBy
from sagwan.domain.search.fields import (
    EXPERIMENTS,
    LOGGED_MODELS,
    MODEL_VERSIONS,
    REGISTERED_MODELS,
    RUNS,
    Grammar,
)
from sagwan.domain.search.parser import (
    MAX_COMPARISONS,
    MAX_ORDER_FIELDS,
    parse_filter,
    parse_order_by,
    parse_order_field,
)
from sagwan.errors import InvalidParameter
from tests.domain.search.strategies import KEYS, filters, orders, unhurried, written

GRAMMARS = [RUNS, EXPERIMENTS, LOGGED_MODELS, REGISTERED_MODELS, MODEL_VERSIONS]

A, M, P, T, D = (
    FieldKind.ATTRIBUTE,
    FieldKind.METRIC,
    FieldKind.PARAM,
    FieldKind.TAG,
    FieldKind.DATASET,
)


def one(text: str, grammar: Grammar = RUNS) -> tuple[FieldKind, str, str, object]:
    (comparison,) = parse_filter(text, grammar)
    field = comparison.field
    return field.kind, field.key, comparison.op.value, comparison.value


@pytest.mark.parametrize("text", [None, "", "  \n", "AND", "and AND"])
def test_nothing_is_everything(text: str | None) -> None:
    assert parse_filter(text, RUNS) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("metrics.acc >= 0.94", (M, "acc", ">=", 0.94)),
        ("metric.acc>=100", (M, "acc", ">=", 100.0)),
        ("metrics.a < -.5", (M, "a", "<", -0.5)),
        ("metrics.a = 1e999", (M, "a", "=", math.inf)),
        ('metric."legit name" >= 0.243', (M, "legit name", ">=", 0.243)),
        ("metrics.`a-b/c` != 5.", (M, "a-b/c", "!=", 5.0)),
        ("params.m!='tf'", (P, "m", "!=", "tf")),
        ('param."cat dog" = "pets"', (P, "cat dog", "=", "pets")),
        ("parameters.x like 'a%'", (P, "x", "LIKE", "a%")),
        ("parameter.x iLike'a'", (P, "x", "ILIKE", "a")),
        ('params.m = "L\'Hosp"', (P, "m", "=", "L'Hosp")),
        ("params.m = 'it''s'", (P, "m", "=", "it''s")),
        ("`params`.from = ''", (P, "from", "=", "")),
        ("tags.a.b.c = 'x'", (T, "a.b.c", "=", "x")),
        ("tag.`mlflow.user` is null", (T, "mlflow.user", "IS NULL", None)),
        ("params.x IS  NOT\nNULL", (P, "x", "IS NOT NULL", None)),
        ("run_id IN ('a', \"b\",)", (A, "run_id", "IN", ("a", "b"))),
        ("attribute.run_id not in('a')", (A, "run_id", "NOT IN", ("a",))),
        ("status = 'RUNNING'", (A, "status", "=", "RUNNING")),
        ("attr.start_time > 5", (A, "start_time", ">", 5)),
        ("run.end_time <= 5.5", (A, "end_time", "<=", 5.5)),
        ("Created != 99999999999999999999", (A, "start_time", "!=", 99999999999999999999)),
        ("attributes.created = 1", (A, "start_time", "=", 1)),
        ("`Run name` = 'x'", (A, "run_name", "=", "x")),
        ("attributes.`run name` = 'x'", (A, "run_name", "=", "x")),
        ("dataset.name IN ('a')", (D, "name", "IN", ("a",))),
        ("datasets.context LIKE 'tr%'", (D, "context", "LIKE", "tr%")),
        ("params.x = 'a' AND", (P, "x", "=", "a")),
    ],
)
def test_runs(text: str, expected: tuple[FieldKind, str, str, object]) -> None:
    assert one(text) == expected


def test_kinds_of_numbers_are_kept() -> None:
    assert isinstance(one("metrics.a = 5")[3], float)
    assert isinstance(one("start_time = 5")[3], int)
    assert isinstance(one("start_time = 5.0")[3], float)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name = 'a'", (A, "name", "=", "a")),
        ("attribute.`name` ilike 'a%'", (A, "name", "ILIKE", "a%")),
        ("experiment_id = '12'", (A, "experiment_id", "=", 12)),
        ("experiment_id NOT IN ('1', ' 2')", (A, "experiment_id", "NOT IN", (1, 2))),
        ("creation_time >= 17", (A, "creation_time", ">=", 17)),
        ("tags.a != 'x'", (T, "a", "!=", "x")),
        ("tag.a IS NOT NULL", (T, "a", "IS NOT NULL", None)),
    ],
)
def test_experiments(text: str, expected: tuple[FieldKind, str, str, object]) -> None:
    assert one(text, EXPERIMENTS) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name = 'a'", (A, "name", "=", "a")),
        ("attributes.name = a", (A, "name", "=", "a")),
        ("params.lr = 0.01", (P, "lr", "=", "0.01")),
        ("params.a-b/c NOT IN ('x')", (P, "a-b/c", "NOT IN", ("x",))),
        ("metrics.a.b <= 1e+3", (M, "a.b", "<=", 1000.0)),
        ("tags.`a b` LIKE 'x'", (T, "a b", "LIKE", "x")),
        ("status = 2", (A, "status", "=", 2)),
        ("status IN ('1', 3)", (A, "status", "IN", (1, 3))),
        ("creation_time > 5", (A, "creation_timestamp_ms", ">", 5)),
        ("attributes.last_updated_timestamp > 5", (A, "last_updated_timestamp_ms", ">", 5)),
    ],
)
def test_logged_models(text: str, expected: tuple[FieldKind, str, str, object]) -> None:
    assert one(text, LOGGED_MODELS) == expected


@pytest.mark.parametrize("joint", [" AND ", "\nand\t", " And AND ", " "])
def test_comparisons_are_joined(joint: str) -> None:
    text = joint.join(["metrics.a>1", "params.b IS NULL", "status='x'", "run_id IN ('a')"])
    assert [comparison.op.value for comparison in parse_filter(text, RUNS)] == [
        ">", "IS NULL", "=", "IN",
    ]  # fmt: skip


CLAUSE = "Invalid clause(s) in filter string"
ENTITY = "Invalid entity type"
ATTRIBUTE = "Invalid attribute key"
COMPARATOR = "Invalid comparator"
QUOTES = "Parameter value is either not quoted or unidentified quote types"
NUMBER = "Expected numeric value type for metric"


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("metric.acc >= 0.94; metrics.rmse < 1", "Search filter contained multiple expression"),
        ("metric.acc >= 0.94;", CLAUSE),
        ("m.acc >= 0.94", ENTITY),
        ("METRICS.acc >= 0.94", ENTITY),
        ("`metrics.A` > 1", ENTITY),
        ('"metrics"."A" > 1', ENTITY),
        ("acc >= 0.94", ATTRIBUTE),
        ("model >= 'LR'", ATTRIBUTE),
        ("foo is null", ATTRIBUTE),
        ("attribute.experiment_id != 1", ATTRIBUTE),
        ("lifecycle_stage = 'active'", ATTRIBUTE),
        ("dataset.profile = 'x'", "Invalid dataset key"),
        ("metrics.A > 0.1 OR params.B = 'LR'", CLAUSE),
        ("metrics.A > 0.1 NAND params.B = 'LR'", CLAUSE),
        ("metrics.A > 0.1 AND (params.B = 'LR')", CLAUSE),
        ("NOT metrics.A > 1", CLAUSE),
        ("metrics.a BETWEEN 1 AND 2", CLAUSE),
        ("metrics.a > 1 + 2", CLAUSE),
        ("metrics.a > +0.5", CLAUSE),
        ("metrics.a > 1 -- x", CLAUSE),
        ("metrics.a > 1 /* x */", CLAUSE),
        ("metrics.f1-score > 1", CLAUSE),
        ("`metrics.A > 0.1", CLAUSE),
        ("param`.A > 0.1", CLAUSE),
        ("params.'acc = LR", CLAUSE),
        ("params.acc = 'LR", CLAUSE),
        ("params.acc = LR'", CLAUSE),
        ("params.acc = \"LR'", CLAUSE),
        ("tags.acc = = 'LR'", CLAUSE),
        ("attribute.status IS 'RUNNING'", CLAUSE),
        ("attribute.status = true", CLAUSE),
        ("params.acc LR !=", CLAUSE),
        ("params.acc", CLAUSE),
        ("metric.acc !=", CLAUSE),
        ("run_id IN 'a'", CLAUSE),
        ("run_id IN ('a'", CLAUSE),
        ("1=1", "Expected 'Identifier' found"),
        ("1.0 > metrics.acc", "Expected 'Identifier' found"),
        ("'a' = params.x", "Expected 'Identifier' found"),
        ("metric.model = 'LR'", NUMBER),
        ("metric.model = '5'", NUMBER),
        ("metrics.acc != metrics.acc", NUMBER),
        ("metrics.acc = NaN", NUMBER),
        ("metrics.acc IN ('a')", NUMBER),
        ("start_time > '5'", "Expected numeric value type for numeric attribute: start_time"),
        ("params.acc = 5", "Expected a quoted string value for param"),
        ("params.acc IN ('a')", "Expected a quoted string value for param"),
        ("tags.acc = 5", "Expected a quoted string value for tag"),
        ("attribute.status = 1", "Expected a quoted string value for attributes"),
        ("dataset.name = 1", "Expected a quoted string value for dataset attributes"),
        ("params.acc = LR", QUOTES),
        ("params.acc = `LR`", QUOTES),
        ("metrics.a == 1", COMPARATOR),
        ("metrics.a <> 1", COMPARATOR),
        ("metrics.a ~ 1", COMPARATOR),
        ("params.a > 'x'", COMPARATOR),
        ("params.a NOT LIKE 'x'", COMPARATOR),
        ("tags.a RLIKE 'x'", COMPARATOR),
        ("start_time LIKE 5", COMPARATOR),
        ("run_id = ('a')", COMPARATOR),
        ("status IN ('a')", "Only ['run_id'] attributes support comparison with a list"),
        ("run_id IN ()", "expected a non-empty list of string values, but got empty list"),
        ("run_id IN (1)", "got different type in list"),
        ("run_id IN (a)", "got different type in list"),
        ("run_id IN ('a' 'b')", "ill-formed list"),
        ("run_id IN ('a',,'b')", "ill-formed list"),
        ("run_id IN (('a'))", "ill-formed list"),
        ("metrics.a IS NULL", "IS NULL / IS NOT NULL is only supported for tags and params"),
        ("status IS NOT NULL", "IS NULL / IS NOT NULL is only supported for tags and params"),
        ("params.`a`.b = 'x'", "quote the whole key"),
        ("params. = 'x'", "Invalid parameter key ''"),
        ("params.`` = 'x'", "Invalid parameter key ''"),
        ("start_time = " + "9" * 5000, "too large"),
    ],
)
def test_errors(text: str, fragment: str) -> None:
    with pytest.raises(InvalidParameter, match=re.escape(fragment)):
        parse_filter(text, RUNS)


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("attributes.name = 'a'", ENTITY),
        ("param.a = 'b'", ENTITY),
        ("name IN ('a')", "Only ['experiment_id'] attributes support"),
        ("experiment_id = 1", "Expected a quoted string value for attributes"),
        ("experiment_id = 'x'", "Invalid experiment ID 'x'. Experiment ID must be a valid integer"),
        ("experiment_id LIKE '1'", COMPARATOR),
        ("creation_time > 5.5", "Invalid value for numeric attribute 'creation_time': '5.5'"),
        ("name IS NULL", "IS NULL / IS NOT NULL is only supported for tags"),
        ("tags.a IN ('x')", "Expected a quoted string value for tag"),
    ],
)
def test_errors_of_experiments(text: str, fragment: str) -> None:
    with pytest.raises(InvalidParameter, match=re.escape(fragment)):
        parse_filter(text, EXPERIMENTS)


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("foo = 'a'", ATTRIBUTE),
        ("attribute.name = 'a'", ENTITY),
        ("metrics.a = '1'", NUMBER),
        ("status = 'READY'", "Invalid status 'READY'"),
        ("name IS NULL", "IS NULL / IS NOT NULL is not supported here"),
        ("name > 'a'", COMPARATOR),
    ],
)
def test_errors_of_logged_models(text: str, fragment: str) -> None:
    with pytest.raises(InvalidParameter, match=re.escape(fragment)):
        parse_filter(text, LOGGED_MODELS)


def test_errors_point_at_the_character() -> None:
    with pytest.raises(InvalidParameter, match=re.escape("'OR' (character 15)")):
        parse_filter("metrics.A > 1 OR metrics.B > 2", RUNS)


def test_errors_quote_no_novels() -> None:
    with pytest.raises(InvalidParameter) as caught:
        parse_filter("params.x = " + "y" * 10_000, RUNS)
    assert len(caught.value.message) < 400


def test_too_many_comparisons_are_refused() -> None:
    fine = " AND ".join(["params.a = 'x'"] * MAX_COMPARISONS)
    assert len(parse_filter(fine, RUNS)) == MAX_COMPARISONS
    with pytest.raises(InvalidParameter, match="comparisons"):
        parse_filter(f"{fine} AND params.a = 'x'", RUNS)


@pytest.mark.parametrize("grammar", GRAMMARS)
@unhurried
@given(data=st.data())
def test_what_is_written_is_read_back(grammar: Grammar, data: st.DataObject) -> None:
    filter: Filter = data.draw(filters(grammar))
    text = data.draw(written(filter, grammar))
    if text is not None:
        assert parse_filter(text, grammar) == filter


PIECES = st.one_of(
    st.text(max_size=5),
    st.sampled_from(
        "metrics . a params tags attribute run_id name status ( ) , ; ' \" ` = != < >= LIKE IN NOT "
        "IS NULL AND OR 1 -2.5e3 'x' ('a','b') tags.a metrics.`a b` dataset.name \\".split(" ")
    ),
)


@pytest.mark.parametrize("grammar", GRAMMARS)
@unhurried
@given(pieces=st.lists(PIECES), joint=st.sampled_from(["", " "]))
def test_only_our_errors_are_raised(grammar: Grammar, pieces: list[str], joint: str) -> None:
    text = joint.join(pieces)
    for parse in (
        lambda: parse_filter(text, grammar),
        lambda: parse_order_by([text], grammar),
        lambda: parse_order_field(text, grammar),
    ):
        with contextlib.suppress(InvalidParameter):
            parse()


@pytest.mark.parametrize(
    ("clause", "kind", "key", "ascending"),
    [
        ("metrics.a", M, "a", True),
        ("metrics.a ASC", M, "a", True),
        ("metrics.a  dEsc", M, "a", False),
        ("metrics.`Mean Square Error`\tDESC", M, "Mean Square Error", False),
        ('metrics."a b" DESC', M, "a b", False),
        ("metric.'a b'", M, "a b", True),
        ("metrics.`desc` asc", M, "desc", True),
        ("params.x", P, "x", True),
        ("tag.a.b desc", T, "a.b", False),
        ("start_time", A, "start_time", True),
        ("attributes.created DESC", A, "start_time", False),
        (" run_name ", A, "run_name", True),
    ],
)
def test_order(clause: str, kind: FieldKind, key: str, ascending: bool) -> None:
    assert parse_order_by([clause], RUNS) == (OrderBy(Field(kind, key), ascending),)


@pytest.mark.parametrize(
    ("clause", "fragment"),
    [
        ("", "Invalid order_by clause"),
        ("metrics.a != 1", "Invalid order_by clause"),
        ("metrics.a, metrics.b", "Invalid order_by clause"),
        ("metrics.a DESC NULLS LAST", "Invalid order_by clause"),
        ("metrics.a-b", "Invalid order_by clause"),
        ("'a'", "Invalid order_by clause"),
        ("`metrics.A", "Invalid order_by clause"),
        ("metrics.a nulls", "Invalid ordering key"),
        ("run_id decs", "Invalid ordering key"),
        ("`metrics.A`", ENTITY),
        ("m.acc", ENTITY),
        ("acc", ATTRIBUTE),
        ("attribute.experiment_id", ATTRIBUTE),
        ("`Run name`", ATTRIBUTE),
        ("dataset.name", "Invalid order_by entity"),
    ],
)
def test_order_errors(clause: str, fragment: str) -> None:
    with pytest.raises(InvalidParameter, match=re.escape(fragment)):
        parse_order_by([clause], RUNS)


def test_order_of_experiments() -> None:
    assert parse_order_by(["name DESC", "attribute.experiment_id"], EXPERIMENTS) == (
        OrderBy(Field(A, "name"), False),
        OrderBy(Field(A, "experiment_id")),
    )
    with pytest.raises(InvalidParameter, match="Invalid order_by entity: tag"):
        parse_order_by(["tags.a"], EXPERIMENTS)


def test_a_field_orders_once() -> None:
    with pytest.raises(InvalidParameter, match="`order_by` contains duplicate fields"):
        parse_order_by(["start_time", "created DESC"], RUNS)
    # MLflow's experiments allow it; the first counts.
    assert parse_order_by(["name", "name DESC"], EXPERIMENTS) == (OrderBy(Field(A, "name")),)


def test_too_many_order_fields_are_refused() -> None:
    with pytest.raises(InvalidParameter, match="more than"):
        parse_order_by([f"metrics.m{n}" for n in range(MAX_ORDER_FIELDS + 1)], RUNS)


@unhurried
@given(orders(RUNS, KEYS))
def test_order_is_read_back(order: tuple[OrderBy, ...]) -> None:
    prefix = {A: "", M: "metrics.", P: "params.", T: "tags."}
    clauses = [
        f"{prefix[key.field.kind]}`{key.field.key}`{'' if key.ascending else ' DESC'}"
        for key in order
    ]
    assert parse_order_by(clauses, RUNS) == order


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("name", Field(A, "name")),
        ("creation_time", Field(A, "creation_timestamp_ms")),
        ("attributes.last_updated_timestamp", Field(A, "last_updated_timestamp_ms")),
        ("metrics.a b.c", Field(M, "a b.c")),
        ("metrics.`a b`", Field(M, "a b")),
    ],
)
def test_order_fields_of_logged_models(name: str, field: Field) -> None:
    assert parse_order_field(name, LOGGED_MODELS) == field


@pytest.mark.parametrize("name", ["", "foo", "params.a", "metrics.", "foo.bar", "attributes.foo"])
def test_order_field_errors(name: str) -> None:
    with pytest.raises(InvalidParameter, match="Invalid order by field name"):
        parse_order_field(name, LOGGED_MODELS)


def test_ast_is_hashable() -> None:
    filter = parse_filter("metrics.a > 1 AND run_id IN ('x')", RUNS)
    assert hash(filter) == hash(parse_filter("metrics.a>1.0 AND run_id IN ('x')", RUNS))
    assert Comparison(Field(M, "a"), Op.GT, 1.0) == filter[0]
