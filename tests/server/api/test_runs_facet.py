"""POST runs/facet"""

import pytest

from tests.server.api.answers import Said, missing, refused, said
from tests.server.support import Answer, Asker

PATH = "/api/sagwan/v1/runs/facet"


def fill(app: Asker) -> None:
    for number in range(1, 5):
        app.post("runs/create", {"experiment_id": "0", "run_name": "a"})
        run = {"run_id": f"{number:032x}"}
        value: object = float(number) if number < 4 else "NaN"
        app.post("runs/log-metric", {**run, "key": "m", "value": value, "timestamp": 1})
        if number > 1:
            opt = "sgd" if number == 2 else "adam"
            app.post("runs/log-parameter", {**run, "key": "opt", "value": opt})


def ask(app: Asker, **fields: object) -> Answer:
    return app.post(PATH, {"experiment_ids": ["0"], **fields})


def test_a_number(app: Asker) -> None:
    fill(app)
    assert said(ask(app, field="metrics.m", bins=2)) == (
        200,
        b'{"kind":"number","runs":4,"missing":0,"nan":1,"min":1.0,"max":3.0,"mean":2.0,'
        b'"bins":[{"from":1.0,"to":2.0,"runs":1},{"from":2.0,"to":3.0,"runs":2}]}',
    )


def test_a_text(app: Asker) -> None:
    fill(app)
    assert said(ask(app, field="params.`opt`")) == (
        200,
        b'{"kind":"text","runs":4,"missing":1,"distinct":2,'
        b'"top":[{"value":"adam","runs":2},{"value":"sgd","runs":1}]}',
    )
    assert said(ask(app, field="params.opt", filter="metrics.m = 1 OR metrics.m = 2")) == (
        200,
        b'{"kind":"text","runs":2,"missing":1,"distinct":1,"top":[{"value":"sgd","runs":1}]}',
    )


def test_nothing(app: Asker) -> None:
    assert said(ask(app, field="metrics.m")) == (200, b'{"kind":"number","runs":0,"missing":0}')
    assert said(ask(app, field="tags.t")) == (200, b'{"kind":"text","runs":0,"missing":0}')


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({}, missing("field")),
        (
            {"field": "metrics.m", "bins": 0},
            refused("Invalid value 0 for parameter 'bins' supplied: It must be between 1 and 100."),
        ),
        (
            {"field": "attributes.x"},
            refused(
                "Invalid attribute key 'x' specified in field 'attributes.x'. Valid keys are"
                " ['run_id', 'run_name', 'user_id', 'status', 'artifact_uri', 'start_time',"
                " 'end_time', 'created', 'Created']"
            ),
        ),
        (
            {"field": "dataset.name"},
            refused(
                "Invalid order_by entity: dataset. Order by one of"
                " ['attribute', 'metric', 'parameter', 'tag']."
            ),
        ),
        (
            {"field": "metrics.m", "filter": "("},
            refused(
                "Invalid clause(s) in filter string: '(' (character 1)."
                " This parenthesis is not closed."
            ),
        ),
    ],
)
def test_says_what_is_wrong(untouched: Asker, fields: dict[str, object], answer: Said) -> None:
    assert said(ask(untouched, **fields)) == answer
