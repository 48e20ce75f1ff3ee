"""Filters, orders and things to search, made up by hypothesis; and filters as text."""

from collections.abc import Sequence
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

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
)
from sagwan.domain.search.evaluate import DatasetSubject, Subject
from sagwan.domain.search.fields import Grammar, Rule, ValueKind

# A busy machine is no reason to fail.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

KEYS = ("a", "b", "loss", "val loss", "a.b", "from", "1st", "모델", "x/y-z")
# Few texts, so that comparisons often hold; letters whose case is peculiar.
TEXTS = (
    "",
    "a",
    "A",
    "ab",
    "aB",
    "b",
    "a_b",
    "a%",
    "10",
    "9",
    "é",
    "É",
    "ΑΣ",
    "ας",
    "İ",
    "\u212a",
    "K",
)
PATTERNS = ("", "%", "_", "a%", "%b", "a_", "A%", "%É%", "ασ", "a[b]*?", "k", "i", "%%a%_%", "a_b")
NUMBERS = (-1.5, -1.0, 0.0, 0.5, 1.0, 2.0, 1e300)
TIMES = (0, 1, 2, 1000, 1_700_000_000_000)


_TEXTS = st.one_of(st.sampled_from(TEXTS), st.text("aAbéÉΣσς%_*?[", max_size=4))
_PATTERNS = st.one_of(st.sampled_from(PATTERNS), st.text("aAbéÉΣσ%_*?[]", max_size=5))


def texts() -> st.SearchStrategy[str]:
    return _TEXTS


def patterns() -> st.SearchStrategy[str]:
    return _PATTERNS


def _values(rule: Rule, op: Op) -> st.SearchStrategy[Any]:
    if op in (Op.IS_NULL, Op.IS_NOT_NULL):
        return st.none()
    single: st.SearchStrategy[Any]
    match rule.value:
        case ValueKind.FLOAT:
            single = st.one_of(st.sampled_from(NUMBERS), st.floats(allow_nan=False))
        case ValueKind.NUMBER:
            whole = st.one_of(st.sampled_from(TIMES), st.integers(-(10**30), 10**30))
            single = st.one_of(whole, st.sampled_from([0.5, 1.0, 1.5, 1e30, -1e30]))
        case ValueKind.INTEGER:
            single = st.one_of(st.sampled_from(TIMES), st.integers(-(10**30), 10**30))
        case ValueKind.ID | ValueKind.LENIENT_ID:
            single = st.one_of(st.integers(0, 4), st.integers(-(10**30), 10**30))
        case _:
            single = patterns() if op in (Op.LIKE, Op.ILIKE) else texts()
    if op in (Op.IN, Op.NOT_IN):
        return st.lists(single, min_size=1, max_size=4).map(tuple)
    return single


@st.composite
def comparisons(draw: st.DrawFn, grammar: Grammar, keys: Sequence[str] = KEYS) -> Comparison:
    kind = draw(st.sampled_from([*grammar.keyed, *grammar.named]))
    if kind in grammar.keyed:
        key, rule = draw(st.sampled_from(keys)), grammar.keyed[kind]
    else:
        key, rule = draw(st.sampled_from(list(grammar.named[kind].items())))
    op = draw(st.sampled_from(sorted(rule.ops, key=lambda op: op.value)))
    return Comparison(Field(kind, key), op, draw(_values(rule, op)))


def filters(
    grammar: Grammar, keys: Sequence[str] = KEYS, max_size: int = 3
) -> st.SearchStrategy[Filter]:
    return st.lists(comparisons(grammar, keys), max_size=max_size).map(tuple)


def conditions(
    grammar: Grammar, keys: Sequence[str] = KEYS, max_leaves: int = 6
) -> st.SearchStrategy[Condition]:
    """Trees as the parser makes them: with two terms at least where there are several."""

    def branches(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
        several = st.lists(inner, min_size=2, max_size=3).map(tuple)
        return st.one_of(several.map(All), several.map(Either), inner.map(Not))

    leaves: st.SearchStrategy[Condition] = comparisons(grammar, keys)
    return st.recursive(leaves, branches, max_leaves=max_leaves)


@st.composite
def orders(draw: st.DrawFn, grammar: Grammar, keys: Sequence[str] = KEYS) -> tuple[OrderBy, ...]:
    fields = [Field(FieldKind.ATTRIBUTE, key) for key in grammar.order_attributes.values()]
    for kind in sorted(grammar.order_kinds - {FieldKind.ATTRIBUTE}, key=lambda kind: kind.value):
        fields += [Field(kind, key) for key in keys]
    chosen = draw(st.lists(st.sampled_from(fields), max_size=3, unique=True))
    return tuple(OrderBy(field, draw(st.booleans())) for field in chosen)


def metric_values() -> st.SearchStrategy[float]:
    return st.one_of(st.sampled_from(NUMBERS), st.just(float("nan")))


def run_subjects(run_id: str, keys: Sequence[str] = KEYS) -> st.SearchStrategy[Subject]:
    key = st.sampled_from(keys)
    time = st.sampled_from(TIMES)
    attributes = st.fixed_dictionaries(
        {
            "run_id": st.just(run_id),
            "run_name": _TEXTS,
            "user_id": st.sampled_from(TEXTS[:4]),
            "status": st.sampled_from(["RUNNING", "FINISHED", "FAILED"]),
            "artifact_uri": st.sampled_from(TEXTS[:4]),
            "start_time": time,
            "end_time": st.one_of(st.none(), time),
        }
    )
    dataset = st.builds(DatasetSubject, _TEXTS, _TEXTS, st.one_of(st.none(), _TEXTS))
    return st.builds(
        Subject,
        attributes,
        metrics=st.dictionaries(key, metric_values(), max_size=2),
        params=st.dictionaries(key, _TEXTS, max_size=2),
        tags=st.dictionaries(key, _TEXTS, max_size=2),
        datasets=st.lists(dataset, max_size=2, unique_by=lambda d: (d.name, d.digest)),
    )


@st.composite
def condition_written(draw: st.DrawFn, condition: Condition, grammar: Grammar) -> str | None:
    """The condition as text, or None where it can't be written."""
    match condition:
        case All(terms) | Either(terms):
            parts = [draw(condition_written(term, grammar)) for term in terms]
            if None in parts:
                return None
            word = "AND" if isinstance(condition, All) else "OR"
            return f" {draw(st.sampled_from([word, word.lower()]))} ".join(
                # Brackets around an AND within an OR are the writer's choice.
                str(part)
                if isinstance(term, Comparison | Not)
                or (isinstance(term, All) and word == "OR" and draw(st.booleans()))
                else f"({part})"
                for term, part in zip(terms, parts, strict=True)
            )
        case Not(term):
            part = draw(condition_written(term, grammar))
            if part is None:
                return None
            bare = isinstance(term, Comparison | Not) and draw(st.booleans())
            return f"NOT {part}" if bare else f"NOT({part})"
        case Comparison():
            return draw(written((condition,), grammar))


@st.composite
def written(draw: st.DrawFn, filter: Filter, grammar: Grammar) -> str | None:
    """The filter as text, or None where it can't be written (a text with both quotes in it)."""
    clauses = []
    for comparison in filter:
        name = _field_text(draw, comparison.field, grammar)
        value = _value_text(draw, comparison, grammar)
        if value is None:
            return None
        op = comparison.op.value
        if op[0].isalpha():
            op = draw(st.sampled_from([op, op.lower(), op.replace(" ", "  ")]))
            clauses.append(f"{name} {op} {value}".rstrip())
        else:
            space = draw(st.sampled_from(["", " ", "\n\t"]))
            clauses.append(f"{name}{space}{op}{space}{value}")
    return draw(st.sampled_from([" AND ", " and ", "\nAnd\t"])).join(clauses)


def _field_text(draw: st.DrawFn, field: Field, grammar: Grammar) -> str:
    prefixes = [prefix for prefix, kind in grammar.prefixes.items() if kind is field.kind]
    if field.kind is FieldKind.ATTRIBUTE:
        prefixes.append("")
    names = [field.key]
    if field.kind is FieldKind.ATTRIBUTE:
        names += [alias for alias, key in grammar.aliases.items() if key == field.key]
    prefix = draw(st.sampled_from(prefixes))
    name = draw(st.sampled_from(names))
    bare = name.replace(".", "_").isidentifier() and not name.endswith(".")
    quote = draw(st.sampled_from(["`", '"', ""] if bare else ["`", '"']))
    dot = f"{prefix}." if prefix else ""
    return f"{dot}{quote}{name}{quote}"


def _value_text(draw: st.DrawFn, comparison: Comparison, grammar: Grammar) -> str | None:
    value = comparison.value
    if value is None:
        return ""
    if isinstance(value, tuple) and isinstance(value[0], float):
        return "(" + ", ".join(repr(each).replace("inf", "1e999") for each in value) + ")"
    if isinstance(value, tuple):
        parts = [_quoted(draw, str(each)) for each in value]
        return None if None in parts else "(" + ", ".join(map(str, parts)) + ")"
    if isinstance(value, float):
        return repr(value) if abs(value) != float("inf") else repr(value).replace("inf", "1e999")
    if isinstance(value, int):
        rule = grammar.named[comparison.field.kind][comparison.field.key]
        return str(value) if rule.value is not ValueKind.ID else f"'{value}'"
    return _quoted(draw, value)


def _quoted(draw: st.DrawFn, text: str) -> str | None:
    quotes = [quote for quote in "'\"" if quote not in text and not text.endswith("\\")]
    return None if not quotes else (quote := draw(st.sampled_from(quotes))) + text + quote
