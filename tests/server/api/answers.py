"""What tests of endpoints expect, byte for byte."""

import json

from tests.server.support import Answer

RUN = f"{1:032x}"
MODEL = f"m-{1:032x}"

Said = tuple[int, bytes]

NOTHING: Said = (200, b"{}")

CHARACTERS = (
    "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ),"
    " colon(:) and slashes (/)."
)
PATHS = (
    "Names may be treated as files in certain cases, and must not resolve to other names when"
    " treated as such. This name would resolve to "
)


def said(answer: Answer) -> Said:
    """An answer's status and body."""
    return answer.status, answer.body


def refused(message: str, code: str = "INVALID_PARAMETER_VALUE", status: int = 400) -> Said:
    """The answer that is an error."""
    body = {"error_code": code, "message": message}
    return status, json.dumps(body, separators=(",", ":")).encode()


def not_found(message: str) -> Said:
    """The answer about something that isn't there."""
    return refused(message, "RESOURCE_DOES_NOT_EXIST", 404)


def missing(name: str) -> Said:
    """The answer to a request without a field that it needs."""
    return refused(
        f"Missing value for required parameter '{name}'."
        " See the API docs for more information about request parameters."
    )


def wrong_type(name: str, shown: str, kind: str) -> Said:
    """The answer to a request with a field of a wrong type."""
    return refused(
        f"Invalid value {shown} for parameter '{name}' supplied:  Hint: Value was of type '{kind}'."
        " See the API docs for more information about request parameters."
    )


def too_long(name: str, limit: int) -> Said:
    """The answer to a request with a text beyond its limit."""
    return refused(f"'{name}' exceeds the maximum length of {limit} characters")


def deleted_run(run_id: str = RUN) -> Said:
    """The answer to a change of a deleted run."""
    return refused(f"The run {run_id} must be in the 'active' state. Current state is deleted.")


def deleted_experiment(experiment_id: str) -> Said:
    """The answer to a change of a deleted experiment."""
    return refused(
        f"The experiment {experiment_id} must be in the 'active' state. Current state is deleted."
    )


NO_RUN = not_found("Run with id=nowhere not found")
NO_EXPERIMENT = not_found("No Experiment with id=99 exists")
NO_MODEL = not_found("Logged model with ID 'nowhere' not found.")
NO_INTEGER = refused("Invalid experiment ID 'x'. Experiment ID must be a valid integer.")
NO_TOKEN = refused(
    "Invalid page token: pass the token that the page before returned, with the same query."
)
