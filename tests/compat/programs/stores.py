"""A model and a folder that the client logs and reads back, wherever its artifacts are kept.

Its argument is a JSON list of servers: the URL of each, and the environment variables that the
client has from then on. The client takes seconds to import, so one process uses all of them.
"""

import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import mlflow
import numpy
from mlflow import MlflowClient
from mlflow.store.artifact.http_artifact_repo import HttpArtifactRepository
from sklearn.linear_model import LinearRegression

# Two parts of the smallest size that all stores take.
LARGE = 5 * 1024 * 1024 + 3
FILES = {
    "plain.txt": b"hello\n",
    "empty": b"",
    "größe 100%+.bin": hashlib.shake_256(b"large").digest(LARGE),
    "deep/er/est/file.json": b"{}",
    "größe λ ✓.txt": "größe".encode(),
    "Résumé folder/日本語 (1).csv": b"a,b\n1,2\n",
    "plus+and&=;.txt": b"signs",
    "hidden/.dot": b".",
}

# Where parts went, and where files came from by signed URLs.
parts: list[str] = []
signed: list[str] = []


def watch() -> None:
    """Note where the client sends parts to, and what it gets by signed URLs."""
    upload = HttpArtifactRepository._upload_part
    download = HttpArtifactRepository._multipart_download

    def noted_upload(credential: Any, *args: Any, **kwargs: Any) -> Any:
        parts.append(urlsplit(credential.url).netloc)
        return upload(credential, *args, **kwargs)

    def noted_download(self: Any, presigned_response: Any, *args: Any, **kwargs: Any) -> Any:
        signed.append(urlsplit(presigned_response.url).netloc)
        return download(self, presigned_response, *args, **kwargs)

    HttpArtifactRepository._upload_part = staticmethod(noted_upload)
    HttpArtifactRepository._multipart_download = noted_download


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


def model() -> dict[str, Any]:
    """What a model predicts before it is logged and after it is loaded."""
    features = numpy.arange(10.0).reshape(5, 2)
    fitted = LinearRegression().fit(features, features.sum(axis=1))
    # Another format would take the client seconds to import, and no other bytes would matter here.
    info = mlflow.sklearn.log_model(
        fitted,
        name="model",
        pip_requirements=["scikit-learn"],
        serialization_format="cloudpickle",
    )
    loaded = mlflow.sklearn.load_model(info.model_uri)
    return {
        "id": info.model_id,
        "same": bool((loaded.predict(features) == fitted.predict(features)).all()),
        "files": sorted(digests(Path(mlflow.artifacts.download_artifacts(info.model_uri)))),
    }


def document(back: Path) -> dict[str, Any]:
    """What one server's client logged, and what came back."""
    client = MlflowClient()
    parts.clear()
    signed.clear()
    mlflow.set_experiment("stores")
    with mlflow.start_run() as run:
        run_id = run.info.run_id
        mlflow.log_artifacts("tree", "a folder")
        mlflow.log_artifact("tree/plain.txt")
        mlflow.log_text("once", "text/twice.txt")
        mlflow.log_text("twice", "text/twice.txt")
        logged = model()
    back = Path(mlflow.artifacts.download_artifacts(run_id=run_id, dst_path=str(back)))
    return {
        "run_id": run_id,
        "artifact_uri": run.info.artifact_uri,
        "sent": digests(Path("tree")),
        "back": digests(back / "a folder"),
        "single": (back / "plain.txt").read_text(),
        "twice": mlflow.artifacts.load_text(f"runs:/{run_id}/text/twice.txt"),
        "listed": listing(client, run_id),
        "sizes": {f"a folder/{name}": len(content) for name, content in FILES.items()},
        "model": logged,
        "parts": [*parts],
        "signed": sorted(set(signed)),
    }


def main() -> None:
    watch()
    for name, content in FILES.items():
        path = Path("tree", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    documents = []
    for number, server in enumerate(json.loads(sys.argv[1])):
        os.environ.update(server["environ"])
        mlflow.set_tracking_uri(server["url"])
        documents.append(document(Path(f"back {number}")))
    print(json.dumps(documents))


if __name__ == "__main__":
    main()
