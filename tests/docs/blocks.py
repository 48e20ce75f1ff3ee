"""The blocks of a documentation page: what is run, and what it is said to print."""

import re
from dataclasses import dataclass, field
from pathlib import Path

_FENCE = re.compile(
    r"(?:^<!-- (?P<mark>[^\n]*) -->\n)?^```(?P<language>\w*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
# What a reader could run, so that it is marked as run or as not run.
RUNNABLE = ("sh", "python", "sql")


@dataclass
class Block:
    """A fenced block; `output` holds the lines that the page says it prints."""

    line: int
    mark: str
    language: str
    text: str
    output: list[str] = field(default_factory=list)

    @property
    def runs(self) -> bool:
        return self.mark in ("run", "run server") or self.database is not None

    @property
    def database(self) -> str | None:
        """The kind of database whose administrator runs the block."""
        return self.mark.removeprefix("run on ") if self.mark.startswith("run on ") else None


def blocks(page: Path) -> list[Block]:
    """All fenced blocks of a page; those that are marked as output belong to the one before."""
    text = page.read_text()
    found: list[Block] = []
    for match in _FENCE.finditer(text):
        mark = match["mark"] or ""
        if mark == "output":
            found[-1].output = match["text"].splitlines()
            continue
        line = text.count("\n", 0, match.start("text"))
        found.append(Block(line, mark, match["language"], match["text"]))
    return found


def missing_line(expected: list[str], printed: str) -> str | None:
    """The first line of `expected` that `printed` does not have after the ones before it.

    `…` stands for any text within a line, and several spaces for any number of them.
    """
    lines = iter([" ".join(line.split()) for line in printed.splitlines()])
    for wanted in expected:
        parts = [re.escape(part) for part in " ".join(wanted.split()).split("…")]
        pattern = re.compile(".*".join(parts))
        if not any(pattern.fullmatch(line) for line in lines):
            return wanted
    return None
