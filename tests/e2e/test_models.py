"""The model registry in a real browser: the list, a model, a version, two of them side by side."""

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Filled
from tests.e2e.filling import Api
from tests.e2e.test_ui import Tab, broken_rules
from tests.support.receiver import receiving

MODEL_FILE = """\
flavors:
  python_function:
    loader_module: mlflow.sklearn
  sklearn:
    pickled_model: model.pkl
signature:
  inputs: '[{"type": "double", "name": "width", "required": true}, {"type": "string",
    "name": "colour", "required": false}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 10]}}]'
"""
# A person's words, with all that may stand in a name.
NAME = "image classifier (v1) 50 %"


def fill_models(api: Api, runs: dict[str, str]) -> None:
    """A model with three versions and aliases, and a prompt."""
    api.post(
        "registered-models/create",
        name=NAME,
        description="Tells **cats** from dogs.",
        tags=[{"key": "team", "value": "vision"}],
    )
    for name in ("adamw-0.001-1", "sgd-0.001-1", "adamw-0.0003-1"):
        api.log_file(runs[name], "model/MLmodel", MODEL_FILE.encode())
        source = f"runs:/{runs[name]}/model"
        api.post("model-versions/create", name=NAME, source=source, run_id=runs[name])
    api.post("registered-models/alias", name=NAME, alias="champion", version="1")
    prompt = [
        {"key": "mlflow.prompt.is_prompt", "value": "true"},
        {"key": "mlflow.prompt.text", "value": "Summarise: {{ text }}"},
    ]
    api.post("registered-models/create", name="summary", tags=prompt[:1])
    api.post("model-versions/create", name="summary", source="dummy-source", tags=prompt)


def fits(page: Page) -> bool:
    """Whether nothing makes the page wider than a phone."""
    page.set_viewport_size({"width": 390, "height": 800})
    return bool(page.evaluate("document.documentElement.scrollWidth <= 390"))


def test_from_the_list_to_two_versions_side_by_side(tab: Tab, filled: Filled) -> None:
    fill_models(filled.api, filled.runs)
    visit = tab()
    page = visit.page
    visit.goto("/")
    page.get_by_role("link", name="Models").click()
    expect(page.get_by_role("heading", name="Models")).to_be_visible()
    expect(page.get_by_text("1 model", exact=True)).to_be_visible()
    assert broken_rules(visit) == []
    page.get_by_role("link", name=NAME, exact=True).click()
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    expect(page.get_by_role("link", name="adamw-0.0003-1")).to_be_visible()
    assert broken_rules(visit) == []

    # The alias moves to another version.
    page.get_by_role("button", name="Add alias: Version 3").click()
    page.get_by_role("textbox", name="Alias").fill("champion")
    expect(page.get_by_text("It is at version 1 and moves here.")).to_be_visible()
    page.keyboard.press("Enter")
    row = page.get_by_role("row").filter(has_text="adamw-0.0003-1")
    expect(row.get_by_text("champion")).to_be_visible()

    page.get_by_role("link", name="3", exact=True).click()
    expect(page.get_by_role("heading", name=f"{NAME}, version 3")).to_be_visible()
    expect(page.get_by_text(f'load_model("models:/{NAME}@champion")')).to_be_visible()
    expect(page.get_by_role("cell", name="tensor float32 (-1, 10)")).to_be_visible()
    assert broken_rules(visit) == []
    assert fits(page)
    page.reload()
    page.get_by_role("link", name="adamw-0.0003-1").click()
    page.set_viewport_size({"width": 1200, "height": 800})
    page.get_by_role("link", name=f"{NAME}, version 3").click()

    page.get_by_role("link", name=NAME, exact=True).click()
    for version in ("1", "2"):
        page.get_by_role("checkbox", name=f"Compare version {version}").check()
    page.get_by_role("button", name="Compare (2)").click()
    expect(page.get_by_role("row", name="optimizer adamw sgd")).to_be_visible()
    assert page.get_by_role("row", name="seed").count() == 0
    assert broken_rules(visit) == []

    visit.goto("/#/prompts")
    page.get_by_role("link", name="summary", exact=True).click()
    page.get_by_role("link", name="1", exact=True).click()
    expect(page.get_by_text("Summarise: {{ text }}")).to_be_visible()
    page.get_by_role("button", name="Delete…").click()
    page.get_by_role("button", name="Delete version 1").click()
    expect(page.get_by_text("It has no versions.")).to_be_visible()
    page.get_by_text("한국어").click()
    expect(page.get_by_text("버전이 없습니다.")).to_be_visible()
    assert fits(page)


def test_webhooks_and_what_they_were_told(tab: Tab, filled: Filled) -> None:
    visit = tab()
    page = visit.page
    with receiving() as receiver:
        visit.goto("/models")
        page.get_by_role("link", name="Webhooks").click()
        expect(page.get_by_text("No webhooks yet")).to_be_visible()
        assert broken_rules(visit) == []
        page.get_by_role("button", name="New webhook").click()
        page.get_by_role("textbox", name="Name").fill("deploy")
        page.get_by_role("textbox", name="URL").fill("ftp://127.0.0.1")
        page.get_by_role("checkbox", name="registered_model.created").check()
        assert broken_rules(visit) == []
        page.get_by_role("button", name="Create webhook").click()
        expect(page.get_by_role("alert")).to_contain_text("Allowed schemes are: http.")
        page.get_by_role("textbox", name="URL").fill(receiver.url)
        page.keyboard.press("Enter")
        expect(page.get_by_text("Nothing sent yet")).to_be_visible()
        page.get_by_role("button", name="Test deploy").click()
        expect(page.get_by_text("Test: the receiver answered 204.")).to_be_visible()

        # What is done elsewhere is seen here by and by; after a reload, at once.
        receiver.answers = [(503, {}, b"We are moving.")]
        filled.api.post("registered-models/create", name="hooked")
        receiver.wait(2)
        page.reload()
        expect(page.get_by_text("The receiver answered 503: We are moving.")).to_have_count(2)
        page.get_by_role("button", name="What was sent of registered_model.created").click()
        expect(page.get_by_text('"name": "hooked"')).to_be_visible()
        assert broken_rules(visit) == []
        assert fits(page)
        page.set_viewport_size({"width": 1280, "height": 800})
        page.get_by_role("button", name="Delete deploy").click()
        page.get_by_role("button", name="Delete the webhook").click()
        expect(page.get_by_text("No webhooks yet")).to_be_visible()
