"""Which characters ILIKE takes for the same, for databases that have no such comparison."""

import sys
from functools import cache

from sagwan.domain.search.like import fold


@cache
def _same() -> dict[str, str]:
    """Of each folded character the others that fold to it; those of ASCII letters left out."""
    found: dict[str, str] = {}
    for number in range(128, sys.maxunicode + 1):
        char = chr(number)
        folded = char if 0xD800 <= number <= 0xDFFF else fold(char)
        if folded != char:
            found[folded] = found.get(folded, "") + char
    return found


def same_letters(char: str) -> str:
    """All characters that fold to what `char` folds to."""
    folded = fold(char)
    if folded.isascii():
        return folded if not folded.isalpha() else folded + folded.upper()
    return folded + _same().get(folded, "")


def bracketed(pattern: str, any_text: str, any_char: str, special: str) -> str:
    """The pattern of a LIKE that ignores case as one that minds it.

    `any_text` and `any_char` stand for `%` and `_`; characters with several forms become
    `[forms]`, and those in `special` are put in brackets or, in front of a backslash, escaped.
    """
    parts = []
    for char in pattern:
        if char == "%":
            parts.append(any_text)
        elif char == "_":
            parts.append(any_char)
        else:
            forms = same_letters(char)
            if len(forms) > 1:
                parts.append(f"[{forms}]")
            else:
                parts.append("\\" + char if char in special else char)
    return "".join(parts)
