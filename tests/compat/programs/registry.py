"""The model registry: models registered, aliased, loaded, copied, staged, found; prompts of 3.x."""

import warnings
from typing import Any

import mlflow
import pandas
from mlflow import MlflowClient
from readback import CLIENT_3, SERVER, api, attempt, emit, get, plain, post, request, unique

NET, COPY = unique("net"), unique("copy")
MODEL_FILTERS = [
    f"name = '{NET}'",
    f"name LIKE '{NET}%' AND tags.team = 'blue'",
    f"name ILIKE '{NET.upper()}'",
    f"name IN ('{NET}', '{COPY}')",
    f"name IN ('{NET}', '{COPY}') AND tags.team != 'blue'",
    "name > 'a'",
    "name = 5",
    "name = 'a' OR name = 'b'",
    "tags.team IN ('a')",
]
VERSION_FILTERS = [
    f"name = '{NET}'",
    f"name = '{NET}' AND version_number > 1",
    f"name = '{NET}' AND version_number = '2'",
    f"name IN ('{NET}', '{COPY}')",
    f"name = '{NET}' AND source_path LIKE 's3://%'",
    f"name = '{NET}' AND tags.checked = 'yes'",
    "run_id = '{run}'",
    "run_id IN ('{run}', 'other') AND version_number < 2",
    "status = 'READY'",
    "version_number = 'x'",
    "version_number > 1.5",
    "run_id > 'a'",
]


class Adder(mlflow.pyfunc.PythonModel):  # type: ignore[misc]
    """A model of plain Python."""

    def predict(self, context: object, model_input: Any, params: Any = None) -> Any:
        return model_input + 2


def logged() -> tuple[str, Any]:
    """A run with a model that is registered as it is logged."""
    where = {"name": "adder"} if CLIENT_3 else {"artifact_path": "adder"}
    with mlflow.start_run(run_name="registry") as run:
        made = mlflow.pyfunc.log_model(
            **where, python_model=Adder(), pip_requirements=[], registered_model_name=NET
        )
    return run.info.run_id, made


def shown(entity: Any) -> Any:
    """An entity as JSON, without what MLflow's database doesn't keep and in an order of ours."""
    value = plain(entity)
    if isinstance(value, dict):
        value.pop("model_id", None)
        if isinstance(value.get("latest_versions"), list):
            value["latest_versions"] = sorted(
                map(shown, value["latest_versions"]), key=lambda version: str(version["version"])
            )
        return value
    return [shown(item) for item in value] if isinstance(value, list) else value


def asked(call: Any, *args: Any, **kwargs: Any) -> Any:
    """As `attempt`, with entities as `shown`."""
    answer = attempt(call, *args, **kwargs)
    return {key: shown(item) for key, item in answer.items()}


def loaded(uri: str) -> Any:
    """What the model at `uri` makes of a one."""
    return [*mlflow.pyfunc.load_model(uri).predict(pandas.DataFrame({"x": [1]}))["x"]]


def versions_and_aliases(client: MlflowClient, run_id: str) -> dict[str, object]:
    second = mlflow.register_model(f"runs:/{run_id}/adder", NET, tags={"checked": "yes"})
    client.set_registered_model_alias(NET, "champion", second.version)
    client.set_registered_model_alias(NET, "old", "1")
    seen: dict[str, object] = {
        "second": shown(client.get_model_version(NET, second.version)),
        "by alias": asked(client.get_model_version_by_alias, NET, "champion"),
        "latest": asked(client.get_model_version_by_alias, NET, "latest"),
        "loaded": [loaded(f"models:/{NET}{end}") for end in ("@champion", "/1", "/latest")],
    }
    client.set_registered_model_alias(NET, "champion", "1")
    seen["moved"] = shown(client.get_registered_model(NET))
    client.delete_registered_model_alias(NET, "old")
    seen |= {
        "absent alias": asked(client.get_model_version_by_alias, NET, "old"),
        "delete again": asked(client.delete_registered_model_alias, NET, "old"),
        "reserved": [
            asked(client.set_registered_model_alias, NET, alias, "1")
            for alias in ("latest", "Latest", "v1", "V2", "a b", "é", "")
        ],
        "alias of nothing": asked(client.set_registered_model_alias, NET, "a", "99"),
        "load absent": attempt(loaded, f"models:/{NET}@absent"),
        "download": client.get_model_version_download_uri(NET, "1").rpartition("/artifacts")[2],
    }
    return seen


def stages(client: MlflowClient) -> dict[str, object]:
    move = client.transition_model_version_stage
    return {
        "staging": asked(move, NET, "1", "Staging"),
        "production": asked(move, NET, "2", "production"),
        "archives": asked(move, NET, "1", "Production", archive_existing_versions=True),
        "bad": asked(move, NET, "1", "nowhere"),
        "archive none": asked(move, NET, "1", "None", archive_existing_versions=True),
        "latest": sorted(
            (each.current_stage, each.version) for each in client.get_latest_versions(NET)
        ),
        "one stage": asked(client.get_latest_versions, NET, ["Production"]),
        "bad stage": asked(client.get_latest_versions, NET, ["x"]),
        "loaded": loaded(f"models:/{NET}/Production"),
    }


def changes(client: MlflowClient) -> dict[str, object]:
    client.set_registered_model_tag(NET, "team", "blue")
    client.set_model_version_tag(NET, "1", "k", "v")
    client.update_registered_model(NET, "text")
    client.update_model_version(NET, "1", "λ")
    seen: dict[str, object] = {
        "model": shown(client.get_registered_model(NET)),
        "version": shown(client.get_model_version(NET, "1")),
        "copy": asked(client.copy_model_version, f"models:/{NET}@champion", COPY),
        "copy of nothing": asked(client.copy_model_version, f"models:/{NET}/99", COPY),
        "loaded copy": loaded(f"models:/{COPY}/1"),
        "rename": asked(client.rename_registered_model, COPY, COPY + " 2"),
        "taken": asked(client.rename_registered_model, COPY + " 2", NET),
    }
    client.rename_registered_model(COPY + " 2", COPY)
    client.delete_registered_model_tag(NET, "absent")
    client.delete_model_version_tag(NET, "1", "k")
    client.delete_model_version_tag(NET, "1", "k")
    return seen


def searches(client: MlflowClient, run_id: str) -> dict[str, object]:
    def models(**options: Any) -> Any:
        answer = attempt(client.search_registered_models, **options)
        if "result" in answer:
            return {"models": [model["name"] for model in answer["result"]]}
        return answer

    def versions(**options: Any) -> Any:
        answer = attempt(client.search_model_versions, **options)
        if "result" in answer:
            return {"versions": [(each["name"], each["version"]) for each in answer["result"]]}
        return answer

    both = f"name IN ('{NET}', '{COPY}')"
    page = client.search_registered_models(both, max_results=1)
    return {
        "models": {
            "filters": {text: models(filter_string=text) for text in MODEL_FILTERS},
            "orders": {
                order: models(filter_string=both, order_by=[order])
                for order in ("name DESC", "timestamp ASC", "creation_timestamp", "name nope")
            },
            "pages": [
                [model.name for model in page],
                [
                    model.name
                    for model in client.search_registered_models(
                        both, max_results=1, page_token=page.token
                    )
                ],
            ],
            "search bad token": models(page_token="nonsense"),
        },
        "versions": {
            "filters": {
                text: versions(filter_string=text.format(run=run_id)) for text in VERSION_FILTERS
            },
            "orders": {
                order: versions(filter_string=both, order_by=[order])
                for order in (
                    "name DESC",
                    "version_number",
                    "creation_timestamp",
                    "run_id",
                    "x y z",
                )
            },
        },
    }


def mistakes(client: MlflowClient) -> dict[str, object]:
    return {
        "exists": asked(client.create_registered_model, NET),
        "names": {
            name: asked(client.create_registered_model, name) for name in ("a/b", "a:b", "..", " ")
        },
        "no model": asked(client.get_registered_model, "never"),
        "no version": asked(client.get_model_version, NET, "99"),
        "no number": asked(client.get_model_version, NET, "x"),
        "tag value": asked(client.set_registered_model_tag, NET, "k", "v" * 100_001),
        "tag key": asked(client.set_registered_model_tag, NET, "k$", "v"),
        "delete no model": asked(client.delete_registered_model, "never"),
        "delete no version": asked(client.delete_model_version, NET, "99"),
    }


def raw(run_id: str) -> dict[str, object]:
    def create(source: str, **more: object) -> Any:
        return post("model-versions/create", {"name": NET, "source": source, **more})

    version = {"name": NET, "version": "1"}
    return {
        "sources": {
            source: create(source, run_id=run_id)
            for source in (
                *("/etc/passwd", "file:///etc/passwd", "s3://b/../m", "s3://b/%2e%2e/m"),
                *("mlflow-artifacts:/0", "runs:/other/m", "models:/m-0", "gs://b", "m"),
            )
        },
        "other run": create("models:/" + NET + "/1", run_id="other"),
        "patch": request(
            "PATCH", api("registered-models/update"), json={"name": NET, "description": "é"}
        )["status"],
        "latest by GET": sorted(
            each["version"]
            for each in get("registered-models/get-latest-versions", {"name": NET})["json"][
                "model_versions"
            ]
        ),
        "artifact": request("GET", artifact_url(), params={**version, "path": "MLmodel"})["status"],
        "no artifact": request("GET", artifact_url(), params={**version, "path": "../x"}),
        "no alias": get("registered-models/alias", {"name": NET, "alias": "absent"}),
    }


def artifact_url() -> str:
    """Where a user interface gets a version's files."""
    return f"{SERVER}/model-versions/get-artifact"


def prompts(client: MlflowClient) -> dict[str, object]:
    name = unique("hello").replace(" ", "-")
    genai = mlflow.genai
    first = genai.register_prompt(
        name=name, template="Hi {{who}}", commit_message="first", tags={"a": "b"}
    )
    genai.register_prompt(name=name, template=[{"role": "user", "content": "Hey {{who}}"}])
    genai.set_prompt_alias(name, "live", version=1)
    genai.set_prompt_tag(name, "kind", "greeting")
    return {
        "first": [first.version, first.template, first.tags, first.commit_message],
        "by alias": genai.load_prompt(f"prompts:/{name}@live").format(who="Ada"),
        "by version": genai.load_prompt(f"prompts:/{name}/2").template,
        "latest": genai.load_prompt(name).version,
        "no version": attempt(genai.load_prompt, f"prompts:/{name}/9"),
        "found": [each.name for each in genai.search_prompts(f"name = '{name}'")],
        "not a model": [each.name for each in client.search_registered_models(f"name = '{name}'")],
        "no versions": client.search_model_versions(f"name = '{name}'"),
        "as a model": attempt(client.create_registered_model, name),
        "as a prompt": attempt(genai.register_prompt, name=NET, template="x"),
        "load as a model": attempt(loaded, f"models:/{name}/1"),
    }


def deletions(client: MlflowClient) -> dict[str, object]:
    client.delete_model_version(NET, "2")
    added = client.create_model_version(NET, "s3://bucket/model", description="far")
    seen = {
        "next": [added.version, added.run_id, added.description, added.source],
        "gone": asked(client.get_model_version, NET, "2"),
        "left": sorted(each.version for each in client.search_model_versions(f"name = '{NET}'")),
    }
    client.delete_registered_model(COPY)
    client.delete_registered_model(NET)
    return {**seen, "all gone": asked(client.get_registered_model, NET)}


def main() -> None:
    warnings.simplefilter("ignore")
    client = MlflowClient()
    mlflow.set_experiment(unique("registry"))
    run_id, _ = logged()
    seen: dict[str, object] = {
        "registered": shown(client.get_registered_model(NET)),
        "versions": versions_and_aliases(client, run_id),
        "stages": stages(client),
        "changes": changes(client),
        "search": searches(client, run_id),
        "mistakes": mistakes(client),
        "raw": raw(run_id),
    }
    if CLIENT_3:
        seen["prompts"] = prompts(client)
    emit({**seen, "deletions": deletions(client)})


if __name__ == "__main__":
    main()
