"""Rules of experiments: ids, names, tags."""

from collections.abc import Iterable

from sagwan.domain import limits
from sagwan.domain.limits import INT64_MAX, INT64_MIN, within
from sagwan.domain.names import check_name
from sagwan.entities import Tag
from sagwan.errors import InvalidParameter

CUSTOM_VIEW_PREFIX = "mlflow.customView.view"
CUSTOM_VIEWS = 50


def parse_experiment_id(text: str) -> int:
    """The integer that `text` stands for. Raises InvalidParameter with the protocol's text."""
    try:
        number = int(text)
    except ValueError:
        number = INT64_MAX + 1
    if not INT64_MIN <= number <= INT64_MAX:
        raise InvalidParameter(
            f"Invalid experiment ID '{text}'. Experiment ID must be a valid integer."
        )
    return number


def check_experiment_name(name: str) -> str:
    """`name`, if an experiment may have it. Raises InvalidParameter."""
    return within("name", limits.EXPERIMENT_NAME_LENGTH, name)


def check_experiment_tag(tag: Tag) -> Tag:
    """`tag`, if an experiment may have it. Raises InvalidParameter."""
    check_name(tag.key, "key", "key")
    within("value", limits.EXPERIMENT_TAG_VALUE_LENGTH, tag.value)
    return tag


def check_new_experiment_tags(tags: Iterable[Tag]) -> list[Tag]:
    """The tags of a new experiment, the last of each key. Raises InvalidParameter."""
    checked = {tag.key: check_experiment_tag(tag) for tag in tags}
    check_custom_views(checked)
    return list(checked.values())


def check_custom_views(keys: Iterable[str]) -> None:
    """Raise InvalidParameter where an experiment with these tags has too many custom views."""
    views = sum(key.startswith(CUSTOM_VIEW_PREFIX) for key in keys)
    if views > CUSTOM_VIEWS:
        raise InvalidParameter(
            f"An experiment can have at most {CUSTOM_VIEWS} custom views. Got {views}."
        )
