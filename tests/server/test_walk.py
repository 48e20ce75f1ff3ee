import asyncio

from hypothesis import given
from hypothesis import strategies as st

from sagwan.entities import FileInfo
from sagwan.server.walk import walk

DEPTH = 4
PATHS = st.sets(
    st.lists(st.sampled_from(["a", "b", "b.c", "z"]), min_size=1, max_size=DEPTH).map("/".join),
    max_size=12,
)


class Tree:
    """Folders as a store lists them; as in an object store, a path may be a file and a folder."""

    def __init__(self, files: set[str], empty: set[str]) -> None:
        self._files = files
        self._folders = {
            path.rsplit("/", up)[0]
            for path in {f"{each}/x" for each in empty} | files
            for up in range(1, path.count("/") + 1)
        }
        self.lists: list[str] = []

    async def list_folder(self, folder: str) -> list[FileInfo]:
        self.lists.append(folder)
        start = f"{folder}/" if folder else ""
        files = [(path, False) for path in self._files]
        return [
            FileInfo(path.removeprefix(start), is_dir)
            for path, is_dir in files + [(path, True) for path in self._folders]
            if path.startswith(start) and "/" not in path.removeprefix(start)
        ]


@given(PATHS, PATHS, st.integers(1, 4), st.integers(1, 3))
def test_pieces_are_the_whole(files: set[str], empty: set[str], limit: int, folders: int) -> None:
    tree = Tree(files, empty)
    found: list[str] = []
    after: str | None = ""
    while after is not None:
        tree.lists.clear()
        piece = asyncio.run(walk(tree.list_folder, after, limit, folders, lambda path: "z" in path))
        assert len(piece.files) <= limit
        assert len(tree.lists) <= folders + 2 * DEPTH
        found += [info.path for info in piece.files]
        assert piece.next != after
        after = piece.next
    assert found == sorted(
        (path for path in files if "z" in path), key=lambda path: path.split("/")
    )
