"""Rules of curves and bands."""

import math
from collections.abc import Sequence
from math import nan

import pytest

from sagwan.domain.bands import Band
from sagwan.domain.buckets import Curve
from sagwan.domain.limits import INT64_MAX, INT64_MIN
from sagwan.entities import Metric
from sagwan.storage.base import Axis, GroupsQuery, RunBatch, SeriesQuery
from sagwan.testing.storage.batches import LARGEST
from sagwan.testing.storage.lab import Lab
from sagwan.testing.storage.runs import UNKNOWN

Point = tuple[float, float]


def read(
    lab: Lab,
    run_ids: Sequence[str],
    keys: Sequence[str] = ("m",),
    axis: Axis = Axis.STEP,
    buckets: int = 100,
    within: tuple[float | None, float | None] = (None, None),
) -> list[tuple[str, str, Curve]]:
    query = SeriesQuery(run_ids, keys, axis, buckets, *within)
    return [(each.run_id, each.key, each.curve) for each in lab(lab.store.series.read(query))]


def curve(
    lab: Lab,
    run: str,
    axis: Axis = Axis.STEP,
    buckets: int = 100,
    within: tuple[float | None, float | None] = (None, None),
) -> Curve:
    [(_, _, found)] = read(lab, [run], axis=axis, buckets=buckets, within=within)
    return found


def points_of(found: Curve) -> list[Point]:
    """The points of a curve that has them all."""
    assert found.buckets is None
    assert found.points == len(found.x) == len(found.value)
    return list(zip(found.x.tolist(), found.value.tolist(), strict=True))


def entries_of(found: Curve) -> list[tuple[float, ...]]:
    """Of each bucket x, value, least, greatest, mean and count."""
    assert found.buckets is not None
    buckets = found.buckets
    assert (found.x.tolist(), len(found.value)) == (buckets.x.tolist(), len(buckets))
    columns = (
        found.x,
        found.value,
        buckets.least,
        buckets.greatest,
        buckets.mean,
        buckets.count,
    )
    return list(zip(*(column.tolist() for column in columns), strict=True))


def steps(count: int, key: str = "m") -> list[Metric]:
    return [Metric(key, float(step % 7), 1000 + 10 * step, step) for step in range(count)]


def root(number: float) -> float:
    return round(math.sqrt(number), 12)


class CurveRules:
    def test_few_points_are_shown_as_they_are(self, lab: Lab) -> None:
        run = lab.run()
        lab.log(run, [Metric("m", 0.5, 30, 2), Metric("m", 1.5, 10, 1), Metric("n", 9.0, 0, 0)])
        assert points_of(curve(lab, run)) == [(1.0, 1.5), (2.0, 0.5)]
        assert points_of(curve(lab, run, buckets=2)) == [(1.0, 1.5), (2.0, 0.5)]

    def test_x_may_be_steps_or_times(self, lab: Lab) -> None:
        run = lab.run(start_time=1000)
        lab.log(run, [Metric("m", 1.0, 1500, 9), Metric("m", 2.0, 1200, 8)])
        lab.log(run, [Metric("m", 3.0, 900, 7)])
        assert points_of(curve(lab, run)) == [(7.0, 3.0), (8.0, 2.0), (9.0, 1.0)]
        times = [(900.0, 3.0), (1200.0, 2.0), (1500.0, 1.0)]
        assert points_of(curve(lab, run, Axis.TIME)) == times
        relative = [(x - 1000.0, value) for x, value in times]
        assert points_of(curve(lab, run, Axis.RELATIVE)) == relative

    def test_points_of_one_step_come_by_time_and_of_one_time_by_step(self, lab: Lab) -> None:
        run = lab.run()
        logged = [(1, 5, 1.0), (1, 4, 2.0), (0, 5, 3.0), (1, 5, -1.0)]
        lab.log(run, [Metric("m", value, time, step) for time, step, value in logged])
        values = [value for _, value in points_of(curve(lab, run))]
        assert values == [2.0, 3.0, -1.0, 1.0]
        values = [value for _, value in points_of(curve(lab, run, Axis.TIME))]
        assert values == [3.0, 2.0, -1.0, 1.0]

    def test_many_points_are_cut_into_buckets_of_equal_width(self, lab: Lab) -> None:
        run = lab.run()
        lab.log(run, [Metric("m", value, step, step) for step, value in enumerate([3, 1, 2, 9])])
        lab.log(run, [Metric("m", 7.0, 100, 100)])
        assert entries_of(curve(lab, run, buckets=4)) == [
            (3.0, 9.0, 1.0, 9.0, 3.75, 4),
            (100.0, 7.0, 7.0, 7.0, 7.0, 1),
        ]

    def test_the_extremes_of_a_long_series_are_kept(self, lab: Lab) -> None:
        run = lab.run()
        values = [math.sin(step / 50) for step in range(2000)]
        values[777], values[1333] = 50.0, -50.0
        logged = [Metric("m", value, step, step) for step, value in enumerate(values)]
        for start in (1500, 0, 1000, 500):
            lab.log(run, logged[start : start + 500])
        found = curve(lab, run, buckets=40)
        entries = entries_of(found)
        assert (found.points, len(entries)) == (2000, 40)
        assert sum(entry[5] for entry in entries) == 2000
        for number, (x, last, least, greatest, mean, count) in enumerate(entries):
            inside = [
                value
                for step, value in enumerate(values)
                if int(step * 40 / 1999) == number or (step == 1999 and number == 39)
            ]
            assert (x, last, count) == (float(values.index(inside[-1])), inside[-1], len(inside))
            assert (least, greatest) == (min(inside), max(inside))
            assert mean == pytest.approx(math.fsum(inside) / len(inside), rel=1e-12, abs=1e-12)

    def test_the_bounds_are_included(self, lab: Lab) -> None:
        run = lab.run(start_time=1000)
        lab.log(run, steps(10))
        assert [x for x, _ in points_of(curve(lab, run, within=(3, 6)))] == [3, 4, 5, 6]
        assert [x for x, _ in points_of(curve(lab, run, within=(7.5, None)))] == [8, 9]
        assert [x for x, _ in points_of(curve(lab, run, within=(None, -0.0)))] == [0]
        found = points_of(curve(lab, run, Axis.TIME, within=(1010, 1020)))
        assert [x for x, _ in found] == [1010, 1020]
        found = points_of(curve(lab, run, Axis.RELATIVE, within=(80, 1e300)))
        assert [x for x, _ in found] == [80, 90]
        assert read(lab, [run], within=(20, 30)) == []
        assert read(lab, [run], within=(2.1, 2.9)) == []

    def test_buckets_reach_as_far_as_the_bounds(self, lab: Lab) -> None:
        run = lab.run()
        lab.log(run, steps(10))
        found = curve(lab, run, buckets=2, within=(0, 100))
        assert [entry[5] for entry in entries_of(found)] == [10]
        found = curve(lab, run, buckets=4, within=(-7, None))
        assert [(entry[0], entry[5]) for entry in entries_of(found)] == [(0, 1), (4, 4), (9, 5)]
        found = curve(lab, run, buckets=4, within=(1, 8))
        assert (found.points, [entry[5] for entry in entries_of(found)]) == (8, [2, 2, 2, 2])

    def test_nan_is_a_point_but_no_value(self, lab: Lab) -> None:
        run = lab.run()
        values = [1.0, nan, nan, nan, 3.0, nan]
        lab.log(run, [Metric("m", value, step, step) for step, value in enumerate(values)])
        shown = points_of(curve(lab, run))
        assert [str(value) for _, value in shown] == list(map(str, values))
        found = curve(lab, run, buckets=3)
        assert found.points == 6
        assert list(map(str, entries_of(found))) == [
            "(1.0, nan, 1.0, 1.0, 1.0, 1)",
            "(3.0, nan, nan, nan, nan, 0)",
            "(5.0, nan, 3.0, 3.0, 3.0, 1)",
        ]

    def test_duplicates_are_no_points(self, lab: Lab) -> None:
        run = lab.run()
        for _ in range(3):
            lab(lab.store.runs.log_batch(RunBatch(run, steps(4))))
        lab.log(run, [Metric("m", -0.0, 1000, 0), Metric("m", nan, 0, 0), Metric("m", nan, 0, 0)])
        found = points_of(curve(lab, run))
        assert [x for x, _ in found] == [0, 0, 1, 2, 3]
        assert [str(value) for _, value in found[:2]] == ["nan", "0.0"]

    def test_series_come_in_the_order_asked_for(self, lab: Lab) -> None:
        a, b = lab.run("a"), lab.run("b")
        lab.log(a, [*steps(2, "m"), *steps(3, "n")])
        lab.log(b, [*steps(4, "n"), Metric("other", 1.0, 0, 0)])
        found = read(lab, [b, UNKNOWN, a, b], ["n", "nothing", "m", "n"])
        assert [(run, key, len(points_of(curve))) for run, key, curve in found] == [
            (b, "n", 4),
            (a, "n", 3),
            (a, "m", 2),
        ]

    def test_nothing_is_found_for_nothing(self, lab: Lab) -> None:
        run = lab.run()
        lab.log(run, steps(2))
        assert read(lab, []) == []
        assert read(lab, [run], []) == []

    def test_many_keys_of_many_runs(self, lab: Lab) -> None:
        names = [lab.run(f"r{number}") for number in range(5)]
        keys = [f"k{number}" for number in range(4)]
        for at, run in enumerate(names):
            for step in range(6):
                lab.log(run, [Metric(key, at + i / 8, step, step) for i, key in enumerate(keys)])
        found = read(lab, names, keys, buckets=3)
        assert [(run, key) for run, key, _ in found] == [(r, k) for r in names for k in keys]
        for number, (_, _, one) in enumerate(found):
            value = number // 4 + number % 4 / 8
            assert entries_of(one) == [(x, value, value, value, value, 2) for x in (1, 3, 5)]

    def test_the_farthest_steps_and_the_largest_values(self, lab: Lab) -> None:
        run = lab.run()
        at = [(INT64_MIN, LARGEST), (0, LARGEST), (1, -LARGEST), (2, LARGEST), (INT64_MAX, 1.0)]
        lab.log(run, [Metric("m", value, 0, step) for step, value in at])
        assert points_of(curve(lab, run)) == [(float(step), value) for step, value in at]
        entries = entries_of(curve(lab, run, buckets=2))
        assert [(entry[0], *entry[2:4], entry[5]) for entry in entries] == [
            (-(2.0**63), LARGEST, LARGEST, 1),
            (2.0**63, -LARGEST, LARGEST, 4),
        ]
        assert entries[1][4] == pytest.approx(LARGEST / 4)

    def test_bounds_far_away(self, lab: Lab) -> None:
        run = lab.run()
        places = [INT64_MIN, -(2**60) - 1, 0, 2**60 + 1, INT64_MAX]
        for at in places:
            lab.log(run, [Metric("m", 1.0, at, at)])
        for axis in (Axis.STEP, Axis.TIME):
            for bounds in ((None, None), (-(2.0**63), 2.0**63), (-1e300, 1e300)):
                found = points_of(curve(lab, run, axis, within=bounds))
                assert [x for x, _ in found] == list(map(float, places))
            for at in places:
                [(x, _)] = points_of(curve(lab, run, axis, within=(float(at), float(at))))
                assert x == float(at)
        assert read(lab, [run], within=(1e30, 1e300)) == []
        assert read(lab, [run], within=(-1e300, -1e30)) == []


class BandRules:
    @staticmethod
    def bands(
        lab: Lab,
        groups: Sequence[Sequence[str]],
        keys: Sequence[str] = ("m",),
        axis: Axis = Axis.STEP,
        buckets: int = 100,
        within: tuple[float | None, float | None] = (None, None),
    ) -> list[tuple[int, str, int, Band]]:
        query = GroupsQuery(groups, keys, axis, buckets, *within)
        return [
            (each.group, each.key, each.runs, each.band)
            for each in lab(lab.store.series.groups(query))
        ]

    @staticmethod
    def entries(band: Band) -> list[tuple[float, ...]]:
        """Of each bucket x, count, mean, deviation (of 12 digits), least and greatest."""
        deviation = band.deviation.round(12)
        columns = (band.x, band.count, band.mean, deviation, band.least, band.greatest)
        return list(zip(*(column.tolist() for column in columns), strict=True))

    def test_each_x_is_a_bucket_where_there_are_few(self, lab: Lab) -> None:
        a, b, c = (lab.run(name, start_time=at) for at, name in enumerate("abc"))
        lab.log(a, [Metric("m", 1.0, 10, 0), Metric("m", 4.0, 20, 5)])
        lab.log(b, [Metric("m", 3.0, 10, 0), Metric("m", 9.0, 11, 2)])
        lab.log(c, [Metric("m", 8.0, 10, 0), Metric("n", 8.0, 10, 0)])
        [(group, key, runs, band)] = self.bands(lab, [[a, b, c]], buckets=3)
        assert (group, key, runs) == (0, "m", 3)
        assert self.entries(band) == [
            (0.0, 3, 4.0, root(13), 1.0, 8.0),
            (2.0, 1, 9.0, 0.0, 9.0, 9.0),
            (5.0, 1, 4.0, 0.0, 4.0, 4.0),
        ]
        [(_, _, _, band)] = self.bands(lab, [[a, b, c]], axis=Axis.RELATIVE)
        assert band.x.tolist() == [8, 9, 10, 20]

    def test_a_member_counts_with_its_mean_in_a_bucket(self, lab: Lab) -> None:
        a, b = lab.run("a"), lab.run("b")
        lab.log(a, [Metric("m", float(step), step, step) for step in range(10)])
        lab.log(b, [Metric("m", 10.0, step, step) for step in (1, 9)])
        [(_, _, _, band)] = self.bands(lab, [[a, b]], buckets=2)
        assert self.entries(band) == [
            (4.0, 2, 6.0, root(32), 2.0, 10.0),
            (9.0, 2, 8.5, root(4.5), 7.0, 10.0),
        ]
        [(_, _, _, band)] = self.bands(lab, [[a, b]], buckets=2, within=(0, 20))
        assert self.entries(band) == [(9.0, 2, 7.25, root(15.125), 4.5, 10.0)]

    def test_bounds_choose_the_points(self, lab: Lab) -> None:
        a, b = lab.run("a"), lab.run("b")
        lab.log(a, steps(10))
        lab.log(b, steps(3))
        [(_, _, runs, band)] = self.bands(lab, [[a, b]], within=(2, 4))
        assert (runs, band.x.tolist(), band.count.tolist()) == (2, [2, 3, 4], [2, 1, 1])
        [(_, _, runs, band)] = self.bands(lab, [[a, b]], within=(3, None))
        assert (runs, band.x.tolist()) == (1, [3, 4, 5, 6, 7, 8, 9])
        assert self.bands(lab, [[a, b]], within=(20, None)) == []

    def test_nan_is_no_value(self, lab: Lab) -> None:
        a, b = lab.run("a"), lab.run("b")
        lab.log(a, [Metric("m", nan, 0, 0), Metric("m", 2.0, 1, 1), Metric("m", nan, 2, 2)])
        lab.log(b, [Metric("m", nan, 0, 0), Metric("m", 4.0, 2, 2), Metric("n", nan, 0, 0)])
        [(_, key, runs, band)] = self.bands(lab, [[a, b]], ["m", "n"])
        assert (key, runs) == ("m", 2)
        assert self.entries(band) == [(1.0, 1, 2.0, 0.0, 2.0, 2.0), (2.0, 1, 4.0, 0.0, 4.0, 4.0)]

    def test_groups_and_keys_come_in_the_order_asked_for(self, lab: Lab) -> None:
        a, b = lab.run("a"), lab.run("b")
        lab.log(a, [*steps(2, "m"), *steps(2, "n")])
        lab.log(b, steps(4, "m"))
        found = self.bands(lab, [[b], [], [a, UNKNOWN, b, a]], ["n", "m", "n", "x"])
        assert [(group, key, runs, len(band.x)) for group, key, runs, band in found] == [
            (0, "m", 1, 4),
            (2, "n", 1, 2),
            (2, "m", 2, 4),
        ]
