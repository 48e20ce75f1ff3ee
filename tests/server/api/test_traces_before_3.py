"""Traces, as clients before 3.0 read and write them: begun, ended, their spans an artifact."""

from tests.server.api.answers import missing, not_found, refused, said
from tests.server.support import Asker

TRACE = f"{1:032x}"
TAGS = [{"key": "k", "value": "v"}]
PLACE = (
    f'{{"key":"mlflow.artifactLocation","value":"mlflow-artifacts:/0/traces/{TRACE}/artifacts"}}'
)


def test_a_trace_begins_and_ends(app: Asker) -> None:
    new = {"experiment_id": "0", "timestamp_ms": 5, "request_metadata": TAGS, "tags": TAGS}
    begun = (
        f'{{"trace_info":{{"request_id":"{TRACE}","experiment_id":"0","timestamp_ms":5,'
        '"status":"IN_PROGRESS","request_metadata":[{"key":"k","value":"v"}],'
        f'"tags":[{{"key":"k","value":"v"}},{PLACE}]}}}}'
    )
    assert said(app.post("traces", new)) == (200, begun.encode())
    end = {"timestamp_ms": 9, "status": "ERROR", "request_metadata": TAGS, "tags": []}
    ended = begun.replace(":5,", ':5,"execution_time_ms":4,').replace("IN_PROGRESS", "ERROR")
    assert said(app.post(f"traces/{TRACE}", end, "PATCH")) == (200, ended.encode())
    shown = said(app.get(f"traces/{TRACE}/info?request_id={TRACE}"))
    assert shown == (200, ended.encode())
    found = said(app.get("traces?experiment_ids=0&filter=status%3D'ERROR'&max_results=1"))
    assert found == (200, b'{"traces":[' + ended.encode()[14:-1] + b"]}")


def test_what_can_not_be_is_refused(untouched: Asker) -> None:
    late = {"experiment_id": "0", "timestamp_ms": 2**62}
    assert said(untouched.post("traces", late)) == refused(
        f"Invalid value {2**62} for parameter 'timestamp_ms' supplied: it must be Unix milliseconds"
        " of the years 1 to 9999."
    )
    assert said(untouched.post("traces", {})) == missing("experiment_id")
    nowhere = not_found("Trace with ID 'nowhere' not found.")
    assert said(untouched.post("traces/nowhere", {}, "PATCH")) == nowhere
    assert said(untouched.get("traces/nowhere/info")) == nowhere
    assert said(untouched.get("traces")) == missing("experiment_ids")
