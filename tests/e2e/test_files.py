"""The files of runs in a real browser."""

from playwright.sync_api import expect

from tests.e2e.conftest import Filled
from tests.e2e.test_ui import Tab, broken_rules


def test_the_files_of_a_run(tab: Tab, filled: Filled) -> None:
    visit = tab()
    page = visit.page
    # The address of an earlier version.
    visit.goto(f"/r/{filled.rich}?tab=artifacts")
    tree = page.get_by_role("tree")
    tree.get_by_role("link", name="notes.txt").click()
    assert visit.place == f"/r/{filled.rich}/files/notes.txt"
    expect(page.get_by_text("안녕하세요, world")).to_be_visible()
    tree.get_by_role("link", name="plots").click()
    tree.get_by_role("link", name="gradient.png").click()
    image = page.get_by_role("img", name="gradient.png")
    expect(image).to_have_js_property("naturalWidth", 64)
    page.get_by_role("button", name="100 %").click()
    expect(page.get_by_text("64 × 48 · 100 %")).to_be_visible()
    assert broken_rules(visit) == []

    # Keys go on through what is listed.
    page.keyboard.press("j")
    expect(page.frame_locator("iframe").get_by_text("null refused")).to_be_visible()
    expect(page).to_have_title("everything · Sagwan")
    page.keyboard.press("j")
    expect(page.get_by_text("There is no preview for this kind of file.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download", exact=True).click()
    assert download.value.suggested_filename == "weights.bin"
    assert download.value.path().read_bytes() == bytes(1000)

    page.get_by_role("searchbox", name="Find in all folders").fill("TABLE")
    tree.get_by_role("link", name="data/table.csv").click()
    expect(page.get_by_text("2,000 rows, 2 columns")).to_be_visible()
    assert page.get_by_role("cell").count() < 200
    # A link restores what is open, and shows the row that it names.
    visit.goto(f"/r/{filled.rich}/files/data/table.csv?row=1500")
    expect(page.get_by_role("cell", name="a, 1499")).to_be_visible()
    expect(tree.get_by_role("link", name="table.csv")).to_be_visible()
    assert broken_rules(visit) == []
