"""POST runs/query"""

import gzip
import json

import pytest

from tests.server.api.answers import NO_INTEGER, RUN, Said, refused, said, wrong_type
from tests.server.support import JSON, START, Answer, Asker

PATH = "/api/sagwan/v1/runs/query"
OTHER = f"{2:032x}"


def fill(app: Asker) -> None:
    app.post("runs/create", {"experiment_id": "0", "run_name": "a", "start_time": START})
    app.post("runs/create", {"experiment_id": "0", "run_name": "b", "user_id": "ada"})
    metrics = [{"key": "val/loss", "value": 0.5, "timestamp": 1}]
    app.post("runs/log-batch", {"run_id": RUN, "metrics": metrics})
    app.post("runs/log-parameter", {"run_id": OTHER, "key": "lr", "value": "0.1"})
    app.post("runs/set-tag", {"run_id": OTHER, "key": "mlflow.parentRunId", "value": RUN})
    app.post("runs/update", {"run_id": OTHER, "status": "FINISHED", "end_time": 7})
    metric = {"key": "val/loss", "value": "NaN", "timestamp": 1}
    app.post("runs/log-metric", {"run_id": OTHER, **metric})


def ask(app: Asker, **fields: object) -> Answer:
    return app.post(PATH, {"experiment_ids": ["0"], **fields})


def test_columns_of_runs(app: Asker) -> None:
    fill(app)
    columns = ["metrics.`val/loss`", "params.lr", "attributes.status"]
    answer = ask(app, columns=columns)
    snapshot = answer.json["snapshot"]
    assert said(answer) == (
        200,
        b'{"total":2,"snapshot":"' + snapshot.encode() + b'","offset":0,'
        b'"runs":{"run_id":["00000000000000000000000000000001",'
        b'"00000000000000000000000000000002"],"run_name":["a","b"],"experiment_id":["0","0"],'
        b'"status":["RUNNING","FINISHED"],"start_time":[1700000000000,0],"end_time":[null,7],'
        b'"user_id":["","ada"],"lifecycle_stage":["active","active"],'
        b'"active":[1700000000000,1700000000000],'
        b'"parent":[null,"00000000000000000000000000000001"]},'
        b'"columns":[{"field":"metrics.`val/loss`","values":[0.5,"NaN"]},'
        b'{"field":"params.lr","values":[null,"0.1"]},'
        b'{"field":"attributes.status","values":["RUNNING","FINISHED"]}]}',
    )


def test_the_extremes_of_a_metric(app: Asker) -> None:
    fill(app)
    app.post("runs/log-metric", {"run_id": RUN, "key": "val/loss", "value": -1, "timestamp": 0})
    columns = ["metrics.`val/loss`.min", "metrics.`val/loss`.max"]
    answer = ask(app, columns=columns, order_by=["metrics.`val/loss`.min"]).json
    assert answer["runs"]["run_name"] == ["a", "b"]
    assert answer["columns"] == [
        {"field": columns[0], "values": [-1.0, None]},
        {"field": columns[1], "values": [0.5, None]},
    ]
    assert (
        ask(app, filter="metrics.`val/loss`.min < 0 AND metrics.`val/loss` > 0").json["total"] == 1
    )


def test_a_filter_an_order_and_a_page(app: Asker) -> None:
    fill(app)
    either = "metrics.`val/loss` < 1 OR params.lr IN ('0.1')"
    answer = ask(app, filter=either, order_by=["run_name DESC"], limit=1)
    assert (answer.json["total"], answer.json["runs"]["run_name"]) == (2, ["b"])
    snapshot = answer.json["snapshot"]
    rest = ask(app, filter=either, order_by=["run_name DESC"], offset=1, snapshot=snapshot).json
    assert (rest["runs"]["run_name"], rest["offset"], rest["snapshot"]) == (["a"], 1, snapshot)
    app.post("runs/delete", {"run_id": RUN})
    known = ask(app, filter=either, order_by=["run_name DESC"], snapshot=snapshot).json
    assert known["runs"]["lifecycle_stage"] == ["active", "deleted"]
    assert ask(app, filter=either).json["total"] == 1
    assert ask(app, run_view_type="DELETED_ONLY").json["runs"]["run_name"] == ["a"]


def test_nothing_is_found(app: Asker) -> None:
    for fields in ({}, {"experiment_ids": []}, {"experiment_ids": ["99"]}):
        answer = ask(app, columns=["params.x"], **fields).json
        assert (answer["total"], answer["runs"]["run_id"]) == (0, [])
        assert answer["columns"] == [{"field": "params.x", "values": []}]


def test_browsers_have_a_twin(app: Asker) -> None:
    fill(app)
    body = {"experiment_ids": ["0"]}
    assert said(app.post(PATH.replace("/api/", "/ajax-api/"), body)) == said(app.post(PATH, body))


def test_what_mlflow_asks_keeps_its_grammar(app: Asker) -> None:
    fill(app)
    body = {"experiment_ids": ["0"], "filter": "params.lr = '1' OR params.lr = '2'"}
    assert said(app.post("runs/search", body)) == refused(
        "Invalid clause(s) in filter string: 'OR' (character 17). OR is not supported;"
        " comparisons are combined with AND only."
    )
    body["filter"] = "params.lr IN ('1')"
    assert said(app.post("runs/search", body)) == refused(
        "Expected a quoted string value for parameter (e.g. 'my-value'). Got value ('1')"
    )


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        (
            {"filter": "metrics.a > 1 OR"},
            refused(
                "Invalid clause(s) in filter string: 'OR' (character 15)."
                " A comparison was expected after OR."
            ),
        ),
        (
            {"filter": "params.lr = 1"},
            refused(
                "Expected a quoted string value for parameter (e.g. 'my-value'). Got value 1"
                " (character 13)"
            ),
        ),
        (
            {"limit": 0},
            refused(
                "Invalid value 0 for parameter 'limit' supplied: It must be between 1 and 1000."
            ),
        ),
        (
            {"limit": 1001},
            refused(
                "Invalid value 1001 for parameter 'limit' supplied: It must be between 1 and 1000."
            ),
        ),
        (
            {"offset": -1},
            refused(
                "Invalid value -1 for parameter 'offset' supplied: It must be between 0 and"
                " 9223372036854775807."
            ),
        ),
        (
            {"columns": ["params.x"] * 201},
            refused(
                "Invalid value 201 for parameter 'columns' supplied: At most 200 can be asked for."
            ),
        ),
        (
            {"columns": ["params.a b"]},
            refused(
                "Invalid field 'params.a b'. Write attributes.<name>, metrics.`<key>`,"
                " params.`<key>` or tags.`<key>`."
            ),
        ),
        ({"experiment_ids": ["x"]}, NO_INTEGER),
        ({"columns": "params.x"}, wrong_type("columns", '"params.x"', "str")),
    ],
)
def test_says_what_is_wrong(untouched: Asker, fields: dict[str, object], answer: Said) -> None:
    assert said(ask(untouched, **fields)) == answer


def test_a_get_is_refused(untouched: Asker) -> None:
    answer = untouched.ask("GET", PATH)
    assert (answer.status, json.loads(answer.body)["error_code"]) == (405, "ENDPOINT_NOT_FOUND")


def test_an_answer_is_compressed_where_the_client_takes_it(app: Asker) -> None:
    for number in range(20):
        app.post("runs/create", {"experiment_id": "0", "run_name": f"run {number}"})
    plain = ask(app)
    assert "content-encoding" not in plain.headers
    body = json.dumps({"experiment_ids": ["0"]}).encode()
    answer = app.ask("POST", PATH, body, {**JSON, "accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert gzip.decompress(answer.body) == plain.body
    assert answer.headers["content-length"] == str(len(answer.body))
    # MLflow's own protocol is as it was.
    theirs = app.ask("POST", "runs/search", body, {**JSON, "accept-encoding": "gzip"})
    assert "content-encoding" not in theirs.headers
