"""Tables, times and CSV."""

import csv
import io
import json
import math
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagwan.cli.output import local_time, progress, run_dict, runs_csv, table, to_json
from sagwan.entities import Metric, Param, Run, RunData, RunInfo, RunInputs, Tag


def run(
    number: int,
    *,
    metrics: dict[str, float] | None = None,
    params: dict[str, str] | None = None,
    tags: dict[str, str] | None = None,
    start: int = 0,
    end: int | None = None,
) -> Run:
    return Run(
        info=RunInfo(
            run_uuid=f"r{number}",
            experiment_id="1",
            run_name="n",
            user_id="u",
            status="FINISHED",
            start_time=start,
            artifact_uri="mlflow-artifacts:/1",
            lifecycle_stage="active",
            run_id=f"r{number}",
            end_time=end,
        ),
        data=RunData(
            metrics=[Metric(key, value, 0, 0) for key, value in (metrics or {}).items()],
            params=[Param(key, value) for key, value in (params or {}).items()],
            tags=[Tag(key, value) for key, value in (tags or {}).items()],
        ),
        inputs=RunInputs(),
    )


def test_a_table() -> None:
    text = table([["1", "short"], ["1000", "a longer one"]], ["Id", "Name"])
    assert text.splitlines() == [
        "Id    Name",
        "----  ------------",
        "1     short",
        "1000  a longer one",
    ]


def test_a_table_without_rows_has_its_head() -> None:
    assert table([], ["Date", "ID"]).splitlines() == ["Date    ID", "------  ----"]


def test_wide_letters_take_two_columns() -> None:
    lines = table([["실험", "x"], ["abcd", "y"]], ["N", "V"]).splitlines()
    assert lines[2:] == ["실험  x", "abcd  y"]


@given(st.lists(st.tuples(st.text(max_size=6), st.text(max_size=6)), max_size=5))
def test_a_table_has_a_line_a_row_and_nothing_that_a_terminal_obeys(
    rows: list[tuple[str, str]],
) -> None:
    text = table(rows, ["A", "B"])
    assert text.count("\n") == len(rows) + 1
    assert all(line.isprintable() for line in text.split("\n"))


@pytest.fixture
def in_seoul(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "KST-9")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("in_seoul")
def test_times_are_those_of_the_machine() -> None:
    assert local_time(1_700_000_000_123) == "2023-11-15 07:13:20 KST"


def test_csv_has_a_column_for_all_that_any_run_has() -> None:
    text = runs_csv(
        [
            run(1, metrics={"m": 2.5, "nan": math.nan}, params={"p": 'a,"b"\nc'}, tags={"t": "ü"}),
            run(2, metrics={"big": 1e20, "m": 3.0, "small": 1e-07}, params={"q": ""}),
        ]
    )
    rows = list(csv.DictReader(io.StringIO(text)))
    assert list(rows[0])[6:] == [
        "metrics.m",
        "metrics.nan",
        "metrics.big",
        "metrics.small",
        "params.p",
        "params.q",
        "tags.t",
    ]
    assert list(rows[0].values())[:4] == ["r1", "1", "FINISHED", "mlflow-artifacts:/1"]
    assert list(rows[0].values())[6:] == ["2.5", "", "", "", 'a,"b"\nc', "", "ü"]
    assert list(rows[1].values())[6:] == ["3.0", "", "1e+20", "1e-07", "", "", ""]


def test_csv_times_of_a_column_are_equally_long() -> None:
    rows = list(
        csv.DictReader(
            io.StringIO(
                runs_csv(
                    [
                        run(1, start=1_700_000_000_123, end=1_700_000_001_000),
                        run(2, start=1_700_000_100_000),
                    ]
                )
            )
        )
    )
    assert [row["start_time"] for row in rows] == [
        "2023-11-14 22:13:20.123+00:00",
        "2023-11-14 22:15:00.000+00:00",
    ]
    assert [row["end_time"] for row in rows] == ["2023-11-14 22:13:21+00:00", ""]


def test_csv_without_runs_has_its_head() -> None:
    head = "run_id,experiment_id,status,artifact_uri,start_time,end_time\n"
    assert runs_csv([]) == head


def test_a_run_as_json() -> None:
    told = json.loads(to_json(run_dict(run(1, metrics={"m": math.nan}, tags={"ü": "v"})), 4))
    assert list(told) == ["info", "data", "inputs", "outputs"]
    assert list(told["info"]) == [
        "artifact_uri",
        "end_time",
        "experiment_id",
        "lifecycle_stage",
        "run_id",
        "run_name",
        "start_time",
        "status",
        "user_id",
    ]
    assert math.isnan(told["data"]["metrics"]["m"])
    assert told["data"]["tags"] == {"ü": "v"}
    assert told["outputs"] == {"model_outputs": []}


def test_no_bar_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("Moving") as begin:
        begin(1, 10)(10)
    assert capsys.readouterr() == ("", "")


def test_a_bar_where_a_person_looks(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with progress("Moving") as begin:
        moved = begin(2, 10)
        moved(5)
        moved(5)
    out, err = capsys.readouterr()
    assert out == ""
    assert "Moving 2 files" in err
    assert "100%" in err
