import errno
from datetime import UTC, datetime

import pytest

from sagwan.artifacts.remote.files import Entry
from sagwan.artifacts.remote.ftp_lists import parse_facts, parse_line, refusal, timestamp

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def at(year: int, month: int, day: int, *time: int) -> float:
    return datetime(year, month, day, *time, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        (
            "-rw-r--r--    1 1000     1000         1234 Feb 28 14:05 a b.txt",
            Entry("a b.txt", False, 1234, at(2026, 2, 28, 14, 5)),
        ),
        (
            "-rw-r--r--   1 u  g  0 Dec 31 23:59  leading",
            Entry(" leading", False, 0, at(2025, 12, 31, 23, 59)),
        ),
        ("drwxr-xr-x+ 2 u g 4096 Jan  5  2019 Jan", Entry("Jan", True, 4096, at(2019, 1, 5))),
        (
            "lrwxrwxrwx 1 u g 4 Mar  1 11:00 l -> a -> b",
            Entry("l", False, 4, at(2026, 3, 1, 11), is_other=True),
        ),
        (
            "-rw------- 1 DOMAIN group one 5368709121 Mar  2 00:00 tomorrow",
            Entry("tomorrow", False, 5368709121, at(2026, 3, 2)),
        ),
        (
            "11-24-26  02:05PM       <DIR>          dir",
            Entry("dir", True, 0, at(2026, 11, 24, 14, 5)),
        ),
        ("11-24-2026  12:05AM        42 a  b", Entry("a  b", False, 42, at(2026, 11, 24, 0, 5))),
        ("total 12", None),
        ("drwxr-xr-x 2 u g 4096 Jan  5  2019 ..", None),
        ("", None),
    ],
)
def test_lines_of_lists(line: str, entry: Entry | None) -> None:
    assert parse_line(line, NOW) == entry


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        (
            "type=file;size=3;modify=20261124140501;unique=1g2; a; b=c",
            Entry("a; b=c", False, 3, at(2026, 11, 24, 14, 5, 1), "1g2"),
        ),
        (
            "Type=dir;Modify=20261124140501.500; d",
            Entry("d", True, 0, at(2026, 11, 24, 14, 5, 1) + 0.5),
        ),
        ("type=OS.unix=slink;size=9; l", Entry("l", False, 9, 0.0, is_other=True)),
        ("type=cdir;modify=20261124140501; .", None),
        ("type=pdir; ..", None),
    ],
)
def test_facts(line: str, entry: Entry | None) -> None:
    assert parse_facts(line) == entry


def test_times_that_are_none() -> None:
    assert timestamp("") == timestamp("yesterday") == timestamp("20261399000000") == 0.0


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        ("550 Failed to open file.", errno.EIO),
        ("450 Busy", errno.EBUSY),
        ("452 Insufficient storage", errno.ENOSPC),
        ("552 Exceeded", errno.ENOSPC),
        ("451 No space left on device", errno.ENOSPC),
        ("502 No.", errno.ENOTSUP),
    ],
)
def test_refusals(reply: str, code: int) -> None:
    assert refusal(reply).errno == code


@pytest.mark.parametrize("reply", ["421 Too many connections", "530 Login incorrect."])
def test_replies_that_end_a_connection(reply: str) -> None:
    assert isinstance(refusal(reply), ConnectionError)
