"""Views: POST and GET views, GET, PATCH and DELETE views/{slug}, GET and POST default-view"""

from collections.abc import Iterator

import pytest

from sagwan.domain.views import new_slug
from tests.server.api.answers import (
    NO_EXPERIMENT,
    NO_INTEGER,
    NOTHING,
    Said,
    missing,
    not_found,
    refused,
    said,
    too_long,
)
from tests.server.support import START, Asker, asking

VIEWS = "/api/sagwan/v1/views"
DEFAULT = "/api/sagwan/v1/default-view"
FIRST, SECOND = f"{1:016d}", f"{2:016d}"

NO_VIEW = not_found("There is no view 'nowhere'. It may have been deleted.")


def shown(slug: str, name: str, query: str, owner: str = "", updated: int = 1) -> bytes:
    by = f',"owner":"{owner}"' if owner else ""
    return (
        f'{{"slug":"{slug}","path":"/e/0","query":"{query}","creation_time":{START + int(slug)},'
        f'"last_update_time":{START + updated},"experiment_id":"0","name":"{name}"{by}}}'
    ).encode()


def test_a_view_is_saved_changed_and_deleted(app: Asker) -> None:
    made = app.post(
        VIEWS, {"path": "/e/0/runs", "query": "?filter=a", "name": " first ", "owner": "ada"}
    )
    assert said(made) == (200, b'{"view":%b}' % shown(FIRST, "first", "filter=a", "ada"))
    assert said(app.get(f"{VIEWS}/{FIRST}")) == said(made)
    app.post(VIEWS, {"path": "/e/0", "name": "second"})
    changed = app.post(f"{VIEWS}/{FIRST}", {"name": "더 좋은", "query": "?sort=b"}, "PATCH")
    assert said(changed) == (200, b'{"view":%b}' % shown(FIRST, "더 좋은", "sort=b", "ada", 3))
    assert said(app.get(f"{VIEWS}?experiment_id=0")) == (
        200,
        b'{"views":[%b,%b]}'
        % (shown(SECOND, "second", "", updated=2), shown(FIRST, "더 좋은", "sort=b", "ada", 3)),
    )
    assert said(app.ask("DELETE", f"{VIEWS}/{FIRST}")) == NOTHING
    listed = app.get(VIEWS).json
    assert [view["name"] for view in listed["views"]] == ["second"]
    assert app.get(f"{VIEWS}/{FIRST}").status == 404


def test_a_place_is_shared_under_one_slug(app: Asker) -> None:
    place = {"path": "/compare", "query": "runs=a,b&rows=all"}
    made = app.post(VIEWS, place)
    slug = "dvjzyh578dbty0gv"
    assert said(made) == (
        200,
        b'{"view":{"slug":"%b","path":"/compare","query":"runs=a,b&rows=all",'
        b'"creation_time":1700000000001,"last_update_time":1700000000001}}' % slug.encode(),
    )
    assert said(app.post(VIEWS, place)) == said(made)
    assert said(app.get(f"{VIEWS}/{slug}")) == said(made)
    assert app.get(VIEWS).json == {"views": []}
    other = app.post(VIEWS, {**place, "query": ""}).json["view"]
    assert other["slug"] != slug
    message = (
        f"'{slug}' is a link that was shared, and what it leads to can't change. Save a view with"
        " a name instead."
    )
    for method in ("PATCH", "DELETE"):
        assert said(app.post(f"{VIEWS}/{slug}", {}, method)) == refused(message)
    assert said(app.post(DEFAULT, {"slug": slug})) == refused(message)


def test_defaults_of_an_experiment_and_of_the_server(app: Asker) -> None:
    app.post(VIEWS, {"path": "/e/0", "name": "a"})
    app.post(VIEWS, {"path": "/e/0", "name": "b"})
    assert said(app.get(f"{DEFAULT}?experiment_id=0")) == NOTHING
    assert said(app.post(DEFAULT, {"slug": SECOND})) == NOTHING
    assert app.get(f"{DEFAULT}?experiment_id=0").json["view"]["name"] == "b"
    assert said(app.post(DEFAULT, {"experiment_id": "0", "slug": FIRST})) == NOTHING
    assert said(app.get(f"{DEFAULT}?experiment_id=0")) == (
        200,
        b'{"view":%b}' % shown(FIRST, "a", ""),
    )
    listed = app.get(f"{VIEWS}?experiment_id=0").json
    assert (listed["experiment_default"], listed["server_default"]) == (FIRST, SECOND)
    assert said(app.post(DEFAULT, {"experiment_id": "0"})) == NOTHING
    assert app.get(f"{DEFAULT}?experiment_id=7").json["view"]["name"] == "b"


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    """An application with one view, for requests that it refuses: none may change it."""
    with asking(tmp_path_factory.mktemp("one")) as app:
        app.post(VIEWS, {"path": "/e/0", "name": "a"})
        before = app.get(VIEWS).body
        yield app
        assert app.get(VIEWS).body == before


def no_path(path: str) -> Said:
    return refused(
        f"Invalid value \"{path}\" for parameter 'path' supplied: It must be a path of the web UI,"
        " like /e/1, as URLs have it."
    )


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({}, missing("path")),
        ({"path": ""}, missing("path")),
        ({"path": "//evil.example"}, no_path("//evil.example")),
        ({"path": "https://evil.example/"}, no_path("https://evil.example/")),
        ({"path": "/e/%2E./1"}, no_path("/e/%2E./1")),
        ({"path": "/e/1?x"}, no_path("/e/1?x")),
        ({"path": "/" + "a" * 1000}, too_long("path", 1000)),
        ({"path": "/e/0", "query": "a" * 65_537}, too_long("query", 65_536)),
        (
            {"path": "/e/0", "query": "a b"},
            refused(
                "Invalid value \"a b\" for parameter 'query' supplied: It must be the query string"
                " of a URL, with all else than ASCII encoded."
            ),
        ),
        ({"path": "/e/0", "name": " "}, missing("name")),
        ({"path": "/e/0", "name": "a" * 251}, too_long("name", 250)),
        (
            {"path": "/e/0", "name": "a\nb"},
            refused(
                "Invalid value \"a\\nb\" for parameter 'name' supplied: It must be one line of"
                " characters that can be seen."
            ),
        ),
        ({"path": "/e/0", "name": "b", "owner": "o" * 251}, too_long("owner", 250)),
        (
            {"path": "/r/1", "name": "b"},
            refused(
                "Invalid value \"/r/1\" for parameter 'path' supplied: A view with a name is one"
                " of an experiment: its path is like /e/1."
            ),
        ),
        ({"path": "/e/x", "name": "b"}, NO_INTEGER),
        ({"path": "/e/99", "name": "b"}, NO_EXPERIMENT),
        (
            {"path": "/e/0", "name": "a"},
            refused(
                "The experiment 0 has a view with the name 'a' already. Choose another name, or"
                " update that view.",
                "RESOURCE_ALREADY_EXISTS",
            ),
        ),
    ],
)
def test_says_what_of_a_new_view_is_wrong(
    one: Asker, fields: dict[str, object], answer: Said
) -> None:
    assert said(one.post(VIEWS, fields)) == answer


def test_says_what_of_a_request_is_wrong(one: Asker) -> None:
    assert said(one.get(f"{VIEWS}/nowhere")) == NO_VIEW
    assert said(one.post(f"{VIEWS}/nowhere", {}, "PATCH")) == NO_VIEW
    assert said(one.ask("DELETE", f"{VIEWS}/nowhere")) == NO_VIEW
    assert said(one.post(f"{VIEWS}/{FIRST}", {"name": ""}, "PATCH")) == missing("name")
    assert one.post(f"{VIEWS}/{FIRST}", {"query": "#"}, "PATCH").status == 400
    assert said(one.get(f"{VIEWS}?experiment_id=x")) == NO_INTEGER
    assert said(one.get(DEFAULT)) == missing("experiment_id")
    assert said(one.post(DEFAULT, {"slug": "nowhere"})) == NO_VIEW
    assert said(one.post(DEFAULT, {"experiment_id": "99", "slug": FIRST})) == NO_EXPERIMENT


def test_slugs_fit_into_short_links() -> None:
    slugs = {new_slug() for _ in range(100)}
    assert len(slugs) == 100
    assert {len(slug) for slug in slugs} == {16}
