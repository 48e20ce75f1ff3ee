"""Rules of views: what may be saved and shared, and the names of short links."""

import hashlib
import re
import secrets

from sagwan.domain.experiments import parse_experiment_id
from sagwan.domain.limits import within
from sagwan.errors import AlreadyExists, InvalidParameter, NotFound, invalid, missing

NAME_LENGTH = 250
PATH_LENGTH = 1000
QUERY_LENGTH = 65_536
SLUG_LENGTH = 16
VIEWS_PER_EXPERIMENT = 500
LISTED = 1000

# Without letters that are taken for digits; in lower case, so that a link can be read out.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PATH = re.compile(r"/(?!/)[!$-;=@-Z_a-z~]*")
_QUERY = re.compile(r"[!$-~]*")
_EXPERIMENT = re.compile(r"/e/([^/]+)(?:/runs)?")


def check_place(path: str, query: str) -> None:
    """Whether the web UI can be at this path with this query string. Raises InvalidParameter.

    A link must not lead out of the UI: `//host` and `/../` are no paths of it.
    """
    if not path:
        raise missing("path")
    within("path", PATH_LENGTH, path)
    # What browsers read as dots.
    parts = path.lower().replace("%2e", ".").split("/")
    if _PATH.fullmatch(path) is None or {".", ".."} & set(parts):
        raise invalid("path", path, "It must be a path of the web UI, like /e/1, as URLs have it.")
    within("query", QUERY_LENGTH, query)
    if _QUERY.fullmatch(query) is None:
        why = "It must be the query string of a URL, with all else than ASCII encoded."
        raise invalid("query", query, why)


def experiment_of(path: str) -> int:
    """The experiment whose table is at `path`. Raises InvalidParameter where it is none's."""
    found = _EXPERIMENT.fullmatch(path)
    if found is None:
        raise invalid(
            "path", path, "A view with a name is one of an experiment: its path is like /e/1."
        )
    return parse_experiment_id(found[1])


def path_of(experiment_id: int) -> str:
    """The path of an experiment's table."""
    return f"/e/{experiment_id}"


def check_view_name(name: str) -> str:
    """`name` without spaces around it, if a view may have it. Raises InvalidParameter."""
    checked = _checked("name", name)
    if not checked:
        raise missing("name")
    return checked


def check_owner(owner: str) -> str:
    """`owner` without spaces around it; it may be empty. Raises InvalidParameter."""
    return _checked("owner", owner)


def _checked(field: str, text: str) -> str:
    text = text.strip()
    within(field, NAME_LENGTH, text)
    if not text.isprintable():
        raise invalid(field, text, "It must be one line of characters that can be seen.")
    return text


def new_slug() -> str:
    """A name for a short link that nobody can guess."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(SLUG_LENGTH))


def share_slug(path: str, query: str) -> str:
    """The name of the short link to a place: always the same for the same place."""
    digest = hashlib.sha256(f"{path}?{query}".encode()).digest()
    number = int.from_bytes(digest, "big")
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in range(SLUG_LENGTH))


def view_not_found(slug: str) -> NotFound:
    """There is no view and no share with this slug."""
    return NotFound(f"There is no view '{slug}'. It may have been deleted.")


def view_name_taken(name: str, experiment_id: int) -> AlreadyExists:
    """Another view of the experiment has the name."""
    return AlreadyExists(
        f"The experiment {experiment_id} has a view with the name '{name}' already."
        " Choose another name, or update that view."
    )


def share_is_fixed(slug: str) -> InvalidParameter:
    """A share is to be changed, or made a default."""
    return InvalidParameter(
        f"'{slug}' is a link that was shared, and what it leads to can't change. Save a view with"
        " a name instead."
    )


def check_count(count: int, experiment_id: int) -> None:
    """Raise InvalidParameter where an experiment with `count` views can't have one more."""
    if count >= VIEWS_PER_EXPERIMENT:
        raise InvalidParameter(
            f"The experiment {experiment_id} has {count} views, and can have no more. Delete one."
        )
