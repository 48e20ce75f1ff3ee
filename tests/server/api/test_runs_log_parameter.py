"""POST runs/log-parameter"""

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
    app.post("runs/create", {"experiment_id": "0"})


def log(app: Asker, **changes: object) -> Said:
    fields = {"run_id": RUN, "key": "p", "value": "1", **changes}
    return said(app.post("runs/log-parameter", fields))


def params(app: Asker) -> object:
    return app.get(f"runs/get?run_id={RUN}").json["run"]["data"].get("params", [])


def test_logs_a_param(app: Asker) -> None:
    begin(app)
    assert log(app) == NOTHING
    assert params(app) == [{"key": "p", "value": "1"}]


def test_a_param_without_a_value_is_empty(app: Asker) -> None:
    begin(app)
    assert log(app, value=None) == NOTHING
    assert params(app) == [{"key": "p", "value": ""}]


def test_a_param_is_written_once(app: Asker) -> None:
    begin(app)
    log(app)
    assert log(app) == NOTHING
    assert log(app, value="2") == refused(
        "Changing param values is not allowed. Param with key='p' was already logged with"
        f" value='1' for run ID='{RUN}'. Attempted logging new value '2'."
    )
    assert params(app) == [{"key": "p", "value": "1"}]


def test_long_values_are_cut_and_equal_when_cut(app: Asker) -> None:
    begin(app)
    assert log(app, value="x" * 6001) == NOTHING
    assert params(app) == [{"key": "p", "value": "x" * 6000}]
    assert log(app, value="x" * 6002) == NOTHING


def test_long_values_are_refused_where_the_server_was_told_to(tmp_path: Path) -> None:
    with asking(tmp_path, Settings(truncate_long_values=False)) as app:
        begin(app)
        assert log(app, value="x" * 6001) == too_long("Param value", 6000)
        assert log(app, value="x" * 6000) == NOTHING


def test_a_deleted_run_is_refused(app: Asker) -> None:
    begin(app)
    app.post("runs/delete", {"run_id": RUN})
    assert log(app) == deleted_run()


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"run_id": None}, missing("run_id")),
        ({"run_id": "nowhere"}, NO_RUN),
        ({"key": ""}, missing("key")),
        ({"value": 3}, wrong_type("value", "3", "int")),
        ({"key": "a" * 251}, too_long("Param key", 250)),
        (
            {"key": "a$"},
            refused(f"Invalid value \"a$\" for parameter 'key' supplied: {CHARACTERS}"),
        ),
        (
            {"key": "../a"},
            refused(f"Invalid value \"../a\" for parameter 'key' supplied: {PATHS}'../a'"),
        ),
    ],
)
def test_says_what_is_wrong(untouched: Asker, changes: dict[str, object], answer: Said) -> None:
    assert log(untouched, **changes) == answer
