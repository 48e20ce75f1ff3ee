"""PyTorch: a loop of one's own, Lightning with autologging and with its MLflow logger."""

import logging
import warnings
from typing import Any

import lightning.pytorch as lightning
import mlflow
import torch
from lifecycle import autologged, lifecycle, must_be_same, tree
from lightning.pytorch.callbacks import ModelCheckpoint
from lightning.pytorch.loggers import MLFlowLogger
from mlflow import MlflowClient
from readback import CLIENT_3, SERVER, emit, plain, unique
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

EPOCHS = 2
# The other format is a traced graph, which needs an example.
AS_PICKLE = {"serialization_format": "pickle"} if CLIENT_3 else {}


class Net(lightning.LightningModule):  # type: ignore[misc]
    """A line through points."""

    def __init__(self, rate: float = 0.05) -> None:
        super().__init__()
        self.save_hyperparameters()
        self.layer = nn.Linear(3, 1)

    def forward(self, points: Any) -> Any:
        return self.layer(points)

    def training_step(self, batch: Any, number: int) -> Any:
        loss = nn.functional.mse_loss(self(batch[0]), batch[1])
        self.log("loss", loss)
        return loss

    def validation_step(self, batch: Any, number: int) -> None:
        self.log("val_loss", nn.functional.mse_loss(self(batch[0]), batch[1]))

    def configure_optimizers(self) -> Any:
        return torch.optim.SGD(self.parameters(), lr=self.hparams.rate)


def data() -> tuple[Any, Any]:
    torch.manual_seed(5)
    points = torch.randn(64, 3)
    return points, points.sum(dim=1, keepdim=True)


def loader() -> Any:
    return DataLoader(TensorDataset(*data()), batch_size=16)


def own_loop() -> dict[str, object]:
    """Train as the tutorials of PyTorch do, logging each epoch."""
    points, targets = data()
    torch.manual_seed(6)
    net = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1))
    optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
    with mlflow.start_run(run_name="own loop") as run:
        mlflow.log_params({"lr": 0.01, "layers": 2})
        for epoch in range(4):
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(net(points), targets)
            loss.backward()
            optimizer.step()
            mlflow.log_metric("loss", loss.item(), step=epoch, timestamp=epoch)
        mlflow.pytorch.log_state_dict(net.state_dict(), "weights")
    net.eval()
    weights = mlflow.pytorch.load_state_dict(f"runs:/{run.info.run_id}/weights")
    for key, weight in net.state_dict().items():
        must_be_same(weights[key], weight)
    with torch.no_grad():
        expected = net(points).numpy()
    return {
        "run": plain(MlflowClient().get_run(run.info.run_id)),
        "history": MlflowClient().get_metric_history(run.info.run_id, "loss"),
        "life": lifecycle(
            "torch",
            lambda **options: mlflow.pytorch.log_model(net, **AS_PICKLE, **options),
            mlflow.pytorch.load_model,
            lambda model: model(points).detach().numpy(),
            expected,
            points.numpy(),
        ),
    }


def trainer(**options: Any) -> Any:
    return lightning.Trainer(
        max_epochs=EPOCHS,
        accelerator="cpu",
        devices=1,
        enable_progress_bar=False,
        enable_model_summary=False,
        log_every_n_steps=1,
        **options,
    )


def autologging() -> dict[str, object]:
    torch.manual_seed(7)
    mlflow.pytorch.autolog(silent=True, checkpoint=False)
    with mlflow.start_run(run_name="lightning, autologged") as run:
        trainer(logger=False, enable_checkpointing=False).fit(Net(), loader())
    mlflow.pytorch.autolog(disable=True)
    loaded = mlflow.pytorch.load_model(f"runs:/{run.info.run_id}/model")
    return {"autologged": autologged(run.info.run_id), "loaded": type(loaded).__name__}


def lightnings_logger() -> dict[str, object]:
    torch.manual_seed(8)
    name = unique("lightning's logger")
    logger = MLFlowLogger(
        experiment_name=name,
        run_name="logger",
        tracking_uri=SERVER,
        tags={"a": "b"},
        log_model=True,
    )
    kept = ModelCheckpoint(monitor="val_loss", filename="best")
    trainer(logger=logger, callbacks=[kept]).fit(Net(0.02), loader(), loader())
    run = MlflowClient().get_run(logger.run_id)
    return {
        "autologged": autologged(logger.run_id),
        "name": run.info.run_name,
        "checkpoints": [path for path in tree(logger.run_id) if "checkpoint" in path],
    }


def main() -> None:
    warnings.simplefilter("ignore")
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    torch.set_num_threads(1)
    mlflow.set_experiment(unique("torch"))
    emit(
        {
            "own loop": own_loop(),
            "autologging": autologging(),
            "lightning's logger": lightnings_logger(),
        }
    )


if __name__ == "__main__":
    main()
