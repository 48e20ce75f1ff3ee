"""What HDFS and WebHDFS have in common: their URIs, their users, and what their errors mean."""

import errno
import getpass
import os
import re
import sys
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from sagwan.errors import InvalidParameter

if sys.platform != "win32":
    import pwd

_NOT_FOUND = {"FileNotFoundException", "ParentNotFoundException"}
_FORBIDDEN = {
    "AccessControlException",
    "AuthorizationException",
    "InvalidToken",
    "SecurityException",
    "UnauthorizedException",
}
_BAD_NAMES = {
    "HadoopIllegalArgumentException",
    "IllegalNameException",
    "InvalidPathException",
    "PathComponentTooLongException",
}
_FULL = {
    "DSQuotaExceededException",
    "MaxDirectoryItemsExceededException",
    "NSQuotaExceededException",
    "QuotaByStorageTypeExceededException",
    "QuotaExceededException",
}


class Place(NamedTuple):
    """A URI's parts, as Hadoop understands them: nothing in them is percent-decoded.

    `host` is "" where the URI has none, `port` is None; `path` is absolute.
    """

    scheme: str
    user: str
    host: str
    port: int | None
    path: str

    @property
    def name(self) -> str:
        """The URI as it may be shown."""
        return f"{self.scheme}://{self.address}{self.path}"

    @property
    def address(self) -> str:
        """The host, in brackets where it is one of IPv6, with the port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"


def parse(uri: str) -> Place:
    """The parts of a URI. Raises InvalidParameter where Hadoop has no such URIs."""
    split, port = _split(uri)
    scheme = split.scheme
    if split.password is not None:
        raise InvalidParameter(f"A {scheme}:// URI can't hold a password. Leave it out.")
    if split.query or split.fragment or "?" in uri or "#" in uri:
        raise InvalidParameter(f"A {scheme}:// URI can't have a query or a fragment: '{uri}'")
    path = "/" + "/".join(part for part in split.path.split("/") if part)
    for part in path.split("/"):
        if part in (".", "..") or ":" in part:
            raise InvalidParameter(f"HDFS has no paths like that of '{uri}'.")
    return Place(scheme, split.username or "", split.hostname or "", port, path)


def _split(uri: str) -> tuple[SplitResult, int | None]:
    try:
        split = urlsplit(uri)
        return split, split.port
    except ValueError as error:
        # The text of some of these errors holds a password.
        scheme = uri.partition(":")[0]
        raise InvalidParameter(f"This {scheme}:// URI is not valid: its host or port.") from error


def user_of(place: Place, environ: Mapping[str, str]) -> str:
    """Who acts on HDFS without Kerberos: the URI's user, HADOOP_USER_NAME, or the process's."""
    return place.user or environ.get("HADOOP_USER_NAME", "") or process_user()


def process_user() -> str:
    """The name of the user that this process runs as; its number where there is no name."""
    if sys.platform == "win32":
        return getpass.getuser()
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def error_of(exception: str, message: str) -> OSError:
    """What a Hadoop server's exception is to an operating system.

    `exception` is the class, with or without its package; of `message` the first line counts.
    """
    kind = re.split(r"[.$]", exception)[-1]
    text = message.strip().split("\n")[0].strip()
    if kind in _NOT_FOUND:
        if text.startswith("Path is not a file"):
            return IsADirectoryError(errno.EISDIR, text)
        return FileNotFoundError(errno.ENOENT, text)
    if kind in _FORBIDDEN:
        return PermissionError(errno.EACCES, text)
    if kind in _BAD_NAMES or "Pathname too long" in text:
        return OSError(errno.EINVAL, text)
    if kind in _FULL:
        return OSError(errno.EDQUOT, text)
    if kind == "PathIsNotEmptyDirectoryException":
        return OSError(errno.ENOTEMPTY, text)
    if "must both be directories" in text or text.endswith("already exists as a directory"):
        return IsADirectoryError(errno.EISDIR, text)
    if kind == "ParentNotDirectoryException" or "is not a directory" in text:
        return NotADirectoryError(errno.ENOTDIR, text)
    if kind in ("FileAlreadyExistsException", "AlreadyBeingCreatedException"):
        return FileExistsError(errno.EEXIST, text)
    return ConnectionError(f"{kind}: {text}" if text else kind)
