"""What can be searched, as data: one `Grammar` a resource.

A resource is added by describing its fields here; lexer, parser and evaluator know no resource.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from sagwan.domain.search.ast import Field, FieldKind, Op, OrderBy

__all__ = [
    "EXPERIMENTS",
    "LOGGED_MODELS",
    "MODEL_VERSIONS",
    "REGISTERED_MODELS",
    "RUNS",
    "TRACES",
    "WORKSPACE_RUNS",
    "Grammar",
    "Rule",
    "ValueKind",
    "complete_order",
]


class ValueKind(Enum):
    """How a field's values are written, and what they become."""

    FLOAT = auto()  # an unquoted number; a float
    NUMBER = auto()  # an unquoted number; an int where it is written as one
    INTEGER = auto()  # an unquoted integer
    ID = auto()  # a quoted integer; an int
    LENIENT_ID = auto()  # an integer, quoted or not; an int
    TEXT = auto()  # quoted text
    LENIENT_TEXT = auto()  # text; a number or a single word needs no quotes


@dataclass(frozen=True, slots=True)
class Rule:
    """What a field may be compared with, and how."""

    value: ValueKind
    ops: frozenset[Op]


@dataclass(frozen=True, slots=True)
class Grammar:
    """What the filter and the order of one resource may name.

    `prefixes` are the words before the dot. Kinds in `keyed` have keys of the user's own; kinds in
    `named` have the listed ones. `aliases` are other names of attributes, `order_aliases` those of
    them that an order may use. `order_attributes` and `order_kinds` are what an order may name;
    `default_order` is the order where none is asked for, `tie_break` what completes an order.
    `unique` are the attributes that no two things share: an order ends there. Where there is none,
    no two things share what `tie_break` names. With `located`, all messages name the character;
    MLflow's don't. With `summaries`, a summary may follow a metric's key that is in backticks.
    """

    prefixes: Mapping[str, FieldKind]
    keyed: Mapping[FieldKind, Rule]
    named: Mapping[FieldKind, Mapping[str, Rule]]
    order_attributes: Mapping[str, str]
    tie_break: tuple[OrderBy, ...]
    unique: frozenset[str]
    default_order: tuple[OrderBy, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    order_kinds: frozenset[FieldKind] = frozenset({FieldKind.ATTRIBUTE})
    quoted_prefixes: bool = False
    duplicate_order_fields: bool = False
    bare_key_characters: str = ""
    located: bool = False
    summaries: bool = False

    def allowed_prefixes(self) -> list[str]:
        """The prefixes to name in a message: of each kind the first."""
        first: dict[FieldKind, str] = {}
        for prefix, kind in self.prefixes.items():
            first.setdefault(kind, prefix)
        return list(first.values())

    def null_testable(self) -> list[FieldKind]:
        """The kinds that IS NULL works on."""
        return [kind for kind, rule in self.keyed.items() if Op.IS_NULL in rule.ops]

    def listable(self, kind: FieldKind) -> list[str]:
        """The named fields of a kind that IN works on."""
        return [key for key, rule in self.named[kind].items() if Op.IN in rule.ops]


def complete_order(order: Sequence[OrderBy], grammar: Grammar) -> tuple[OrderBy, ...]:
    """The order that a search follows: the one asked for or the default, with its tie-break.

    The result orders any two things: it ends with a unique attribute, which only the end has, or
    names all of the tie-break. Completing an order that is complete changes nothing.
    """
    complete: list[OrderBy] = []
    seen: set[Field] = set()
    for key in (*(order or grammar.default_order), *grammar.tie_break):
        if key.field in seen:
            continue
        seen.add(key.field)
        complete.append(key)
        if key.field.kind is FieldKind.ATTRIBUTE and key.field.key in grammar.unique:
            break
    return tuple(complete)


_NUMERIC = frozenset({Op.GT, Op.GE, Op.EQ, Op.NE, Op.LT, Op.LE})
_MATCH = frozenset({Op.EQ, Op.NE, Op.LIKE, Op.ILIKE})
_IN = frozenset({Op.IN, Op.NOT_IN})
_NULL = frozenset({Op.IS_NULL, Op.IS_NOT_NULL})

_METRIC = Rule(ValueKind.FLOAT, _NUMERIC)
_TIME = Rule(ValueKind.NUMBER, _NUMERIC)
_WHOLE_TIME = Rule(ValueKind.INTEGER, _NUMERIC)
_TEXT = Rule(ValueKind.TEXT, _MATCH)
_LISTED_TEXT = Rule(ValueKind.TEXT, _MATCH | _IN)
_NULLABLE_TEXT = Rule(ValueKind.TEXT, _MATCH | _NULL)
_ID = Rule(ValueKind.ID, frozenset({Op.EQ, Op.NE}) | _IN)
_LENIENT_ID = Rule(ValueKind.LENIENT_ID, frozenset({Op.EQ, Op.NE}) | _IN)
_LENIENT_NUMBER = Rule(ValueKind.LENIENT_ID, _NUMERIC)
_LENIENT_TEXT = Rule(ValueKind.LENIENT_TEXT, _MATCH | _IN)


def _prefixes(words: Mapping[FieldKind, Iterable[str]]) -> dict[str, FieldKind]:
    return {word: kind for kind, several in words.items() for word in several}


def _attribute(key: str, ascending: bool = True) -> OrderBy:
    return OrderBy(Field(FieldKind.ATTRIBUTE, key), ascending)


RUNS = Grammar(
    prefixes=_prefixes(
        {
            FieldKind.METRIC: ("metric", "metrics"),
            FieldKind.PARAM: ("parameter", "parameters", "param", "params"),
            FieldKind.TAG: ("tag", "tags"),
            FieldKind.ATTRIBUTE: ("attribute", "attributes", "attr", "run"),
            FieldKind.DATASET: ("dataset", "datasets"),
        }
    ),
    keyed={
        FieldKind.METRIC: _METRIC,
        FieldKind.TAG: _NULLABLE_TEXT,
        FieldKind.PARAM: _NULLABLE_TEXT,
    },
    named={
        FieldKind.ATTRIBUTE: {
            "run_id": _LISTED_TEXT,
            "run_name": _TEXT,
            "user_id": _TEXT,
            "status": _TEXT,
            "artifact_uri": _TEXT,
            "start_time": _TIME,
            "end_time": _TIME,
        },
        FieldKind.DATASET: {"name": _LISTED_TEXT, "digest": _LISTED_TEXT, "context": _LISTED_TEXT},
    },
    aliases={
        "created": "start_time",
        "Created": "start_time",
        "run name": "run_name",
        "Run name": "run_name",
        "Run Name": "run_name",
    },
    order_attributes={
        "run_id": "run_id",
        "run_name": "run_name",
        "user_id": "user_id",
        "status": "status",
        "artifact_uri": "artifact_uri",
        "start_time": "start_time",
        "end_time": "end_time",
        "created": "start_time",
        "Created": "start_time",
    },
    order_kinds=frozenset({FieldKind.ATTRIBUTE, FieldKind.METRIC, FieldKind.PARAM, FieldKind.TAG}),
    tie_break=(_attribute("start_time", ascending=False), _attribute("run_id")),
    unique=frozenset({"run_id"}),
    quoted_prefixes=True,
)
"""Runs, as in `runs/search`."""

WORKSPACE_RUNS = replace(
    RUNS,
    keyed={
        FieldKind.METRIC: Rule(ValueKind.FLOAT, _NUMERIC | _IN | _NULL),
        FieldKind.TAG: Rule(ValueKind.TEXT, _MATCH | _IN | _NULL),
        FieldKind.PARAM: Rule(ValueKind.TEXT, _MATCH | _IN | _NULL),
    },
    named={
        **RUNS.named,
        FieldKind.ATTRIBUTE: {
            key: Rule(ValueKind.TEXT, _MATCH | _IN) if rule.value is ValueKind.TEXT else rule
            for key, rule in RUNS.named[FieldKind.ATTRIBUTE].items()
        },
    },
    located=True,
    summaries=True,
)
"""Runs, as in `runs/query`: what `runs/search` takes, lists for all texts and for metrics, and
summaries: ``metrics.`loss`.min``. (`metrics.loss.min` is the metric of that name, as in MLflow,
which refuses what follows a key in backticks.)

Its filters are conditions: see `conditions`.
"""

EXPERIMENTS = Grammar(
    prefixes=_prefixes({FieldKind.ATTRIBUTE: ("attribute",), FieldKind.TAG: ("tag", "tags")}),
    keyed={FieldKind.TAG: _NULLABLE_TEXT},
    named={
        FieldKind.ATTRIBUTE: {
            "name": _TEXT,
            "experiment_id": _ID,
            "creation_time": _WHOLE_TIME,
            "last_update_time": _WHOLE_TIME,
        }
    },
    order_attributes={
        "name": "name",
        "experiment_id": "experiment_id",
        "creation_time": "creation_time",
        "last_update_time": "last_update_time",
    },
    default_order=(_attribute("creation_time", ascending=False), _attribute("experiment_id")),
    tie_break=(_attribute("experiment_id", ascending=False),),
    unique=frozenset({"experiment_id"}),
    duplicate_order_fields=True,
)
"""Experiments, as in `experiments/search`; ids are integers."""

_MODEL_ALIASES = {
    "creation_time": "creation_timestamp_ms",
    "creation_timestamp": "creation_timestamp_ms",
    "last_updated_time": "last_updated_timestamp_ms",
    "last_updated_timestamp": "last_updated_timestamp_ms",
    "artifact_location": "artifact_uri",
}
_MODEL_ATTRIBUTES = {
    "name": _LENIENT_TEXT,
    "model_id": _LENIENT_TEXT,
    "model_type": _LENIENT_TEXT,
    "source_run_id": _LENIENT_TEXT,
    "artifact_uri": _LENIENT_TEXT,
    "status_message": _LENIENT_TEXT,
    "lifecycle_stage": _LENIENT_TEXT,
    "status": _LENIENT_ID,
    "experiment_id": _LENIENT_ID,
    "creation_timestamp_ms": _TIME,
    "last_updated_timestamp_ms": _TIME,
}

LOGGED_MODELS = Grammar(
    prefixes=_prefixes(
        {
            FieldKind.ATTRIBUTE: ("attributes",),
            FieldKind.METRIC: ("metrics",),
            FieldKind.PARAM: ("params",),
            FieldKind.TAG: ("tags",),
        }
    ),
    keyed={
        FieldKind.METRIC: _METRIC,
        FieldKind.PARAM: _LENIENT_TEXT,
        FieldKind.TAG: _LENIENT_TEXT,
    },
    named={FieldKind.ATTRIBUTE: _MODEL_ATTRIBUTES},
    aliases=_MODEL_ALIASES,
    order_attributes={name: name for name in _MODEL_ATTRIBUTES} | _MODEL_ALIASES,
    order_kinds=frozenset({FieldKind.ATTRIBUTE, FieldKind.METRIC}),
    tie_break=(_attribute("creation_timestamp_ms", ascending=False), _attribute("model_id")),
    unique=frozenset({"model_id"}),
    duplicate_order_fields=True,
    bare_key_characters="-/",
)
"""Logged models, as in `logged-models/search`.

`status` is its number (1 pending, 2 ready, 3 failed). The order comes as objects, not as text: see
`parser.parse_order_field`. A metric that was measured several times matches where any value does.
"""

_REGISTRY_PREFIXES = _prefixes(
    {FieldKind.ATTRIBUTE: ("attribute",), FieldKind.TAG: ("tag", "tags")}
)

REGISTERED_MODELS = Grammar(
    prefixes=_REGISTRY_PREFIXES,
    keyed={FieldKind.TAG: _TEXT},
    named={FieldKind.ATTRIBUTE: {"name": _LISTED_TEXT}},
    order_attributes={
        "name": "name",
        "timestamp": "last_updated_timestamp",
        "last_updated_timestamp": "last_updated_timestamp",
    },
    tie_break=(_attribute("name"),),
    unique=frozenset({"name"}),
)
"""Registered models, as in `registered-models/search`.

The tag `mlflow.prompt.is_prompt` is one that each of them has: see `sagwan.domain.registry`.
"""

MODEL_VERSIONS = Grammar(
    prefixes=_REGISTRY_PREFIXES,
    keyed={FieldKind.TAG: _TEXT},
    named={
        FieldKind.ATTRIBUTE: {
            "name": _LISTED_TEXT,
            "source_path": _LISTED_TEXT,
            "run_id": _LISTED_TEXT,
            "version_number": _LENIENT_NUMBER,
        }
    },
    order_attributes={
        "name": "name",
        "version_number": "version_number",
        "creation_timestamp": "creation_timestamp",
        "last_updated_timestamp": "last_updated_timestamp",
    },
    default_order=(_attribute("last_updated_timestamp", ascending=False),),
    tie_break=(_attribute("name"), _attribute("version_number", ascending=False)),
    unique=frozenset(),
)
"""Versions of registered models, as in `model-versions/search`; no two have name and number."""

_TRACE_TIMES = ("timestamp_ms", "execution_time_ms", "end_time_ms")
_TRACE_ALIASES = {name.removesuffix("_ms"): name for name in _TRACE_TIMES}

TRACES = Grammar(
    prefixes=_prefixes(
        {
            FieldKind.ATTRIBUTE: ("attribute", "attributes", "trace"),
            FieldKind.TAG: ("tag", "tags"),
            FieldKind.METADATA: ("request_metadata", "metadata"),
        }
    ),
    keyed={FieldKind.TAG: _NULLABLE_TEXT, FieldKind.METADATA: _NULLABLE_TEXT},
    named={
        FieldKind.ATTRIBUTE: {
            "request_id": _LISTED_TEXT,
            "client_request_id": _LISTED_TEXT,
            "name": _LISTED_TEXT,
            "status": _LISTED_TEXT,
            "run_id": _LISTED_TEXT,
            **dict.fromkeys(_TRACE_TIMES, _TIME),
        }
    },
    aliases=_TRACE_ALIASES,
    order_attributes={
        "experiment_id": "experiment_id",
        "request_id": "request_id",
        "name": "name",
        "status": "status",
        "run_id": "source_run",
        **{name: name for name in _TRACE_TIMES},
        **_TRACE_ALIASES,
    },
    order_kinds=frozenset({FieldKind.ATTRIBUTE, FieldKind.TAG, FieldKind.METADATA}),
    tie_break=(_attribute("timestamp_ms", ascending=False), _attribute("request_id")),
    unique=frozenset({"request_id"}),
    quoted_prefixes=True,
)
"""Traces, as in `traces/search`.

A trace's runs are the one that it was recorded in (`mlflow.sourceRun` of its metadata), which an
order goes by, and those that it was linked to. Spans and assessments can't be searched.
"""
