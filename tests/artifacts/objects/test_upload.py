"""What uploads into an object store hand on, and how they share what may be on its way."""

import asyncio
from contextlib import ExitStack

import pytest

from sagwan.artifacts.objects.upload import BUFFER, PART, PIECE, Budget, _pieces
from sagwan.testing.artifacts.bench import stream


def test_uploads_that_begin_together_share_the_budget() -> None:
    budget = Budget()
    with ExitStack() as stack:
        shares = [stack.enter_context(budget.share(PART)) for _ in range(10)]
        assert shares == [BUFFER // PART, *[1] * 9]
        assert sum(shares) * PART <= BUFFER + 9 * PART
    with budget.share(PART) as alone:
        assert alone == BUFFER // PART


def test_who_comes_when_others_have_gone_gets_a_fair_share() -> None:
    budget = Budget()
    with ExitStack() as first, ExitStack() as second:
        first.enter_context(budget.share(PART))
        assert second.enter_context(budget.share(PART)) == 1
        first.close()
        with budget.share(PART) as third:
            assert third == BUFFER // PART // 2


def test_an_upload_that_fails_gives_its_share_back() -> None:
    budget = Budget()
    with pytest.raises(KeyError), budget.share(PART):
        raise KeyError
    with budget.share(PART) as share:
        assert share == BUFFER // PART


def test_the_parts_of_a_huge_file_go_one_by_one() -> None:
    with Budget().share(BUFFER + 1) as share:
        assert share == 1


def pieces_of(chunks: list[bytes]) -> list[bytes]:
    async def collect() -> list[bytes]:
        return [piece async for piece in _pieces(stream(chunks))]

    return asyncio.run(collect())


def test_small_chunks_are_joined_and_large_ones_stay_as_they_are() -> None:
    large = bytes(PIECE)
    pieces = pieces_of([large, *[b"x" * 1000] * 300, large])
    assert pieces[0] is large
    assert {len(piece) >= PIECE for piece in pieces[:-1]} == {True}
    assert max(len(piece) for piece in pieces) < 2 * PIECE
    assert b"".join(pieces) == large + b"x" * 300_000 + large
    assert pieces_of([]) == pieces_of([b""]) == []
