"""Handlers of the files of many runs, and of files that browsers show themselves."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from sagwan.domain.artifact_paths import check_artifact_path, join_path
from sagwan.domain.limits import FILES_FOLDERS, FILES_LISTED, FILES_RUNS, FILES_SUFFIXES
from sagwan.entities import FileInfo
from sagwan.errors import InvalidParameter, SagwanError, invalid, missing
from sagwan.server.api.artifacts.owned import run_id_of
from sagwan.server.api.artifacts.places import place_of
from sagwan.server.api.artifacts.requests import file_name
from sagwan.server.context import Context
from sagwan.server.streaming import SHOWN, shown_response
from sagwan.server.walk import walk
from sagwan.wire import endpoints
from sagwan.wire import files as wire

AT_ONCE = 8
"""Folders that one request has read at a time."""


async def list_files(context: Context, request: wire.ListFiles) -> wire.ListFilesResponse:
    path = check_artifact_path(request.path)
    count = len(request.runs)
    if not 1 <= count <= FILES_RUNS:
        raise invalid("runs", count, f"From 1 to {FILES_RUNS} can be asked for.")
    if not 1 <= request.limit <= FILES_LISTED // count:
        raise invalid(
            "limit",
            request.limit,
            f"With {count} runs it must be from 1 to {FILES_LISTED // count}.",
        )
    if len(request.suffixes) > FILES_SUFFIXES:
        raise invalid("suffixes", len(request.suffixes), f"At most {FILES_SUFFIXES} are allowed.")
    at_once = asyncio.Semaphore(AT_ONCE)
    wanted = _wanted(request)

    async def of_run(asked: wire.FilesAfter) -> wire.FilesOfRun:
        try:
            run = await context.store.runs.get(asked.run_id)
            place = await place_of(context, run.info.artifact_uri)
            root = join_path(place.path, path)

            async def listed(folder: str) -> list[FileInfo]:
                async with at_once:
                    return await place.store.list_folder(join_path(root, folder))

            folders = max(1, FILES_FOLDERS // count)
            piece = await walk(listed, asked.after or "", request.limit, folders, wanted)
        except SagwanError as error:
            return wire.FilesOfRun(asked.run_id, error=error.message)
        if path:
            for info in piece.files:
                info.path = f"{path}/{info.path}"
        return wire.FilesOfRun(asked.run_id, piece.files, piece.next)

    return wire.ListFilesResponse(await _all([of_run(asked) for asked in request.runs]))


async def _all(reads: list[Awaitable[wire.FilesOfRun]]) -> list[wire.FilesOfRun]:
    return list(await asyncio.gather(*reads))


def _wanted(request: wire.ListFiles) -> Callable[[str], bool]:
    """Which paths, relative to the folder, a request is about."""
    suffixes = tuple(suffix.lower() for suffix in request.suffixes)
    text = request.contains.lower()

    def wanted(path: str) -> bool:
        small = path.lower()
        return text in small and (not suffixes or small.endswith(suffixes))

    return wanted


async def show_file(context: Context, request: Request) -> Response:
    """GET and HEAD files/show?run_id=&path="""
    run_id, path = run_id_of(request), request.query_params.get("path")
    if not path:
        raise missing("path")
    path = check_artifact_path(path)
    suffix = path.rpartition(".")[2].lower()
    if suffix not in SHOWN:
        raise InvalidParameter(
            f"Only files of these kinds are shown by themselves: {', '.join(SHOWN)}. All can be"
            " had from /get-artifact."
        )
    run = await context.store.runs.get(run_id)
    place = await place_of(context, run.info.artifact_uri)
    return await shown_response(request, await place.read(path), file_name(path), suffix)


ROUTES = [("GET", "/ajax-api/sagwan/v1/files/show", show_file)]

HANDLERS = {endpoints.LIST_FILES: list_files}
