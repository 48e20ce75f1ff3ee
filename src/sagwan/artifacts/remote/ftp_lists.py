"""What FTP servers answer: replies, facts of files, and lists made for people."""

import errno
import re
from datetime import UTC, datetime, timedelta

from sagwan.artifacts.remote.files import Entry

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_FULL = re.compile(r"no space|disk full|quota", re.IGNORECASE)

_UNIX = re.compile(
    r"(?P<kind>[-dlbcps])[-rwxsStTl]{9}\S*\s+\d+\s+\S.*?\s(?P<size>\d+)\s+"
    r"(?P<month>[A-Za-z]{3})\s+(?P<day>\d{1,2})\s+(?P<when>\d{4}|\d{1,2}:\d{2}) (?P<name>.+)",
    re.DOTALL,
)
_DOS = re.compile(
    r"(?P<month>\d\d)-(?P<day>\d\d)-(?P<year>\d{2}|\d{4})\s+(?P<hour>\d\d):(?P<minute>\d\d)"
    r"(?P<half>[AP]M)?\s+(?:(?P<dir><DIR>)\s+|(?P<size>\d+)\s)(?P<name>.+)",
    re.DOTALL,
)


def refusal(reply: str) -> OSError:
    """The error for a reply that is no success.

    It has EIO where the server refuses what was asked: why, depends on the command.
    """
    code, text = reply[:3], reply[4:].strip() or reply
    if code == "421":
        return ConnectionError(text)
    if code in ("452", "552") or _FULL.search(text):
        return OSError(errno.ENOSPC, text)
    if code in ("500", "502", "504"):
        return OSError(errno.ENOTSUP, text)
    if code in ("530", "532"):
        return ConnectionError(f"it does not let us in: {text}")
    return OSError(errno.EIO if code.startswith("5") else errno.EBUSY, text)


def timestamp(value: str) -> float:
    """Unix seconds of a time as MDTM and MLST give it. 0 where it is none."""
    try:
        moment = datetime.strptime(value[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return 0.0
    fraction = value[14:]
    return moment.timestamp() + (float(fraction) if re.fullmatch(r"\.\d+", fraction) else 0.0)


def parse_facts(line: str) -> Entry | None:
    """An entry of MLSD or MLST (RFC 3659), `type=file;size=4;modify=20261124140501; name`.

    None for the folder itself and its parent.
    """
    text, _, name = line.partition(" ")
    facts = {}
    for fact in text.split(";"):
        key, _, value = fact.partition("=")
        facts[key.lower()] = value
    kind = facts.get("type", "").lower()
    if kind in ("cdir", "pdir"):
        return None
    size = facts.get("size", "")
    return Entry(
        name,
        kind == "dir",
        int(size) if size.isdecimal() else 0,
        timestamp(facts.get("modify", "")),
        facts.get("unique", ""),
        is_other=kind not in ("dir", "file"),
    )


def parse_line(line: str, now: datetime) -> Entry | None:
    """A line of LIST, as Unix or as DOS writes it. None for other lines, `.` and `..`.

    Times have no zone, and are taken for UTC.
    """
    if match := _UNIX.fullmatch(line):
        entry = _unix(match, now)
    elif match := _DOS.fullmatch(line):
        entry = _dos(match)
    else:
        return None
    return None if entry.name in (".", "..") else entry


def _unix(match: re.Match[str], now: datetime) -> Entry:
    kind, name = match["kind"], match["name"]
    if kind == "l":
        name = name.partition(" -> ")[0]
    modified = 0.0
    if match["month"].lower() in _MONTHS:
        month, day = _MONTHS.index(match["month"].lower()) + 1, int(match["day"])
        if ":" in match["when"]:
            hour, minute = map(int, match["when"].split(":"))
            modified = _moment(now.year, month, day, hour, minute)
            # A list leaves out the year of what is less than about half a year old.
            if modified > (now + timedelta(days=1)).timestamp():
                modified = _moment(now.year - 1, month, day, hour, minute)
        else:
            modified = _moment(int(match["when"]), month, day)
    return Entry(name, kind == "d", int(match["size"]), modified, is_other=kind not in "-d")


def _dos(match: re.Match[str]) -> Entry:
    year, hour = int(match["year"]), int(match["hour"])
    if year < 100:
        year += 2000 if year < 70 else 1900
    if match["half"]:
        hour = hour % 12 + (12 if match["half"] == "PM" else 0)
    modified = _moment(year, int(match["month"]), int(match["day"]), hour, int(match["minute"]))
    return Entry(match["name"], match["dir"] is not None, int(match["size"] or 0), modified)


def _moment(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> float:
    try:
        return datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp()
    except ValueError:
        return 0.0
