"""The trash in a real browser: what is in it, restored, removed for good."""

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.e2e.browser import visit
from tests.e2e.filling import Api
from tests.e2e.test_ui import broken_rules
from tests.support.server import running_server


def test_what_is_deleted_is_restored_or_removed(browser: Browser, tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        api = Api(server.url)
        vision, speech = (api.create_experiment(name) for name in ("vision/resnet", "speech"))
        runs = [api.create_run(vision, f"run {number}") for number in range(4)]
        other = api.create_run(speech, "other")
        api.log_curve(runs[0], "loss", [1 / (step + 1) for step in range(1000)])
        for run in (*runs[:3], other):
            api.log_file(run, "model/weights.bin", b"x" * 250_000)
            api.post("runs/delete", run_id=run)

        tab = visit(browser, server.url)
        page = tab.page
        tab.goto(f"/r/{runs[2]}")
        expect(page.get_by_text("This run was deleted on")).to_be_visible()
        assert broken_rules(tab) == []
        page.get_by_role("button", name="Restore this run").click()
        expect(page.get_by_text("This run was deleted on")).to_have_count(0)

        tab.goto("/")
        page.get_by_role("link", name="Trash").click()
        expect(page.get_by_role("heading", name="Trash")).to_be_visible()
        row = page.get_by_role("row").filter(has_text="vision/resnet")
        expect(row.get_by_role("cell").first).to_have_text("2")
        expect(row.get_by_text("not measured")).to_be_visible()
        page.get_by_role("button", name="Measure artifacts").click()
        expect(row.get_by_text("500kB")).to_be_visible()
        assert broken_rules(tab) == []
        page.get_by_role("button", name="Restore the runs of speech").click()
        expect(page.get_by_role("row").filter(has_text="speech")).to_have_count(0)

        page.get_by_role("button", name="Empty the trash…").click()
        expect(page.get_by_role("heading", name="Remove 2 things for good?")).to_be_visible()
        assert broken_rules(tab) == []
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        page.get_by_role("button", name="Empty the trash…").click()
        page.get_by_role("button", name="Remove for good").click()
        expect(page.get_by_text("The trash is empty.")).to_be_visible()
        expect(page.get_by_text("Freed 5")).to_be_visible()
        assert broken_rules(tab) == []
        page.set_viewport_size({"width": 390, "height": 800})
        page.get_by_text("한국어").click()
        expect(page.get_by_role("heading", name="휴지통")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        folders = [path.name for path in (tmp_path / "sagwan" / "artifacts").rglob("*.bin")]
        assert len(folders) == 2
        assert tab.foreign_requests() == []
        assert tab.errors == []
        tab.close()
