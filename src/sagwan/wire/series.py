"""Requests and answers about many series at once: Sagwan's own, for charts."""

import msgspec

from sagwan.entities import Entity
from sagwan.entities.base import Int64
from sagwan.wire.frames import Place


class ReadSeries(Entity):
    """POST series; each of the keys of each of the runs, for charts.

    `x` is `step`, `time` in Unix milliseconds, or `relative`, in milliseconds since the run's
    start_time. `from` and `to` bound it, both included. A series with more points than `buckets` is
    cut into so many of equal width, from `from` to `to` or over its own range. With `narrow`,
    values come in single precision, and `min` and `max` are rounded outwards to 16 significant
    bits; with `planes`, arrays come in planes, which makes a compressed answer smaller.
    `arrays` are those wanted beside x and value, of `min`, `max`, `mean` and `count`; all where
    it is empty. At most 1,000 runs, 100 keys, 5,000 series and 2,000,000 buckets in all.
    """

    run_ids: list[str]
    keys: list[str]
    x: str = "step"
    start: float | None = msgspec.field(name="from", default=None)
    end: float | None = msgspec.field(name="to", default=None)
    buckets: Int64 = 320
    narrow: bool = False
    planes: bool = False
    arrays: list[str] = []


class SeriesArrays(msgspec.Struct, omit_defaults=True):
    """Where in the frame the arrays of a series are, as [offset, type].

    `x` (f8) and `value` are the points where all are there, else the last point of each bucket that
    has one; then `min`, `max`, `mean` and `count` (u4) are of its values that are not NaN.
    """

    x: Place
    value: Place
    min: Place | None = None
    max: Place | None = None
    mean: Place | None = None
    count: Place | None = None


class SeriesEntry(msgspec.Struct):
    """A series that has points in the range: how many, and `n` entries in each of its arrays.

    `exact` where each entry is a point.
    """

    run: str
    key: str
    points: int
    n: int
    exact: bool
    arrays: SeriesArrays


class SeriesFrame(Entity):
    """A frame; this is what its header holds.

    It is `SGW1`, the length of a JSON header (uint32), the header, zeros up to a multiple of 8
    bytes from the start, then arrays, each beginning at a multiple of 8 bytes. All numbers are
    little-endian; `f8` and `f4` are floating-point numbers of 8 and 4 bytes, `u4` unsigned
    integers. An array's offset is in bytes from where the first one begins; arrays of the same
    bytes have one offset. Where `planes` is true, an array has the first bytes of all its numbers,
    then the second ones, and so on. The header holds the series that have points in the range.
    """

    series: list[SeriesEntry]
    planes: bool | None = None


class RunGroup(msgspec.Struct):
    """Runs that belong together, such as the seeds of one configuration."""

    name: str
    run_ids: list[str]


class ReadGroups(Entity):
    """POST series/group; for each of the keys, the statistics of each group's runs.

    Each run counts with the mean of its points in a bucket. Where all runs of a group together have
    no more different x than `buckets`, each x is a bucket; else they are of equal width, from
    `from` to `to` or over the group's own range. `x` is `step` or `relative`, as in series. At most
    100 keys, 5,000 series in all groups and 2,000,000 buckets in all.
    """

    groups: list[RunGroup]
    keys: list[str]
    x: str = "step"
    start: float | None = msgspec.field(name="from", default=None)
    end: float | None = msgspec.field(name="to", default=None)
    buckets: Int64 = 320


class GroupArrays(msgspec.Struct):
    """Where in the frame the arrays of a group are, as [offset, type].

    Of each bucket the greatest x, how many runs have a value in it (`n`, u4), and the mean, the
    standard deviation (of a sample; 0 of one run), the least and the greatest of their values.
    """

    x: Place
    n: Place
    mean: Place
    std: Place
    min: Place
    max: Place


class GroupEntry(msgspec.Struct):
    """A key of a group: how many of its runs have values, and `n` entries in each of its arrays."""

    group: str
    key: str
    runs: int
    n: int
    arrays: GroupArrays


class GroupFrame(Entity):
    """A frame as that of `series`; this is what its header holds.

    NaN counts as no value. The header holds the keys that have values in the range.
    """

    series: list[GroupEntry]
