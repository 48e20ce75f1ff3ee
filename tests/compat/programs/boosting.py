"""XGBoost and LightGBM: autologged, and models of both through their whole life."""

import lightgbm
import mlflow
import xgboost
from lifecycle import autologged, lifecycle, must_be_same
from readback import emit, unique
from sklearn.datasets import make_classification

FEATURES, TARGET = make_classification(150, 6, random_state=3)
ROUNDS = 5


def with_xgboost() -> dict[str, object]:
    mlflow.xgboost.autolog(silent=True)
    with mlflow.start_run(run_name="xgboost") as run:
        data = xgboost.DMatrix(FEATURES, label=TARGET)
        params = {"objective": "binary:logistic", "nthread": 1, "seed": 1, "max_depth": 2}
        booster = xgboost.train(params, data, ROUNDS, evals=[(data, "train")], verbose_eval=False)
    with mlflow.start_run(run_name="xgboost's classifier") as second:
        xgboost.XGBClassifier(n_estimators=ROUNDS, n_jobs=1, random_state=1).fit(FEATURES, TARGET)
    mlflow.xgboost.autolog(disable=True)
    again = mlflow.xgboost.load_model(f"runs:/{run.info.run_id}/model")
    must_be_same(again.predict(data), booster.predict(data))
    return {
        "autologged": autologged(run.info.run_id),
        "of the classifier": autologged(second.info.run_id),
        "life": lifecycle(
            "xgboost",
            lambda **options: mlflow.xgboost.log_model(booster, **options),
            mlflow.xgboost.load_model,
            lambda model: model.predict(data),
            booster.predict(data),
            FEATURES,
        ),
    }


def with_lightgbm() -> dict[str, object]:
    mlflow.lightgbm.autolog(silent=True)
    with mlflow.start_run(run_name="lightgbm") as run:
        data = lightgbm.Dataset(FEATURES, label=TARGET, params={"verbose": -1})
        params = {"objective": "binary", "num_threads": 1, "seed": 1, "verbose": -1}
        booster = lightgbm.train(params, data, ROUNDS, valid_sets=[data], valid_names=["train"])
    with mlflow.start_run(run_name="lightgbm's classifier") as second:
        lightgbm.LGBMClassifier(n_estimators=ROUNDS, n_jobs=1, verbose=-1).fit(FEATURES, TARGET)
    mlflow.lightgbm.autolog(disable=True)
    return {
        "autologged": autologged(run.info.run_id),
        "of the classifier": autologged(second.info.run_id),
        "life": lifecycle(
            "lightgbm",
            lambda **options: mlflow.lightgbm.log_model(booster, **options),
            mlflow.lightgbm.load_model,
            lambda model: model.predict(FEATURES),
            booster.predict(FEATURES),
            FEATURES,
        ),
    }


def main() -> None:
    mlflow.set_experiment(unique("boosting"))
    emit({"xgboost": with_xgboost(), "lightgbm": with_lightgbm()})


if __name__ == "__main__":
    main()
