"""Which names metrics, params and tags may have: the protocol lets them become file paths."""

import posixpath
import re
import sys
from functools import lru_cache

from sagwan.domain.limits import KEY_LENGTH, within
from sagwan.errors import invalid, missing

_WINDOWS = sys.platform == "win32"
_ALLOWED = re.compile(r"[/\w.\- ]*" if _WINDOWS else r"[/\w.\- :]*")
_CHARACTERS = (
    "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.),"
    f" spaces ( ){'' if _WINDOWS else ', colon(:)'} and slashes (/)."
)


@lru_cache(maxsize=65_536)
def _fault(name: str) -> str | None:
    # Training loops send the same few names millions of times.
    if _ALLOWED.fullmatch(name) is None:
        return _CHARACTERS
    return normal_fault(name)


def normal_fault(name: str) -> str | None:
    """What is wrong with `name` as a path: it must be in its normal form and lead nowhere else."""
    normal = posixpath.normpath(name)
    if normal != name or normal == "." or normal.startswith(("..", "/")):
        return (
            "Names may be treated as files in certain cases, and must not resolve to other names"
            f" when treated as such. This name would resolve to {normal!r}"
        )
    return None


def check_name(name: str, path: str, length_name: str) -> str:
    """`name`, if it may name a metric, param or tag.

    `path` names the parameter in errors about characters (`metrics[0].name`), `length_name` in
    those about length (`Metric name`). Raises InvalidParameter.
    """
    if not name:
        raise missing(path)
    fault = _fault(name)
    if fault is not None:
        raise invalid(path, name, fault)
    if len(name) > KEY_LENGTH:
        within(length_name, KEY_LENGTH, name)
    return name


def all_known_good(names: set[str]) -> bool:
    """Whether every one of `names` is valid, in one pass over few distinct names."""
    for name in names:
        if not name or len(name) > KEY_LENGTH or _fault(name) is not None:
            return False
    return True
