"""GET trash, trash/run and jobs/…; POST trash/purge, trash/measure and jobs/…/stop"""

import pytest

from tests.server.api.answers import (
    NO_INTEGER,
    NO_RUN,
    RUN,
    Said,
    missing,
    not_found,
    refused,
    said,
)
from tests.server.support import START, Answer, Asker

OWN = "/api/sagwan/v1/"
JOB = f"{1:032x}"


def fill(app: Asker) -> None:
    for _ in range(3):
        app.post("runs/create", {"experiment_id": "0", "run_name": "a"})
    app.post("runs/delete", {"run_id": RUN})


def purge(app: Asker, **fields: object) -> Answer:
    return app.post(f"{OWN}trash/purge", fields)


def test_the_trash(app: Asker) -> None:
    assert said(app.get(f"{OWN}trash")) == (200, b'{"experiments":[],"jobs":[]}')
    fill(app)
    when = app.get(f"{OWN}trash/run?run_id={RUN}").json["deleted_at"]
    assert when >= START
    body = app.get(f"{OWN}trash").json
    size = body["experiments"][0].pop("bytes")
    assert 200 <= size < 1000
    assert body == {
        "experiments": [
            {
                "experiment_id": "0",
                "name": "Default",
                "runs": 1,
                "models": 0,
                "first": when,
                "last": when,
            }
        ],
        "jobs": [],
    }
    assert said(app.get(f"{OWN}trash/run?run_id={2:032x}")) == (200, b"{}")


def test_a_job_is_started_and_stopped(app: Asker) -> None:
    fill(app)
    answer = purge(app, experiment_ids=["0"], expected=1)
    time = answer.json["job"]["created"]
    head = b'{"job":{"job_id":"%s","kind":"purge","state":' % JOB.encode()
    rest = b'"created":%d,"updated":%d,"report":{}}}' % (time, time)
    assert said(answer) == (200, head + b'"queued",' + rest)
    assert said(app.get(f"{OWN}jobs/{JOB}")) == (200, head + b'"queued",' + rest)
    assert app.get(f"{OWN}trash").json["jobs"] == [answer.json["job"]]
    assert said(purge(app, expected=1)) == refused(
        f"A job of the kind 'purge' is under way: {JOB}. Wait until it is over, or stop it.",
        "INVALID_STATE",
    )
    stopped = app.post(f"{OWN}jobs/{JOB}/stop")
    end = stopped.json["job"]["ended"]
    assert said(stopped) == (
        200,
        head + b'"stopped","created":%d,"updated":%d,"report":{},"ended":%d}}' % (time, end, end),
    )
    assert (
        app.post(f"{OWN}trash/measure", {"experiment_ids": ["0"]}).json["job"]["kind"] == "measure"
    )


def test_another_number_than_expected(app: Asker) -> None:
    fill(app)
    assert said(purge(app, expected=2)) == refused(
        "1 runs, models and experiments would be changed and not 2, as was expected: the runs,"
        " models and experiments have changed since. Nothing was done. Look at them again and"
        " repeat with their number.",
        "INVALID_STATE",
    )


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("trash/run", missing("run_id")),
        ("trash/run?run_id=nowhere", NO_RUN),
        ("jobs/x", not_found("No job with id=x exists")),
    ],
)
def test_says_what_is_not_there(untouched: Asker, path: str, answer: Said) -> None:
    assert said(untouched.get(OWN + path)) == answer


def test_says_what_is_wrong(untouched: Asker) -> None:
    assert said(purge(untouched, experiment_ids=["x"])) == NO_INTEGER
    assert said(purge(untouched)) == missing("expected")
    assert said(untouched.post(f"{OWN}trash/measure")) == missing("experiment_ids")
    gone = untouched.post(f"{OWN}jobs/x/stop")
    assert said(gone) == not_found("No job with id=x exists")
