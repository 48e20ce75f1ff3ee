"""What the state machine makes up: few values, so that they meet, and the ones that hurt.

Ids come from small pools too; the last of each is never given to anything.
"""

from collections.abc import Sequence
from hashlib import md5
from math import inf, nan
from typing import Any

from hypothesis import strategies as st

from sagwan.domain.batch import LARGEST
from sagwan.domain.limits import INT64_MAX, INT64_MIN
from sagwan.domain.registry import PROMPT_TAG
from sagwan.domain.runs import RUN_NAME_TAG
from sagwan.domain.search.ast import (
    All,
    Comparison,
    Condition,
    Either,
    Field,
    FieldKind,
    Filter,
    Not,
    Op,
    OrderBy,
    Summary,
    Value,
)
from sagwan.domain.search.fields import (
    EXPERIMENTS,
    LOGGED_MODELS,
    MODEL_VERSIONS,
    REGISTERED_MODELS,
    RUNS,
    WORKSPACE_RUNS,
    Grammar,
    Rule,
    ValueKind,
)
from sagwan.entities import (
    Dataset,
    DatasetInput,
    LoggedModelStatus,
    Metric,
    ModelOutput,
    Param,
    RunStatus,
    Tag,
    ViewType,
)
from sagwan.storage.base import ModelOrder


def _ids(prefix: str, kind: str, count: int) -> list[str]:
    """Ids whose order is not the order in which they are made."""
    return [
        prefix + md5(f"{kind}{number}".encode(), usedforsecurity=False).hexdigest()
        for number in range(count)
    ]


RUN_IDS = _ids("", "run", 8)
MODEL_IDS = _ids("m-", "model", 5)
KEYS = ["loss", "Loss", "é b"]
NAMES = ["vision", "Vision", "speech", "é"]
COMMON = ["a", "A", "10", "9"]
TEXTS = "|a|A|ab|b|10|9|é|É|%|_|a_b|it's|\\|ß|ss|İ|a\n|[1]|{}|\U0001f600".split("|")
PATTERNS = ["%", "_", "a%", "%A", "%b%", "__", "", "\\%", "É", "s_", "%\n", "%%_", "ı%"]
NUMBERS = [0.0, 1.0, -1.0, 0.5, 2.0, 1e-300, LARGEST, -LARGEST]
DATASET_NAMES = ["train", "Train"]
DIGESTS = ["1", "2"]
CONTEXT_TAG = "mlflow.data.context"
RUNS_NAMED = ["first", "First", "%", "é"]

unusual = st.sampled_from([INT64_MIN, INT64_MAX, 2**53 + 1, -(2**53) - 1])
small = st.integers(0, 3)
times = small | st.sampled_from([2**53 + 1, INT64_MAX])
keys = st.sampled_from(KEYS)
texts = st.sampled_from(COMMON) | st.sampled_from(TEXTS)
names = st.sampled_from(NAMES)
views = st.sampled_from([ViewType.ACTIVE_ONLY, ViewType.ALL, ViewType.DELETED_ONLY, ViewType.ALL])
model_ids = st.sampled_from(MODEL_IDS)
run_names = st.sampled_from(RUNS_NAMED)
statuses = st.sampled_from(RunStatus)
model_statuses = st.sampled_from(LoggedModelStatus)
locations = st.sampled_from([None, None, "s3://bucket/x?y=1", "/data"])
datasets_of_metrics = st.none() | st.tuples(
    st.sampled_from(DATASET_NAMES), st.sampled_from(DIGESTS)
)

tags = st.builds(Tag, keys, texts)
run_tags = tags | st.builds(Tag, st.just(RUN_NAME_TAG), st.sampled_from([*RUNS_NAMED, ""]))
prompt_tags = st.builds(Tag, st.just(PROMPT_TAG), st.sampled_from(["true", "TRUE", "false"]))
registry_tags = tags | tags | prompt_tags
registry_tag_lists = st.lists(registry_tags, max_size=3, unique_by=lambda tag: tag.key)
tag_lists = st.lists(tags, max_size=3, unique_by=lambda tag: tag.key)
param_lists = st.lists(st.builds(Param, keys, texts), max_size=3, unique_by=lambda param: param.key)
tag_keys = keys | st.just(RUN_NAME_TAG)
json_items = st.sampled_from([1, "é", None, {"a": [1.5]}])
outputs = st.lists(st.builds(ModelOutput, model_ids, small | unusual), max_size=2)


@st.composite
def metrics(draw: st.DrawFn) -> Metric:
    """One point, now and then measured on a model and a dataset."""
    value = draw(st.sampled_from([*NUMBERS, nan, 0.1 + 0.2]))
    metric = Metric(draw(keys), value, draw(times), draw(st.integers(-1, 3) | unusual))
    if draw(st.booleans()):
        metric.model_id = draw(model_ids)
        dataset = draw(datasets_of_metrics)
        if dataset:
            metric.dataset_name, metric.dataset_digest = dataset
    return metric


@st.composite
def curves(draw: st.DrawFn) -> list[Metric]:
    """Many points of one metric, as a training loop logs them."""
    key, first, count = draw(keys), draw(st.integers(0, 5)), draw(st.integers(20, 80))
    return [Metric(key, step / 7, 1000 + step * 3, step) for step in range(first, first + count)]


metric_lists = st.lists(metrics(), max_size=4) | st.lists(metrics(), max_size=4) | curves()


@st.composite
def dataset_inputs(draw: st.DrawFn) -> DatasetInput:
    """A use of a dataset, with a context or without."""
    dataset = Dataset(
        draw(st.sampled_from(DATASET_NAMES)),
        draw(st.sampled_from(DIGESTS)),
        "s3",
        draw(texts),
        draw(st.sampled_from([None, '{"a": 1}'])),
        draw(st.sampled_from([None, ""])),
    )
    used_for = st.builds(Tag, st.sampled_from([CONTEXT_TAG, "k"]), texts)
    return DatasetInput(dataset, draw(st.lists(used_for, max_size=3)))


# What a filter may ask of an attribute, beside what fits any of its kind.
_CANDIDATES: dict[str, Sequence[str]] = {
    "run_id": RUN_IDS,
    "run_name": RUNS_NAMED,
    "status": [status.name for status in RunStatus],
    "user_id": ["ada", "Ada", ""],
    "name": [*NAMES, *DATASET_NAMES],
    "digest": DIGESTS,
    "model_id": MODEL_IDS,
    "source_run_id": RUN_IDS,
    "lifecycle_stage": ["active", "deleted"],
}


def _value(rule: Rule, field: Field, op: Op) -> st.SearchStrategy[Value]:
    """Values that the parser could have made for this field."""
    huge = st.sampled_from([10**19, -(10**40)])
    match rule.value:
        case ValueKind.FLOAT:
            numbers = st.sampled_from([*NUMBERS, inf, -inf])
            return _tuples(numbers) if op in (Op.IN, Op.NOT_IN) else numbers
        case ValueKind.NUMBER:
            return st.integers(-1, 4) | unusual | huge | st.sampled_from([1.5, -0.5, inf, 1e18])
        case ValueKind.INTEGER:
            return st.integers(-1, 4) | unusual | huge
        case ValueKind.ID | ValueKind.LENIENT_ID:
            ids = st.integers(-1, 5) | huge
            return _tuples(ids) if op in (Op.IN, Op.NOT_IN) else ids
    if op in (Op.LIKE, Op.ILIKE):
        return st.sampled_from(PATTERNS) | texts
    if field.key == PROMPT_TAG:
        return st.sampled_from(["true", "false", "TRUE", "x"])
    found = st.sampled_from([*_CANDIDATES.get(field.key, TEXTS)])
    either = found | found | texts
    return _tuples(either) if op in (Op.IN, Op.NOT_IN) else either


def _tuples(elements: st.SearchStrategy[Any]) -> st.SearchStrategy[Value]:
    return st.lists(elements, min_size=1, max_size=3).map(tuple)


def _summaries(kind: FieldKind, grammar: Grammar) -> st.SearchStrategy[tuple[Summary, ...]]:
    """The summary of a field of the kind; none is the last value."""
    if kind is not FieldKind.METRIC or not grammar.summaries:
        return st.just(())
    return st.just(()) | st.sampled_from([*Summary]).map(lambda summary: (summary,))


@st.composite
def _comparisons(
    draw: st.DrawFn, grammar: Grammar, keys: st.SearchStrategy[str] = keys
) -> Comparison:
    kinds = [*grammar.keyed, *grammar.named]
    kind = draw(st.sampled_from(kinds))
    if kind in grammar.keyed:
        field, rule = Field(kind, draw(keys), *draw(_summaries(kind, grammar))), grammar.keyed[kind]
    else:
        key = draw(st.sampled_from([*grammar.named[kind]]))
        field, rule = Field(kind, key), grammar.named[kind][key]
    op = draw(st.sampled_from([op for op in Op if op in rule.ops]))
    if op in (Op.IS_NULL, Op.IS_NOT_NULL):
        return Comparison(field, op)
    return Comparison(field, op, draw(_value(rule, field, op)))


def _filters(grammar: Grammar, keys: st.SearchStrategy[str] = keys) -> st.SearchStrategy[Filter]:
    one = _comparisons(grammar, keys).map(lambda comparison: (comparison,))
    return st.just(()) | one | one | st.lists(_comparisons(grammar, keys), max_size=3).map(tuple)


def _conditions(grammar: Grammar) -> st.SearchStrategy[Condition]:
    def branches(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
        several = st.lists(inner, max_size=3).map(tuple)
        return several.map(All) | several.map(Either) | inner.map(Not)

    leaves: st.SearchStrategy[Condition] = _comparisons(grammar)
    return st.recursive(leaves, branches, max_leaves=5)


EXTREMES = [
    Field(FieldKind.METRIC, key, summary) for key in KEYS for summary in (Summary.MIN, Summary.MAX)
]


@st.composite
def _orders(draw: st.DrawFn, grammar: Grammar) -> tuple[OrderBy, ...]:
    attributes = [Field(FieldKind.ATTRIBUTE, key) for key in set(grammar.order_attributes.values())]
    keyed = [Field(kind, key) for kind in grammar.keyed for key in KEYS]
    if grammar.summaries:
        keyed += EXTREMES
    fields = sorted(
        [*attributes, *(field for field in keyed if field.kind in grammar.order_kinds)],
        key=lambda field: (field.kind.value, field.key, field.summary.value),
    )
    chosen = draw(st.lists(st.sampled_from(fields), max_size=2, unique=True))
    return tuple(OrderBy(field, draw(st.booleans())) for field in chosen)


@st.composite
def model_orders(draw: st.DrawFn) -> list[ModelOrder]:
    """An order of logged models; a metric may be narrowed to a dataset."""
    order = []
    for by in draw(_orders(LOGGED_MODELS)):
        if by.field.kind is FieldKind.METRIC:
            name, digest = draw(datasets_of_metrics) or (None, None)
            digest = draw(st.sampled_from([None, digest]))
            order.append(ModelOrder(f"metrics.{by.field.key}", by.ascending, name, digest))
        else:
            order.append(ModelOrder(by.field.key, by.ascending))
    return order


experiment_filters = _filters(EXPERIMENTS)
experiment_orders = _orders(EXPERIMENTS)
run_filters = _filters(RUNS)
run_orders = _orders(RUNS)
workspace_orders = _orders(WORKSPACE_RUNS)
conditions = _conditions(WORKSPACE_RUNS)
FIELDS = [
    *(Field(kind, key) for kind in WORKSPACE_RUNS.keyed for key in KEYS),
    *EXTREMES,
    *(Field(FieldKind.ATTRIBUTE, key) for key in ("run_name", "status", "start_time", "end_time")),
]
_of_kinds = [
    st.lists(st.sampled_from([field for field in FIELDS if field.kind in kinds]), unique=True)
    for kinds in ((FieldKind.PARAM, FieldKind.TAG), (FieldKind.METRIC,))
]
groupings = st.tuples(*_of_kinds)
model_filters = _filters(LOGGED_MODELS)
model_datasets = st.lists(
    st.tuples(st.sampled_from(DATASET_NAMES), st.none() | st.sampled_from(DIGESTS)), max_size=2
)
registry_keys = keys | keys | st.just(PROMPT_TAG)
registered_model_filters = _filters(REGISTERED_MODELS, registry_keys)
registered_model_orders = _orders(REGISTERED_MODELS)
model_version_filters = _filters(MODEL_VERSIONS, registry_keys)
model_version_orders = _orders(MODEL_VERSIONS)
