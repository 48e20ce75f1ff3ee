"""`sagwan artifacts`: the commands of `mlflow artifacts`, and transfers that can be interrupted."""

import posixpath
import shlex
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sagwan.cli.output import files as count_of
from sagwan.cli.output import progress, to_json, volume
from sagwan.cli.session import connected
from sagwan.errors import InvalidParameter, SagwanError

if TYPE_CHECKING:
    from sagwan.client.api import Api
    from sagwan.client.artifacts import ArtifactFiles
    from sagwan.client.transfer import Tally

INTERRUPTED = 130
"""The exit code after Ctrl-C, as shells have it."""

_JOBS = 8
_MOST_JOBS = 64

RUN_ID = click.option("--run-id", "-r", required=True, metavar="ID", help="The run's id.")
INTO = click.option(
    "--artifact-path",
    "-a",
    metavar="PATH",
    help="The folder of the run's artifacts to log into. Default: their root.",
)
OF_RUN = click.option("--run-id", "-r", metavar="ID", help="The run whose artifacts they are.")
URI = click.option(
    "--artifact-uri",
    "-u",
    metavar="URI",
    help="Instead of --run-id: runs:/ID/PATH, models:/MODEL_ID/PATH, mlflow-artifacts:/PATH or a"
    " local path.",
)
JOBS = click.option(
    "--jobs",
    "-j",
    type=click.IntRange(1, _MOST_JOBS),
    default=_JOBS,
    show_default=True,
    metavar="N",
    help="How many files move at once.",
)
NO_VERIFY = click.option(
    "--no-verify",
    is_flag=True,
    help="Compare no checksums. Then nothing counts as complete, and all is moved again.",
)


@click.group()
def artifacts() -> None:
    """List, upload, download and log files of runs.

    The runs are those of the server in MLFLOW_TRACKING_URI; without it, those of the store in
    ./sagwan.
    """


@artifacts.command("list")
@OF_RUN
@click.option(
    "--artifact-path", "-a", default="", metavar="PATH", help="The folder to list. Default: root."
)
@URI
@click.option("--recursive", is_flag=True, help="All files below the folder, however deep.")
@connected
async def list_artifacts(
    api: "Api", run_id: str | None, artifact_path: str, artifact_uri: str | None, recursive: bool
) -> None:
    """Print what is in a folder of a run's artifacts, as a JSON list."""
    files, path = await _place(api, run_id, artifact_path, artifact_uri)
    told = []
    for info in await (files.walk(path) if recursive else files.list_folder(path)):
        entry: dict[str, object] = {"path": info.path, "is_dir": info.is_dir}
        if info.file_size is not None:
            entry["file_size"] = info.file_size
        told.append(to_json(entry, indent=2))
    click.echo(f"[{', '.join(told)}]")


@artifacts.command()
@OF_RUN
@click.option(
    "--artifact-path",
    "-a",
    default="",
    metavar="PATH",
    help="With --run-id: the file or folder. Default: everything.",
)
@URI
@click.option(
    "--dst-path",
    "-d",
    type=click.Path(file_okay=False),
    metavar="FOLDER",
    help="Where to put it; created if it does not exist. Default: a new folder among the"
    " temporary files.",
)
@JOBS
@NO_VERIFY
@connected
async def download(
    api: "Api",
    run_id: str | None,
    artifact_path: str,
    artifact_uri: str | None,
    dst_path: str | None,
    jobs: int,
    no_verify: bool,
) -> None:
    """Download a file or a folder, and print where it is now.

    Files that are there already, with the server's checksum, are left as they are, and one that was
    interrupted is continued. So after Ctrl-C, or a network that was gone, the same command goes on.
    """
    from sagwan.client.transfer import Transfer

    files, path = await _place(api, run_id, artifact_path, artifact_uri)
    await files.find(path)
    folder = Path(dst_path) if dst_path is not None else Path(tempfile.mkdtemp())
    with progress("Downloading") as begin:
        transfer = Transfer(files, jobs, not no_verify, begin=begin)
        with _accounted("downloaded", transfer.tally, {"dst_path": str(folder)}):
            done = await transfer.download(path, folder / posixpath.basename(path))
    _tell("Downloaded", transfer.tally)
    click.echo(done.absolute())


@artifacts.command()
@click.argument(
    "source", metavar="SOURCE...", nargs=-1, required=True, type=click.Path(exists=True)
)
@OF_RUN
@click.option(
    "--artifact-path",
    "-a",
    default="",
    metavar="PATH",
    help="With --run-id: the folder of its artifacts to put them into. Default: their root.",
)
@click.option(
    "--artifact-uri",
    "-u",
    metavar="URI",
    help="Instead of --run-id, the folder to put them into: runs:/ID/PATH, models:/MODEL_ID/PATH,"
    " mlflow-artifacts:/PATH or a local path.",
)
@JOBS
@NO_VERIFY
@connected
async def upload(
    api: "Api",
    source: tuple[str, ...],
    run_id: str | None,
    artifact_path: str,
    artifact_uri: str | None,
    jobs: int,
    no_verify: bool,
) -> None:
    """Upload each SOURCE, a file or what is in a folder, to the artifacts of a run.

    Of a folder its contents are uploaded, not the folder itself: name it with --artifact-path.
    Files that the server has already, with the same checksum, are not sent again. So after Ctrl-C,
    or a network that was gone, the same command goes on.

    \b
    The folder ./model as the folder "model" of a run's artifacts:
      sagwan artifacts upload ./model --run-id ID --artifact-path model
    """
    from sagwan.client.transfer import Transfer

    files, folder = await _place(api, run_id, artifact_path, artifact_uri)
    with progress("Uploading") as begin:
        transfer = Transfer(files, jobs, not no_verify, begin=begin)
        with _accounted("uploaded", transfer.tally, {}):
            await transfer.upload([Path(name) for name in source], folder)
    _tell("Uploaded", transfer.tally)


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
    from sagwan.client.transfer import Transfer

    files = await _files_of(api, run_id)
    with progress("Logging") as begin:
        transfer = Transfer(files, skip=False, begin=begin)
        await transfer.upload([Path(source)], artifact_path or "")
    where = f" in {artifact_path}" if artifact_path else ""
    click.echo(f"Logged {count_of(transfer.tally.done)}{where} of run {run_id}.", err=True)


def _tell(verb: str, tally: "Tally") -> None:
    """Say on stderr what a transfer did."""
    text = f"{verb} {count_of(tally.done - tally.kept)}"
    if tally.kept:
        text += f"; {tally.kept:,} of {tally.files:,} had been complete before"
    click.echo(f"{text}.", err=True)
    if tally.unchecked:
        click.echo(
            f"The server told no checksums of {count_of(tally.unchecked)}: nothing was compared.",
            err=True,
        )


@contextmanager
def _accounted(verb: str, tally: "Tally", given: dict[str, str]) -> Iterator[None]:
    """Where the block is cut short, say how far it came and what goes on from there."""
    import asyncio

    try:
        yield
    except (asyncio.CancelledError, SagwanError, OSError) as error:
        if tally.files:
            click.echo(
                f"\nStopped: {tally.done:,} of {count_of(tally.files)} ({volume(tally.size)})"
                f" {verb}. To go on:\n  {_same_command(given)}",
                err=True,
            )
        if isinstance(error, asyncio.CancelledError):
            raise click.exceptions.Exit(INTERRUPTED) from None
        raise


def _same_command(given: dict[str, str]) -> str:
    """The command line of the running command, with what it found out by itself.

    Without a login in the address of a server, which is nothing for a screen.
    """
    context = click.get_current_context()
    words = ["sagwan", "artifacts", str(context.info_name)]
    for parameter in context.command.params:
        value = given.get(str(parameter.name), context.params.get(str(parameter.name)))
        if isinstance(parameter, click.Argument):
            words += [str(word) for word in value or ()]
        elif value is True:
            words.append(parameter.opts[-1])
        elif value and value != parameter.get_default(context):
            text = str(value)
            if parameter.name == "tracking_uri" and "@" in text:
                text = text.partition("://")[0] + "://" + text.rpartition("@")[2]
            words += [max(parameter.opts, key=len), text]
    return shlex.join(words)


async def _place(
    api: "Api", run_id: str | None, path: str, uri: str | None
) -> tuple["ArtifactFiles", str]:
    """The files that the options name, and a path among them."""
    if uri is not None and run_id is None:
        return await _files_at(api, uri)
    if run_id is not None and uri is None:
        return await _files_of(api, run_id), path.strip("/")
    raise click.UsageError("Give either --run-id or --artifact-uri.")


async def _files_of(api: "Api", run_id: str) -> "ArtifactFiles":
    from sagwan.client.artifacts import open_files

    return open_files((await api.get_run(run_id)).info.artifact_uri, api.http)


async def _files_at(api: "Api", uri: str) -> tuple["ArtifactFiles", str]:
    """The files that an artifact URI lies in, and its path among them."""
    from sagwan.client.artifacts import open_files

    scheme, separator, rest = uri.partition(":")
    if separator and scheme in ("runs", "models"):
        name, _, path = rest.lstrip("/").partition("/")
        if scheme == "runs":
            return await _files_of(api, name), path.strip("/")
        if not name.startswith("m-"):
            raise InvalidParameter(
                f"{uri} names a registered model. Supported are logged models,"
                " models:/MODEL_ID/PATH, whose ids begin with m-."
            )
        model = await api.get_logged_model(name)
        return open_files(model.info.artifact_uri, api.http), path.strip("/")
    root, _, name = uri.rstrip("/").rpartition("/")
    if not name or root.endswith(":"):
        # Such as mlflow-artifacts:/experiment: its folder is the root of all.
        return open_files(f"{root}/", api.http), name
    return open_files(root or ".", api.http), name
