"""POST experiments/keys"""

import pytest

from tests.server.api.answers import NO_INTEGER, RUN, Said, refused, said
from tests.server.support import Answer, Asker

PATH = "/api/sagwan/v1/experiments/keys"


def ask(app: Asker, **fields: object) -> Answer:
    return app.post(PATH, {"experiment_ids": ["0"], **fields})


def test_keys(app: Asker) -> None:
    app.post("runs/create", {"experiment_id": "0", "run_name": "a"})
    metrics = [
        {"key": "acc", "value": "NaN", "timestamp": 1},
        {"key": "val/loss", "value": 2, "timestamp": 1},
        {"key": "val/loss", "value": 1, "timestamp": 1, "step": 1},
    ]
    params = [{"key": "lr", "value": "0.1"}]
    app.post("runs/log-batch", {"run_id": RUN, "metrics": metrics, "params": params})
    app.post("runs/create", {"experiment_id": "0", "run_name": "b", "start_time": 5})
    assert said(ask(app)) == (
        200,
        b'{"runs":2,"sampled":2,"metrics":['
        b'{"key":"val/loss","runs":1,"varies":false,"points":true,"min":1.0,"max":1.0},'
        b'{"key":"acc","runs":1,"varies":false,"points":false}],'
        b'"params":[{"key":"lr","runs":1,"distinct":1,"varies":false,'
        b'"values":[{"value":"0.1","runs":1}]}],'
        b'"tags":[{"key":"mlflow.runName","runs":2,"distinct":2,"varies":true,'
        b'"values":[{"value":"a","runs":1},{"value":"b","runs":1}]}]}',
    )
    newest = ask(app, sample=1).json
    assert (newest["runs"], newest["sampled"]) == (2, 1)
    assert newest["params"] == [
        {"key": "lr", "runs": 0, "distinct": 0, "varies": False, "values": []}
    ]


def test_no_runs(app: Asker) -> None:
    nothing = (200, b'{"runs":0,"sampled":0,"metrics":[],"params":[],"tags":[]}')
    for ids in ([], ["0"], ["99"]):
        assert said(ask(app, experiment_ids=ids)) == nothing


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        (
            {"sample": 0},
            refused(
                "Invalid value 0 for parameter 'sample' supplied: It must be between 1 and 1000."
            ),
        ),
        (
            {"sample": 1001},
            refused(
                "Invalid value 1001 for parameter 'sample' supplied: It must be between 1 and 1000."
            ),
        ),
        ({"experiment_ids": ["x"]}, NO_INTEGER),
    ],
)
def test_says_what_is_wrong(untouched: Asker, fields: dict[str, object], answer: Said) -> None:
    assert said(ask(untouched, **fields)) == answer
