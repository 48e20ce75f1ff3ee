"""Logged models as objects of their own, which 3.x clients have: made, found, changed."""

from typing import Any

import mlflow
import numpy
from mlflow import MlflowClient
from readback import attempt, emit, frame, plain, unique

FILTERS = [
    "name = 'first'",
    "name != 'first'",
    "name LIKE 'f%'",
    "attributes.name ILIKE 'F%'",
    "name IN ('first', 'second')",
    "name NOT IN ('first')",
    "metrics.score > 0.5",
    "metrics.score >= 0.5 AND params.depth = '3'",
    "metrics.absent > 0",
    "params.depth = '3'",
    "params.depth != '3'",
    "params.depth LIKE '%'",
    "tags.stage = 'prod'",
    "tags.stage ILIKE 'PR%'",
    "model_type = 'kind'",
    "source_run_id = '{run}'",
    "source_run_id = 'none'",
    "creation_timestamp > 0",
    "last_updated_time >= 0",
    "status = 2",
    "status = 'READY'",
    "name > 'a'",
    "metrics.score = 'x'",
    "nope.x = 'y'",
    "name IS NULL",
    "name = 'a' OR name = 'b'",
    "metrics.score",
]
ORDERS: list[list[dict[str, Any]]] = [
    [{"field_name": "name"}],
    [{"field_name": "name", "ascending": False}],
    [{"field_name": "metrics.score", "ascending": False}],
    [{"field_name": "metrics.score", "ascending": True}],
    [{"field_name": "creation_timestamp", "ascending": True}],
    [{"field_name": "model_type"}, {"field_name": "name", "ascending": False}],
    [{"field_name": "nope"}],
    [{"ascending": True}],
]


def write_logged_models(experiment: str) -> tuple[str, dict[str, str]]:
    data = mlflow.data.from_numpy(numpy.arange(3.0), name="points")
    ids = {}
    with mlflow.start_run(run_name="logged") as run:
        for name, depth, score in (("first", 3, 0.25), ("second", 3, 0.75), ("third", 4, 0.5)):
            model = mlflow.initialize_logged_model(
                name,
                params={"depth": depth, "text": "ü\n"},
                tags={"stage": "prod" if depth == 4 else "dev"},
                model_type="kind" if name != "second" else None,
            )
            ids[name] = model.model_id
            mlflow.log_metric("score", score, step=1, timestamp=10, model_id=model.model_id)
            mlflow.log_metric(
                "score", score / 2, step=2, timestamp=20, model_id=model.model_id, dataset=data
            )
            mlflow.log_metrics({"a": 1, "b": score}, model_id=model.model_id, timestamp=30)
            mlflow.finalize_logged_model(model.model_id, "READY" if name != "third" else "FAILED")
        outside = mlflow.create_external_model("external", experiment_id=experiment)
        ids["external"] = outside.model_id
    return run.info.run_id, ids


def search_logged_models(
    client: MlflowClient, experiment: str, run_id: str, data: dict[str, str]
) -> dict[str, object]:
    def search(**options: Any) -> dict[str, Any]:
        result = attempt(client.search_logged_models, [experiment], **options)
        if "result" in result:
            return {"models": [model["name"] for model in result["result"]]}
        return result

    pages, token = [], None
    while token or not pages:
        page = client.search_logged_models(
            [experiment], max_results=2, order_by=[{"field_name": "name"}], page_token=token
        )
        pages.append([model.name for model in page])
        token = page.token
    return {
        "filters": {text: search(filter_string=text.format(run=run_id)) for text in FILTERS},
        "orders": {str(order): search(order_by=order) for order in ORDERS},
        "of dataset": search(filter_string="metrics.score > 0.2", datasets=[data]),
        "of other dataset": search(
            filter_string="metrics.score > 0.2", datasets=[{**data, "dataset_digest": "no"}]
        ),
        "ordered by dataset": search(
            order_by=[{"field_name": "metrics.score", "ascending": False, **data}]
        ),
        "limit 0": search(max_results=0),
        "no experiment": attempt(client.search_logged_models, []),
        "bad token": search(page_token="nonsense"),
        "pages": pages,
        "all": client.search_logged_models([experiment], order_by=[{"field_name": "name"}]),
        "table": frame(
            mlflow.search_logged_models([experiment], order_by=[{"field_name": "name"}])
        )["columns"],
    }


def _named(client: MlflowClient, experiment: str) -> list[Any]:
    found = client.search_logged_models([experiment])
    return [model for model in found if model.name in ("first", "second", "third", "external")]


def main() -> None:
    client = MlflowClient()
    experiment = mlflow.set_experiment(unique("logged models")).experiment_id
    run_id, ids = write_logged_models(experiment)
    first = ids["first"]
    run = client.get_run(run_id)
    dataset = run.inputs.dataset_inputs[0].dataset
    data = {"dataset_name": dataset.name, "dataset_digest": dataset.digest}
    seen = search_logged_models(client, experiment, run_id, data)
    client.set_logged_model_tags(first, {"stage": "prod", "new": "λ"})
    seen["tagged"] = client.get_logged_model(first)
    client.delete_logged_model_tag(first, "new")
    seen["untagged"] = client.get_logged_model(first).tags
    unknown = "m-" + "0" * 32
    seen |= {
        "run": run,
        "history": client.get_metric_history(run_id, "score"),
        "absent tag": attempt(client.delete_logged_model_tag, first, "new"),
        "unknown": attempt(client.get_logged_model, unknown),
        "tag unknown": attempt(client.set_logged_model_tags, unknown, {"a": "b"}),
        "delete unknown": attempt(client.delete_logged_model, unknown),
        "finalize unknown": attempt(client.finalize_logged_model, unknown, "READY"),
        "bad name": attempt(client.create_logged_model, experiment, "a/b"),
        "unknown experiment": attempt(client.create_logged_model, "987654321", "m"),
        "generated name": client.create_logged_model(experiment).name,
    }
    client.log_model_params(first, {f"p{number}": str(number) for number in range(150)})
    seen["many params"] = client.get_logged_model(first).params
    seen["params again"] = attempt(client.log_model_params, first, {"p1": "2"})
    client.delete_logged_model(ids["second"])
    seen["deleted"] = attempt(client.get_logged_model, ids["second"])
    seen["left"] = sorted(plain(model)["name"] for model in _named(client, experiment))
    emit(seen)


if __name__ == "__main__":
    main()
