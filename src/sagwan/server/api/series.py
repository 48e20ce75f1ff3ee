"""Handlers of series for charts."""

from math import isfinite

import numpy as np

from sagwan.domain.buckets import Curve, Floats
from sagwan.domain.limits import (
    SERIES_BUCKETS,
    SERIES_ENTRIES,
    SERIES_KEYS,
    SERIES_READ,
    SERIES_RUNS,
)
from sagwan.errors import InvalidParameter, invalid
from sagwan.server.context import Context
from sagwan.server.frames import FrameHandler
from sagwan.storage.base import Axis, GroupsQuery, SeriesQuery
from sagwan.wire import endpoints
from sagwan.wire import series as wire
from sagwan.wire.base import Endpoint
from sagwan.wire.frames import FrameWriter

_ARRAYS = ("value", "min", "max", "mean", "count")
# A narrow bound has so many significant bits.
_BITS = 16


async def read_series(context: Context, request: wire.ReadSeries) -> bytes:
    _check_size("run_ids", len(request.run_ids), SERIES_RUNS)
    _check(request, len(request.run_ids), len(request.run_ids))
    axis = _axis(request.x, (Axis.STEP, Axis.TIME, Axis.RELATIVE))
    for name in request.arrays:
        if name not in _ARRAYS:
            raise invalid("arrays", name, f"It must be one of {', '.join(_ARRAYS)}.")
    found = await context.store.series.read(
        SeriesQuery(
            request.run_ids, request.keys, axis, request.buckets, request.start, request.end
        )
    )
    frame = FrameWriter(planes=request.planes)
    wanted = frozenset(request.arrays or _ARRAYS)
    kind = "f4" if request.narrow else "f8"
    entries = [
        wire.SeriesEntry(
            run=series.run_id,
            key=series.key,
            points=series.curve.points,
            n=len(series.curve.x),
            exact=series.curve.buckets is None,
            arrays=_arrays(frame, series.curve, wanted, kind),
        )
        for series in found
    ]
    return frame.frame(wire.SeriesFrame(entries, request.planes or None))


def _arrays(
    frame: FrameWriter, curve: Curve, wanted: frozenset[str], kind: str
) -> wire.SeriesArrays:
    arrays = wire.SeriesArrays(x=frame.add(curve.x, "f8"), value=frame.add(curve.value, kind))
    buckets = curve.buckets
    if buckets is not None:
        if "min" in wanted:
            arrays.min = frame.add(_bound(buckets.least, kind, np.floor), kind)
        if "max" in wanted:
            arrays.max = frame.add(_bound(buckets.greatest, kind, np.ceil), kind)
        if "mean" in wanted:
            arrays.mean = frame.add(buckets.mean, kind)
        if "count" in wanted:
            arrays.count = frame.add(buckets.count, "u4")
    return arrays


def _bound(values: Floats, kind: str, outwards: np.ufunc) -> Floats:
    """Bounds to be drawn; in single precision with few bits, and none of them within the values."""
    if kind != "f4":
        return values
    shares, exponents = np.frexp(values)
    with np.errstate(over="ignore"):
        bounds: Floats = np.ldexp(outwards(np.ldexp(shares, _BITS)), exponents - _BITS)
    return bounds


async def read_groups(context: Context, request: wire.ReadGroups) -> bytes:
    members = sum(len(group.run_ids) for group in request.groups)
    _check(request, members, len(request.groups))
    axis = _axis(request.x, (Axis.STEP, Axis.RELATIVE))
    found = await context.store.series.groups(
        GroupsQuery(
            [group.run_ids for group in request.groups],
            request.keys,
            axis,
            request.buckets,
            request.start,
            request.end,
        )
    )
    frame = FrameWriter()
    entries = [
        wire.GroupEntry(
            group=request.groups[one.group].name,
            key=one.key,
            runs=one.runs,
            n=len(one.band.x),
            arrays=wire.GroupArrays(
                x=frame.add(one.band.x, "f8"),
                n=frame.add(one.band.count, "u4"),
                mean=frame.add(one.band.mean, "f8"),
                std=frame.add(one.band.deviation, "f8"),
                min=frame.add(one.band.least, "f8"),
                max=frame.add(one.band.greatest, "f8"),
            ),
        )
        for one in found
    ]
    return frame.frame(wire.GroupFrame(entries))


def _check(request: wire.ReadSeries | wire.ReadGroups, run_count: int, shown: int) -> None:
    """Raise InvalidParameter where a request is beyond the limits or makes no sense.

    It is about `run_count` runs, and each of its keys is `shown` so often.
    """
    _check_size("keys", len(request.keys), SERIES_KEYS)
    if run_count * len(request.keys) > SERIES_READ:
        raise InvalidParameter(
            f"One request can read at most {SERIES_READ} series."
            f" {run_count} runs with {len(request.keys)} keys are {run_count * len(request.keys)}."
        )
    least, most = SERIES_BUCKETS
    if not least <= request.buckets <= most:
        raise invalid("buckets", request.buckets, f"It must be from {least} to {most}.")
    if shown * len(request.keys) * request.buckets > SERIES_ENTRIES:
        raise InvalidParameter(
            f"One answer can hold at most {SERIES_ENTRIES} buckets."
            f" {shown * len(request.keys)} series of {request.buckets} are more: ask for fewer of"
            " one or the other."
        )
    for name, bound in (("from", request.start), ("to", request.end)):
        if bound is not None and not isfinite(bound):
            raise invalid(name, str(bound), "It must be a finite number.")
    if request.start is not None and request.end is not None and request.start > request.end:
        raise invalid("from", request.start, f"It must not be after 'to', {request.end}.")


def _check_size(name: str, size: int, most: int) -> None:
    if size > most:
        raise InvalidParameter(f"'{name}' holds {size} items. At most {most} are allowed.")


def _axis(given: str, allowed: tuple[Axis, ...]) -> Axis:
    for axis in allowed:
        if given == axis.value:
            return axis
    raise invalid("x", given, f"It must be one of {', '.join(axis.value for axis in allowed)}.")


FRAMES: dict[Endpoint, FrameHandler] = {
    endpoints.READ_SERIES: read_series,
    endpoints.READ_GROUPS: read_groups,
}
