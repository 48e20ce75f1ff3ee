"""LIKE and ILIKE: `%` is any text, `_` any one character (code point), and nothing escapes them.

ILIKE compares after `fold`, character by character, so that every database can agree:
a character becomes its single lower-case character, whatever its neighbours (`Σ` becomes `σ`, also
at a word's end). The two characters whose lower case contains ASCII letters, `İ` and the kelvin
sign, stay as they are, so that ASCII letters match ASCII letters only.
"""

import re
from collections.abc import Callable

__all__ = ["fold", "like_matcher"]

_UNFOLDED = "\u0130\u212a"


def fold(text: str) -> str:
    """The text as ILIKE sees it; of the same length."""
    if text.isascii():
        return text.lower()
    return "".join(char if char in _UNFOLDED else char.lower() for char in text)


def like_matcher(pattern: str, ignore_case: bool = False) -> Callable[[str], bool]:
    """A test for texts that match the whole pattern.

    Its time is at most proportional to the text's length times the pattern's.
    """
    if ignore_case:
        matches = like_matcher(fold(pattern))
        return lambda text: matches(fold(text))
    first, *others = pattern.split("%")
    if not others:
        exact = _segment(first)
        return lambda text: len(text) == len(first) and exact(text, 0, len(text)) == 0
    *middle, last = others
    head, tail = _segment(first), _segment(last)
    inner = [(_segment(part), len(part)) for part in middle if part]

    def matches_parts(text: str) -> bool:
        end = len(text) - len(last)
        position = len(first)
        if position > end or head(text, 0, position) != 0 or tail(text, end, len(text)) != end:
            return False
        for find, length in inner:
            # The leftmost place is the best: it leaves the most to the parts that follow.
            found = find(text, position, end)
            if found < 0:
                return False
            position = found + length
        return True

    return matches_parts


def _segment(part: str) -> Callable[[str, int, int], int]:
    """Where a part without `%` is first found in text[start:end], or -1."""
    if "_" not in part:
        return lambda text, start, end: text.find(part, start, end)
    pieces = (re.escape(piece) for piece in part.split("_"))
    expression = re.compile(".".join(pieces), re.DOTALL)

    def find(text: str, start: int, end: int) -> int:
        match = expression.search(text, start, end)
        return match.start() if match else -1

    return find
