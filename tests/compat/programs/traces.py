"""Traces, which 3.x clients record and read back: nested spans, search, tags, deletion."""

import os
from typing import Any

import mlflow
from mlflow import MlflowClient
from mlflow.entities import SpanEvent
from readback import attempt, emit, unique

FILTERS = [
    "status = 'OK'",
    "trace.status != 'OK'",
    "attributes.name = 'answer'",
    "name LIKE 'ans%'",
    "tags.team = 'search'",
    "tags.team != 'search'",
    "tags.team IS NULL",
    "metadata.`mlflow.trace_schema.version` = '3'",
    "request_metadata.absent IS NULL",
    "timestamp_ms > 0",
    "execution_time >= 0 AND status = 'ERROR'",
    "run_id = '{run}'",
    "timestamp = 'x'",
    "nope = 'x'",
    "nope.x = 'y'",
    "status > 'OK'",
]
ORDERS = [
    ["timestamp ASC"],
    ["status DESC", "timestamp ASC"],
    ["name ASC", "timestamp DESC"],
    ["nope"],
]
KEPT = ("mlflow.spanType", "mlflow.spanFunctionName", "mlflow.spanInputs", "mlflow.spanOutputs")


@mlflow.trace(span_type="CHAIN", attributes={"a": 1, "list": [1, 2.5, None], "map": {"x": "y"}})
def answer(question: str) -> str:
    with mlflow.start_span("think", span_type="LLM") as span:
        span.set_inputs({"question": question, "ü": [True, None]})
        span.add_event(SpanEvent("token", attributes={"n": 1}))
        with mlflow.start_span("deeper") as deeper:
            deeper.set_attribute("text", "λ\n")
        span.set_outputs([1, "two"])
    mlflow.update_current_trace(tags={"team": "search"})
    return question * 2


@mlflow.trace
def fail() -> None:
    raise ValueError("no")


def shown(trace: Any) -> dict[str, Any]:
    """What is the same each time: names, nesting, what went in and out."""
    names = {span.span_id: span.name for span in trace.data.spans}
    return {
        "state": trace.info.state.value,
        "request": trace.info.request_preview,
        "response": trace.info.response_preview,
        "timed": trace.info.execution_duration is not None,
        "tags": {
            key: value for key, value in trace.info.tags.items() if key != "mlflow.artifactLocation"
        },
        "metadata": sorted(trace.info.trace_metadata),
        "spans": [
            {
                "name": span.name,
                "parent": names.get(span.parent_id),
                "status": span.status.status_code.value,
                "attributes": {
                    key: value
                    for key, value in span.attributes.items()
                    if key in KEPT or not key.startswith("mlflow.")
                },
                "events": [event.name for event in span.events],
            }
            for span in trace.data.spans
        ],
    }


def main() -> None:
    # Spans before what is said of the whole: else the client also stores a file, by chance.
    os.environ["MLFLOW_ENABLE_ASYNC_TRACE_LOGGING"] = "false"
    client = MlflowClient()
    experiment = mlflow.set_experiment(unique("traces")).experiment_id
    ids = []
    for question in ("a", "b"):
        answer(question)
        ids.append(mlflow.get_last_active_trace_id())
    attempt(fail)
    ids.append(mlflow.get_last_active_trace_id())
    with mlflow.start_run() as run:
        answer("in a run")
    ids.append(mlflow.get_last_active_trace_id())
    places = {trace_id: place for place, trace_id in enumerate(ids)}

    def search(**options: Any) -> dict[str, Any]:
        found = attempt(client.search_traces, locations=[experiment], **options)
        if "error" in found:  # its text names what the server knows
            return {"error_code": found["error_code"]}
        traces = client.search_traces(locations=[experiment], **options)
        return {"traces": [places[trace.info.trace_id] for trace in traces]}

    pages, token = [], None
    while token or not pages:
        page = client.search_traces(
            locations=[experiment], max_results=3, order_by=["timestamp ASC"], page_token=token
        )
        pages.append([places[trace.info.trace_id] for trace in page])
        token = page.token
    seen: dict[str, Any] = {
        "traces": [shown(mlflow.get_trace(trace_id)) for trace_id in ids],
        "filters": {
            text: search(filter_string=text.format(run=run.info.run_id)) for text in FILTERS
        },
        "orders": {str(order): search(order_by=order) for order in ORDERS},
        "pages": [page for page in pages if page],
        "without spans": [
            len(trace.data.spans)
            for trace in client.search_traces(locations=[experiment], include_spans=False)
        ],
    }
    client.set_trace_tag(ids[0], "k", "값")
    seen["tagged"] = client.get_trace(ids[0]).info.tags["k"]
    client.delete_trace_tag(ids[0], "k")
    seen["untagged"] = sorted(client.get_trace(ids[0]).info.tags)
    seen["absent tag"] = attempt(client.delete_trace_tag, ids[0], "k")
    client.link_traces_to_run([ids[0]], run.info.run_id)
    seen["linked"] = search(filter_string=f"run_id = '{run.info.run_id}'")
    seen["deleted"] = client.delete_traces(experiment, trace_ids=[ids[0]])
    seen["gone"] = attempt(client.get_trace, ids[0])
    seen["deleted by time"] = client.delete_traces(
        experiment, max_timestamp_millis=2**42, max_traces=2
    )
    seen["left"] = search()
    emit(seen)


if __name__ == "__main__":
    main()
