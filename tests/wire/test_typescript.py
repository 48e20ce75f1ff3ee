from enum import IntEnum, StrEnum
from pathlib import Path

import msgspec
import pytest

from sagwan.entities import Entity
from sagwan.wire import typescript

GENERATED = Path(__file__).parents[2] / "ui" / "src" / "api" / "types.gen.ts"


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Level(IntEnum):
    LOW = 1
    HIGH = 2


class Inner(msgspec.Struct):
    """Always whole.

    Its second line is left out.
    """

    key: str
    value: str = ""


class Outer(Entity):
    """Has a bit of everything."""

    name: str
    ratio: float
    count: int | None = None
    flags: list[bool] = []
    inner: list[Inner] = []
    by_name: dict[str, Inner] = {}
    colours: list[Colour] = []
    level: Level | None = None
    place: tuple[int, str] = (0, "")
    within: list[tuple[Inner, float]] = []
    start: float | None = msgspec.field(name="from", default=None)
    cells: list[float | str | None] = []
    maybe: list[int | None] = []


class Impossible(Entity):
    """Has a type that JSON can't tell from others."""

    when: set[int]


def declared(struct: type[msgspec.Struct], *, is_request: bool) -> dict[str, str]:
    found: dict[str, str] = {}
    typescript._declare(struct, found, is_request=is_request)
    return found


def test_a_response_may_leave_out_its_defaults() -> None:
    found = declared(Outer, is_request=False)
    assert found["Outer"] == (
        "/** Has a bit of everything. */\n"
        "export interface Outer {\n"
        "  name: string;\n"
        "  ratio: Double;\n"
        "  count?: number;\n"
        "  flags?: boolean[];\n"
        "  inner?: Inner[];\n"
        "  by_name?: Record<string, Inner>;\n"
        '  colours?: ("red" | "blue")[];\n'
        '  level?: "LOW" | "HIGH";\n'
        "  place?: [number, string];\n"
        "  within?: [Inner, Double][];\n"
        "  from?: Double;\n"
        "  cells?: (Double | string | null)[];\n"
        "  maybe?: (number | null)[];\n"
        "}\n"
    )
    assert found["Inner"] == (
        "/** Always whole. */\nexport interface Inner {\n  key: string;\n  value: string;\n}\n"
    )


def test_a_request_may_leave_out_what_has_a_default() -> None:
    assert "  value?: string;" in declared(Inner, is_request=True)["Inner"]


def test_a_type_without_a_form_is_refused() -> None:
    with pytest.raises(TypeError, match="no TypeScript form"):
        declared(Impossible, is_request=False)


def test_each_name_is_declared_once() -> None:
    names = [
        line.split()[2]
        for line in typescript.typescript().splitlines()
        if line.startswith("export interface ")
    ]
    assert len(names) == len(set(names))
    assert {"SearchRuns", "SearchRunsResponse", "Run", "Metric", "Experiment"} <= set(names)


def test_the_ui_compiles_against_these_types() -> None:
    assert GENERATED.read_text() == typescript.typescript(), (
        "run: python -m sagwan.wire.typescript > ui/src/api/types.gen.ts"
    )
