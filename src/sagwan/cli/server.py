"""`sagwan server`, and its other name `sagwan ui`."""

import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from fnmatch import fnmatchcase

import click

from sagwan import __version__
from sagwan.cli.options import GroupedCommand, declared_options
from sagwan.cli.ports import bind_message, family_of, is_taken, reachable_host, taken_message
from sagwan.cli.stores import database_file, mlflow_data, refuse_mlflow_data
from sagwan.config import Settings, load_settings
from sagwan.config.options import MLFLOW_OPTIONS, OPTIONS
from sagwan.config.settings import absolute, without_password
from sagwan.errors import InvalidParameter, SagwanError

HELP = """Run the tracking server: the API that MLflow's clients speak, and the UI.

    Every option can also be set by the environment variables that stand behind it; an option wins
    over SAGWAN_*, and that over MLFLOW_*.

    \b
    For yourself; the data goes to ./sagwan:
      sagwan server
    For a team, with the data at a place of its own:
      sagwan server --host 0.0.0.0 --backend-store-uri /data/sagwan
    Under a name, behind a reverse proxy at https://example.com/tracking:
      sagwan server --allowed-hosts example.com --static-prefix /tracking
    In place of MLflow, in a container that was made for it:
      MLFLOW_HOST=0.0.0.0 MLFLOW_BACKEND_STORE_URI=/data/sagwan sagwan server
    """


def _run(**given: object) -> None:
    try:
        settings, notes = load_settings(given)
        for note in notes:
            click.echo(f"Note: {note}", err=True)
        if not settings.artifacts_only:
            refuse_mlflow_data(settings.backend_store_uri)
    except InvalidParameter as error:
        raise click.UsageError(error.message) from None
    _serve(settings)


def _serve(settings: Settings) -> None:
    if settings.port and is_taken(settings.host, settings.port):
        raise click.ClickException(taken_message(settings.host, settings.port, "sagwan server"))
    if settings.auto_upgrade and not settings.artifacts_only:
        _upgrade(settings)
    # The server's libraries are imported here: `--help` is not to wait for them.
    from sagwan.server.listener import bind

    try:
        listener = bind(settings.host, settings.port)
    except OSError as error:
        raise click.ClickException(
            bind_message(error, settings.host, settings.port, "sagwan server")
        ) from None
    port = listener.getsockname()[1]
    with listener:
        try:
            # Ctrl+C ends it with KeyboardInterrupt, or without where the signal is ignored.
            with suppress(KeyboardInterrupt):
                _serving(settings)(
                    settings, listener, lambda: click.echo(start_message(settings, port), err=True)
                )
        except SagwanError as error:
            raise click.ClickException(error.message) from None
    click.echo("Stopped.", err=True)


def _upgrade(settings: Settings) -> None:
    from sagwan.storage.sql.upgrade import upgrade_at_start

    try:
        upgrade_at_start(settings.backend_store_uri, lambda text: click.echo(text, err=True))
    except SagwanError as error:
        raise click.ClickException(error.message) from None


def _serving(settings: Settings) -> Callable[[Settings, socket.socket, Callable[[], None]], None]:
    # The parent of several workers is to stay small: it imports none of the server's libraries.
    if settings.workers > 1:
        from sagwan.server.workers import serve_many

        return serve_many
    from sagwan.server.run import serve

    return serve


def start_message(settings: Settings, port: int) -> str:
    """What people see of a server that is ready: where it is, where its data is, how to use it."""
    url = f"http://{_shown_host(settings)}:{port}{settings.static_prefix}"
    lines = [f"Sagwan {__version__} is ready.", ""]
    lines += [f"  {name:<10} {value}" for name, value in _places(settings, url).items()]
    if not settings.artifacts_only:
        lines += ["", "Record a training run in it:", "", f"  {_export(url)}"]
    lines += ["", *_hints(settings), "Press Ctrl+C to stop."]
    return "\n".join(lines)


def _shown_host(settings: Settings) -> str:
    """A host name or address by which the server answers."""
    host = reachable_host(settings.host)
    shown = f"[{host}]" if family_of(host) is socket.AF_INET6 else host
    allowed = settings.allowed_hosts
    if allowed and not any(fnmatchcase(shown, pattern) for pattern in allowed):
        return next((name for name in allowed if not set(name) & set("*?[:")), shown)
    return shown


def _places(settings: Settings, url: str) -> Mapping[str, str]:
    file = database_file(settings.backend_store_uri)
    store = absolute(file) if file else without_password(settings.backend_store_uri)
    kept = without_password(absolute(settings.artifacts_destination))
    if settings.artifacts_only:
        return {"URL": f"{url} (artifacts only)", "Artifacts": kept}
    root = without_password(settings.artifact_root)
    if settings.default_artifact_root:
        artifacts = f"{root} for new experiments; through the server: {kept}"
    else:
        artifacts = kept
    if not settings.serve_artifacts:
        artifacts = f"{root} (clients read and write it themselves)"
    return {"URL": url, "Store": store, "Artifacts": artifacts}


def _hints(settings: Settings) -> list[str]:
    hints = []
    if settings.host in ("0.0.0.0", "::") and not (
        settings.allowed_hosts or settings.disable_security_middleware
    ):
        hints.append(
            "Other machines of a private network reach it by this machine's address; to let them"
            " use a name, start it with --allowed-hosts."
        )
    found = mlflow_data(".")
    if found is not None and settings.backend_store_uri == Settings.backend_store_uri:
        hints.append(f"MLflow's data in {found} is left alone: it is not shown here.")
    return [*hints, ""] if hints else []


def _export(url: str) -> str:
    command = "set" if sys.platform == "win32" else "export"
    return f"{command} MLFLOW_TRACKING_URI={url}"


def _command(name: str, help_text: str, short: str) -> click.Command:
    return click.command(name, cls=GroupedCommand, help=help_text, short_help=short)(
        declared_options((*OPTIONS, *MLFLOW_OPTIONS))(_run)
    )


server = _command("server", HELP, "Run the tracking server.")
ui = _command("ui", HELP, "The same as `server`.")
