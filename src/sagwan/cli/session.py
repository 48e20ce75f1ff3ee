"""From `--tracking-uri` to calls: over the network, or on a store opened in this process."""

import os
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from functools import update_wrapper
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import click

from sagwan.cli.options import declared_options
from sagwan.cli.stores import database_file, refuse_mlflow_data
from sagwan.config import ClientSettings, load_client_settings, load_settings
from sagwan.config.options import CLIENT_OPTIONS
from sagwan.errors import InvalidParameter, SagwanError

if TYPE_CHECKING:
    from sagwan.client.api import Api
    from sagwan.client.http import Http

LOCAL = "http://localhost"


def connected(function: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """A command whose first argument is an `Api`, and that has the option --tracking-uri."""

    def command(tracking_uri: str | None, **given: Any) -> None:
        import asyncio

        async def main() -> None:
            async with open_api(tracking_uri) as api:
                await function(api, **given)

        try:
            asyncio.run(main())
        except SagwanError as error:
            raise click.ClickException(explain(error)) from None
        except OSError as error:
            told = f"{error.filename}: {error.strerror}" if error.filename else str(error)
            raise click.ClickException(told) from None

    return declared_options(CLIENT_OPTIONS)(update_wrapper(command, function))


def explain(error: SagwanError) -> str:
    """An error's message, with advice where it is not the server's own."""
    from sagwan.client.errors import Unreachable

    if isinstance(error, Unreachable):
        return (
            f"{error.message}\nIs it running? `sagwan server` starts one; --tracking-uri or"
            " MLFLOW_TRACKING_URI says where it is."
        )
    return error.message


@asynccontextmanager
async def open_api(tracking_uri: str | None) -> AsyncIterator["Api"]:
    """Calls to the server or store that the option or the environment name.

    Raises InvalidParameter where the URI can't be used, and what opening a store raises.
    """
    # The libraries for HTTP and databases are imported here: `--help` is not to wait for them.
    from sagwan.client.api import Api
    from sagwan.client.http import Http

    settings = load_client_settings({"tracking_uri": tracking_uri})
    async with AsyncExitStack() as stack:
        if settings.tracking_uri.startswith(("http://", "https://")):
            settings = _without_login(settings)
            http = Http(settings.tracking_uri, settings)
        else:
            http = await _open_store(settings, stack)
        yield Api(await stack.enter_async_context(http))


def _without_login(settings: ClientSettings) -> ClientSettings:
    """The settings with a login in the URI as user name and password, which no message shows."""
    before, separator, after = settings.tracking_uri.partition("://")
    authority, slash, path = after.partition("/")
    login, at, host = authority.rpartition("@")
    if not at:
        return settings
    user, _, password = login.partition(":")
    settings = replace(settings, tracking_uri=f"{before}{separator}{host}{slash}{path}")
    if settings.tracking_username:
        return settings
    return replace(settings, tracking_username=unquote(user), tracking_password=unquote(password))


async def _open_store(settings: ClientSettings, stack: AsyncExitStack) -> "Http":
    from sagwan.cli.inprocess import AppTransport
    from sagwan.client.http import Http
    from sagwan.server.run import open_app

    store, _ = load_settings({"backend_store_uri": settings.tracking_uri})
    # What guards a server's port, or moves its paths, has no meaning for calls within a process.
    store = replace(store, static_prefix="", artifacts_only=False, disable_security_middleware=True)
    uri = store.backend_store_uri
    refuse_mlflow_data(uri)
    file = database_file(uri)
    if file is not None and not os.path.exists(file):
        raise InvalidParameter(
            f"There is no store at {uri}. Name a server (--tracking-uri http://127.0.0.1:5000, or"
            " MLFLOW_TRACKING_URI) or a store; `sagwan server` makes one."
        )
    app = await stack.enter_async_context(open_app(store))
    return Http(LOCAL, settings, transport=AppTransport(app))
