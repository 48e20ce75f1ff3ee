"""Snapshots take no more memory than they may."""

import numpy as np

from sagwan.storage.sql.snapshots import Snapshots


def numbers(*given: int) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    return np.array(given, np.int64)


def test_a_snapshot_is_found_by_its_query_and_its_name() -> None:
    snapshots = Snapshots()
    name = snapshots.add("q1", numbers(3, 1))
    found = snapshots.get("q1", name)
    assert found is not None
    assert found.tolist() == [3, 1]
    for query, other in (("q2", name), ("q1", None), ("q1", ""), ("q1", f"{name}x")):
        assert snapshots.get(query, other) is None


def test_the_same_runs_are_kept_once() -> None:
    snapshots = Snapshots(limit=3000)
    assert snapshots.add("q", numbers(1, 2)) == snapshots.add("q", numbers(1, 2))
    assert snapshots.add("q", numbers(1, 2)) != snapshots.add("q", numbers(2, 1))
    first = snapshots.add("q", numbers(*range(100)))
    for _ in range(10):
        snapshots.add("q", numbers(1, 2))
    assert snapshots.get("q", first) is not None


def test_the_one_goes_that_was_not_asked_for_longest() -> None:
    snapshots = Snapshots(limit=3 * (100 * 8 + 512))
    names = [snapshots.add("q", numbers(*range(n, n + 100))) for n in range(3)]
    assert snapshots.get("q", names[0]) is not None
    names.append(snapshots.add("q", numbers(*range(50, 150))))
    assert [snapshots.get("q", name) is not None for name in names] == [True, False, True, True]


def test_one_that_is_larger_than_all_may_be_is_kept_alone() -> None:
    snapshots = Snapshots(limit=100)
    before = snapshots.add("q", numbers(1))
    large = snapshots.add("q", numbers(*range(1000)))
    assert snapshots.get("q", before) is None
    assert snapshots.get("q", large) is not None
    again = snapshots.add("q", numbers(1))
    assert again == before
    assert snapshots.get("q", large) is None
