"""Rules of logged models."""

from collections.abc import Iterable
from typing import Any

from sagwan.domain import limits
from sagwan.domain.limits import within
from sagwan.entities import Param, Tag
from sagwan.errors import InvalidParameter

_FORBIDDEN = frozenset("/:.%\"'")

_SUMMARY = ("run_id", "utc_time_created", "artifact_path", "model_uuid")
_REQUIRED = ("artifact_path", "flavors", "utc_time_created", "run_id")


def check_model_name(name: str) -> str:
    """`name`, if a logged model may have it. Raises InvalidParameter."""
    if not name or _FORBIDDEN.intersection(name):
        raise InvalidParameter(
            f"Invalid model name ({name!r}) provided. Model name must be a non-empty string "
            "and cannot contain the following characters: ('/', ':', '.', '%', '\"', \"'\")."
        )
    return within("name", limits.EXPERIMENT_NAME_LENGTH, name)


def check_model_params(params: Iterable[Param]) -> list[Param]:
    """The params. Raises InvalidParameter for a key that is too long or there twice."""
    checked: dict[str, Param] = {}
    for param in params:
        within("key", limits.MODEL_KEY_LENGTH, param.key)
        if param.key in checked:
            raise InvalidParameter(
                f"Duplicate parameter keys have been submitted: ['{param.key}']. Please ensure "
                "the request contains only one param value per param key."
            )
        checked[param.key] = param
    return list(checked.values())


def check_model_tags(tags: Iterable[Tag]) -> list[Tag]:
    """The tags, the last of each key. Raises InvalidParameter for a key that is too long."""
    checked: dict[str, Tag] = {}
    for tag in tags:
        within("key", limits.MODEL_KEY_LENGTH, tag.key)
        checked[tag.key] = tag
    return list(checked.values())


def summarise_mlmodel(model: object) -> dict[str, Any]:
    """What a run's tag keeps of an MLmodel: who made it, where it is, its flavors sans config.

    Raises InvalidParameter where a field that every MLmodel has is missing.
    """
    if not isinstance(model, dict) or not set(_REQUIRED) <= set(model):
        lacking = set(_REQUIRED) - set(model if isinstance(model, dict) else ())
        raise InvalidParameter(f"Model json is missing mandatory fields: {sorted(lacking)}")
    summary = {key: value for key, value in model.items() if key in _SUMMARY}
    flavors = model["flavors"]
    summary["flavors"] = (
        {
            name: {key: value for key, value in flavor.items() if key != "config"}
            if isinstance(flavor, dict)
            else flavor
            for name, flavor in flavors.items()
        }
        if isinstance(flavors, dict)
        else flavors
    )
    return summary
