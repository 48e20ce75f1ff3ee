"""Where conversations are kept."""

from pathlib import Path

FOLDER = Path(__file__).parents[1] / "conversations"


def path_of(program: str, client: str) -> Path:
    """The file of a program's conversation with a client."""
    return FOLDER / client / f"{program}.jsonl"
