"""The way of somebody who has never seen Sagwan, from an empty server to a shared link."""

import re
import shlex
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.compat.client import Client
from tests.e2e.browser import visit
from tests.e2e.filling import Api
from tests.e2e.test_ui import broken_rules
from tests.support.server import running_server


def test_from_an_empty_server_to_a_shared_link(
    browser: Browser, mlflow3: Client, tmp_path: Path
) -> None:
    with running_server(tmp_path) as server:
        tab = visit(browser, server.url)
        page = tab.page
        tab.goto("/")
        expect(page.get_by_role("status").get_by_text("Waiting for the first run…")).to_be_visible()
        assert broken_rules(tab) == []
        install, point, script = page.locator("ol pre").all_inner_texts()
        assert install == "pip install mlflow-skinny"
        assert point == f"export MLFLOW_TRACKING_URI={server.url}"

        # What the page says, done with the client that it names.
        folder = tmp_path / "trainer"
        folder.mkdir()
        (folder / "first.py").write_text(script)
        name, _, uri = shlex.split(point)[1].partition("=")
        own = {"HOME": str(folder), "TMPDIR": str(folder), "MLFLOW_DISABLE_TELEMETRY": "true"}
        ended = mlflow3.fork("first.py", folder, own | {name: uri})
        assert ended.code == 0, ended.stderr
        (run,) = Api(server.url).post("runs/search", experiment_ids=["1"])["runs"]

        # The page has it without being asked; from there it is a click to the curves.
        expect(page.get_by_text("Waiting for the first run…")).to_have_count(0)
        page.get_by_role("link", name=run["info"]["run_name"]).click()
        expect(page.get_by_role("heading", name=run["info"]["run_name"])).to_be_visible()
        expect(page.get_by_text("100 points")).to_be_visible()
        page.get_by_role("link", name="first steps").click()
        chart = page.get_by_role("img", name="loss").locator("canvas").first
        expect(chart).to_be_visible()
        page.get_by_role("radio", name="Charts", exact=True).check(force=True)
        page.get_by_role("button", name="Views", exact=True).click()
        page.get_by_role("button", name="Copy a short link").click()
        link = page.get_by_role("textbox", name="Short link").input_value()
        assert re.fullmatch(rf"{server.url}/v/[\w-]+", link)

        other = visit(browser, server.url)
        other.page.goto(link)
        expect(other.page.get_by_role("img", name="loss").locator("canvas").first).to_be_visible()
        expect(other.page.get_by_role("grid")).to_have_count(0)
        assert other.place == tab.place

        # A second experiment waits for a run of its own.
        second = Api(server.url).create_experiment("둘째 실험")
        tab.goto(f"/e/{second}")
        waiting = page.locator("ol pre").filter(has_text="import mlflow")
        expect(waiting).to_contain_text('mlflow.set_experiment("둘째 실험")')
        assert broken_rules(tab) == []
        for each in (tab, other):
            assert each.foreign_requests() == []
            assert each.errors == []
            each.close()
