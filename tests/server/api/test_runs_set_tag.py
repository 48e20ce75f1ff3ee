"""POST runs/set-tag"""

from pathlib import Path

import pytest

from sagwan.config import Settings
from tests.server.api.answers import (
    CHARACTERS,
    NO_RUN,
    NOTHING,
    PATHS,
    RUN,
    Said,
    deleted_run,
    missing,
    refused,
    said,
    too_long,
    wrong_type,
)
from tests.server.support import Asker, asking


def begin(app: Asker) -> None:
    app.post("runs/create", {"experiment_id": "0", "run_name": "r"})


def set_tag(app: Asker, **changes: object) -> Said:
    return said(app.post("runs/set-tag", {"run_id": RUN, "key": "k", "value": "v", **changes}))


def tags(app: Asker) -> dict[str, str]:
    found = app.get(f"runs/get?run_id={RUN}").json["run"]["data"]["tags"]
    return {tag["key"]: tag["value"] for tag in found}


def test_sets_a_tag_and_sets_it_anew(app: Asker) -> None:
    begin(app)
    assert set_tag(app) == NOTHING
    assert set_tag(app, value="w") == NOTHING
    assert tags(app) == {"mlflow.runName": "r", "k": "w"}


def test_a_tag_without_a_value_is_empty(app: Asker) -> None:
    begin(app)
    assert set_tag(app, value=None) == NOTHING
    assert tags(app)["k"] == ""


def test_the_tag_of_the_name_renames_the_run(app: Asker) -> None:
    begin(app)
    assert set_tag(app, key="mlflow.runName", value="s") == NOTHING
    run = app.get(f"runs/get?run_id={RUN}").json["run"]
    assert run["info"]["run_name"] == "s"
    assert tags(app) == {"mlflow.runName": "s"}


def test_long_values_are_cut(app: Asker) -> None:
    begin(app)
    assert set_tag(app, value="x" * 8001) == NOTHING
    assert tags(app)["k"] == "x" * 8000


def test_long_values_are_refused_where_the_server_was_told_to(tmp_path: Path) -> None:
    with asking(tmp_path, Settings(truncate_long_values=False)) as app:
        begin(app)
        assert set_tag(app, value="x" * 8001) == too_long("value", 8000)
        assert set_tag(app, value="x" * 8000) == NOTHING


def test_a_deleted_run_is_refused(app: Asker) -> None:
    begin(app)
    app.post("runs/delete", {"run_id": RUN})
    assert set_tag(app) == deleted_run()


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"run_id": None}, missing("run_id")),
        ({"run_id": "nowhere"}, NO_RUN),
        ({"key": ""}, missing("key")),
        ({"value": []}, wrong_type("value", "[]", "list")),
        ({"key": "a" * 251}, too_long("key", 250)),
        (
            {"key": "a$"},
            refused(f"Invalid value \"a$\" for parameter 'key' supplied: {CHARACTERS}"),
        ),
        (
            {"key": "/a"},
            refused(f"Invalid value \"/a\" for parameter 'key' supplied: {PATHS}'/a'"),
        ),
    ],
)
def test_says_what_is_wrong(untouched: Asker, changes: dict[str, object], answer: Said) -> None:
    assert set_tag(untouched, **changes) == answer
