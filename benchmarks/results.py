"""What a run of the benchmark found."""

from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.cases.base import Row
from benchmarks.summary import median


@dataclass
class Outcome:
    """What one system did in one case: samples a row, or why there are none."""

    values: dict[str, list[float]] = field(default_factory=dict)
    details: list[dict[str, float]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    error: str = ""
    seconds: float = 0.0

    def median(self, key: str) -> float | None:
        """The median of a row's samples."""
        samples = self.values.get(key)
        return median(samples) if samples and not self.error else None


@dataclass
class CaseResult:
    """A case's rows and each system's outcome, by the system's name."""

    name: str
    rows: tuple[Row, ...]
    outcomes: dict[str, Outcome]


@dataclass
class Results:
    """Everything: when and where it ran, how it was started, and each case."""

    command: str
    environment: dict[str, str]
    systems: dict[str, str]
    quick: bool = False
    cases: list[CaseResult] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries and lists."""
        return asdict(self)

    @property
    def failed(self) -> bool:
        """Whether Sagwan has no figure where one was asked for, or answered some requests badly."""
        for case in self.cases:
            outcome = case.outcomes.get("sagwan")
            if outcome is not None and (outcome.error or outcome.remarks):
                return True
        return False
