"""Names, aliases, versions and stages of the registry, and which filters find prompts."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagwan.domain import registry as rules
from sagwan.domain.search.ast import Comparison, Field, FieldKind, Op
from sagwan.domain.search.fields import REGISTERED_MODELS
from sagwan.domain.search.parser import parse_filter
from sagwan.entities import Tag
from sagwan.entities.registry import Stage
from sagwan.errors import InvalidParameter

PROMPT = f"tags.`{rules.PROMPT_TAG}`"
HIDDEN = Comparison(Field(FieldKind.TAG, rules.PROMPT_TAG), Op.NE, "true")


@pytest.mark.parametrize("name", ["m", "a b", "é", "a..b", "%2e%2e", "a\\b", "@", "n" * 256])
def test_names(name: str) -> None:
    assert rules.check_registered_name(name) == name


@pytest.mark.parametrize("name", ["", " ", "\t", "a/b", "/", "a:b", ".", "..", "...", "n" * 257])
def test_no_names(name: str) -> None:
    with pytest.raises(InvalidParameter):
        rules.check_registered_name(name)


@pytest.mark.parametrize("alias", ["a", "A-b_c", "é", "1", "v", "v1x", "late", "a" * 255])
def test_aliases(alias: str) -> None:
    assert rules.check_new_alias(alias) == alias


@pytest.mark.parametrize("alias", ["", "a b", "a@b", "a\n", "latest", "LaTeSt", "v1", "V01"])
def test_no_aliases(alias: str) -> None:
    with pytest.raises(InvalidParameter):
        rules.check_new_alias(alias)


@given(st.integers())
def test_a_number_that_no_column_holds_is_no_versions(number: int) -> None:
    expected = number if -(2**63) <= number < 2**63 else 0
    assert rules.parse_version(str(number)) == expected


@pytest.mark.parametrize("text", ["x", "", "1.0", "1e3", "0x1", "9" * 5000])
def test_no_numbers(text: str) -> None:
    with pytest.raises(InvalidParameter, match="'version' must be an integer"):
        rules.parse_version(text)


def test_stages() -> None:
    assert [rules.parse_stage(text) for text in ("none", "STAGING", "Production", "archived")] == [
        *Stage
    ]
    with pytest.raises(InvalidParameter, match="Invalid Model Version stage: Deleted_Internal"):
        rules.parse_stage("Deleted_Internal")


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ([], False),
        ([Tag(rules.PROMPT_TAG, "true")], True),
        ([Tag("a", "true"), Tag(rules.PROMPT_TAG, "True")], True),
        ([Tag(rules.PROMPT_TAG, "false")], False),
        ([Tag(rules.PROMPT_TAG, "")], False),
    ],
)
def test_prompts(tags: list[Tag], expected: bool) -> None:
    assert rules.is_prompt(tags) is expected


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("", False),
        ("name = 'a'", False),
        ("tags.other = 'true'", False),
        (f"{PROMPT} = 'true'", True),
        (f"name = 'a' AND {PROMPT} != 'false'", True),
        (f"{PROMPT} = 'false'", False),
        (f"{PROMPT} != 'true'", False),
        (f"{PROMPT} LIKE 'true'", False),
    ],
)
def test_only_a_filter_that_asks_for_prompts_finds_them(text: str, asks: bool) -> None:
    filter = parse_filter(text, REGISTERED_MODELS)
    assert rules.hide_prompts(filter) == (filter if asks else (*filter, HIDDEN))


@pytest.mark.parametrize("value", [None, "", "no JSON", "{}", "1", "[]"])
def test_versions_of_a_logged_model_begin_anew_where_they_can_not_be_read(
    value: str | None,
) -> None:
    first = rules.with_version(value, "a", 1)
    assert json.loads(first) == [{"name": "a", "version": 1}]
    assert len(json.loads(rules.with_version(first, "b", 2))) == 2
