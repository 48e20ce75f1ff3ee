"""The registered models of the registry's cases, the same for every system."""

from collections.abc import Iterator

VERSIONS = 10
START = 1_760_000_000_000


def names(count: int) -> Iterator[str]:
    """The names of models number 0 to `count` - 1, not in the order of their names."""
    for number in range(count):
        yield f"model-{number * 7919 % 100_003:06d}"


def source(name: str, version: int) -> str:
    """Where a version of a model is."""
    return f"s3://models/{name}/{version}"


def tags(version: int) -> list[dict[str, str]]:
    """The tags of a version."""
    return [{"key": "checked", "value": "yes" if version % 2 else "no"}]
