"""The protocol's limits, and what happens beyond them."""

from sagwan.errors import InvalidParameter

KEY_LENGTH = 250
PARAM_VALUE_LENGTH = 6000
TAG_VALUE_LENGTH = 8000
EXPERIMENT_NAME_LENGTH = 500
EXPERIMENT_TAG_VALUE_LENGTH = 20_000
DATASET_NAME_LENGTH = 500
DATASET_DIGEST_LENGTH = 36
DATASET_SOURCE_TYPE_LENGTH = 36
DATASET_SOURCE_LENGTH = 65_535
DATASET_SCHEMA_LENGTH = 1_048_575
DATASET_PROFILE_LENGTH = 16_777_215
INPUT_TAG_KEY_LENGTH = 255
INPUT_TAG_VALUE_LENGTH = 500
MODEL_KEY_LENGTH = 255
REGISTERED_NAME_LENGTH = 256
ALIAS_LENGTH = 255
REGISTRY_TAG_VALUE_LENGTH = 100_000
DESCRIPTION_LENGTH = 100_000
MODEL_SOURCE_LENGTH = 4096
REGISTRY_ID_LENGTH = 64

BATCH_METRICS = 1000
BATCH_PARAMS = 100
BATCH_TAGS = 100
BATCH_ITEMS = 1000

SEARCH_PAGE = 50_000
REGISTERED_MODELS_PAGE = 1000
MODEL_VERSIONS_PAGE = 200_000
HISTORY_BULK_POINTS = 25_000
BULK_RUNS = 100
INTERVAL_POINTS = 2500
SERIES_RUNS = 1000
SERIES_KEYS = 100
SERIES_READ = 5000
SERIES_BUCKETS = (2, 4000)
SERIES_ENTRIES = 2_000_000
STREAM_NAMES = 200
FILES_RUNS = 50
FILES_LISTED = 20_000
FILES_FOLDERS = 1000
FILES_SUFFIXES = 100
DATASET_SEARCH_EXPERIMENTS = 20
DATASET_SUMMARIES = 1000

INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1


def within(name: str, limit: int, value: str) -> str:
    """`value`, if it has at most `limit` characters. Raises InvalidParameter."""
    if len(value) > limit:
        raise InvalidParameter(f"'{name}' exceeds the maximum length of {limit} characters")
    return value


def within_or_cut(name: str, limit: int, value: str, truncate: bool) -> str:
    """`value` cut to `limit` characters where `truncate` allows it. Raises InvalidParameter."""
    if len(value) > limit and truncate:
        return value[:limit]
    return within(name, limit, value)
