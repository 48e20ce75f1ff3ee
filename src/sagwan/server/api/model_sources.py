"""What a new version's source means here: which run and model it is of, and where its files are."""

import asyncio
import os
from dataclasses import dataclass

from sagwan.artifacts.roots import path_within
from sagwan.domain import model_sources as sources
from sagwan.domain.artifact_paths import check_artifact_path, check_scheme, local_path, proxied_path
from sagwan.domain.registry import (
    check_alias,
    check_registered_name,
    is_latest,
    parse_stage,
    parse_version,
)
from sagwan.entities.registry import ModelVersion
from sagwan.errors import NotFound
from sagwan.server.context import Context


@dataclass(frozen=True, slots=True)
class Origin:
    """A version's origin; ids are empty where there is none.

    `storage_location` is None where it is the source.
    """

    source: str
    run_id: str
    model_id: str
    storage_location: str | None = None


async def resolve_source(
    context: Context, source: str, run_id: str, model_id: str, prompt: bool
) -> Origin:
    """The origin of a new version. Raises InvalidParameter, NotFound."""
    sources.check_length(source)
    sources.check_pattern(source, context.settings.model_version_source_pattern)
    if prompt:
        return Origin(sources.check_prompt_source(source), run_id, model_id)
    found = sources.check_source(source)
    if isinstance(found, sources.VersionSource):
        return await _copied(context, source, found, run_id, model_id)
    location: str | None = None
    model_uri: str | None = None
    if isinstance(found, sources.LoggedModelSource) and found.model_id != model_id:
        raise sources.unnamed_owner(source, "model_id")
    if isinstance(found, sources.RunSource) and (not run_id or found.run_id != run_id):
        raise sources.unnamed_owner(source, "run_id")
    roots = []
    if run_id and not isinstance(found, (sources.LoggedModelSource, sources.RunSource)):
        roots.append(await _root_of_run(context, run_id))
    if model_id:
        info = (await context.store.models.get(model_id)).info
        model_uri = info.artifact_uri
        roots.append(model_uri)
        run_id = run_id or info.source_run_id or ""
    if isinstance(found, sources.LoggedModelSource):
        location = model_uri
    else:
        await _check_place(context, source, found, [root for root in roots if root])
    return Origin(source, run_id, model_id, location)


async def _root_of_run(context: Context, run_id: str) -> str | None:
    # Whether the run is there matters only where the source has to be its own.
    try:
        return (await context.store.runs.get(run_id)).info.artifact_uri
    except NotFound:
        return None


async def _check_place(
    context: Context, source: str, found: sources.Source, roots: list[str]
) -> None:
    """Raise InvalidParameter where the files may not be read for who registers them."""
    if isinstance(found, sources.LocalSource):
        folders = [path for root in roots if (path := local_path(root)) is not None]
        if not await asyncio.to_thread(_is_in_any, found.path, folders):
            raise sources.local_source_outside(source)
    elif isinstance(found, (sources.ProxiedSource, sources.RemoteSource)):
        if any(path_within(source, root) is not None for root in roots):
            return
        settings = context.settings
        check_scheme(
            source,
            settings.allowed_host_addressed_artifact_schemes,
            (settings.artifacts_destination, settings.artifact_root),
            "source",
        )
        if isinstance(found, sources.ProxiedSource):
            inner = check_artifact_path(found.path)
            if not any(_is_below(inner, root) for root in roots):
                raise sources.unnamed_owner(source, "run_id")


def _is_below(inner: str, root: str) -> bool:
    base = proxied_path(root)
    if base is None:
        return False
    base = check_artifact_path(base)
    return inner == base or inner.startswith(f"{base}/")


def _is_in_any(path: str, folders: list[str]) -> bool:
    """Whether a path, all links followed, is in one of the folders."""
    if not os.path.isabs(path):
        return False
    real = os.path.realpath(path)
    return any(
        real == folder or real.startswith(os.path.join(folder, ""))
        for folder in map(os.path.realpath, folders)
    )


async def _copied(
    context: Context, source: str, copied: sources.VersionSource, run_id: str, model_id: str
) -> Origin:
    """The origin of a version that is another one's copy."""
    found = await _version_of(context, copied)
    if run_id not in ("", found.run_id) or model_id not in ("", found.model_id or ""):
        raise sources.other_lineage(source)
    location = await context.store.registry.storage_location(found.name, int(found.version))
    return Origin(
        f"models:/{found.name}/{found.version}", found.run_id, found.model_id or "", location
    )


async def _version_of(context: Context, source: sources.VersionSource) -> ModelVersion:
    registry = context.store.registry
    name = check_registered_name(source.name)
    if source.alias is not None:
        return await registry.get_by_alias(name, check_alias(source.alias))
    version = source.version or ""
    if version.isascii() and version.isdigit():
        await registry.get(name)  # the protocol tells an unknown model from an unknown version
        return await registry.get_version(name, parse_version(version))
    if is_latest(version):
        return await registry.get_by_alias(name, version)
    found = await registry.latest_versions(name, [parse_stage(version)])
    if not found:
        raise NotFound(f"No versions of model with name '{name}' and stage '{version}' found")
    return found[0]
