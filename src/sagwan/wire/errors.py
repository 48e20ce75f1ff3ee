"""The protocol's error body."""

import msgspec

from sagwan.errors import SagwanError


class ErrorBody(msgspec.Struct):
    """What a caller sees of an error."""

    error_code: str
    message: str


def encode_error(error: SagwanError) -> bytes:
    """JSON of an error."""
    return msgspec.json.encode(ErrorBody(error.error_code, error.message))
