"""Requests are read as MLflow reads them, on either road."""

import json
import math
from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagwan.entities import Entity, Metric, RunStatus, Tag
from sagwan.entities.base import Int64
from sagwan.errors import InvalidParameter
from sagwan.wire import endpoints, experiments, metrics, runs
from sagwan.wire.codec import RequestDecoder, _parse, encode

LOG_BATCH = RequestDecoder(runs.LogBatch)
LOG_METRIC = RequestDecoder(runs.LogMetric)
HISTORY = RequestDecoder(metrics.GetHistory)
INTERVAL = RequestDecoder(metrics.GetHistoryInterval)

POINT = {"run_id": "r", "key": "k", "value": 1.5, "timestamp": 7}


def body(**changes: Any) -> bytes:
    return json.dumps({**POINT, **changes}).encode()


def log_metric(raw: bytes) -> runs.LogMetric:
    return LOG_METRIC.from_body(raw)


@pytest.mark.parametrize(
    ("changes", "field", "expected"),
    [
        ({"timestamp": "12"}, "timestamp", 12),
        ({"timestamp": 12.0}, "timestamp", 12),
        ({"step": "-3"}, "step", -3),
        ({"step": None}, "step", 0),
        ({"value": "0.5"}, "value", 0.5),
        ({"value": "Infinity"}, "value", math.inf),
        ({"value": "-Infinity"}, "value", -math.inf),
        ({"value": True}, "value", 1.0),
        ({"value": 3}, "value", 3.0),
        ({"unknown": {"a": [1]}}, "key", "k"),
        ({"modelId": "m-1"}, "model_id", "m-1"),
        ({"run_uuid": "other"}, "run_id", "r"),
    ],
)
def test_accepts_what_mlflow_accepts(changes: dict[str, Any], field: str, expected: object) -> None:
    assert getattr(log_metric(body(**changes)), field) == expected


@pytest.mark.parametrize("token", [b"NaN", b'"NaN"', b'"nan"'])
def test_nan_as_a_token_or_as_text(token: bytes) -> None:
    raw = b'{"run_id":"r","key":"k","timestamp":7,"value":' + token + b"}"
    assert math.isnan(log_metric(raw).value)


def test_a_run_may_go_by_its_former_name() -> None:
    raw = json.dumps({**POINT, "run_id": "", "run_uuid": "old"}).encode()
    assert log_metric(raw).run_id == "old"
    assert HISTORY.from_query("run_uuid=old&metric_key=k").run_id == "old"


def test_a_json_string_is_decoded_twice() -> None:
    assert log_metric(json.dumps(body().decode()).encode()).key == "k"


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"3", b"\xff\xfe", b"[" * 100_000, b'"x"'])
def test_what_is_no_object_counts_as_empty(raw: bytes) -> None:
    with pytest.raises(InvalidParameter, match="Missing value for required parameter 'run_id'"):
        log_metric(raw)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"key": None}, "Missing value for required parameter 'key'."),
        ({"key": ""}, "Missing value for required parameter 'key'."),
        ({"value": None}, "Missing value for required parameter 'value'."),
        ({"value": ""}, "Missing value for required parameter 'value'."),
        (
            {"key": 5},
            "Invalid value 5 for parameter 'key' supplied:  Hint: Value was of type 'int'",
        ),
        ({"value": "x"}, "Invalid value \"x\" for parameter 'value' supplied:"),
        ({"timestamp": 1.5}, "Invalid value 1.5 for parameter 'timestamp' supplied:"),
        ({"timestamp": 2**63}, "It must be a 64-bit integer."),
        ({"step": [1]}, "Invalid value [1] for parameter 'step' supplied:"),
        ({"runId": "r"}, "Request specifies both 'run_id' and 'runId'; provide only one of them."),
        ({"key": "\ud800"}, "half of a surrogate pair"),
    ],
)
def test_says_what_is_wrong(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidParameter) as caught:
        log_metric(body(**changes))
    assert message in caught.value.message


def test_names_the_item_of_a_batch() -> None:
    raw = json.dumps({"run_id": "r", "metrics": [{"key": "a", "value": 1}]}).encode()
    with pytest.raises(InvalidParameter, match=r"parameter 'metrics\[0\]\.timestamp'"):
        LOG_BATCH.from_body(raw)


def test_a_metric_may_come_without_its_step() -> None:
    raw = json.dumps(
        {"run_id": "r", "metrics": [{"key": "a", "value": 1, "timestamp": 2}]}
    ).encode()
    assert LOG_BATCH.from_body(raw).metrics == [Metric("a", 1.0, 2, 0)]


def test_query_strings_hold_text_lists_and_numbers() -> None:
    request = INTERVAL.from_query("run_ids=a&run_ids=b&metric_key=k&max_results=5&x=1")
    assert (request.run_ids, request.max_results) == (["a", "b"], 5)
    assert INTERVAL.from_query("run_ids=a&metric_key=k").run_ids == ["a"]


def test_unknown_enumeration_names_count_as_unset() -> None:
    decoder = RequestDecoder(runs.UpdateRun)
    assert decoder.from_body(b'{"run_id":"r","status":"WELL"}').status is None
    assert decoder.from_body(b'{"run_id":"r","status":"FINISHED"}').status == 3
    assert decoder.from_body(b'{"run_id":"r","status":4}').status == 4
    many_digits = b"9" * 5000
    assert decoder.from_body(b'{"run_id":"r","status":"%s"}' % many_digits).status is None
    # As in the protocol's own reader, a number all the same.
    assert decoder.from_body(b'{"run_id":"r","status":true}').status is RunStatus.RUNNING


def test_parameters_of_the_path_count_as_fields() -> None:
    decoder = RequestDecoder(endpoints.DELETE_LOGGED_MODEL_TAG.request)
    request = decoder.from_body(b"{}", {"model_id": "m-1", "tag_key": "a b"})
    assert encode(request) == b'{"model_id":"m-1","tag_key":"a b"}'


def test_nan_goes_out_as_text_and_text_stays_as_it_is() -> None:
    assert encode(Metric("k", math.nan, 1, 2)) == (
        b'{"key":"k","value":"NaN","timestamp":1,"step":2}'
    )
    assert json.loads(encode(Tag("k", '"value":null'))) == {"key": "k", "value": '"value":null'}


def _values(kind: object) -> st.SearchStrategy[Any]:
    texts = st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20
    )
    if kind is runs.LogBatch:
        point = st.fixed_dictionaries(
            {
                "key": texts,
                "value": st.floats(allow_nan=False, allow_infinity=False),
                "timestamp": st.integers(0, 2**63 - 1),
                "step": st.integers(-(2**63), 2**63 - 1),
            }
        )
        pair = st.fixed_dictionaries({"key": texts, "value": texts})
        return st.fixed_dictionaries(
            {"run_id": texts},
            optional={
                "metrics": st.lists(point, max_size=4),
                "params": st.lists(pair, max_size=3),
                "tags": st.lists(pair, max_size=3),
            },
        )
    assert kind is experiments.SearchExperiments
    return st.fixed_dictionaries(
        {},
        optional={
            "max_results": st.integers(-(2**63), 2**63 - 1),
            "filter": texts,
            "order_by": st.lists(texts, max_size=3),
            "view_type": st.sampled_from(["ACTIVE_ONLY", "ALL", 2]),
        },
    )


@pytest.mark.parametrize("kind", [runs.LogBatch, experiments.SearchExperiments])
@given(data=st.data())
def test_both_roads_read_the_same(kind: type[Entity], data: st.DataObject) -> None:
    raw = json.dumps(data.draw(_values(kind))).encode()
    decoder = RequestDecoder(kind)
    assert decoder.from_body(raw) == decoder._tolerant(_parse(raw))


@pytest.mark.parametrize("endpoint", endpoints.ENDPOINTS, ids=lambda e: f"{e.method} {e.path}")
@given(
    junk=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from("run_id metrics params tags key value filter order_by".split())
                | st.text(max_size=5),
                inner,
                max_size=4,
            )
        ),
        max_leaves=8,
    )
)
def test_any_json_is_read_or_refused(endpoint: endpoints.Endpoint, junk: object) -> None:
    decoder = RequestDecoder(endpoint.request)
    params = {"model_id": "m", "tag_key": "t"} if "{" in endpoint.path else None
    # Whatever else is raised fails the test.
    with suppress(InvalidParameter):
        request = decoder.from_body(json.dumps(junk).encode(), params)
        assert isinstance(request, endpoint.request)


def test_int64_is_bounded() -> None:
    class Bounded(Entity):
        number: Int64

    decoder = RequestDecoder(Bounded)
    assert decoder.from_body(b'{"number": 9223372036854775807}').number == 2**63 - 1
    with pytest.raises(InvalidParameter, match="64-bit"):
        decoder.from_body(b'{"number": 9223372036854775808}')


@pytest.mark.parametrize("raw", [rb'{"run_id":"a\u0000b","key":"k"}', rb'{"run_id":"\u0000"}'])
def test_nul_characters_are_refused(raw: bytes) -> None:
    with pytest.raises(InvalidParameter, match="holds a NUL character"):
        RequestDecoder(runs.SetTag).from_body(raw)
    text = RequestDecoder(runs.SetTag).from_body(rb'{"run_id":"a","key":"\\u0000"}')
    assert text.key == "\\u0000"


@pytest.mark.parametrize("raw", [b'{"from": 2.5}', b'{"from": "2.5", "other": NaN}'])
def test_a_field_goes_by_its_name_on_the_wire(raw: bytes) -> None:
    class Renamed(Entity):
        start: float | None = msgspec.field(name="from", default=None)

    assert RequestDecoder(Renamed).from_body(raw).start == 2.5
