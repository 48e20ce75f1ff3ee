"""The reference in the documentation is the one that the code makes."""

import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from sagwan import errors
from sagwan.server.api import artifacts, info, spans
from sagwan.wire.base import Endpoint
from sagwan.wire.endpoints import ENDPOINTS
from sagwan.wire.reference import reference, title

PAGE = Path(__file__).parents[2] / "docs" / "api.md"


@cache
def written() -> str:
    return reference()


def section(endpoint: Endpoint) -> str:
    head = f"### {title(endpoint)}\n"
    (found,) = re.findall(re.escape(head) + r"(.*?)(?=^##)", written(), re.S | re.M)
    return str(found)


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == written(), (
        "run: python -m sagwan.wire.reference > docs/api.md"
    )


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda e: f"{e.method} {e.path}")
def test_every_endpoint_is_in_it_with_its_paths_and_fields(endpoint: Endpoint) -> None:
    asked, answered = section(endpoint).split("**Answer**: ")
    for path in endpoint.paths():
        assert f"`{path}`" in asked
    for text, kind in ((asked, endpoint.request), (answered, endpoint.response)):
        fields = [field.encode_name for field in msgspec.structs.fields(kind)]
        assert re.findall(r"^\| `(\w+)` \|", text, re.M) == fields


def test_which_fields_a_request_must_have_and_what_the_others_are() -> None:
    page = written()
    assert (
        "| `run_id` | string | yes |  |\n"
        "| `key` | string | yes |  |\n"
        "| `value` | double | yes |  |\n"
        "| `timestamp` | integer | yes |  |\n"
        "| `step` | integer |  | `0` |\n"
    ) in page
    assert '| `user_id` | string |  | `""` |' in page
    # Answers always show a point's step, requests may leave it out.
    metric = page.partition("### Metric\n")[2].partition("###")[0]
    assert "| `step` | integer |  | `0` |" in metric


def test_every_endpoint_that_moves_bytes_is_in_it() -> None:
    page = written()
    for method, path, _ in (*artifacts.ROUTES, *info.ROUTES, *spans.ROUTES[:2]):
        shown = path.replace("{path:path}", "{path}")
        assert re.search(rf"\| `{method}` \| `{re.escape(shown)}[?`]", page), (method, path)


def test_every_error_code_is_in_it() -> None:
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, errors.SagwanError):
            assert f"| `{kind.error_code}` | {kind.status} |" in written()


def test_links_lead_to_types() -> None:
    page = written()
    linked = set(re.findall(r"\]\(#(\w+)\)", page))
    titles = {title.lower() for title in re.findall(r"^### (\w+)$", page, re.M)}
    assert linked == titles


def test_tables_are_tables() -> None:
    for above, line in pairwise(written().splitlines()):
        if above.startswith("|") and line.startswith("|"):
            assert above.count("|") == line.count("|")
