"""Ages as the protocol's command line writes them."""

import re

from sagwan.errors import InvalidParameter

_AGE = re.compile(
    r"((?P<days>\d+\.?\d*|\.\d+)d)?((?P<hours>\d+\.?\d*|\.\d+)h)?"
    r"((?P<minutes>\d+\.?\d*|\.\d+)m)?((?P<seconds>\d+\.?\d*|\.\d+)s)?"
)
_UNITS = {"days": 86_400_000, "hours": 3_600_000, "minutes": 60_000, "seconds": 1000}


def parse_age(text: str) -> int:
    """Milliseconds of an age like `1d2h3m4s` or `1.5h`, in this order. Raises InvalidParameter."""
    found = _AGE.fullmatch(text.strip())
    if found is None or not found.group():
        raise InvalidParameter(
            f"The age '{text}' can't be read. Write days, hours, minutes and seconds in this order,"
            " each with its letter, like 30d, 8h, 2d8h5m20s or 1.5h."
        )
    given = found.groupdict()
    return round(sum(float(given[name]) * unit for name, unit in _UNITS.items() if given[name]))
