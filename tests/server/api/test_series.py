"""POST series"""

import gzip
import json
from typing import Any

import pytest

from tests.server.api.answers import RUN, missing, refused, said
from tests.server.api.frames import entries
from tests.server.support import JSON, Answer, Asker

SERIES = "/api/sagwan/v1/series"
OTHER = f"{2:032x}"


def read(app: Asker, **fields: Any) -> Answer:
    return app.post(SERIES, {"run_ids": [RUN], "keys": ["m"], **fields})


def log(app: Asker, count: int, run_id: str = RUN, key: str = "m") -> None:
    metrics = [
        {"key": key, "value": step / 2, "timestamp": 5000 + step, "step": step}
        for step in range(count)
    ]
    app.post("runs/create", {"experiment_id": "0", "start_time": 4000})
    app.post("runs/log-batch", {"run_id": run_id, "metrics": metrics})


def test_few_points_are_shown_all(app: Asker) -> None:
    log(app, 3)
    assert entries(read(app)) == [
        {
            "run": RUN,
            "key": "m",
            "points": 3,
            "n": 3,
            "exact": True,
            "arrays": {"x": [0, 1, 2], "value": [0, 0.5, 1]},
        }
    ]


def test_many_points_come_in_buckets(app: Asker) -> None:
    log(app, 10)
    assert entries(read(app, buckets=2)) == [
        {
            "run": RUN,
            "key": "m",
            "points": 10,
            "n": 2,
            "exact": False,
            "arrays": {
                "x": [4, 9],
                "value": [2, 4.5],
                "min": [0, 2.5],
                "max": [2, 4.5],
                "mean": [1, 3.5],
                "count": [5, 5],
            },
        }
    ]


def test_every_byte_of_an_answer(app: Asker) -> None:
    log(app, 2)
    header = (
        f'{{"series":[{{"run":"{RUN}","key":"m","points":2,"n":2,"exact":true,'
        '"arrays":{"x":[0,"f8"],"value":[16,"f4"]}}]}'
    ).encode()
    padding = bytes(-len(header) % 8)
    assert read(app, narrow=True).body == b"".join(
        [
            b"SGW1",
            len(header).to_bytes(4, "little"),
            header,
            padding,
            b"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xf0\x3f",
            b"\0\0\0\0\0\0\0\x3f",
        ]
    )


def test_x_and_its_bounds(app: Asker) -> None:
    log(app, 10)
    shown = {}
    for x, start in (("step", 3), ("time", 5003), ("relative", 1003)):
        [one] = entries(read(app, x=x, **{"from": start, "to": start + 1}))
        shown[x] = (one["points"], one["arrays"]["x"], one["arrays"]["value"])
    assert shown == {
        "step": (2, [3, 4], [1.5, 2]),
        "time": (2, [5003, 5004], [1.5, 2]),
        "relative": (2, [1003, 1004], [1.5, 2]),
    }
    [one] = entries(read(app, buckets=2, **{"from": -10, "to": 10}))
    assert one["arrays"]["count"] == [10]
    assert entries(read(app, **{"from": 100})) == []


def test_the_arrays_that_are_wanted(app: Asker) -> None:
    log(app, 10)
    [one] = entries(read(app, buckets=2, arrays=["value"]))
    assert list(one["arrays"]) == ["x", "value"]
    [one] = entries(read(app, buckets=2, arrays=["max", "count"]))
    assert list(one["arrays"]) == ["x", "value", "max", "count"]


def test_planes_are_the_same_arrays(app: Asker) -> None:
    log(app, 10)
    for fields in ({}, {"narrow": True}, {"buckets": 2}, {"buckets": 2, "narrow": True}):
        assert entries(read(app, **fields, planes=True)) == entries(read(app, **fields))
    assert read(app, narrow=True, planes=True, keys=["m"], to=1).body.endswith(
        # x is 0 and 1, and value 0 and 0.5: the last bytes of both, after those before.
        b"\0\0\0\0\0\0\0\0\0\0\0\0\0\xf0\0\x3f" + b"\0\0\0\0\0\0\0\x3f"
    )


def test_narrow_bounds_hold_all_values(app: Asker) -> None:
    app.post("runs/create", {"experiment_id": "0"})
    values = [1 / 3, 2 / 3, -1 / 3, 1e300, "NaN", 0.0]
    metrics = [
        {"key": "m", "value": value, "timestamp": 1, "step": step}
        for step, value in enumerate(values)
    ]
    app.post("runs/log-batch", {"run_id": RUN, "metrics": metrics})
    [one] = entries(read(app, buckets=2, narrow=True))
    low, high = one["arrays"]["min"], one["arrays"]["max"]
    assert low[0] <= -1 / 3 <= low[0] * (1 - 2**-15)
    assert 2 / 3 <= high[0] <= 2 / 3 * (1 + 2**-15)
    assert (low[1], high[1]) == (0.0, 3.4028234663852886e38)


def test_series_come_in_the_order_asked_for_without_those_that_are_not(app: Asker) -> None:
    log(app, 2)
    log(app, 3, OTHER)
    log(app, 1, OTHER, "n")
    found = entries(read(app, run_ids=[OTHER, "nowhere", RUN], keys=["n", "m", "none"]))
    assert [(one["run"], one["key"], one["n"]) for one in found] == [
        (OTHER, "n", 1),
        (OTHER, "m", 3),
        (RUN, "m", 2),
    ]


def test_runs_in_the_trash_have_their_series(app: Asker) -> None:
    log(app, 2)
    app.post("runs/delete", {"run_id": RUN})
    assert [one["n"] for one in entries(read(app))] == [2]


def test_nan_is_a_number_like_others(app: Asker) -> None:
    log(app, 1)
    app.post("runs/log-metric", {"run_id": RUN, "key": "m", "value": "NaN", "timestamp": 1})
    [one] = entries(read(app))
    assert list(map(str, one["arrays"]["value"])) == ["nan", "0.0"]


def test_an_answer_is_compressed_where_it_pays(app: Asker) -> None:
    log(app, 1000)
    plain = read(app, buckets=1000)
    assert "content-encoding" not in plain.headers
    body = json.dumps({"run_ids": [RUN], "keys": ["m"], "buckets": 1000}).encode()
    for accepted, packed in (("br, gzip;q=0.5", True), ("gzip;q=0", False), ("deflate", False)):
        answer = app.ask("POST", SERIES, body, {**JSON, "accept-encoding": accepted})
        assert answer.headers["vary"] == "Accept-Encoding"
        assert (answer.headers.get("content-encoding") == "gzip") == packed
        assert (gzip.decompress(answer.body) if packed else answer.body) == plain.body
        assert (len(answer.body) < len(plain.body) / 2) == packed
    body = json.dumps({"run_ids": [RUN], "keys": ["m"], "buckets": 2}).encode()
    answer = app.ask("POST", SERIES, body, {**JSON, "accept-encoding": "gzip"})
    assert "content-encoding" not in answer.headers


def test_its_twin_for_browsers(app: Asker) -> None:
    log(app, 2)
    answer = app.post("/ajax-api/sagwan/v1/series", {"run_ids": [RUN], "keys": ["m"]})
    assert answer.body == read(app).body
    assert answer.headers["x-content-type-options"] == "nosniff"


def over(what: str, size: int, most: int) -> str:
    return f"'{what}' holds {size} items. At most {most} are allowed."


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"run_ids": ["r"] * 1001}, over("run_ids", 1001, 1000)),
        ({"keys": ["k"] * 101}, over("keys", 101, 100)),
        (
            {"run_ids": ["r"] * 501, "keys": ["k"] * 10},
            "One request can read at most 5000 series. 501 runs with 10 keys are 5010.",
        ),
        (
            {"run_ids": ["r"] * 500, "keys": ["k"] * 2, "buckets": 2001},
            "One answer can hold at most 2000000 buckets. 1000 series of 2001 are more: ask for"
            " fewer of one or the other.",
        ),
        (
            {"x": "epoch"},
            "Invalid value \"epoch\" for parameter 'x' supplied: It must be one of step, time,"
            " relative.",
        ),
        (
            {"buckets": 1},
            "Invalid value 1 for parameter 'buckets' supplied: It must be from 2 to 4000.",
        ),
        (
            {"buckets": 4001},
            "Invalid value 4001 for parameter 'buckets' supplied: It must be from 2 to 4000.",
        ),
        (
            {"from": 2, "to": 1.5},
            "Invalid value 2.0 for parameter 'from' supplied: It must not be after 'to', 1.5.",
        ),
        (
            {"from": "NaN"},
            "Invalid value \"nan\" for parameter 'from' supplied: It must be a finite number.",
        ),
        (
            {"to": "-Infinity"},
            "Invalid value \"-inf\" for parameter 'to' supplied: It must be a finite number.",
        ),
        (
            {"arrays": ["value", "median"]},
            "Invalid value \"median\" for parameter 'arrays' supplied: It must be one of value,"
            " min, max, mean, count.",
        ),
    ],
)
def test_what_cannot_be_asked_for(untouched: Asker, changes: dict[str, Any], message: str) -> None:
    assert said(read(untouched, **changes)) == refused(message)


@pytest.mark.parametrize("name", ["run_ids", "keys"])
def test_what_has_to_be_said(untouched: Asker, name: str) -> None:
    assert said(read(untouched, **{name: []})) == missing(name)
    assert said(read(untouched, **{name: None})) == missing(name)


def test_a_body_that_is_not_json(untouched: Asker) -> None:
    answer = untouched.ask("POST", SERIES, b"{}")
    assert said(answer) == refused("Bad Request. Content-Type header is missing.")
    assert answer.headers["content-type"] == "application/json"


def test_another_method(untouched: Asker) -> None:
    answer = untouched.get(SERIES)
    assert (answer.status, answer.headers["allow"]) == (405, "POST")
