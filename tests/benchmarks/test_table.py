"""The table with ratios."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.cases.base import Row
from benchmarks.results import CaseResult, Outcome, Results
from benchmarks.table import number, ratio, render

RATE = Row("rate", "log-metric", "requests/s", True)
TIME = Row("seconds", "start-up", "s", False)


def results(*cases: CaseResult, only: str | None = None) -> Results:
    systems = {"mlflow": "MLflow 3.1", "sagwan": "Sagwan 0.1"}
    if only is not None:
        systems = {only: systems[only]}
    return Results("python -m benchmarks", {"processor": "Test, 2 cores"}, systems, cases=[*cases])


def outcome(row: Row, *samples: float) -> Outcome:
    return Outcome(values={row.key: [*samples]})


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (0.012345, "0.0123"),
        (0.099951, "0.100"),
        (0.5, "0.500"),
        (0.9996, "1.00"),
        (9.994, "9.99"),
        (9.996, "10.0"),
        (99.94, "99.9"),
        (99.96, "100"),
        (999.4, "999"),
        (12_345, "12,300"),
        (410_512.3, "411,000"),
    ],
)
def test_number(value: float, shown: str) -> None:
    assert number(value) == shown


@given(st.floats(0.001, 1e9))
def test_number_is_right_to_three_digits(value: float) -> None:
    assert float(number(value).replace(",", "")) == pytest.approx(value, rel=0.06)
    if value >= 0.1:
        assert float(number(value).replace(",", "")) == pytest.approx(value, rel=0.00501)


@given(st.floats(0.001, 1e6), st.floats(0.001, 1e6))
def test_ratio_is_above_one_for_the_better(first: float, second: float) -> None:
    more, less = max(first, second), min(first, second)
    assert (ratio(more, less, True) or 0) >= 1
    assert (ratio(less, more, False) or 0) >= 1
    assert ratio(more, less, True) == ratio(less, more, False)


def test_ratio_of_nothing() -> None:
    assert ratio(5.0, 0.0, True) is None
    assert ratio(0.0, 5.0, False) is None


def test_table() -> None:
    text = render(
        results(
            CaseResult(
                "log-metric-64",
                (RATE,),
                {"mlflow": outcome(RATE, 90, 110, 100), "sagwan": outcome(RATE, 1, 12_000, 13_000)},
            ),
            CaseResult(
                "start-up",
                (TIME,),
                {"mlflow": outcome(TIME, 8.0), "sagwan": outcome(TIME, 0.5)},
            ),
        )
    )
    assert text == (
        "| Case | Unit | MLflow 3.1 | Sagwan 0.1 | Ratio |\n"
        "| --- | --- | --: | --: | --: |\n"
        "| log-metric | requests/s | 100 | 12,000 | 120× |\n"
        "| start-up | s | 8.00 | 0.500 | 16.0× |\n"
        "\n"
        "Command: `python -m benchmarks`. processor: Test, 2 cores.\n"
    )


def test_failed_system_has_no_figure_and_a_remark() -> None:
    failed = Outcome(values={"rate": [5.0]}, error="CaseError: 3 points are missing")
    text = render(
        results(CaseResult("log", (RATE,), {"mlflow": outcome(RATE, 100), "sagwan": failed}))
    )
    assert "| log-metric | requests/s | 100 | – | – |" in text
    assert "- log, Sagwan 0.1: CaseError: 3 points are missing\n" in text


def test_remark_is_said_once() -> None:
    noted = Outcome(values={"rate": [5.0, 5.0]}, remarks=["2 failed", "2 failed"])
    text = render(results(CaseResult("log", (RATE,), {"mlflow": noted}), only="mlflow"))
    assert text.count("2 failed") == 1
    assert "Ratio" not in text


def test_plain_counts_have_no_decimals() -> None:
    row = Row("processes", "idle processes", "", False)
    found = results(CaseResult("idle", (row,), {"mlflow": outcome(row, 15)}), only="mlflow")
    assert "| idle processes |  | 15 |" in render(found)


def test_quick_run_says_so() -> None:
    found = results()
    assert "quick run" not in render(found)
    found.quick = True
    assert "quick run" in render(found)


@pytest.mark.parametrize(
    ("found", "failed"),
    [
        (Outcome(values={"rate": [1.0]}), False),
        (Outcome(error="CaseError: gone"), True),
        (Outcome(values={"rate": [1.0]}, remarks=["1 of 9 requests failed"]), True),
    ],
)
def test_only_failures_of_sagwan_fail_the_run(found: Outcome, failed: bool) -> None:
    assert results(CaseResult("log", (RATE,), {"sagwan": found})).failed is failed
    assert results(CaseResult("log", (RATE,), {"mlflow": found})).failed is False
