import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagwan.domain.search.like import fold, like_matcher
from tests.domain.search.strategies import patterns, texts, unhurried


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("", "", True),
        ("", "a", False),
        ("%", "", True),
        ("%", "a\nb", True),
        ("_", "", False),
        ("_", "한", True),
        ("a%", "abc", True),
        ("%a%b%", "xaxbx", True),
        ("%ab%ba%", "aba", False),
        ("a%a", "a", False),
        ("a%a", "aa", True),
        ("a.c", "abc", False),
        ("[a]*?\\", "[a]*?\\", True),
        ("%\\%", "100\\", True),
        ("a_%_b", "axyb", True),
        ("a_%_b", "axb", False),
        ("ABC", "abc", False),
    ],
)
def test_like(pattern: str, text: str, matches: bool) -> None:
    assert like_matcher(pattern)(text) is matches


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("ABC", "abc", True),
        ("É%", "été", True),
        ("ΣΑΣ", "σας", False),
        ("σασ", "ΣΑΣ", True),
        ("straße", "STRASSE", False),
        ("k", "\u212a", False),
        ("i%", "İ", False),
        ("_", "İ", True),
    ],
)
def test_ilike(pattern: str, text: str, matches: bool) -> None:
    assert like_matcher(pattern, ignore_case=True)(text) is matches


@unhurried
@given(st.text())
def test_folding_keeps_places(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded
    assert folded == "".join(map(fold, text))


@unhurried
@given(st.characters())
def test_only_ascii_letters_fold_to_ascii_letters(char: str) -> None:
    assert char.isascii() is fold(char).isascii()


@unhurried
@given(patterns(), texts())
def test_like_agrees_with_the_obvious_recursion(pattern: str, text: str) -> None:
    assert like_matcher(pattern)(text) is _like(pattern, text)


def _like(pattern: str, text: str) -> bool:
    if not pattern:
        return not text
    if pattern[0] == "%":
        return any(_like(pattern[1:], text[start:]) for start in range(len(text) + 1))
    return bool(text) and pattern[0] in ("_", text[0]) and _like(pattern[1:], text[1:])


def test_many_wildcards_take_no_forever() -> None:
    assert not like_matcher("%a" * 500 + "b")("a" * 2000)
    assert not like_matcher("%a_" * 500 + "b")("a" * 2000)
