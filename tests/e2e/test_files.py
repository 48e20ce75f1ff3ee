"""The files of runs in a real browser."""

from playwright.sync_api import expect

from tests.e2e.conftest import Filled
from tests.e2e.filling import png
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


def test_files_of_two_runs_and_their_diff(tab: Tab, filled: Filled) -> None:
    api = filled.api
    experiment = api.create_experiment("files")
    runs = [api.create_run(experiment, name) for name in ("before", "after")]
    for run, rate in zip(runs, ("0.1", "0.2"), strict=True):
        api.log_file(run, "config.yaml", f"layers: 3\nrate: {rate}\n".encode())
        api.log_file(run, "same.txt", b"the same")
        api.log_file(run, "fig.png", png(16, 8 if run == runs[0] else 12))
        api.finish(run)
    visit = tab()
    page = visit.page
    visit.goto(f"/r/{runs[0]}/files/config.yaml")
    page.get_by_role("button", name="Compare with…").click()
    page.get_by_role("link", name="after").click()
    assert visit.place == f"/compare?runs={runs[0]},{runs[1]}&tab=files&path=config.yaml"
    expect(page.get_by_role("row", name="2 - rate: 0.1")).to_be_visible()
    expect(page.get_by_role("row", name="2 + rate: 0.2")).to_be_visible()
    # Both files of these names have one size; only what is in them tells.
    expect(page.get_by_text("2 of 3 files differ")).to_be_visible()
    assert broken_rules(visit) == []
    page.get_by_role("button", name="fig.png").click()
    page.get_by_text("Wipe", exact=True).click()
    page.get_by_role("slider", name="Wipe").fill("25")
    expect(page.get_by_role("img", name="after: fig.png")).to_have_js_property("naturalHeight", 12)
    page.get_by_text("All", exact=True).click()
    expect(page.get_by_role("row", name="same.txt same")).to_be_visible()
    assert broken_rules(visit) == []


def test_media_of_runs(tab: Tab, filled: Filled) -> None:
    api = filled.api
    experiment = api.create_experiment("pictures")
    uuid = "0c5b3f0e-1111-4222-8333-44445555666"
    names = [f"run {number}" for number in range(12)]
    runs = [api.create_run(experiment, name, 1 + at) for at, name in enumerate(names)]
    for run in runs:
        for step in (0, 10):
            name = f"images/val~samples+step+{step}+timestamp+1+{uuid}{step % 9}"
            api.log_file(run, f"{name}.png", png(32 + step, 24))
            api.log_file(run, f"{name}+compressed.webp", png(8 + step, 6))
        api.finish(run)
    visit = tab(viewport={"width": 1000, "height": 700})
    page = visit.page
    visit.goto(f"/e/{experiment}")
    page.get_by_role("link", name="Media").click()
    assert visit.place == f"/e/{experiment}/media"
    expect(page.get_by_text("12 of 12 runs have media")).to_be_visible()
    pictures = page.get_by_role("table").get_by_role("img")
    # The smaller copy of the last step, and only for what is in sight.
    expect(pictures.first).to_have_js_property("naturalWidth", 18)
    assert pictures.count() < 12
    listed = [url for url in visit.requests if url.endswith("/files/list")]
    assert len(listed) == 1
    assert not any("images" in url and "compressed" not in url for url in visit.requests)
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_text("Until step 0")).to_be_visible()
    expect(pictures.first).to_have_js_property("naturalWidth", 8)
    assert visit.place == f"/e/{experiment}/media?step=0"
    assert broken_rules(visit) == []

    page.get_by_role("button", name="Show val/samples step 0 in full").first.click()
    full = page.get_by_role("dialog")
    expect(full.get_by_role("img")).to_have_js_property("naturalWidth", 32)
    page.keyboard.press("ArrowRight")
    expect(full.get_by_text("step 10")).to_be_visible()
    expect(full.get_by_role("img")).to_have_js_property("naturalWidth", 42)
    page.keyboard.press("ArrowDown")
    expect(full.get_by_text("run 10 val/samples")).to_be_visible()
    assert broken_rules(visit) == []
    page.keyboard.press("Escape")
    expect(full).to_have_count(0)

    visit.goto(f"/r/{runs[0]}/media")
    expect(page.get_by_role("columnheader", name="step 10")).to_be_visible()
    expect(pictures).to_have_count(2)
    assert broken_rules(visit) == []
