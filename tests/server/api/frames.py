"""Answers that are frames, taken apart."""

import json
from typing import Any

from sagwan.wire.frames import FrameReader
from tests.server.support import Answer


def entries(answer: Answer) -> list[dict[str, Any]]:
    """The entries of a frame's header, their arrays as lists of numbers."""
    assert answer.status == 200, answer
    assert answer.headers["content-type"] == "application/x-sagwan-series"
    assert answer.headers["content-length"] == str(len(answer.body))
    header = json.loads(FrameReader(answer.body).header)
    reader = FrameReader(answer.body, planes=header.get("planes", False))
    found: list[dict[str, Any]] = header["series"]
    for entry in found:
        entry["arrays"] = {
            name: reader.read(tuple(place), entry["n"]).tolist()
            for name, place in entry["arrays"].items()
        }
    return found
