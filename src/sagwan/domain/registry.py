"""Rules of the model registry: names, aliases, tags, stages, prompts, and the texts of its errors.

A prompt is a registered model with the tag `mlflow.prompt.is_prompt`; so are its versions.
"""

import json
import re
from collections.abc import Iterable

from sagwan.domain import limits
from sagwan.domain.limits import INT64_MAX, INT64_MIN, within
from sagwan.domain.names import check_name, normal_fault
from sagwan.domain.search.ast import Comparison, Field, FieldKind, Filter, Op
from sagwan.entities import Tag
from sagwan.entities.registry import Stage
from sagwan.errors import AlreadyExists, InvalidParameter, NotFound, invalid, missing

PROMPT_TAG = "mlflow.prompt.is_prompt"
VERSIONS_TAG = "mlflow.modelVersions"
"""Where a logged model says which versions were made of it."""

LATEST = "latest"
READY = "READY"
"""The one status: a version is there as soon as it is created."""

ARCHIVING = (Stage.STAGING, Stage.PRODUCTION)
"""The stages that a version may enter in place of those that are in it."""

_ALIAS = re.compile(r"[\w-]+")
_VERSION_ALIAS = re.compile(r"v\d+", re.IGNORECASE)
_STAGES = {stage.value.lower(): stage for stage in Stage}
_PROMPT = Field(FieldKind.TAG, PROMPT_TAG)


def check_registered_name(name: str, parameter: str = "name") -> str:
    """`name`, if a registered model may have it. Raises InvalidParameter."""
    if not name.strip():
        raise missing(parameter)
    if "/" in name or ":" in name:
        raise InvalidParameter(f"Invalid model name '{name}'. Names cannot contain '/' or ':'.")
    fault = normal_fault(name)
    if fault is not None:
        raise invalid(parameter, name, fault)
    return within(parameter, limits.REGISTERED_NAME_LENGTH, name)


def check_alias(alias: str) -> str:
    """`alias`, if it may be read or deleted. Raises InvalidParameter."""
    if not _ALIAS.fullmatch(alias):
        raise InvalidParameter(
            f"Invalid alias name: '{alias}'. Names may only contain alphanumerics, underscores"
            " (_), and dashes (-)."
        )
    return within("alias", limits.ALIAS_LENGTH, alias)


def check_new_alias(alias: str) -> str:
    """`alias`, if it may be set. Raises InvalidParameter."""
    check_alias(alias)
    if is_latest(alias):
        raise InvalidParameter("'latest' alias name (case insensitive) is reserved.")
    if _VERSION_ALIAS.fullmatch(alias):
        raise InvalidParameter(f"Version alias name '{alias}' is reserved.")
    return alias


def is_latest(alias: str) -> bool:
    """Whether an alias stands for the newest version."""
    return alias.lower() == LATEST


def check_registry_tag(tag: Tag) -> Tag:
    """`tag`, if a registered model or a version may have it. Raises InvalidParameter."""
    check_name(tag.key, "key", "key")
    within("value", limits.REGISTRY_TAG_VALUE_LENGTH, tag.value)
    return tag


def check_registry_tags(tags: Iterable[Tag]) -> list[Tag]:
    """The tags of something new, the last of each key. Raises InvalidParameter."""
    return list({tag.key: check_registry_tag(tag) for tag in tags}.values())


def check_description(description: str | None) -> str | None:
    """The description, if it is short enough. Raises InvalidParameter."""
    if description is None:
        return None
    return within("description", limits.DESCRIPTION_LENGTH, description)


def check_run_link(link: str) -> str:
    """The link, if it is short enough. Raises InvalidParameter."""
    return within("run_link", limits.MODEL_SOURCE_LENGTH, link)


def parse_version(text: str) -> int:
    """The number of a version. Raises InvalidParameter; one that no version has is 0."""
    try:
        number = int(text)
    except ValueError:
        raise InvalidParameter(
            f"Parameter 'version' must be an integer, got '{text[:100]}'."
        ) from None
    return number if INT64_MIN <= number <= INT64_MAX else 0


def parse_stage(text: str) -> Stage:
    """The stage of that name, in any case. Raises InvalidParameter."""
    try:
        return _STAGES[text.lower()]
    except KeyError:
        raise InvalidParameter(
            f"Invalid Model Version stage: {text}. Value must be one of"
            f" {', '.join(stage.value for stage in Stage)}."
        ) from None


def check_archiving(stage: Stage) -> None:
    """Raise InvalidParameter where a stage's versions can't be archived for a new one."""
    if stage not in ARCHIVING:
        raise InvalidParameter(
            "Model version transition cannot archive existing model versions because"
            f" '{stage.value}' is not an Active stage. Valid stages are"
            f" {[each.value for each in ARCHIVING]}"
        )


# --- Prompts --------------------------------------------------------------------------------------


def is_prompt(tags: Iterable[Tag]) -> bool:
    """Whether these are the tags of a prompt."""
    return any(tag.key == PROMPT_TAG and tag.value.lower() == "true" for tag in tags)


def prompt_value(prompt: bool) -> str:
    """What a filter sees as the value of the tag, of prompts and of all else."""
    return "true" if prompt else "false"


def hide_prompts(filter: Filter) -> Filter:
    """The filter that is meant: prompts are only found by a filter that asks for them."""
    asked = (
        Comparison(_PROMPT, Op.EQ, prompt_value(True)),
        Comparison(_PROMPT, Op.NE, prompt_value(False)),
    )
    if any(comparison in asked for comparison in filter):
        return filter
    return (*filter, Comparison(_PROMPT, Op.NE, prompt_value(True)))


# --- Logged models --------------------------------------------------------------------------------


def with_version(value: str | None, name: str, version: int) -> str:
    """The value of `VERSIONS_TAG` with one version more; what can't be read begins anew."""
    try:
        listed = json.loads(value or "[]")
    except ValueError:
        listed = []
    if not isinstance(listed, list):
        listed = []
    return json.dumps([*listed, {"name": name, "version": version}])


# --- Errors ---------------------------------------------------------------------------------------


def registered_model_not_found(name: str) -> NotFound:
    """No registered model has this name."""
    return NotFound(f"Registered Model with name={name} not found")


def name_taken(name: str, wanted: bool, taken_by: bool) -> AlreadyExists:
    """A name is taken; the two say whether a prompt wants it and whether a prompt has it."""
    if wanted == taken_by:
        kind = "Prompt" if wanted else "Registered Model"
        return AlreadyExists(f"{kind} (name={name}) already exists.")
    kinds = {True: "prompt", False: "registered model"}
    return AlreadyExists(
        f"Tried to create a {kinds[wanted]} with name '{name}', but the name is already taken by a"
        f" {kinds[taken_by]}. A model and a prompt can't have the same name."
    )


def version_not_found(name: str, version: int | str) -> NotFound:
    """The registered model has no such version, or there is no such model."""
    return NotFound(f"Model Version (name={name}, version={version}) not found")


def alias_not_found(alias: str) -> InvalidParameter:
    """The registered model has no such alias (400: the protocol's choice)."""
    return InvalidParameter(f"Registered model alias {alias} not found.")


def wrong_kind_of_version(name: str, prompt: bool) -> InvalidParameter:
    """A version of a prompt is to be one of a model, or the other way round."""
    of, to = ("prompt", "a model") if prompt else ("model version", "a prompt")
    return InvalidParameter(
        f"A {of} can't be a version of '{name}', which is {to}: the tag '{PROMPT_TAG}' of a"
        " version must be that of its registered model."
    )
