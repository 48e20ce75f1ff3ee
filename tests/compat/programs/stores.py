"""A model and a folder that the client logs and reads back, wherever its artifacts are kept."""

import hashlib
import json
from pathlib import Path
from typing import Any

import mlflow
import numpy
from mlflow import MlflowClient
from sklearn.linear_model import LinearRegression

FILES = {
    "plain.txt": b"hello\n",
    "empty": b"",
    "two chunks.bin": bytes(range(256)) * 5000,
    "deep/er/est/file.json": b"{}",
    "größe λ ✓.txt": "größe".encode(),
    "Résumé folder/日本語 (1).csv": b"a,b\n1,2\n",
    "plus+and&=;.txt": b"signs",
    "hidden/.dot": b".",
}


def digests(folder: Path) -> dict[str, str]:
    """A digest of each file below `folder`."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def listing(client: MlflowClient, run_id: str, folder: str | None = None) -> dict[str, int]:
    """The size of each file below `folder`, as the client lists it."""
    found: dict[str, int] = {}
    for file in client.list_artifacts(run_id, folder):
        found |= listing(client, run_id, file.path) if file.is_dir else {file.path: file.file_size}
    return found


def model(run_id: str) -> dict[str, Any]:
    """What a model predicts before it is logged and after it is loaded."""
    features = numpy.arange(10.0).reshape(5, 2)
    fitted = LinearRegression().fit(features, features.sum(axis=1))
    info = mlflow.sklearn.log_model(fitted, name="model", pip_requirements=["scikit-learn"])
    loaded = mlflow.sklearn.load_model(info.model_uri)
    return {
        "id": info.model_id,
        "same": bool((loaded.predict(features) == fitted.predict(features)).all()),
        "files": sorted(digests(Path(mlflow.artifacts.download_artifacts(info.model_uri)))),
    }


def main() -> None:
    client = MlflowClient()
    for name, content in FILES.items():
        path = Path("tree", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    mlflow.set_experiment("stores")
    with mlflow.start_run() as run:
        run_id = run.info.run_id
        mlflow.log_artifacts("tree", "a folder")
        mlflow.log_artifact("tree/plain.txt")
        mlflow.log_text("once", "text/twice.txt")
        mlflow.log_text("twice", "text/twice.txt")
        logged = model(run_id)
    back = Path(mlflow.artifacts.download_artifacts(run_id=run_id, dst_path="back"))
    document = {
        "run_id": run_id,
        "artifact_uri": run.info.artifact_uri,
        "sent": digests(Path("tree")),
        "back": digests(back / "a folder"),
        "single": (back / "plain.txt").read_text(),
        "twice": mlflow.artifacts.load_text(f"runs:/{run_id}/text/twice.txt"),
        "listed": listing(client, run_id),
        "sizes": {f"a folder/{name}": len(content) for name, content in FILES.items()},
        "model": logged,
    }
    print(json.dumps(document))


if __name__ == "__main__":
    main()
