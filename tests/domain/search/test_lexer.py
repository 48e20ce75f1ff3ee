import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagwan.domain.search.lexer import MAX_TEXT_LENGTH, MAX_TOKENS, Part, TokenKind, tokenize
from sagwan.errors import InvalidParameter, SagwanError
from tests.domain.search.strategies import unhurried


def kinds(text: str) -> list[str]:
    return [token.kind.name for token in tokenize(text)]


def string(text: str) -> str:
    (token,) = tokenize(text)
    assert token.kind is TokenKind.STRING
    return token.parts[0].text


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a", [Part("a")]),
        ("metrics.a", [Part("metrics"), Part("a")]),
        ("tags.a.b", [Part("tags"), Part("a"), Part("b")]),
        ("tags.`a b.c`", [Part("tags"), Part("a b.c", "`")]),
        ('tags."a`b"', [Part("tags"), Part("a`b", '"')]),
        ("`tags`.'x'", [Part("tags", "`"), Part("x", "'")]),
        ("metrics.1.x", [Part("metrics"), Part("1"), Part("x")]),
        ("params.학습률", [Part("params"), Part("학습률")]),
        ("params.", [Part("params"), Part("")]),
        ("`a``b`", [Part("a``b", "`")]),
    ],
)
def test_words(text: str, parts: list[Part]) -> None:
    (token,) = tokenize(text)
    assert token.kind is TokenKind.WORD
    assert [*token.parts] == parts


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'a'", "a"),
        ("''", ""),
        ('"it\'s"', "it's"),
        ("'it''s'", "it''s"),
        (r"'it\'s'", r"it\'s"),
        (r"'C:\'", "C:\\"),
        (r"'\'", "\\"),
        ("'a\nb'", "a\nb"),
        ("'; -- ('", "; -- ("),
    ],
)
def test_texts_have_no_escapes(text: str, value: str) -> None:
    assert string(text) == value


@pytest.mark.parametrize(
    "text", ["1", "-1", "0.5", ".5", "-.5", "5.", "1e3", "1E-3", "1e+3", "007"]
)
def test_numbers(text: str) -> None:
    (token,) = tokenize(text)
    assert token.kind is TokenKind.NUMBER
    float(token.text)


@pytest.mark.parametrize("text", ["12abc", "1.2.3", "0x10", "1_000", "'abc", "`abc", "+", "-", "#"])
def test_what_cannot_be_read_is_one_token(text: str) -> None:
    assert kinds(text) == ["OTHER"]


def test_signs_need_no_spaces() -> None:
    assert kinds("metrics.a>=-1AND(x,'y');") == [
        "WORD", "OPERATOR", "OTHER", "OPEN", "WORD", "COMMA", "STRING", "CLOSE", "SEMICOLON",
    ]  # fmt: skip
    assert [token.text for token in tokenize("a!=1 b<>2")] == ["a", "!=", "1", "b", "<>", "2"]


def test_extra_characters_are_for_keys_only() -> None:
    assert [token.text for token in tokenize("metrics.a-b/c>1", "-/")] == [
        "metrics.a-b/c",
        ">",
        "1",
    ]
    assert [token.text for token in tokenize("a-b", "-/")] == ["a", "-", "b"]


def test_keywords_are_bare_words() -> None:
    assert [token.keyword for token in tokenize("And `and` x.and 'and'")] == ["AND", "", "", ""]


def test_a_text_too_long_or_too_complex_is_refused() -> None:
    with pytest.raises(InvalidParameter, match="characters"):
        tokenize("a" * (MAX_TEXT_LENGTH + 1))
    with pytest.raises(InvalidParameter, match="words and signs"):
        tokenize("(" * (MAX_TOKENS + 1))


def test_half_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(InvalidParameter, match="not valid Unicode"):
        tokenize("params.a = '\ud800'")


@unhurried
@given(st.text())
def test_tokens_cover_the_text(text: str) -> None:
    try:
        tokens = tokenize(text)
    except SagwanError:
        return
    for token in tokens:
        assert text.startswith(token.text, token.start)
    between = text
    for token in reversed(tokens):
        between = between[: token.start] + between[token.start + len(token.text) :]
    assert not between.strip()


@unhurried
@given(st.text("'\\\"`a. "))
def test_quotes_never_confuse(text: str) -> None:
    for token in tokenize(text):
        assert token.text.strip()
