"""Text to AST, as MLflow reads it: same texts accepted, same meaning, same fragments in errors.

Where this parser differs on purpose:

* accepted here, refused there: keys that are SQL keywords (`params.from`), keys that start with
  a digit (`metrics.1`), exponents with a plus sign (`1e+3`), a filter of spaces only, spaces around
  an order clause, keywords in lower case for experiments;
* refused here (400): dotted keys of which a part is quoted (MLflow keeps the quotes in the key,
  and so finds nothing), empty keys, lists after other comparators than IN (an error of the server
  there), list elements that are nested or not separated by commas;
* the elements of a list have no escapes, like all other texts (MLflow reads them as Python's);
* in filters for logged models a text may be in double quotes (MLflow keeps them in the text), and
  an unknown attribute or a value of the wrong type is the caller's error, not the server's.

Like MLflow, it does not insist on `AND`: comparisons may simply follow each other.
"""

from collections.abc import Sequence

from sagwan.domain.search.ast import (
    Comparison,
    Field,
    FieldKind,
    Filter,
    Op,
    OrderBy,
    Summary,
    Value,
)
from sagwan.domain.search.clauses import Clause, read_clauses, shorten
from sagwan.domain.search.fields import Grammar, Rule, ValueKind
from sagwan.domain.search.lexer import Part, Token, TokenKind, tokenize
from sagwan.errors import InvalidParameter

__all__ = [
    "MAX_COMPARISONS",
    "MAX_ORDER_FIELDS",
    "bind",
    "check_count",
    "field_of",
    "filter_tokens",
    "parse_field",
    "parse_filter",
    "parse_order_by",
    "parse_order_field",
]

MAX_COMPARISONS = 500
"""Comparisons in one filter (MLflow's SQL ends at some 60)."""

MAX_ORDER_FIELDS = 32
"""Fields in one order."""

MAX_NUMBERS = 500
"""Numbers in one list; lists of texts have no limit of their own."""

_OPS = {op.value: op for op in Op}
_PLURALS = {
    FieldKind.METRIC: "metrics",
    FieldKind.PARAM: "params",
    FieldKind.TAG: "tags",
    FieldKind.METADATA: "metadata",
}
_NUMERIC = (ValueKind.FLOAT, ValueKind.NUMBER, ValueKind.INTEGER)


def parse_filter(text: str | None, grammar: Grammar) -> Filter:
    """The comparisons of a filter; none for None and for an empty text.

    Raises InvalidParameter, which says what is wrong and at which character (counted from 1).
    """
    if not text:
        return ()
    clauses = read_clauses(filter_tokens(text, grammar))
    check_count(len(clauses))
    return tuple(bind(clause, grammar) for clause in clauses)


def filter_tokens(text: str, grammar: Grammar) -> list[Token]:
    """The tokens of a filter. Raises InvalidParameter where it is several."""
    tokens = tokenize(text, grammar.bare_key_characters)
    for index, token in enumerate(tokens[:-1]):
        if token.kind is TokenKind.SEMICOLON:
            raise InvalidParameter(
                f"Search filter contained multiple expression '{shorten(text)}' (a semicolon at "
                f"character {token.start + 1}, before '{shorten(tokens[index + 1].text)}'). "
                "Combine the comparisons with AND."
            )
    return tokens


def check_count(count: int) -> None:
    """Raise InvalidParameter where a filter has too many comparisons."""
    if count > MAX_COMPARISONS:
        raise InvalidParameter(
            f"The filter has {count} comparisons; at most {MAX_COMPARISONS} are supported."
        )


def parse_order_by(clauses: Sequence[str], grammar: Grammar) -> tuple[OrderBy, ...]:
    """The order that was asked for, without default and tie-break (see `fields.complete_order`).

    Each clause is a field and ASC or DESC (in any case; ascending where neither is given).
    Raises InvalidParameter.
    """
    order: dict[Field, OrderBy] = {}
    for clause in clauses:
        key = _order_clause(clause, grammar)
        if key.field not in order:
            order[key.field] = key
        elif not grammar.duplicate_order_fields:
            raise InvalidParameter(
                f"`order_by` contains duplicate fields: {shorten(str(list(clauses)))}"
            )
        if len(order) > MAX_ORDER_FIELDS:
            raise InvalidParameter(
                f"`order_by` has more than {MAX_ORDER_FIELDS} fields. Name fewer."
            )
    return tuple(order.values())


def parse_field(text: str, grammar: Grammar) -> Field:
    """A field as an order names it, with its prefix and its key in backticks.

    Raises InvalidParameter.
    """
    tokens = tokenize(text, grammar.bare_key_characters)
    if len(tokens) != 1 or tokens[0].kind is not TokenKind.WORD:
        raise InvalidParameter(
            f"Invalid field '{shorten(text)}'. Write attributes.<name>, metrics.`<key>`, "
            "params.`<key>` or tags.`<key>`."
        )
    return _order_field(tokens[0], f"field '{shorten(text)}'", grammar)


def parse_order_field(name: str, grammar: Grammar) -> Field:
    """The field that an order names by itself: `<attribute>` or `metrics.<key>`, unquoted.

    Raises InvalidParameter, with the protocol's text for logged models.
    """
    if name in grammar.order_attributes:
        return Field(FieldKind.ATTRIBUTE, grammar.order_attributes[name])
    prefix, _, key = name.partition(".")
    kind = grammar.prefixes.get(prefix)
    if kind is FieldKind.ATTRIBUTE and key in grammar.order_attributes:
        return Field(kind, grammar.order_attributes[key])
    if key and kind in grammar.keyed and kind in grammar.order_kinds:
        return Field(kind, _strip(key, "`"))
    raise InvalidParameter(
        f"Invalid order by field name: {shorten(name)}. Valid names are "
        f"{', '.join(grammar.order_attributes)} and metrics.<key>."
    )


def bind(clause: Clause, grammar: Grammar) -> Comparison:
    """Give a clause its meaning: which field, which comparator, which value.

    Raises InvalidParameter, which says where if the grammar says so.
    """
    field, rule = field_of(clause.left, grammar)
    at = clause.op_start
    try:
        if clause.op in ("IS NULL", "IS NOT NULL"):
            return _null_test(clause, field, rule, grammar)
        op = _OPS.get(clause.op)
        if rule.value in (ValueKind.ID, ValueKind.LENIENT_ID) and op not in rule.ops:
            raise _wrong_comparator(clause, field, rule)
        at = clause.values[0].start if clause.values else at
        value = _value(clause, field, rule, grammar)
        at = clause.op_start
        if clause.is_list and op not in (Op.IN, Op.NOT_IN):
            raise InvalidParameter(
                f"Invalid comparator '{clause.op}' for a list of values; use IN or NOT IN."
            )
        if op is None or op not in rule.ops:
            raise _wrong_comparator(clause, field, rule)
    except InvalidParameter as error:
        if not grammar.located:
            raise
        raise InvalidParameter(f"{error.message} (character {at + 1})") from None
    return Comparison(field, op, value)


def _null_test(clause: Clause, field: Field, rule: Rule, grammar: Grammar) -> Comparison:
    if Op.IS_NULL in rule.ops:
        return Comparison(field, _OPS[clause.op])
    *most, last = [_PLURALS[kind] for kind in grammar.null_testable()] or [""]
    kinds = f"{', '.join(most)} and {last}" if most else last
    only = f"only supported for {kinds}" if kinds else "not supported here"
    raise InvalidParameter(
        f"IS NULL / IS NOT NULL is {only}, not for '{field.kind.value}' '{shorten(field.key)}'"
    )


def _wrong_comparator(clause: Clause, field: Field, rule: Rule) -> InvalidParameter:
    allowed = [op.value for op in Op if op in rule.ops]
    return InvalidParameter(
        f"Invalid comparator '{clause.op}' for {field.kind.value} '{shorten(field.key)}', "
        f"not one of {allowed}"
    )


def field_of(token: Token, grammar: Grammar) -> tuple[Field, Rule]:
    """The field that a word names in a filter, and the rule for its values.

    Raises InvalidParameter.
    """
    kind, name, summary = _split(token, grammar)
    if kind in grammar.keyed:
        return Field(kind, name, summary), grammar.keyed[kind]
    known = grammar.named[kind]
    key = grammar.aliases.get(name, name) if kind is FieldKind.ATTRIBUTE else name
    if key not in known:
        valid = [*known, *(grammar.aliases if kind is FieldKind.ATTRIBUTE else ())]
        raise InvalidParameter(
            f"Invalid {kind.value} key '{shorten(name)}' specified (character {token.start + 1}). "
            f"Valid keys are {valid}"
        )
    return Field(kind, key), known[key]


def _split(token: Token, grammar: Grammar) -> tuple[FieldKind, str, Summary]:
    """Split `prefix.key` and check both parts' form."""
    first, *rest = token.parts
    if not rest:
        if "." in first.text and grammar.prefixes.get(first.text.partition(".")[0]):
            raise _invalid_entity(first.quote + first.text.partition(".")[0], token, grammar)
        return FieldKind.ATTRIBUTE, first.text, Summary.LAST
    kind = grammar.prefixes.get(first.text)
    if kind is None or (first.quote and not (first.quote == "`" and grammar.quoted_prefixes)):
        raise _invalid_entity(first.quote + first.text + first.quote, token, grammar)
    summary = Summary.LAST
    if kind is FieldKind.METRIC and grammar.summaries:
        summary, rest = _summary(rest)
    if len(rest) > 1 and any(part.quote for part in rest):
        hint = ", and write .min, .max or .last after it" if grammar.summaries else ""
        raise InvalidParameter(
            f"Invalid {kind.value} key '{shorten(token.text)}' (character {token.start + 1}): "
            f"quote the whole key{hint}, as in {first.text}.`a.b c`."
        )
    key = ".".join(part.text for part in rest)
    if not key or not rest[-1].text:
        raise InvalidParameter(
            f"Invalid {kind.value} key '' in '{shorten(token.text)}' (character "
            f"{token.start + 1}): write the key after the dot, in backticks unless it is a word."
        )
    return kind, key, summary


def _summary(parts: list[Part]) -> tuple[Summary, list[Part]]:
    """The summary that is written after a key in backticks, and the parts without it."""
    if len(parts) == 2 and parts[0].quote == "`" and not parts[1].quote:
        for summary in Summary:
            if parts[1].text == summary.value:
                return summary, parts[:1]
    return Summary.LAST, parts


def _value(clause: Clause, field: Field, rule: Rule, grammar: Grammar) -> Value:
    """The value of a clause, checked against what the field takes."""
    token = clause.values[0] if clause.values else None
    if rule.value in _NUMERIC:
        if clause.is_list and Op.IN in rule.ops:
            return _numbers(clause, field, rule)
        if clause.is_list or token is None or token.kind is not TokenKind.NUMBER:
            of = "metric" if field.kind is FieldKind.METRIC else f"numeric attribute: {field.key}"
            raise InvalidParameter(
                f"Expected numeric value type for {of}. Found {clause.written()}"
            )
        return _number(token, field, rule)
    if clause.is_list:
        return _list_value(clause, field, rule, grammar)
    assert token is not None  # only a list can be without elements
    if rule.value is ValueKind.LENIENT_ID and token.kind is TokenKind.NUMBER:
        return _id(token.text, field)
    if rule.value is ValueKind.LENIENT_TEXT and token.kind is not TokenKind.STRING:
        return token.text
    if token.kind is TokenKind.NUMBER or token.keyword == "NULL":
        raise _expected_text(clause, field)
    if token.kind is not TokenKind.STRING:
        raise InvalidParameter(
            "Parameter value is either not quoted or unidentified quote types used for string "
            f"value {shorten(token.text)}. Use either single or double quotes."
        )
    text = token.parts[0].text
    return _id(text, field) if rule.value in (ValueKind.ID, ValueKind.LENIENT_ID) else text


def _list_value(clause: Clause, field: Field, rule: Rule, grammar: Grammar) -> Value:
    if Op.IN not in rule.ops:
        if field.kind in grammar.keyed:
            raise _expected_text(clause, field)
        raise InvalidParameter(
            f"Only {grammar.listable(field.kind)} {field.kind.value}s support comparison with a "
            "list of quoted string values."
        )
    if not clause.values:
        raise InvalidParameter(
            "While parsing a list in the query, expected a non-empty list of string values, but "
            "got empty list"
        )
    numeric = rule.value is ValueKind.LENIENT_ID
    for token in clause.values:
        if token.kind is not TokenKind.STRING and not (numeric and token.kind is TokenKind.NUMBER):
            raise InvalidParameter(
                "While parsing a list in the query, expected string value, punctuation, or "
                f"whitespace, but got different type in list: {clause.written()}"
            )
    texts = tuple(t.parts[0].text if t.parts else t.text for t in clause.values)
    if rule.value in (ValueKind.ID, ValueKind.LENIENT_ID):
        return tuple(_id(text, field) for text in texts)
    return texts


def _numbers(clause: Clause, field: Field, rule: Rule) -> tuple[float, ...]:
    if not clause.values or len(clause.values) > MAX_NUMBERS:
        raise InvalidParameter(f"Expected a list of 1 to {MAX_NUMBERS} numbers.")
    for token in clause.values:
        if token.kind is not TokenKind.NUMBER:
            raise InvalidParameter(f"Expected a list of numbers. Found {clause.written()}")
    return tuple(_number(token, field, rule) for token in clause.values)


def _number(token: Token, field: Field, rule: Rule) -> float | int:
    whole = not any(char in token.text for char in ".eE")
    if rule.value is ValueKind.INTEGER and not whole:
        raise InvalidParameter(
            f"Invalid value for numeric attribute '{field.key}': '{shorten(token.text)}'. Write an "
            "integer."
        )
    if rule.value is ValueKind.FLOAT or not whole:
        return float(token.text)
    # Python refuses to convert thousands of digits; no column holds so large a number anyway.
    if len(token.text) > 100:
        raise InvalidParameter(
            f"Invalid value for numeric attribute '{field.key}': '{shorten(token.text)}'. It is "
            "too large."
        )
    return int(token.text)


def _id(text: str, field: Field) -> int:
    try:
        return int(text)
    except ValueError:
        name = "experiment ID" if field.key == "experiment_id" else field.key
        raise InvalidParameter(
            f"Invalid {name} '{shorten(text)}'. {name[0].upper()}{name[1:]} must be a valid "
            "integer."
        ) from None


def _order_clause(clause: str, grammar: Grammar) -> OrderBy:
    tokens = tokenize(clause, grammar.bare_key_characters)
    readable = 1 <= len(tokens) <= 2 and all(
        token.kind in (TokenKind.WORD, TokenKind.STRING) for token in tokens
    )
    if not readable or tokens[0].parts[0].quote == "'":
        raise InvalidParameter(
            f"Invalid order_by clause '{shorten(clause)}'. Could not be parsed. Write a field and "
            "ASC or DESC; put keys with other signs than letters, digits, _ and . in backticks."
        )
    ascending = True
    if len(tokens) == 2:
        if tokens[1].keyword not in ("ASC", "DESC"):
            raise InvalidParameter(
                f"Invalid ordering key in order_by clause '{shorten(clause)}'. Use ASC or DESC."
            )
        ascending = tokens[1].keyword == "ASC"
    field = _order_field(tokens[0], f"order_by clause '{shorten(clause)}'", grammar)
    return OrderBy(field, ascending)


def _order_field(token: Token, where: str, grammar: Grammar) -> Field:
    kind, name, summary = _split(token, grammar)
    if kind is FieldKind.ATTRIBUTE:
        if name not in grammar.order_attributes:
            raise InvalidParameter(
                f"Invalid attribute key '{shorten(name)}' specified in {where}. "
                f"Valid keys are {list(grammar.order_attributes)}"
            )
        return Field(kind, grammar.order_attributes[name])
    if kind not in grammar.order_kinds:
        raise InvalidParameter(
            f"Invalid order_by entity: {kind.value}. Order by one of "
            f"{sorted(kind.value for kind in grammar.order_kinds)}."
        )
    return Field(kind, name, summary)


def _invalid_entity(written: str, token: Token, grammar: Grammar) -> InvalidParameter:
    return InvalidParameter(
        f"Invalid entity type '{shorten(written)}' (character {token.start + 1}). Valid values are "
        f"{grammar.allowed_prefixes()}"
    )


def _expected_text(clause: Clause, field: Field) -> InvalidParameter:
    what = {FieldKind.ATTRIBUTE: "attributes", FieldKind.DATASET: "dataset attributes"}.get(
        field.kind, field.kind.value
    )
    return InvalidParameter(
        f"Expected a quoted string value for {what} (e.g. 'my-value'). Got value {clause.written()}"
    )


def _strip(text: str, quote: str) -> str:
    quoted = len(text) >= 2 and text[0] == text[-1] == quote
    return text[1:-1] if quoted else text
