"""Rules of the histories of metrics."""

from math import isnan, nan

from sagwan.domain.limits import INT64_MAX, INT64_MIN
from sagwan.entities import Metric
from sagwan.errors import InvalidParameter
from sagwan.storage.base import RunBatch
from sagwan.testing.storage.batches import LARGEST, SMALLEST
from sagwan.testing.storage.experiments import BAD_TOKEN, BAD_TOKENS
from sagwan.testing.storage.lab import Lab
from sagwan.testing.storage.runs import UNKNOWN


def points(count: int, key: str = "m") -> list[Metric]:
    return [Metric(key, index / 7, 1000 + index, index) for index in range(count)]


class HistoryRules:
    def test_every_point_is_kept(self, lab: Lab) -> None:
        run, other = lab.run("a"), lab.run("b")
        for step in range(3):
            lab.log(run, [Metric("m", step * 0.1, step, step), Metric("n", 1.0, step, 0)])
        lab.log(other, [Metric("m", 9.0, 0, 0)])
        assert lab.history(run, "m") == [(0, 0, 0.0), (1, 1, 0.1), (2, 2, 0.2)]
        assert lab.history(run, "n") == [(0, 0, 1.0), (1, 0, 1.0), (2, 0, 1.0)]
        assert lab.history(other, "m") == [(0, 0, 9.0)]

    def test_points_come_by_time_then_step_then_value(self, lab: Lab) -> None:
        run = lab.run()
        logged = [(2, 0, 1.0), (1, 5, 3.0), (1, 4, 9.0), (1, 5, -3.0), (0, 9, 0.0)]
        lab.log(run, [Metric("m", value, time, step) for time, step, value in logged])
        assert lab.history(run, "m") == sorted(logged)

    def test_an_exact_duplicate_is_kept_once(self, lab: Lab) -> None:
        run = lab.run()
        twice = [Metric("m", 1.0, 1, 1), Metric("m", 1.0, 1, 1), Metric("m", nan, 1, 1)]
        lab.log(run, twice)
        lab.log(run, twice)
        values = [value for _, _, value in lab.history(run, "m")]
        assert len(values) == 2
        assert values.count(1.0) == 1
        assert sum(map(isnan, values)) == 1

    def test_points_that_differ_in_one_thing_are_all_kept(self, lab: Lab) -> None:
        run = lab.run()
        logged = [(1, 1, 1.0), (1, 1, 2.0), (1, 2, 1.0), (2, 1, 1.0)]
        lab.log(run, [Metric("m", value, time, step) for time, step, value in logged])
        assert lab.history(run, "m") == logged

    def test_nan_and_zero_are_two_points(self, lab: Lab) -> None:
        run = lab.run()
        lab.log(run, [Metric("m", nan, 1, 1), Metric("m", 0.0, 1, 1)])
        values = [value for _, _, value in lab.history(run, "m")]
        assert sorted(map(str, values)) == ["0.0", "nan"]

    def test_numbers_come_back_as_they_went(self, lab: Lab) -> None:
        run = lab.run()
        logged = [
            (0, INT64_MIN, LARGEST),
            (1, INT64_MAX, -LARGEST),
            (2, -1, SMALLEST),
            (INT64_MAX, 2**53 + 1, 0.1 + 0.2),
        ]
        lab.log(run, [Metric("m", value, time, step) for time, step, value in logged])
        assert lab.history(run, "m") == logged

    def test_what_was_never_logged_is_empty(self, lab: Lab) -> None:
        run = lab.run()
        assert lab.history(run, "m") == []
        assert lab.history(UNKNOWN, "m") == []

    def test_pages_hold_everything_once_in_order(self, lab: Lab) -> None:
        run = lab.run()
        logged = [(step // 3, step % 2, float(step % 4)) for step in range(20)]
        for start in (0, 5, 10, 15):
            part = logged[start : start + 5]
            lab.log(run, [Metric("m", value, time, step) for time, step, value in part])
        everything = lab(lab.store.metrics.history(run, "m")).items
        assert len(everything) == len(set(logged))
        for limit in (1, 7, len(everything) - 1):
            found, token = [], None
            while True:
                page = lab(lab.store.metrics.history(run, "m", limit, token))
                found += page.items
                token = page.next_page_token
                if token is None:
                    break
                assert len(page.items) == limit
            assert found == everything

    def test_the_last_page_has_no_token(self, lab: Lab) -> None:
        run = lab.run()
        lab.log(run, points(4))
        assert lab(lab.store.metrics.history(run, "m", 4)).next_page_token is None

    def test_a_token_alone_asks_for_the_rest(self, lab: Lab) -> None:
        run = lab.run()
        lab.log(run, points(5))
        token = lab(lab.store.metrics.history(run, "m", 2)).next_page_token
        page = lab(lab.store.metrics.history(run, "m", page_token=token))
        assert [point.step for point in page.items] == [2, 3, 4]
        assert page.next_page_token is None

    def test_a_token_that_nobody_gave_is_refused(self, lab: Lab) -> None:
        run = lab.run()
        lab.log(run, points(3))
        for token in BAD_TOKENS:
            call = lab.store.metrics.history(run, "m", 2, token)
            lab.refuses(InvalidParameter, BAD_TOKEN, call)

    def test_a_token_of_another_history_is_refused(self, lab: Lab) -> None:
        run = lab.run()
        lab.log(run, [*points(3, "m"), *points(3, "n")])
        token = lab(lab.store.metrics.history(run, "n", 1)).next_page_token
        call = lab.store.metrics.history(run, "m", 1, token)
        lab.refuses(InvalidParameter, BAD_TOKEN, call)

    def test_a_long_history_in_many_batches(self, lab: Lab) -> None:
        run = lab.run()
        logged = points(2500)
        # Late batches come first, and the parts overlap.
        for start in (2000, 1500, 1000, 500, 0):
            lab.log(run, logged[start : start + 700])
        assert lab(lab.store.metrics.history(run, "m")).items == logged
        assert lab.get(run).data.metrics == logged[-1:]


class BulkRules:
    def test_runs_come_by_id_with_their_points_in_order(self, lab: Lab) -> None:
        a, b = lab.run("a"), lab.run("b")
        lab.log(b, [Metric("m", 1.0, 5, 0)])
        lab.log(a, [Metric("m", 2.0, 7, 0), Metric("m", 3.0, 6, 9), Metric("n", 4.0, 0, 0)])
        assert lab(lab.store.metrics.bulk([b, a, UNKNOWN], "m", 10)) == [
            Metric("m", 3.0, 6, 9, run_id=a),
            Metric("m", 2.0, 7, 0, run_id=a),
            Metric("m", 1.0, 5, 0, run_id=b),
        ]

    def test_the_limit_is_for_all_runs(self, lab: Lab) -> None:
        a, b = lab.run("a"), lab.run("b")
        lab.log(a, points(3))
        lab.log(b, points(3))
        found = lab(lab.store.metrics.bulk([a, b], "m", 4))
        assert [(point.run_id, point.step) for point in found] == [
            (a, 0),
            (a, 1),
            (a, 2),
            (b, 0),
        ]

    def test_a_run_that_is_named_twice_comes_once(self, lab: Lab) -> None:
        run = lab.run()
        lab.log(run, points(2))
        assert len(lab(lab.store.metrics.bulk([run, run], "m", 10))) == 2

    def test_nothing_is_found_for_no_runs(self, lab: Lab) -> None:
        assert lab(lab.store.metrics.bulk([], "m", 10)) == []


class SampleRules:
    def test_the_first_of_each_bucket_and_the_last_are_taken(self, lab: Lab) -> None:
        cases = [
            (0, 3, []),
            (1, 3, [0]),
            (3, 3, [0, 1, 2]),
            (4, 3, [0, 2, 3]),
            (10, 3, [0, 4, 7, 9]),
            (10, 1, [0, 9]),
            (10, 100, list(range(10))),
            (100, 4, [0, 25, 50, 75, 99]),
        ]
        for count, limit, steps in cases:
            run = lab.run(f"{count} {limit}")
            lab.log(run, points(count))
            found = lab(lab.store.metrics.sample([run], "m", None, limit))
            assert [(point.run_id, point.step) for point in found] == [
                (run, step) for step in steps
            ]

    def test_points_come_by_step_then_time_then_value(self, lab: Lab) -> None:
        run = lab.run()
        logged = [(1, 2, 1.0), (9, 1, 1.0), (5, 1, 2.0), (5, 1, 1.0), (0, 3, 1.0)]
        lab.log(run, [Metric("m", value, time, step) for time, step, value in logged])
        found = lab(lab.store.metrics.sample([run], "m", None, 9))
        assert [(point.step, point.timestamp, point.value) for point in found] == sorted(
            (step, time, value) for time, step, value in logged
        )

    def test_the_bounds_of_the_steps_are_included(self, lab: Lab) -> None:
        run = lab.run()
        lab.log(run, points(10))
        found = lab(lab.store.metrics.sample([run], "m", (3, 6), 9))
        assert [point.step for point in found] == [3, 4, 5, 6]
        assert lab(lab.store.metrics.sample([run], "m", (20, 30), 9)) == []
        found = lab(lab.store.metrics.sample([run], "m", (INT64_MIN, INT64_MAX), 9))
        assert [point.step for point in found] == [0, 2, 3, 4, 5, 6, 7, 8, 9]

    def test_runs_are_sampled_apart_in_the_order_asked_for(self, lab: Lab) -> None:
        a, b = lab.run("a"), lab.run("b")
        lab.log(a, points(10))
        lab.log(b, points(2))
        found = lab(lab.store.metrics.sample([b, UNKNOWN, a], "m", None, 2))
        assert [(point.run_id, point.step) for point in found] == [
            (b, 0),
            (b, 1),
            (a, 0),
            (a, 5),
            (a, 9),
        ]

    def test_duplicates_are_no_points(self, lab: Lab) -> None:
        run = lab.run()
        for _ in range(3):
            lab(lab.store.runs.log_batch(RunBatch(run, points(4))))
        found = lab(lab.store.metrics.sample([run], "m", None, 2))
        assert [point.step for point in found] == [0, 2, 3]
