"""The errors of the protocol: each has the `error_code` and the HTTP status that clients know."""

from json import dumps


class SagwanError(Exception):
    """Base of every error that a caller may see.

    `error_code` and `status` are the protocol's; `message` says what was wrong and what to do.
    """

    error_code = "INTERNAL_ERROR"
    status = 500

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidParameter(SagwanError):
    """The request can never succeed as it is."""

    error_code = "INVALID_PARAMETER_VALUE"
    status = 400


class BadRequest(SagwanError):
    """What MLflow answers where a database constraint refused the request."""

    error_code = "BAD_REQUEST"
    status = 400


class InvalidState(SagwanError):
    """The thing exists, but its state forbids the request.

    MLflow answers 500, which its clients retry for minutes; the code is the same, the status 400.
    """

    error_code = "INVALID_STATE"
    status = 400


class AlreadyExists(SagwanError):
    """A name is taken (400, not 409: the protocol's choice)."""

    error_code = "RESOURCE_ALREADY_EXISTS"
    status = 400


class NotFound(SagwanError):
    """The named run, experiment, model, tag or file does not exist."""

    error_code = "RESOURCE_DOES_NOT_EXIST"
    status = 404


class EndpointNotFound(SagwanError):
    """No such path; MLflow's clients fall back to older endpoints on this code."""

    error_code = "ENDPOINT_NOT_FOUND"
    status = 404


class PermissionDenied(SagwanError):
    """The request is not allowed from here."""

    error_code = "PERMISSION_DENIED"
    status = 403


class FeatureDisabled(SagwanError):
    """The server was started without what the request needs (400: a retry can't help)."""

    error_code = "FEATURE_DISABLED"
    status = 400


class NotImplementedByStore(SagwanError):
    """The artifact store lacks this capability; clients fall back on it."""

    error_code = "NOT_IMPLEMENTED"
    status = 501


class Overloaded(SagwanError):
    """The write queue is full: try again in `retry_after` seconds."""

    error_code = "REQUEST_LIMIT_EXCEEDED"
    status = 429

    def __init__(self, message: str, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(SagwanError):
    """The store does not answer at the moment: try again in `retry_after` seconds."""

    error_code = "TEMPORARILY_UNAVAILABLE"
    status = 503

    def __init__(self, message: str, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ParamConflict(InvalidParameter):
    """A param was logged again with another value. `conflicts` holds (key, old, new)."""

    def __init__(self, run_id: str, conflicts: list[tuple[str, str, str]]) -> None:
        listed = [{"key": key, "old_value": old, "new_value": new} for key, old, new in conflicts]
        super().__init__(
            "Changing param values is not allowed. Params were already logged="
            f"'{listed}' for run ID='{run_id}'."
        )
        self.run_id = run_id
        self.conflicts = conflicts


def missing(path: str) -> InvalidParameter:
    """The protocol's error for a required parameter that is absent, null or empty."""
    return InvalidParameter(
        f"Missing value for required parameter '{path}'."
        " See the API docs for more information about request parameters."
    )


def invalid(path: str, value: object, why: str) -> InvalidParameter:
    """The protocol's error for a parameter with a wrong value; `value` is shown as JSON."""
    shown = dumps(value, separators=(",", ":"), default=str)
    return InvalidParameter(f"Invalid value {shown} for parameter '{path}' supplied: {why}")
