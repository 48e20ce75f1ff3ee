"""GET runs/get"""

import pytest

from tests.server.api.answers import NO_RUN, RUN, Said, missing, said
from tests.server.support import Asker

INFO = (
    b'"info":{"run_uuid":"00000000000000000000000000000001","experiment_id":"0","run_name":"name-1"'
    b',"user_id":"","status":"RUNNING","start_time":0,'
    b'"artifact_uri":"mlflow-artifacts:/0/00000000000000000000000000000001/artifacts",'
    b'"lifecycle_stage":"active","run_id":"00000000000000000000000000000001"}'
)


def test_a_run_that_logged_nothing(app: Asker) -> None:
    app.post("runs/create", {"experiment_id": "0"})
    assert said(app.get(f"runs/get?run_id={RUN}")) == (
        200,
        b'{"run":{' + INFO + b',"data":{"tags":[{"key":"mlflow.runName","value":"name-1"}]},'
        b'"inputs":{},"outputs":{}}}',
    )


def test_a_run_with_everything(app: Asker) -> None:
    app.post("runs/create", {"experiment_id": "0"})
    app.post(
        "runs/log-batch",
        {
            "run_id": RUN,
            "metrics": [
                {"key": "loss", "value": "NaN", "timestamp": 1, "step": 3},
                {"key": "loss", "value": 9, "timestamp": 1, "step": 2},
            ],
            "params": [{"key": "lr", "value": "0.1"}],
            "tags": [{"key": "t", "value": ""}],
        },
    )
    described = {"name": "d", "digest": "1", "source_type": "local", "source": "{}"}
    tags = [{"key": "mlflow.data.context", "value": "train"}]
    app.post(
        "runs/log-inputs",
        {
            "run_id": RUN,
            "datasets": [{"dataset": described, "tags": tags}],
            "models": [{"model_id": "m-1"}],
        },
    )
    app.post("runs/outputs", {"run_id": RUN, "models": [{"model_id": "m-2", "step": 4}]})
    assert said(app.get(f"runs/get?run_id={RUN}")) == (
        200,
        b'{"run":{' + INFO + b',"data":{'
        b'"metrics":[{"key":"loss","value":"NaN","timestamp":1,"step":3}],'
        b'"params":[{"key":"lr","value":"0.1"}],'
        b'"tags":[{"key":"mlflow.runName","value":"name-1"},{"key":"t","value":""}]},'
        b'"inputs":{"model_inputs":[{"model_id":"m-1"}],'
        b'"dataset_inputs":[{"dataset":{"name":"d","digest":"1","source_type":"local",'
        b'"source":"{}"},"tags":[{"key":"mlflow.data.context","value":"train"}]}]},'
        b'"outputs":{"model_outputs":[{"model_id":"m-2","step":4}]}}}',
    )


@pytest.mark.parametrize(
    "query",
    [
        f"run_uuid={RUN}",
        f"run_id={RUN}&run_uuid=other",
        f"run_id=&run_uuid={RUN}",
    ],
)
def test_names_of_the_id(untouched: Asker, query: str) -> None:
    assert untouched.get(f"runs/get?{query}").json["run"]["info"]["run_id"] == RUN


def test_a_deleted_run_is_shown(app: Asker) -> None:
    app.post("runs/create", {"experiment_id": "0"})
    app.post("runs/delete", {"run_id": RUN})
    info = app.get(f"runs/get?run_id={RUN}").json["run"]["info"]
    assert info["lifecycle_stage"] == "deleted"


@pytest.mark.parametrize(
    ("query", "answer"),
    [("", missing("run_id")), ("?run_id=", missing("run_id")), ("?run_id=nowhere", NO_RUN)],
)
def test_says_what_is_wrong(untouched: Asker, query: str, answer: Said) -> None:
    assert said(untouched.get(f"runs/get{query}")) == answer
