"""Tokens to clauses: which words are field, comparator and value, whatever the fields mean."""

from collections.abc import Sequence
from dataclasses import dataclass

from sagwan.domain.search.lexer import Token, TokenKind
from sagwan.errors import InvalidParameter

__all__ = ["Clause", "ClauseReader", "invalid_clause", "read_clauses", "shorten"]

_MATCHERS = ("LIKE", "ILIKE", "RLIKE", "REGEXP")
_LITERALS = ("TRUE", "FALSE")


@dataclass(frozen=True, slots=True)
class Clause:
    """A comparison as written; `values` are one token, or those between parentheses.

    `op_start` is where the comparator starts, from 0.
    """

    left: Token
    op: str
    values: tuple[Token, ...]
    is_list: bool = False
    op_start: int = 0

    def written(self) -> str:
        text = ", ".join(token.text for token in self.values)
        return shorten(f"({text})" if self.is_list else text)


def read_clauses(tokens: Sequence[Token]) -> list[Clause]:
    """The clauses of a filter. Raises InvalidParameter where the tokens form none."""
    return ClauseReader(tokens).clauses()


class ClauseReader:
    """Reads tokens into clauses, without knowing what the fields mean."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._position = 0

    def clauses(self) -> list[Clause]:
        """All of them. Raises InvalidParameter."""
        clauses = []
        while token := self._peek():
            if token.keyword == "AND":
                self._position += 1
            else:
                clauses.append(self.clause())
        return clauses

    def _peek(self, ahead: int = 0) -> Token | None:
        index = self._position + ahead
        return self._tokens[index] if index < len(self._tokens) else None

    def _keyword(self, ahead: int = 0) -> str:
        token = self._peek(ahead)
        return token.keyword if token else ""

    def clause(self) -> Clause:
        """The next one. Raises InvalidParameter."""
        left = self._tokens[self._position]
        self._position += 1
        single_quoted = left.kind is TokenKind.STRING and left.parts[0].quote == "'"
        if left.kind is TokenKind.NUMBER or single_quoted:
            following = self._peek()
            if following and following.kind is TokenKind.OPERATOR:
                raise InvalidParameter(
                    "Invalid comparison clause. Expected 'Identifier' found "
                    f"'{shorten(left.text)}' (character {left.start + 1}). Write the field on the "
                    "left, the value on the right."
                )
        if single_quoted or left.kind not in (TokenKind.WORD, TokenKind.STRING):
            raise self._invalid(left)
        following = self._peek()
        op_start = following.start if following else left.start
        op = self._operator(left)
        if op in ("IS NULL", "IS NOT NULL"):
            return Clause(left, op, (), op_start=op_start)
        values, is_list = self._value(op)
        return Clause(left, op, values, is_list, op_start)

    def _hint(self, token: Token) -> str:
        """What to do about a token that is wrong where it stands."""
        return _hint(token)

    def _invalid(self, token: Token, hint: str = "") -> InvalidParameter:
        return invalid_clause(token, hint or self._hint(token))

    def _operator(self, left: Token) -> str:
        token = self._peek()
        if token is None:
            raise self._invalid(left, "A comparator and a value must follow it.")
        if token.kind is TokenKind.OPERATOR:
            self._position += 1
            return token.text
        word, second, third = (self._keyword(ahead) for ahead in range(3))
        if word in _MATCHERS or word == "IN":
            length, op = 1, word
        elif word == "NOT" and (second in _MATCHERS or second == "IN"):
            length, op = 2, f"NOT {second}"
        elif word == "IS" and second == "NULL":
            length, op = 2, "IS NULL"
        elif word == "IS" and second == "NOT" and third == "NULL":
            length, op = 3, "IS NOT NULL"
        else:
            wrong = left if left.keyword in ("OR", "NOT") else token
            raise self._invalid(wrong, self._hint(wrong) or _expected_comparator(token))
        self._position += length
        return op

    def _value(self, op: str) -> tuple[tuple[Token, ...], bool]:
        token = self._peek()
        if token is None:
            last = self._tokens[-1]
            raise self._invalid(last, "A value must follow it.")
        listing = op in ("IN", "NOT IN")
        if token.kind is TokenKind.OPEN:
            return self._list(token), True
        valued = token.kind in (TokenKind.WORD, TokenKind.STRING, TokenKind.NUMBER)
        if listing or not valued or token.keyword in _LITERALS:
            hint = "After IN a list in parentheses is expected." if listing else self._hint(token)
            raise self._invalid(token, hint or "A number or a quoted text was expected here.")
        self._position += 1
        return (token,), False

    def _list(self, start: Token) -> tuple[Token, ...]:
        """The elements between parentheses; a comma after the last is allowed."""
        self._position += 1
        elements: list[Token] = []
        separated = True
        while token := self._peek():
            self._position += 1
            if token.kind is TokenKind.CLOSE:
                return tuple(elements)
            if token.kind is TokenKind.COMMA:
                if separated:
                    raise _ill_formed(token)
                separated = True
            elif token.kind in (TokenKind.STRING, TokenKind.NUMBER, TokenKind.WORD) and separated:
                elements.append(token)
                separated = False
            else:
                raise _ill_formed(token)
        raise self._invalid(start, "This parenthesis is not closed.")


def _hint(token: Token) -> str:
    if token.keyword in ("OR", "NOT", "BETWEEN"):
        return f"{token.keyword} is not supported; comparisons are combined with AND only."
    if token.kind is TokenKind.OTHER and token.text[0] in "'\"`":
        return "This quote is not closed."
    if token.kind in (TokenKind.OPEN, TokenKind.CLOSE):
        return "Parentheses are for the lists after IN and NOT IN only."
    if token.kind in (TokenKind.COMMA, TokenKind.SEMICOLON):
        return "Combine comparisons with AND."
    return ""


def _expected_comparator(token: Token) -> str:
    if token.kind is TokenKind.OTHER:
        return "Put keys with other signs than letters, digits, _ and . in backticks."
    return "A comparator was expected here."


def invalid_clause(token: Token, hint: str = "") -> InvalidParameter:
    text = (
        f"Invalid clause(s) in filter string: '{shorten(token.text)}' "
        f"(character {token.start + 1})."
    )
    return InvalidParameter(f"{text} {hint}" if hint else text)


def _ill_formed(token: Token) -> InvalidParameter:
    return InvalidParameter(
        "While parsing a list in the query, expected a non-empty list of string values, but got "
        f"ill-formed list: '{shorten(token.text)}' (character {token.start + 1})."
    )


def shorten(text: str) -> str:
    return text if len(text) <= 120 else f"{text[:117]}..."
