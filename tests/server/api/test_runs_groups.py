"""POST runs/groups"""

import pytest

from tests.server.api.answers import Said, refused, said
from tests.server.support import Answer, Asker

PATH = "/api/sagwan/v1/runs/groups"


def fill(app: Asker) -> None:
    for number in range(1, 5):
        app.post("runs/create", {"experiment_id": "0", "run_name": f"run {number}"})
        run = {"run_id": f"{number:032x}"}
        if number < 4:
            value = {"value": float(number), "timestamp": 1}
            app.post("runs/log-metric", {**run, "key": "m", **value})
        for key, text in (("seed", str(number)), ("opt", "sgd" if number % 2 else "adam")):
            app.post("runs/log-parameter", {**run, "key": key, "value": text})


def ask(app: Asker, **fields: object) -> Answer:
    return app.post(PATH, {"experiment_ids": ["0"], **fields})


def test_everything_but_the_seed(app: Asker) -> None:
    fill(app)
    asked = {"without": ["params.seed"], "metrics": ["metrics.`m`"], "members": 2}
    assert said(ask(app, **asked, order_by=["metrics.m DESC"])) == (
        200,
        b'{"by":["params.opt"],"runs":4,"total":2,"groups":['
        b'{"values":["sgd"],"runs":2,"metrics":['
        b'{"n":2,"mean":2.0,"std":1.4142135623730951,"min":1.0,"max":3.0}],'
        b'"first":"00000000000000000000000000000003","first_name":"run 3",'
        b'"run_ids":["00000000000000000000000000000003","00000000000000000000000000000001"]},'
        b'{"values":["adam"],"runs":2,"metrics":[{"n":1,"mean":2.0,"std":0.0,"min":2.0,"max":2.0}],'
        b'"first":"00000000000000000000000000000002","first_name":"run 2"}]}',
    )


def test_chosen_fields(app: Asker) -> None:
    fill(app)
    assert said(ask(app, by=["tags.team"], filter="params.seed = '4'")) == (
        200,
        b'{"by":["tags.team"],"runs":1,"total":1,"groups":[{"values":[null],"runs":1,"metrics":[],'
        b'"first":"00000000000000000000000000000004","first_name":"run 4"}]}',
    )


def test_nothing(app: Asker) -> None:
    assert said(ask(app)) == (200, b'{"by":[],"runs":0,"total":0,"groups":[]}')


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        (
            {"limit": 1001},
            refused(
                "Invalid value 1001 for parameter 'limit' supplied: It must be between 1 and 1000."
            ),
        ),
        (
            {"members": -1},
            refused(
                "Invalid value -1 for parameter 'members' supplied: It must be between 0 and 5000."
            ),
        ),
        (
            {"by": ["metrics.m"]},
            refused(
                "Invalid value \"metrics.m\" for parameter 'by' supplied:"
                " It must be a parameter or a tag."
            ),
        ),
        (
            {"metrics": ["params.m"]},
            refused(
                "Invalid value \"params.m\" for parameter 'metrics' supplied: It must be a metric."
            ),
        ),
        (
            {"by": ["params.a", "tags.a", "params.`a`"]},
            refused(
                "Invalid value \"params.`a`\" for parameter 'by' supplied:"
                " Each field can be asked for once."
            ),
        ),
        (
            {"by": ["params.a"], "without": ["params.b"]},
            refused(
                "Invalid value \"params.b\" for parameter 'without' supplied:"
                " It is only for an empty 'by'."
            ),
        ),
        (
            {"by": [f"params.p{number}" for number in range(201)]},
            refused("Invalid value 201 for parameter 'by' supplied: At most 200 can be asked for."),
        ),
    ],
)
def test_says_what_is_wrong(untouched: Asker, fields: dict[str, object], answer: Said) -> None:
    assert said(ask(untouched, **fields)) == answer
