"""Models logged by hand, listed and loaded back."""

from typing import Any

import mlflow
import numpy
import pandas
from mlflow import MlflowClient
from mlflow.models import infer_signature
from readback import CLIENT_3, attempt, emit, frame, unique
from sklearn.linear_model import LinearRegression

REQUIREMENTS = ["scikit-learn"]


class Adder(mlflow.pyfunc.PythonModel):  # type: ignore[misc]
    """A model of plain Python."""

    def __init__(self, amount: float) -> None:
        self.amount = amount

    def predict(self, context: object, model_input: Any, params: Any = None) -> Any:
        return model_input + self.amount


def log_model(flavor: Any, name: str, model: Any, **options: Any) -> Any:
    """`log_model` as each generation of the client spells it."""
    where = {"name": name} if CLIENT_3 else {"artifact_path": name}
    target = "python_model" if flavor is mlflow.pyfunc else "sk_model"
    return flavor.log_model(**{target: model}, **where, pip_requirements=REQUIREMENTS, **options)


def models(client: MlflowClient) -> dict[str, object]:
    features = numpy.arange(10.0).reshape(5, 2)
    table = pandas.DataFrame({"x": [1.0, 2.0]})
    model = LinearRegression().fit(features, features.sum(axis=1))
    with mlflow.start_run(run_name="models") as run:
        signature = infer_signature(features, model.predict(features))
        linear = log_model(mlflow.sklearn, "linear", model, signature=signature)
        log_model(mlflow.pyfunc, "adder", Adder(2.5), input_example=table)
        log_model(mlflow.sklearn, "no signature", model)
    run_id = run.info.run_id
    loaded = mlflow.sklearn.load_model(f"runs:/{run_id}/linear")
    adder = mlflow.pyfunc.load_model(f"runs:/{run_id}/adder")
    info = mlflow.models.get_model_info(f"runs:/{run_id}/linear")
    return {
        "run": client.get_run(run_id),
        "linear is the same": bool(
            numpy.allclose(loaded.predict(features), model.predict(features))
        ),
        "adder": list(adder.predict(table)["x"]),
        "through the returned URI": type(mlflow.sklearn.load_model(linear.model_uri)).__name__,
        "flavors": sorted(info.flavors),
        "signature": info.signature.to_dict(),
        "artifacts": client.list_artifacts(run_id),
        "artifacts of the model": client.list_artifacts(run_id, "linear"),
        "artifacts of absent": client.list_artifacts(run_id, "absent"),
        "absent": attempt(mlflow.sklearn.load_model, f"runs:/{run_id}/absent"),
        "table": frame(mlflow.search_runs([run.info.experiment_id]))["columns"],
    }


def main() -> None:
    client = MlflowClient()
    mlflow.set_experiment(unique("models"))
    emit(models(client))


if __name__ == "__main__":
    main()
