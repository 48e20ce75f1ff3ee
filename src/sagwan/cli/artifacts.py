"""`sagwan artifacts`: the commands of `mlflow artifacts`."""

import posixpath
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sagwan.cli.output import progress, to_json
from sagwan.cli.session import connected
from sagwan.errors import InvalidParameter

if TYPE_CHECKING:
    from sagwan.client.api import Api
    from sagwan.client.artifacts import ArtifactFiles

RUN_ID = click.option("--run-id", "-r", required=True, metavar="ID", help="The run's id.")
INTO = click.option(
    "--artifact-path",
    "-a",
    metavar="PATH",
    help="The folder of the run's artifacts to log into. Default: their root.",
)


@click.group()
def artifacts() -> None:
    """List, download and log files of runs.

    The runs are those of the server in MLFLOW_TRACKING_URI; without it, those of the store in
    ./sagwan.
    """


@artifacts.command("list")
@RUN_ID
@click.option(
    "--artifact-path", "-a", default="", metavar="PATH", help="The folder to list. Default: root."
)
@connected
async def list_artifacts(api: "Api", run_id: str, artifact_path: str) -> None:
    """Print what is in a folder of a run's artifacts, as a JSON list."""
    files = await _files_of(api, run_id)
    told = []
    for info in await files.list_folder(artifact_path):
        entry: dict[str, object] = {"path": info.path, "is_dir": info.is_dir}
        if info.file_size is not None:
            entry["file_size"] = info.file_size
        told.append(to_json(entry, indent=2))
    click.echo(f"[{', '.join(told)}]")


@artifacts.command()
@click.option("--run-id", "-r", metavar="ID", help="The run whose artifacts to download.")
@click.option(
    "--artifact-path",
    "-a",
    default="",
    metavar="PATH",
    help="With --run-id: the file or folder. Default: everything.",
)
@click.option(
    "--artifact-uri",
    "-u",
    metavar="URI",
    help="Instead of --run-id: runs:/ID/PATH, mlflow-artifacts:/PATH or a local path.",
)
@click.option(
    "--dst-path",
    "-d",
    type=click.Path(file_okay=False),
    metavar="FOLDER",
    help="Where to put it; created if it does not exist. Default: a new folder among the"
    " temporary files.",
)
@connected
async def download(
    api: "Api",
    run_id: str | None,
    artifact_path: str,
    artifact_uri: str | None,
    dst_path: str | None,
) -> None:
    """Download a file or a folder, and print where it is now."""
    from sagwan.client.artifacts import download as fetch

    if artifact_uri is not None:
        files, path = await _files_at(api, artifact_uri)
    elif run_id is not None:
        files, path = await _files_of(api, run_id), artifact_path.strip("/")
    else:
        raise click.UsageError("Give either --run-id or --artifact-uri.")
    await files.find(path)
    folder = Path(dst_path) if dst_path is not None else Path(tempfile.mkdtemp())
    with progress("Downloading") as begin:
        done = await fetch(files, path, folder / posixpath.basename(path), begin)
    click.echo(done.absolute())


@artifacts.command("log-artifact")
@click.option(
    "--local-file",
    "-l",
    required=True,
    type=click.Path(exists=True, dir_okay=False),
    metavar="PATH",
    help="The file to log.",
)
@RUN_ID
@INTO
@connected
async def log_artifact(api: "Api", local_file: str, run_id: str, artifact_path: str | None) -> None:
    """Log a file as an artifact of a run."""
    await _log(api, local_file, run_id, artifact_path)


@artifacts.command("log-artifacts")
@click.option(
    "--local-dir",
    "-l",
    required=True,
    type=click.Path(exists=True, file_okay=False),
    metavar="PATH",
    help="The folder whose contents to log.",
)
@RUN_ID
@INTO
@connected
async def log_artifacts(api: "Api", local_dir: str, run_id: str, artifact_path: str | None) -> None:
    """Log what is in a folder, with its folders, as artifacts of a run."""
    await _log(api, local_dir, run_id, artifact_path)


async def _log(api: "Api", source: str, run_id: str, artifact_path: str | None) -> None:
    from sagwan.client.artifacts import upload

    files = await _files_of(api, run_id)
    with progress("Logging") as begin:
        count = await upload(files, Path(source), artifact_path or "", begin)
    where = f" in {artifact_path}" if artifact_path else ""
    click.echo(f"Logged {count} file{'' if count == 1 else 's'}{where} of run {run_id}.", err=True)


async def _files_of(api: "Api", run_id: str) -> "ArtifactFiles":
    from sagwan.client.artifacts import open_files

    return open_files((await api.get_run(run_id)).info.artifact_uri, api.http)


async def _files_at(api: "Api", uri: str) -> tuple["ArtifactFiles", str]:
    """The files that an artifact URI lies in, and its path among them."""
    from sagwan.client.artifacts import open_files

    if uri.startswith("runs:"):
        run_id, _, path = uri.removeprefix("runs:").lstrip("/").partition("/")
        return await _files_of(api, run_id), path.strip("/")
    if uri.startswith("models:"):
        raise InvalidParameter("models:/ URIs are not supported: use runs:/ID/PATH.")
    root, _, name = uri.rstrip("/").rpartition("/")
    if not name or root.endswith(":"):
        # Such as mlflow-artifacts:/experiment: its folder is the root of all.
        return open_files(f"{root}/", api.http), name
    return open_files(root or ".", api.http), name
