"""POST files/list, GET files/show"""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from sagwan.artifacts.local import LocalArtifactStore
from sagwan.artifacts.open import open_artifacts
from sagwan.entities import FileInfo
from sagwan.server.api.files import AT_ONCE
from tests.artifacts.site import PROXY, RUN, Answer, Site

LIST = "/api/sagwan/v1/files/list"
SHOW = "/ajax-api/sagwan/v1/files/show"
UNKNOWN = "f" * 32


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with asyncio.Runner() as runner:
        site = Site(tmp_path / "artifacts", runner)
        root = site.run().removeprefix("mlflow-artifacts:/")
        for path in (
            "images/a+step+1.PNG",
            "images/b.webp",
            "model/MLmodel",
            "model/d/x.png",
            "r.html",
        ):
            assert (
                site.call("PUT", f"{PROXY}/{quote(f'{root}/{path}')}", path.encode()).status == 200
            )
        yield site
        site.close()


def asked(site: Site, body: str) -> Answer:
    return site.call("POST", LIST, body.encode(), content_type="application/json")


def test_the_files_of_runs_exactly(site: Site) -> None:
    runs = f'"runs":[{{"run_id":"{RUN}"}},{{"run_id":"{UNKNOWN}"}}]'
    answer = asked(site, f'{{{runs},"suffixes":[".png",".WEBP"]}}')
    assert (answer.status, answer.body) == (
        200,
        b'{"runs":[{"run_id":"%b","files":['
        b'{"path":"images/a+step+1.PNG","is_dir":false,"file_size":19},'
        b'{"path":"images/b.webp","is_dir":false,"file_size":13},'
        b'{"path":"model/d/x.png","is_dir":false,"file_size":13}]},'
        b'{"run_id":"%b","error":"Run with id=%b not found"}]}'
        % (RUN.encode(), UNKNOWN.encode(), UNKNOWN.encode()),
    )
    below = asked(site, f'{{"runs":[{{"run_id":"{RUN}"}}],"path":"model/","contains":"X.P"}}')
    assert below.body == (
        b'{"runs":[{"run_id":"%b","files":'
        b'[{"path":"model/d/x.png","is_dir":false,"file_size":13}]}]}' % RUN.encode()
    )


def test_a_list_goes_on(site: Site) -> None:
    found, after = [], ""
    while True:
        body = f'{{"runs":[{{"run_id":"{RUN}","after":"{after}"}}],"limit":2}}'
        run = asked(site, body).json["runs"][0]
        found.append([info["path"] for info in run.get("files", [])])
        if "next" not in run:
            break
        after = run["next"]
    assert found == [
        ["images/a+step+1.PNG", "images/b.webp"],
        ["model/MLmodel", "model/d/x.png"],
        ["r.html"],
    ]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            '{"runs":[]}',
            "Missing value for required parameter 'runs'. See the API docs for more information"
            " about request parameters.",
        ),
        (
            '{"runs":[{"run_id":"a"},{"run_id":"b"}],"limit":10001}',
            "Invalid value 10001 for parameter 'limit' supplied:"
            " With 2 runs it must be from 1 to 10000.",
        ),
        ('{"runs":[{"run_id":"a"}],"path":"../a"}', "Invalid path"),
    ],
)
def test_what_is_refused(site: Site, body: str, message: str) -> None:
    assert asked(site, body).error == (400, "INVALID_PARAMETER_VALUE", message)


def test_few_folders_are_read_at_once(tmp_path: Path) -> None:
    now, most, lists = 0, 0, 0

    class Slow(LocalArtifactStore):
        async def list_folder(self, path: str = "") -> list[FileInfo]:
            nonlocal now, most, lists
            now, lists = now + 1, lists + 1
            most = max(most, now)
            for _ in range(20):
                await asyncio.sleep(0)
            now -= 1
            return await super().list_folder(path)

    def opened(uri: str) -> Any:
        return Slow(tmp_path) if uri == str(tmp_path) else open_artifacts(uri)

    with asyncio.Runner() as runner:
        site = Site(tmp_path, runner, opened)
        site.run()
        answer = asked(site, f'{{"runs":[{",".join([f"""{{"run_id":"{RUN}"}}"""] * 50)}]}}')
        assert [run["run_id"] for run in answer.json["runs"]] == [RUN] * 50
        assert (most, lists) == (AT_ONCE, 50)
        site.close()


def test_a_page_is_shown_where_it_can_do_nothing(site: Site) -> None:
    page = site.call("GET", f"{SHOW}?run_id={RUN}&path=r.html")
    assert (page.status, page.body) == (200, b"r.html")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-disposition"] == "inline"
    assert page.headers["x-content-type-options"] == "nosniff"
    sandbox, *policy = page.headers["content-security-policy"].split("; ")
    assert sandbox == "sandbox allow-scripts"
    assert policy[0] == "default-src 'none'"
    assert not any(source in rule for rule in policy[:-1] for source in ("'self'", "http", "*"))
    refused = site.call("GET", f"{SHOW}?run_id={RUN}&path=images/b.webp")
    assert refused.error[:2] == (400, "INVALID_PARAMETER_VALUE")
    assert site.call("GET", f"{SHOW}?run_id={RUN}&path=gone.pdf").status == 404
