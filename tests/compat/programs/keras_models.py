"""Keras, on PyTorch: autologged, and a model through its whole life."""

import os

os.environ["KERAS_BACKEND"] = "torch"

import keras
import mlflow
import numpy
from lifecycle import autologged, lifecycle
from readback import emit, unique


def main() -> None:
    mlflow.set_experiment(unique("keras"))
    keras.utils.set_random_seed(9)
    features = numpy.random.default_rng(1).normal(size=(32, 3)).astype("float32")
    target = features.sum(axis=1, keepdims=True)
    net = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4), keras.layers.Dense(1)])
    net.compile(optimizer="sgd", loss="mse", metrics=["mae"])
    with mlflow.start_run(run_name="callback") as run:
        net.fit(features, target, epochs=2, verbose=0, callbacks=[mlflow.keras.MlflowCallback()])
    mlflow.keras.autolog(silent=True, log_models=False)
    with mlflow.start_run(run_name="autologged") as second:
        net.fit(features, target, epochs=2, batch_size=8, verbose=0)
    mlflow.keras.autolog(disable=True)
    expected = net.predict(features, verbose=0)
    emit(
        {
            "callback": autologged(run.info.run_id),
            "autologged": autologged(second.info.run_id),
            "life": lifecycle(
                "keras",
                lambda **options: mlflow.keras.log_model(net, **options),
                mlflow.keras.load_model,
                lambda model: model.predict(features, verbose=0),
                expected,
                features,
            ),
        }
    )


if __name__ == "__main__":
    main()
