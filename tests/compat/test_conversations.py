"""What real clients said to a real MLflow server, said to Sagwan: the answers are the same."""

from pathlib import Path

import pytest

from tests.compat.known import REPLAYED
from tests.compat.recording import targets
from tests.compat.recording.allowed import ALLOWED, unexpected
from tests.compat.recording.exchange import Conversation
from tests.compat.recording.kept import FOLDER, path_of


@pytest.mark.parametrize(("program", "client"), REPLAYED)
def test_is_answered_as_by_mlflow(program: str, client: str, tmp_path: Path) -> None:
    conversation = Conversation.read(path_of(program, client))
    assert conversation.exchanges
    with targets.sagwan(tmp_path) as replay:
        found = [*unexpected(program, replay.wrong(conversation))]
    assert not found, "\n".join(map(str, found[:50]))


def test_no_conversation_is_left_over_or_large() -> None:
    kept = {*FOLDER.rglob("*.jsonl")}
    assert kept == {path_of(*each) for each in REPLAYED}
    assert sum(path.stat().st_size for path in kept) < 2_500_000


def test_what_is_allowed_is_of_a_program_and_has_a_reason() -> None:
    programs = {program for program, _ in REPLAYED}
    assert all(each.program in programs and each.reason and each.text for each in ALLOWED)
