"""Ages as the command line writes them."""

import pytest

from sagwan.domain.ages import parse_age
from sagwan.errors import InvalidParameter


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("30d", 30 * 86_400_000),
        ("1d2h3m4s", 93_784_000),
        ("1.5h", 5_400_000),
        (".5s", 500),
        ("0s", 0),
        (" 8h ", 28_800_000),
    ],
)
def test_ages(text: str, milliseconds: int) -> None:
    assert parse_age(text) == milliseconds


@pytest.mark.parametrize("text", ["", "30", "2h1d", "d", "1.2.3s", "-1d", "1 d", "1w"])
def test_what_is_no_age_is_said_to_be_none(text: str) -> None:
    with pytest.raises(InvalidParameter, match="can't be read"):
        parse_age(text)
