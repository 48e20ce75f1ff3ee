"""The reference in the documentation is the one that the code makes."""

from itertools import pairwise
from pathlib import Path

from sagwan.cli.reference import reference
from sagwan.config.options import CLIENT_OPTIONS, MLFLOW_OPTIONS, OPTIONS

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference(), (
        "run: python -m sagwan.cli.reference > docs/cli.md"
    )


def test_every_option_and_every_variable_is_in_it() -> None:
    page = reference()
    for option in (*OPTIONS, *MLFLOW_OPTIONS, *CLIENT_OPTIONS):
        if option.flag:
            assert option.name in page
        for variable in option.variables:
            assert f"`{variable}`" in page


def test_tables_are_tables() -> None:
    lines = reference().splitlines()
    for above, line in pairwise(lines):
        if above.startswith("|") and line.startswith("|"):
            assert above.replace("\\|", "").count("|") == line.replace("\\|", "").count("|")
