"""Text to tokens, in time linear in the text.

What MLflow's clients can rely on, and no more of SQL than that: words joined by dots (parts may be
in backticks, or after a dot in quotes), quoted text, numbers, comparators, parentheses and commas.

A quoted text has no escapes: its value is everything between its outer quotes. A doubled quote or
one after a backslash does not end the text, as long as another quote follows that can (so
`'it''s'` has the value `it''s`, with both quotes, and `'C:\\'` the value `C:\\`).
"""

import re
from dataclasses import dataclass
from enum import Enum, auto

from sagwan.errors import InvalidParameter

__all__ = ["MAX_TEXT_LENGTH", "MAX_TOKENS", "Part", "Token", "TokenKind", "tokenize"]

MAX_TEXT_LENGTH = 500_000
"""Characters in one filter or order clause; a list of 13,000 run ids fits."""

MAX_TOKENS = 30_000
"""Tokens in one filter or order clause; a list of 14,000 run ids fits."""

_MAX_PARTS = 250  # of a dotted word: no key has as many characters

_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_OPERATOR = re.compile(r"[<>=!~]+")
_SPACE = re.compile(r"\s+")
_PUNCTUATION = {"(": "OPEN", ")": "CLOSE", ",": "COMMA", ";": "SEMICOLON"}


class TokenKind(Enum):
    """What a token is."""

    WORD = auto()
    STRING = auto()
    NUMBER = auto()
    OPERATOR = auto()
    OPEN = auto()
    CLOSE = auto()
    COMMA = auto()
    SEMICOLON = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a dotted word, without its quotes; `quote` is the quoting character or empty."""

    text: str
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Token:
    """A token: its text as written, where it starts (from 0), and the parts of a word or string."""

    kind: TokenKind
    text: str
    start: int
    parts: tuple[Part, ...] = ()

    @property
    def keyword(self) -> str:
        """The word in upper case where it could be a keyword (bare, without dots), else empty."""
        if self.kind is TokenKind.WORD and len(self.parts) == 1 and not self.parts[0].quote:
            return self.text.upper()
        return ""


def tokenize(text: str, extra: str = "") -> list[Token]:
    """Split a text into tokens; the characters in `extra` may stand in bare words after a dot.

    Raises InvalidParameter on a text that is too long or is not Unicode; whatever else can't be
    read becomes a token of kind OTHER, for the parser to complain about.
    """
    if len(text) > MAX_TEXT_LENGTH:
        raise InvalidParameter(
            f"The filter has {len(text)} characters; at most {MAX_TEXT_LENGTH} are supported."
        )
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise InvalidParameter(
                f"The filter is not valid Unicode text (character {error.start + 1})."
            ) from None
    key_part = re.compile(rf"[\w{re.escape(extra)}]+") if extra else _WORD
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        if space := _SPACE.match(text, position):
            position = space.end()
            continue
        token = _next(text, position, key_part)
        tokens.append(token)
        if len(tokens) > MAX_TOKENS:
            raise InvalidParameter(f"The filter has more than {MAX_TOKENS} words and signs.")
        position += len(token.text)
    return tokens


def _next(text: str, start: int, key_part: re.Pattern[str]) -> Token:
    char = text[start]
    if char in _PUNCTUATION:
        return Token(TokenKind[_PUNCTUATION[char]], char, start)
    if operator := _OPERATOR.match(text, start):
        return Token(TokenKind.OPERATOR, operator.group(), start)
    if number := _NUMBER.match(text, start):
        end = number.end()
        # `12abc` and `1.2.3` are neither numbers nor words: report them whole.
        if end < len(text) and (text[end] == "." or _WORD.match(text, end)):
            while end < len(text) and (text[end] == "." or _WORD.match(text, end)):
                end += 1
            return Token(TokenKind.OTHER, text[start:end], start)
        return Token(TokenKind.NUMBER, number.group(), start)
    if char in "'\"`" or _WORD.match(text, start):
        return _word_or_string(text, start, key_part)
    return Token(TokenKind.OTHER, char, start)


def _word_or_string(text: str, start: int, key_part: re.Pattern[str]) -> Token:
    """A dotted word, or a quoted text where nothing is joined to it."""
    first = _part(text, start, _WORD)
    if first is None:
        # A quote that nothing closes: what follows can't be read, and is one token.
        return Token(TokenKind.OTHER, text[start:], start)
    parts = [first[0]]
    end = first[1]
    while end < len(text) and text[end] == "." and len(parts) < _MAX_PARTS:
        following = _part(text, end + 1, key_part)
        if following is None:
            parts.append(Part(""))
            end += 1
            break
        parts.append(following[0])
        end = following[1]
    quoted = len(parts) == 1 and parts[0].quote in ("'", '"')
    kind = TokenKind.STRING if quoted else TokenKind.WORD
    return Token(kind, text[start:end], start, tuple(parts))


def _part(text: str, start: int, bare: re.Pattern[str]) -> tuple[Part, int] | None:
    """The part that starts here and where it ends, or None where there is none."""
    if start < len(text) and text[start] in "'\"`":
        end = _closing_quote(text, start)
        return (Part(text[start + 1 : end], text[start]), end + 1) if end is not None else None
    word = bare.match(text, start)
    return (Part(word.group()), word.end()) if word else None


def _closing_quote(text: str, start: int) -> int | None:
    """Where the text that starts at a quote ends: the index of its closing quote."""
    quote = text[start]
    fallback = None
    position = start + 1
    while (position := text.find(quote, position)) >= 0:
        if text[position - 1] == "\\" and position - 1 > start and quote != "`":
            fallback = position
            position += 1
        elif text.startswith(quote, position + 1):
            fallback = position
            position += 2
        else:
            return position
    return fallback
