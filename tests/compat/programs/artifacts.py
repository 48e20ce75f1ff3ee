"""Artifacts of each kind that the client can log, listed and read back byte for byte."""

import hashlib
from pathlib import Path
from typing import Any

import matplotlib
import mlflow
import numpy
import pandas
from matplotlib import pyplot
from mlflow import MlflowClient
from PIL import Image
from readback import attempt, emit, frame, unique

matplotlib.use("Agg")
BYTES = bytes(range(256)) * 300


def write_files(folder: Path) -> None:
    """A tree with the names that users have."""
    files = {
        "plain.txt": b"hello\n",
        "empty": b"",
        "all bytes.bin": BYTES,
        "deep/er/est/file.json": b"{}",
        "größe λ ✓.txt": "größe".encode(),
        "100% sure + more?&=;.txt": b"signs",
        "Résumé folder/日本語 (1).csv": b"a,b\n1,2\n",
        "hidden/.dot": b".",
        "quo'te.txt": b"'",
        "plus+and%20percent.txt": b"%20",
        "page.html": b"<p>hi</p>",
        "MLmodel": b"flavors: {}\n",
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def log_all(client: MlflowClient, run_id: str) -> None:
    mlflow.log_text("häl\nlo", "text/note.txt")
    mlflow.log_text("<b>page</b>", "page.html")
    mlflow.log_dict({"a": [1, 2.5, None], "ü": "λ"}, "data/config.json")
    mlflow.log_dict({"a": {"b": 1}}, "data/config.yaml")
    figure, axes = pyplot.subplots(figsize=(1, 1))
    axes.plot([1, 2], [2, 1])
    mlflow.log_figure(figure, "figures/line.png")
    mlflow.log_figure(figure, "figures/line.svg")
    pyplot.close(figure)
    pixels = numpy.arange(300, dtype=numpy.uint8).reshape(10, 10, 3)
    mlflow.log_image(pixels, "images/pixels.png")
    mlflow.log_image(Image.fromarray(pixels), "images/pil.png")
    for step in (0, 5):
        mlflow.log_image(pixels, key="dog", step=step, timestamp=1000 + step)
    mlflow.log_table({"x": [1, 2], "y": ["a", "b"]}, "tables/t.json")
    mlflow.log_table(pandas.DataFrame({"x": [3], "y": ["ü"]}), "tables/t.json")
    mlflow.log_table({"z": [0.5]}, "tables/other.json")
    Path("single file.txt").write_text("one")
    mlflow.log_artifact("single file.txt")
    mlflow.log_artifact("single file.txt", "in/a folder")
    write_files(Path("tree"))
    mlflow.log_artifacts("tree", "tree")
    mlflow.log_artifacts("tree/hidden")
    mlflow.log_artifact("tree/deep")
    client.log_text(run_id, "over", "text/twice.txt")
    client.log_text(run_id, "written", "text/twice.txt")


def listing(client: MlflowClient, run_id: str, folder: str | None = None) -> dict[str, Any]:
    """Every file's size and every folder's own list of names, in the order of the answer."""
    files = client.list_artifacts(run_id, folder)
    found: dict[str, Any] = {folder or ".": [file.path for file in files]}
    for file in files:
        found |= listing(client, run_id, file.path) if file.is_dir else {file.path: file.file_size}
    return found


def contents(folder: Path) -> dict[str, str]:
    """A digest of each file below `folder`; pictures carry no time, so they are the same."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix not in (".svg", ".webp")
    }


def main() -> None:
    client = MlflowClient()
    mlflow.set_experiment(unique("artifacts"))
    with mlflow.start_run(run_name="all") as run:
        run_id = run.info.run_id
        log_all(client, run_id)
    everything = Path(mlflow.artifacts.download_artifacts(run_id=run_id, dst_path="all"))
    one = mlflow.artifacts.download_artifacts(
        f"runs:/{run_id}/tree/Résumé folder/日本語 (1).csv", dst_path="one"
    )
    Path("part").mkdir()
    part = client.download_artifacts(run_id, "tree/deep", "part")
    sent = contents(Path("tree"))
    back = contents(everything / "tree")
    emit(
        {
            "run": client.get_run(run_id),
            "listing": listing(client, run_id),
            "of a file": client.list_artifacts(run_id, "text/note.txt"),
            "of nothing": client.list_artifacts(run_id, "no such"),
            "of root": mlflow.artifacts.list_artifacts(run_id=run_id),
            "of folder through uri": mlflow.artifacts.list_artifacts(f"runs:/{run_id}/tree/deep"),
            "contents": contents(everything),
            "sent": len(sent),
            "did not come back": sorted(name for name in sent if back.get(name) != sent[name]),
            "text": mlflow.artifacts.load_text(f"runs:/{run_id}/text/note.txt"),
            "dict": mlflow.artifacts.load_dict(f"runs:/{run_id}/data/config.json"),
            "image": mlflow.artifacts.load_image(f"runs:/{run_id}/images/pixels.png").size,
            "table": frame(mlflow.load_table("tables/t.json", run_ids=[run_id])),
            "table with columns": frame(
                mlflow.load_table("tables/t.json", run_ids=[run_id], extra_columns=["run_id"])
            ),
            "one": Path(one).read_text(),
            "part": contents(Path(part)),
            "absent": attempt(client.download_artifacts, run_id, "no/such", "part"),
            "above": attempt(client.list_artifacts, run_id, "../.."),
        }
    )


if __name__ == "__main__":
    main()
