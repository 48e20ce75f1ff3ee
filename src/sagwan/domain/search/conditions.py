"""Filters of the workspace: MLflow's, with the same meaning, and what people miss in them.

Beyond MLflow's grammar there are `OR` (AND binds tighter), brackets, `NOT` before a comparison or
a bracket, `BETWEEN a AND b` (both included) for numbers, and lists after IN and NOT IN for all
texts and for metrics.
"""

from collections.abc import Sequence

from sagwan.domain.search.ast import EVERYTHING, All, Condition, Either, Not, Op
from sagwan.domain.search.clauses import Clause, ClauseReader, shorten
from sagwan.domain.search.fields import Grammar
from sagwan.domain.search.lexer import Token, TokenKind
from sagwan.domain.search.parser import bind, check_count, field_of, filter_tokens
from sagwan.errors import InvalidParameter

__all__ = ["MAX_DEPTH", "parse_condition"]

MAX_DEPTH = 50
"""Brackets and NOTs in one another."""

_BETWEEN = "BETWEEN"
_WORDS = ("AND", "OR", "NOT", _BETWEEN)


def parse_condition(text: str | None, grammar: Grammar) -> Condition:
    """What a filter asks for; None and an empty text ask for everything.

    Raises InvalidParameter, which says what is wrong and at which character (counted from 1).
    """
    if not text:
        return EVERYTHING
    reader = _Reader(filter_tokens(text, grammar), grammar)
    return reader.whole()


class _Reader(ClauseReader):
    """A parser by recursive descent; what a single comparison is, it has from MLflow's."""

    def __init__(self, tokens: Sequence[Token], grammar: Grammar) -> None:
        super().__init__(tokens)
        self._grammar = grammar
        self._count = 0

    def whole(self) -> Condition:
        found = self._either(0)
        token = self._peek()
        if token is not None:
            raise self._invalid(token, "This parenthesis closes nothing.")
        return found

    def _either(self, depth: int) -> Condition:
        terms = [self._all(depth)]
        while (token := self._peek()) and token.keyword == "OR":
            if terms[-1] == EVERYTHING:
                raise self._invalid(token)
            self._position += 1
            terms.append(self._all(depth))
            if terms[-1] == EVERYTHING:
                raise self._expected_after(token)
        return terms[0] if len(terms) == 1 else Either(tuple(terms))

    def _all(self, depth: int) -> Condition:
        # As in MLflow, comparisons may follow each other with and without AND.
        terms: list[Condition] = []
        while token := self._peek():
            if token.keyword == "AND":
                self._position += 1
            elif token.keyword == "OR" or token.kind is TokenKind.CLOSE:
                break
            else:
                terms.append(self._term(depth))
        return terms[0] if len(terms) == 1 else All(tuple(terms))

    def _term(self, depth: int) -> Condition:
        token = self._tokens[self._position]
        if depth > MAX_DEPTH:
            raise self._invalid(token, f"At most {MAX_DEPTH} brackets and NOTs nest.")
        if token.keyword == "NOT":
            self._position += 1
            if (following := self._peek()) is None or following.keyword in ("AND", "OR"):
                raise self._expected_after(token)
            return Not(self._term(depth + 1))
        if token.kind is TokenKind.OPEN:
            self._position += 1
            found = self._either(depth + 1)
            if self._peek() is None:
                raise self._invalid(token, "This parenthesis is not closed.")
            if found == EVERYTHING:
                raise self._invalid(token, "There is no comparison in these parentheses.")
            self._position += 1
            return found
        self._count += 1
        check_count(self._count)
        return self._bind(self.clause())

    def _bind(self, clause: Clause) -> Condition:
        if clause.op != _BETWEEN:
            return bind(clause, self._grammar)
        field, rule = field_of(clause.left, self._grammar)
        if Op.GE not in rule.ops:
            raise InvalidParameter(
                f"BETWEEN is for numbers, not for {field.kind.value} '{shorten(field.key)}' "
                f"(character {clause.op_start + 1})"
            )
        low, high = clause.values
        ends = (Clause(clause.left, ">=", (low,)), Clause(clause.left, "<=", (high,)))
        return All(tuple(bind(end, self._grammar) for end in ends))

    def _operator(self, left: Token) -> str:
        if self._keyword() == _BETWEEN:
            self._position += 1
            return _BETWEEN
        return super()._operator(left)

    def _value(self, op: str) -> tuple[tuple[Token, ...], bool]:
        if op != _BETWEEN:
            return super()._value(op)
        low = self._number()
        token = self._peek()
        if token is None or token.keyword != "AND":
            raise self._invalid(token or low, "Write BETWEEN, a number, AND, and another number.")
        self._position += 1
        return (low, self._number()), False

    def _number(self) -> Token:
        token = self._peek()
        if token is not None and token.kind is TokenKind.OPEN:
            raise self._invalid(token)
        (number,), _ = super()._value("=")
        return number

    def _hint(self, token: Token) -> str:
        if token.keyword in _WORDS:
            return f"A comparison was expected before {token.keyword}."
        if token.kind in (TokenKind.OPEN, TokenKind.CLOSE):
            return "This parenthesis does not belong here."
        if token.kind in (TokenKind.COMMA, TokenKind.SEMICOLON):
            return "Combine comparisons with AND and OR."
        return super()._hint(token)

    def _expected_after(self, token: Token) -> InvalidParameter:
        return self._invalid(token, f"A comparison was expected after {token.keyword}.")
