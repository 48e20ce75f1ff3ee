"""POST runs/update"""

import pytest

from tests.server.api.answers import NO_RUN, RUN, Said, deleted_run, missing, said, wrong_type
from tests.server.support import Asker


def update(app: Asker, **changes: object) -> Said:
    return said(app.post("runs/update", {"run_id": RUN, **changes}))


def run(app: Asker) -> dict[str, dict[str, object]]:
    found = app.get(f"runs/get?run_id={RUN}").json["run"]
    assert isinstance(found, dict)
    return found


def begin(app: Asker) -> None:
    app.post("runs/create", {"experiment_id": "0", "run_name": "old", "start_time": 5})


def test_answers_with_the_new_state(app: Asker) -> None:
    begin(app)
    assert update(app, status="FINISHED", end_time=9, run_name="new") == (
        200,
        b'{"run_info":{"run_uuid":"00000000000000000000000000000001","experiment_id":"0",'
        b'"run_name":"new","user_id":"","status":"FINISHED","start_time":5,'
        b'"artifact_uri":"mlflow-artifacts:/0/00000000000000000000000000000001/artifacts",'
        b'"lifecycle_stage":"active","run_id":"00000000000000000000000000000001","end_time":9}}',
    )
    assert run(app)["data"]["tags"] == [{"key": "mlflow.runName", "value": "new"}]


@pytest.mark.parametrize(
    "changes",
    [{}, {"status": "NO SUCH STATUS"}, {"status": None}, {"run_name": ""}, {"end_time": None}],
)
def test_what_is_not_sent_stays(app: Asker, changes: dict[str, object]) -> None:
    begin(app)
    before = run(app)
    assert update(app, **changes)[0] == 200
    assert run(app) == before


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("RUNNING", "RUNNING"), (2, "SCHEDULED"), ("4", "FAILED"), ("KILLED", "KILLED")],
)
def test_any_status_may_follow_any(app: Asker, sent: object, kept: str) -> None:
    begin(app)
    update(app, status="FINISHED")
    update(app, status=sent)
    assert run(app)["info"]["status"] == kept


def test_a_deleted_run_is_refused(app: Asker) -> None:
    begin(app)
    app.post("runs/delete", {"run_id": RUN})
    assert update(app, status="FINISHED") == deleted_run()


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"run_id": None}, missing("run_id")),
        ({"run_id": "nowhere"}, NO_RUN),
        ({"run_name": 1}, wrong_type("run_name", "1", "int")),
        ({"end_time": "soon"}, wrong_type("end_time", '"soon"', "str")),
    ],
)
def test_says_what_is_wrong(untouched: Asker, changes: dict[str, object], answer: Said) -> None:
    assert update(untouched, **changes) == answer
