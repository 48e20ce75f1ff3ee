"""What the URI of a file server says."""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from sagwan.errors import InvalidParameter


@dataclass(frozen=True)
class Address:
    """Where a store is and who asks; `shown` is the URI as messages may hold it.

    `path` stands for itself, as the protocol's clients take it: "%20" in it is no space. User and
    password are decoded.
    """

    host: str
    port: int | None
    user: str | None
    password: str | None = field(repr=False)
    path: str
    shown: str


def parse_address(uri: str) -> Address:
    """The address in `scheme://[user[:password]@][host][:port][/path]`.

    Without a host it is this machine, as it is for the protocol's clients. Raises InvalidParameter,
    without the URI: who can say where the password ends in one that is malformed?
    """
    scheme = uri.partition(":")[0]
    form = f"{scheme}://user:password@host:port/path"
    try:
        split = urlsplit(uri)
        port = split.port
    except ValueError:
        raise InvalidParameter(
            f"The artifact store's {scheme} URI is malformed. It has the form {form}, where"
            " characters of user and password such as '@', '/', ':' and '#' are percent-encoded."
        ) from None
    if split.query or split.fragment or not uri.startswith(f"{scheme}://"):
        raise InvalidParameter(
            f"The artifact store's {scheme} URI has the form {form}, without '?' and '#'."
        )
    host = split.hostname or "localhost"
    user = unquote(split.username) if split.username else None
    password = None if split.password is None else unquote(split.password)
    shown_host = f"[{host}]" if ":" in host else host
    shown = f"{scheme}://{f'{split.username}@' if user else ''}{shown_host}"
    shown += (f":{port}" if port else "") + split.path
    return Address(host, port, user, password, split.path, shown)
