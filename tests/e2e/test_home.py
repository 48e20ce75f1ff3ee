"""The list of experiments in a real browser: what is done to them there."""

from playwright.sync_api import expect

from tests.e2e.conftest import Filled
from tests.e2e.test_models import fits
from tests.e2e.test_ui import Tab, broken_rules


def test_an_experiment_is_made_renamed_deleted_and_taken_back(tab: Tab, filled: Filled) -> None:
    visit = tab()
    page = visit.page
    visit.goto("/")
    page.get_by_role("button", name="New experiment").click()
    # The name is taken, and the server says so.
    page.keyboard.type("nlp/folds")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("already exists")
    page.get_by_role("textbox", name="Name of the new experiment").fill("nlp/첫 실험")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="nlp/첫 실험")).to_be_visible()
    made = visit.place.removeprefix("/e/")

    page.get_by_role("link", name="Experiments").first.click()
    page.get_by_role("button", name="Rename nlp/첫 실험").click()
    page.get_by_role("textbox", name="New name of nlp/첫 실험").fill("nlp/second")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="nlp/second", exact=True)).to_be_visible()
    assert broken_rules(visit) == []
    page.get_by_role("button", name="Star nlp/second").click()
    page.get_by_text("Starred", exact=True).click()
    expect(page.get_by_text("1 experiment", exact=True)).to_be_visible()
    page.reload()
    assert broken_rules(visit) == []
    page.get_by_role("button", name="Move nlp/second to the trash").press("Enter")
    expect(page.get_by_role("link", name="nlp/second")).to_have_count(0)
    deleted = filled.api.post("experiments/search", view_type="DELETED_ONLY", max_results=10)
    assert [one["experiment_id"] for one in deleted["experiments"]] == [made]
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    assert broken_rules(visit) == []
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="nlp/second")).to_be_visible()

    page.get_by_text("Active", exact=True).click()
    page.get_by_text("Tree", exact=True).click()
    page.get_by_role("button", name="nlp 2 experiments").press("Enter")
    expect(page.get_by_role("link", name="nlp/second")).to_have_count(0)
    assert broken_rules(visit) == []
    page.reload()
    page.get_by_role("button", name="nlp 2 experiments").press("Enter")
    expect(page.get_by_role("link", name="nlp/second")).to_be_visible()
    assert fits(page)
