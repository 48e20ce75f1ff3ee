"""Optuna's MLflow callback: a study whose trials are runs, with cross-validation nested below."""

import warnings

import mlflow
import optuna
from mlflow import MlflowClient
from optuna_integration.mlflow import MLflowCallback
from readback import SERVER, emit, frame, unique
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

FEATURES, TARGET = make_classification(90, 4, random_state=2)
TRIALS, FOLDS = 3, 3


def main() -> None:
    warnings.simplefilter("ignore")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    name = unique("study")
    callback = MLflowCallback(
        tracking_uri=SERVER, metric_name="accuracy", mlflow_kwargs={"nested": True}
    )

    @callback.track_in_mlflow()  # type: ignore[untyped-decorator]
    def objective(trial: optuna.Trial) -> float:
        c = trial.suggest_float("C", 0.01, 10, log=True)
        mlflow.set_tag("kind", "trial")
        scores = []
        for fold, (train, test) in enumerate(StratifiedKFold(FOLDS).split(FEATURES, TARGET)):
            with mlflow.start_run(run_name=f"fold {fold}", nested=True):
                model = LogisticRegression(C=c).fit(FEATURES[train], TARGET[train])
                scores.append(float(model.score(FEATURES[test], TARGET[test])))
                mlflow.log_params({"fold": fold, "C": c})
                mlflow.log_metric("accuracy", scores[-1], timestamp=fold)
        return sum(scores) / len(scores)

    sampler = optuna.samplers.RandomSampler(seed=4)
    study = optuna.create_study(study_name=name, direction="maximize", sampler=sampler)
    study.optimize(objective, n_trials=TRIALS, callbacks=[callback])

    client = MlflowClient()
    experiment = client.get_experiment_by_name(name)
    trials = client.search_runs(
        [experiment.experiment_id], "tags.kind = 'trial'", order_by=["start_time"]
    )
    folds = {
        trial.info.run_name: [
            [fold.info.run_name, fold.data.params, fold.data.metrics]
            for fold in client.search_runs(
                [experiment.experiment_id],
                f"tags.mlflow.parentRunId = '{trial.info.run_id}'",
                order_by=["params.fold"],
            )
        ]
        for trial in trials
    }
    best = client.search_runs(
        [experiment.experiment_id],
        "tags.kind = 'trial'",
        max_results=1,
        order_by=["metrics.accuracy DESC", "start_time"],
    )[0]
    assert best.data.metrics["accuracy"] == study.best_value
    emit(
        {
            "experiment": experiment,
            "trials": [[trial.data.params, trial.data.metrics] for trial in trials],
            "tags": [sorted(trial.data.tags) for trial in trials],
            "folds": folds,
            "columns": frame(mlflow.search_runs([experiment.experiment_id]))["columns"],
        }
    )


if __name__ == "__main__":
    main()
