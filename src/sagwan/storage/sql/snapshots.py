"""The lists of runs that queries found, so that their pages are slices."""

import hashlib
import threading
from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]

BYTES = 64 * 1024 * 1024
"""What all lists may take together: some 80 of 100,000 runs."""

# What a list takes beside its numbers.
_OVERHEAD = 512


class Snapshots:
    """Lists of run numbers by name; those go that nobody asked for longest.

    A name says which query found which runs: whoever finds the same has the same name for it. One
    that is forgotten, or another process's, so comes back where nothing has changed.
    """

    def __init__(self, limit: int = BYTES) -> None:
        self._limit = limit
        self._size = 0
        self._lists: OrderedDict[str, Numbers] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, query: str, name: str | None) -> Numbers | None:
        """The runs of a snapshot that a query with this digest found, if they are still here."""
        if not name or not name.startswith(query):
            return None
        with self._lock:
            found = self._lists.get(name)
            if found is not None:
                self._lists.move_to_end(name)
            return found

    def add(self, query: str, numbers: Numbers) -> str:
        """Keep what a query with this digest found; its name."""
        name = query + hashlib.blake2b(numbers.tobytes(), digest_size=6).hexdigest()
        with self._lock:
            if name not in self._lists:
                self._lists[name] = numbers
                self._size += numbers.nbytes + _OVERHEAD
            self._lists.move_to_end(name)
            # The newest stays however large it is: its pages are about to be asked for.
            while self._size > self._limit and len(self._lists) > 1:
                _, forgotten = self._lists.popitem(last=False)
                self._size -= forgotten.nbytes + _OVERHEAD
        return name
