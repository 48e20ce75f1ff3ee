"""Requests as other clients send them: raw bodies, odd encodings, and mistakes of each kind."""

import json
from typing import Any

from readback import SERVER, absent_id, api, emit, get, post, request, unique

JSON = {"Content-Type": "application/json"}


def raw(path: str, body: str | bytes, headers: dict[str, str] = JSON) -> dict[str, Any]:
    data = body.encode() if isinstance(body, str) else body
    return request("POST", api(path), data=data, headers=headers)


def state(run_id: str) -> dict[str, Any]:
    """A run as it is now, its metrics, params and tags by their keys."""
    run: dict[str, Any] = get("runs/get", {"run_id": run_id})["json"]["run"]
    data = run.pop("data")
    by_key = {
        kind: {entry.pop("key"): entry for entry in data.pop(kind, [])}
        for kind in ("metrics", "params", "tags")
    }
    return {**run, **data, **by_key}


def new_run(where: str, name: str) -> str:
    made = post("runs/create", {"experiment_id": where, "run_name": name, "start_time": 1})
    run_id: str = made["json"]["run"]["info"]["run_id"]
    return run_id


def experiments(where: str, name: str) -> dict[str, object]:
    return {
        "get": get("experiments/get", {"experiment_id": where}),
        "get with a JSON body": request(
            "GET", api("experiments/get"), json={"experiment_id": where}
        ),
        "get by name": get("experiments/get-by-name", {"experiment_name": name}),
        "get camel": get("experiments/get", {"experimentId": where}),
        "get nothing": get("experiments/get"),
        "get empty": get("experiments/get", {"experiment_id": ""}),
        "get number": request("GET", api("experiments/get"), json={"experiment_id": int(where)}),
        "by no name": get("experiments/get-by-name"),
        "by unknown name": get("experiments/get-by-name", {"experiment_name": "no such"}),
        "create nothing": post("experiments/create", {}),
        "create null": post("experiments/create", {"name": None}),
        "create number": post("experiments/create", {"name": 12}),
        "create list": post("experiments/create", {"name": ["a"]}),
        "create bad tags": post(
            "experiments/create", {"name": unique("rest bad tags"), "tags": "a"}
        ),
        "create duplicate": post("experiments/create", {"name": name}),
        "search": post("experiments/search", {"max_results": 5, "filter": f"name = '{name}'"}),
        "search by GET": get(
            "experiments/search", {"max_results": 5, "filter": f"name = '{name}'"}
        ),
        "search without max_results": post("experiments/search", {}),
        "search 0": post("experiments/search", {"max_results": 0}),
        "search negative": post("experiments/search", {"max_results": -1}),
        "search 50001": post("experiments/search", {"max_results": 50001}),
        "search text number": post(
            "experiments/search", {"max_results": "5", "filter": f"name = '{name}'"}
        ),
        "search bad token": post("experiments/search", {"max_results": 5, "page_token": "!"}),
        "search view name": post(
            "experiments/search",
            {"max_results": 5, "view_type": "DELETED_ONLY", "filter": f"name = '{name}'"},
        ),
        "search view number": post(
            "experiments/search",
            {"max_results": 5, "view_type": 3, "filter": f"name = '{name}'"},
        ),
        "update without name": post("experiments/update", {"experiment_id": where}),
        "delete nothing": post("experiments/delete", {}),
        "rename deleted": rename_deleted(name),
        "tag without key": post(
            "experiments/set-experiment-tag", {"experiment_id": where, "value": "a"}
        ),
        "tag without value": post(
            "experiments/set-experiment-tag", {"experiment_id": where, "key": "a"}
        ),
        "ajax": request(
            "GET",
            f"{SERVER}/ajax-api/2.0/mlflow/experiments/get",
            params={"experiment_id": where},
        ),
    }


def rename_deleted(name: str) -> dict[str, Any]:
    made = post("experiments/create", {"name": f"{name}, deleted"})["json"]
    post("experiments/delete", made)
    return post("experiments/update", {**made, "new_name": f"{name}, renamed"})


def bodies(where: str) -> dict[str, object]:
    """How a body may be written."""
    run_id = new_run(where, "bodies")
    metric = {"run_id": run_id, "key": "m", "value": 1, "timestamp": 2}
    tag = {"run_id": run_id, "key": "k", "value": "v"}
    seen: dict[str, object] = {
        "malformed": raw("runs/log-metric", '{"run_id": '),
        "empty": raw("runs/log-metric", ""),
        "a list": raw("runs/log-metric", "[1, 2]"),
        "a number": raw("runs/log-metric", "12"),
        "null": raw("runs/log-metric", "null"),
        "not UTF-8": raw("runs/set-tag", b'{"run_id": "\xff\xfe"}'),
        "no content type": raw("runs/log-metric", json.dumps(metric), {}),
        "other content type": raw("runs/log-metric", json.dumps(metric), {"Content-Type": "a/b"}),
        "form": request("POST", api("runs/log-metric"), data={"run_id": run_id}),
        "with charset": raw(
            "runs/log-metric",
            json.dumps(metric),
            {"Content-Type": "application/json; charset=utf-8"},
        ),
        "double encoded": raw("runs/set-tag", json.dumps(json.dumps({**tag, "key": "double"}))),
        "unknown fields": post("runs/set-tag", {**tag, "key": "unknown", "colour": {"a": [1]}}),
        "camel case": post("runs/set-tag", {"runId": run_id, "key": "camel", "value": "v"}),
        "both spellings": post("runs/set-tag", {**tag, "runId": run_id}),
        "old run_uuid": post("runs/set-tag", {"run_uuid": run_id, "key": "uuid", "value": "v"}),
        "both ids": post("runs/set-tag", {**tag, "run_uuid": absent_id(), "key": "both"}),
        "nulls": post("runs/set-tag", {**tag, "key": "nulls", "run_uuid": None}),
        "tag without value": post("runs/set-tag", {"run_id": run_id, "key": "no value"}),
        "number as tag value": post("runs/set-tag", {**tag, "value": 3}),
        "number as run id": post("runs/set-tag", {**tag, "run_id": 3}),
        "number as key": post("runs/set-tag", {**tag, "key": 3}),
        "param without value": post("runs/log-parameter", {"run_id": run_id, "key": "no value"}),
        "GET of a POST": get("runs/log-metric")["status"],
        "POST of a GET": post("runs/get", {"run_id": run_id})["status"],
        "unknown path": get("runs/no-such")["status"],
        "unknown version": request("GET", f"{SERVER}/api/1.0/mlflow/runs/get")["status"],
        "get with both ids": get("runs/get", {"run_id": run_id, "run_uuid": run_id})["status"],
        "get with body": request("GET", api("runs/get"), json={"run_uuid": run_id})["status"],
    }
    seen["after all"] = state(run_id)
    return seen


def numbers(where: str) -> dict[str, object]:
    """Numbers in each way that clients write them."""
    run_id = new_run(where, "numbers")
    seen: dict[str, object] = {}
    values = {
        "integer": "1",
        "float": "0.1",
        "exponent": "1e-7",
        "text": '"2.5"',
        "NaN text": '"NaN"',
        "Infinity text": '"Infinity"',
        "minus Infinity text": '"-Infinity"',
        "NaN bare": "NaN",
        "true": "true",
        "null": "null",
        "word": '"many"',
        "empty text": '""',
        "list": "[1]",
        "huge": "1e400",
        "big integer": "123456789012345678901234567890",
    }
    for kind, value in values.items():
        body = f'{{"run_id": "{run_id}", "key": "v {kind}", "value": {value}, "timestamp": 5}}'
        seen[f"value {kind}"] = raw("runs/log-metric", body)
    integers = {
        "text": '"7"',
        "whole float": "7.0",
        "fraction": "7.5",
        "negative": "-7",
        "word": '"many"',
        "null": "null",
        "true": "true",
        "largest": "9223372036854775807",
        "too large": "9223372036854775808",
    }
    for kind, value in integers.items():
        start = f'{{"run_id": "{run_id}", "value": 1, '
        body = f'{start}"key": "s {kind}", "timestamp": 5, "step": {value}}}'
        seen[f"step {kind}"] = raw("runs/log-metric", body)
        body = f'{start}"key": "t {kind}", "step": 1, "timestamp": {value}}}'
        seen[f"timestamp {kind}"] = raw("runs/log-metric", body)
    seen["no value"] = post("runs/log-metric", {"run_id": run_id, "key": "x", "timestamp": 1})
    seen["no key"] = post("runs/log-metric", {"run_id": run_id, "value": 1, "timestamp": 1})
    seen["no time"] = post("runs/log-metric", {"run_id": run_id, "key": "x", "value": 1})
    seen["no run"] = post("runs/log-metric", {"key": "x", "value": 1, "timestamp": 1})
    seen["after all"] = state(run_id)
    return seen


def runs(where: str) -> dict[str, object]:
    run_id = new_run(where, "runs")
    seen: dict[str, object] = {
        "create nothing": post("runs/create", {}),
        "create empty": post("runs/create", {"experiment_id": ""}),
        "create number": post("runs/create", {"experiment_id": int(where)}),
        "create full": post(
            "runs/create",
            {
                "experiment_id": where,
                "user_id": "ann",
                "start_time": "1234",
                "tags": [{"key": "a", "value": "b"}, {"key": "mlflow.runName", "value": "n"}],
            },
        ),
        "create same tag twice": post(
            "runs/create",
            {"experiment_id": where, "tags": [{"key": "a", "value": v} for v in "xy"]},
        )["status"],
        "get nothing": get("runs/get"),
        "get unknown": get("runs/get", {"run_id": absent_id()}),
        "update": post(
            "runs/update",
            {"run_id": run_id, "status": "FINISHED", "end_time": 9, "run_name": "new"},
        ),
        "update by number": post("runs/update", {"run_id": run_id, "status": 4}),
        "update bad status": post("runs/update", {"run_id": run_id, "status": "DONE"}),
        "update nothing": post("runs/update", {"run_id": run_id}),
        "update no run": post("runs/update", {"status": "FINISHED"}),
        "search nothing": post("runs/search", {}),
        "search 0": post("runs/search", {"experiment_ids": [where], "max_results": 0}),
        "search unknown": post("runs/search", {"experiment_ids": ["987654"]}),
        "search numbers": post("runs/search", {"experiment_ids": [int(where)]}),
        "search not a list": post("runs/search", {"experiment_ids": where}),
        "search filter number": post("runs/search", {"experiment_ids": [where], "filter": 3}),
        "search one": post(
            "runs/search",
            {
                "experiment_ids": [where],
                "filter": f"run_id = '{run_id}'",
                "run_view_type": "ALL",
                "order_by": ["start_time DESC"],
                "max_results": "10",
            },
        ),
        "batch nothing": post("runs/log-batch", {"run_id": run_id}),
        "batch no run": post("runs/log-batch", {"metrics": []}),
        "batch metric without value": post(
            "runs/log-batch", {"run_id": run_id, "metrics": [{"key": "a", "timestamp": 1}]}
        ),
        "batch metric without key": post(
            "runs/log-batch", {"run_id": run_id, "metrics": [{"value": 1, "timestamp": 1}]}
        ),
        "batch metric without time": post(
            "runs/log-batch", {"run_id": run_id, "metrics": [{"key": "a", "value": 1}]}
        ),
        "batch metric text": post(
            "runs/log-batch",
            {"run_id": run_id, "metrics": [{"key": "a", "value": "much", "timestamp": 1}]},
        ),
        "batch no list": post("runs/log-batch", {"run_id": run_id, "metrics": {"key": "a"}}),
        "batch of text": post("runs/log-batch", {"run_id": run_id, "params": ["a"]}),
        "batch param number": post(
            "runs/log-batch", {"run_id": run_id, "params": [{"key": "n", "value": 5}]}
        ),
        "delete nothing": post("runs/delete", {}),
        "delete tag no key": post("runs/delete-tag", {"run_id": run_id}),
    }
    seen["after all"] = state(run_id)
    return seen


def logged_models(where: str) -> dict[str, object]:
    made = post("logged-models", {"experiment_id": where})
    model = made["json"]["model"]["info"]["model_id"]
    run_id = new_run(where, "logged models")
    named = {
        "experiment_id": where,
        "name": "named",
        "model_type": "kind",
        "source_run_id": run_id,
        "params": [{"key": "a", "value": "1"}],
        "tags": [{"key": "t", "value": ""}],
    }
    status = {"model_id": model, "status": 2}
    one = f"logged-models/{model}"
    search = {"experiment_ids": [where], "order_by": [{"field_name": "model_type"}]}
    seen = {
        "made": made,
        "named": post("logged-models", named),
        "get": get(one),
        "finalize": request("PATCH", api(one), json=status),
        "finalize by name": request(
            "PATCH", api(one), json={**status, "status": "LOGGED_MODEL_UPLOAD_FAILED"}
        ),
        "finalize without status": request("PATCH", api(one), json={"model_id": model}),
        "tag": request("PATCH", api(f"{one}/tags"), json={"tags": [{"key": "a", "value": "b"}]}),
        "params": post(
            f"{one}/params", {"model_id": model, "params": [{"key": "p", "value": "1"}]}
        ),
        "outputs": post(
            "runs/outputs", {"run_id": run_id, "models": [{"model_id": model, "step": 1}]}
        ),
        "inputs": post("runs/log-inputs", {"run_id": run_id, "models": [{"model_id": model}]}),
        "create nothing": post("logged-models", {}),
        "get unknown": get("logged-models/m-nothing"),
        "search nothing": post("logged-models/search", {}),
        "search 2": post("logged-models/search", {**search, "max_results": 2}),
        "folder": get(f"{one}/artifacts/directories"),
    }
    search["filter"] = "name = 'named'"
    seen["search"] = post("logged-models/search", search)
    seen["run"] = state(run_id)
    seen["delete"] = request("DELETE", api(one))
    seen["delete again"] = request("DELETE", api(one))
    seen["get deleted"] = get(one)
    seen["get deleted, allowed"] = get(one, {"allow_deleted": "true"})
    other = seen["named"]["json"]["model"]["info"]["model_id"]
    seen["params without id"] = post(
        f"logged-models/{other}/params", {"params": [{"key": "q", "value": "1"}]}
    )
    return seen


def histories(where: str) -> dict[str, object]:
    run_id = new_run(where, "histories")
    points = [{"key": "m", "value": n * 0.5, "timestamp": 100 - n, "step": n} for n in range(10)]
    for _ in range(2):
        post("runs/log-batch", {"run_id": run_id, "metrics": points})
    query = {"run_id": run_id, "metric_key": "m"}
    bulk = f"{SERVER}/ajax-api/2.0/mlflow/metrics/get-history-bulk"
    interval = "metrics/get-history-bulk-interval"
    both = {"run_ids": [run_id], "metric_key": "m"}
    first = get("metrics/get-history", {**query, "max_results": 4})
    token = first["json"].pop("next_page_token", "")
    return {
        "all": get("metrics/get-history", query),
        "first": first,
        "second": get("metrics/get-history", {**query, "max_results": 100, "page_token": token}),
        "0": get("metrics/get-history", {**query, "max_results": 0}),
        "negative": get("metrics/get-history", {**query, "max_results": -1}),
        "bad token": get("metrics/get-history", {**query, "max_results": 1, "page_token": "?"}),
        "no key": get("metrics/get-history", {"run_id": run_id}),
        "no run": get("metrics/get-history", {"metric_key": "m"}),
        "unknown run": get("metrics/get-history", {**query, "run_id": absent_id()}),
        "unknown key": get("metrics/get-history", {**query, "metric_key": "none"}),
        "bulk": request("GET", bulk, params=query),
        "bulk limited": request("GET", bulk, params={**query, "max_results": 3}),
        "bulk no run": request("GET", bulk, params={"metric_key": "m"}),
        "bulk no key": request("GET", bulk, params={"run_id": run_id}),
        "bulk many": request("GET", bulk, params={**query, "run_id": [run_id] * 101}),
        "interval": get(interval, both),
        "interval steps": get(interval, {**both, "start_step": 2, "end_step": 5}),
        "interval one end": get(interval, {**both, "start_step": 2}),
        "interval backwards": get(interval, {**both, "start_step": 5, "end_step": 2}),
        "interval 0": get(interval, {**both, "max_results": 0}),
        "interval too many": get(interval, {**both, "max_results": 2501}),
        "interval no runs": get(interval, {"metric_key": "m"}),
        "interval no key": get(interval, {"run_ids": [run_id]}),
        "interval 101 runs": get(interval, {**both, "run_ids": [run_id] * 101}),
    }


def artifacts(where: str) -> dict[str, object]:
    run_id = new_run(where, "artifacts")
    root = f"{SERVER}/api/2.0/mlflow-artifacts/artifacts"
    folder = f"{where}/{run_id}/artifacts"
    put = request("PUT", f"{root}/{folder}/a/b.txt", data=b"hello")
    request("PUT", f"{root}/{folder}/c%20d%2B%C3%BC.bin", data=b"\x00\x01")
    listing = "artifacts/list"
    download = f"{SERVER}/get-artifact"
    paths = ["..", "../x", "/etc", "%2e%2e/x", "%252e%252e", "a/../../x", "a\\..\\..", "a#b"]
    seen = {
        "put": put["status"],
        "list": get(listing, {"run_id": run_id}),
        "list folder": get(listing, {"run_id": run_id, "path": "a"}),
        "list file": get(listing, {"run_id": run_id, "path": "a/b.txt"}),
        "list absent": get(listing, {"run_id": run_id, "path": "zzz"}),
        "list no run": get(listing),
        "list unknown run": get(listing, {"run_id": absent_id()}),
        "proxy list": request("GET", root, params={"path": folder}),
        "proxy list folder": request("GET", root, params={"path": f"{folder}/a"}),
        "proxy list file": request("GET", root, params={"path": f"{folder}/a/b.txt"}),
        "proxy list absent": request("GET", root, params={"path": f"{folder}/zzz"}),
        "proxy absent": request("GET", f"{root}/{folder}/zzz"),
        "proxy folder": request("GET", f"{root}/{folder}/a")["status"],
        "proxy delete": request("DELETE", f"{root}/{folder}/a/b.txt"),
        "proxy delete again": request("DELETE", f"{root}/{folder}/a/b.txt"),
        "download absent": request("GET", download, params={"run_id": run_id, "path": "zzz"}),
        "download no path": request("GET", download, params={"run_id": run_id}),
        "download no run": request("GET", download, params={"path": "a"}),
    }
    for path in paths:
        seen[f"list {path}"] = get(listing, {"run_id": run_id, "path": path})
        seen[f"download {path}"] = request("GET", download, params={"run_id": run_id, "path": path})
        seen[f"proxy list {path}"] = request("GET", root, params={"path": path})
    return seen


def main() -> None:
    name = unique("rest")
    where = post("experiments/create", {"name": name})["json"]["experiment_id"]
    emit(
        {
            "experiment_id": where,
            "experiments": experiments(where, name),
            "bodies": bodies(where),
            "numbers": numbers(where),
            "runs": runs(where),
            "logged models": logged_models(where),
            "histories": histories(where),
            "artifacts": artifacts(where),
        }
    )


if __name__ == "__main__":
    main()
