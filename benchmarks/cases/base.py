"""What a case is: rows for the table, and a way to measure them on a system."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.settings import Settings
from benchmarks.systems import Server, System


class CaseError(Exception):
    """The system gave a wrong or incomplete answer, so there is no figure."""


@dataclass(frozen=True)
class Row:
    """One line of the table. `key` names it within its case."""

    key: str
    label: str
    unit: str
    higher_is_better: bool


@dataclass(frozen=True)
class Sample:
    """One measurement: a value a row, further figures for the JSON file, remarks for the reader."""

    values: Mapping[str, float]
    details: Mapping[str, float] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Prepared:
    """A system ready to be measured.

    `fingerprint` says what the measured answers hold; systems whose fingerprints differ did not do
    the same work.
    """

    measure: Callable[[], Sample]
    fingerprint: str = ""


@dataclass(frozen=True)
class Target:
    """A system under test; `server` is running unless the case starts servers of its own."""

    system: System
    server: Server | None
    settings: Settings
    scratch: Path

    @property
    def running(self) -> Server:
        """The server; an error in the benchmark itself when there is none."""
        if self.server is None:
            raise RuntimeError("this case has no shared server")
        return self.server


class Case(ABC):
    """Something to compare. Cases of one `group` share a pair of servers; "" means no server.

    `reads_files` where it looks at the files of SQLite.
    """

    name: str
    group: str
    rows: tuple[Row, ...]
    repetitions: int | None = None
    reads_files = False

    @abstractmethod
    def prepare(self, target: Target) -> Prepared:
        """Do what must not be timed, and return what is."""
