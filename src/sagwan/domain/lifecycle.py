"""What exists, what is in the trash, what is taken: the rules and the protocol's texts for them.

Every store takes its errors from here, so that all stores say the same.
"""

from collections.abc import Iterable

from sagwan.entities import LifecycleStage
from sagwan.errors import AlreadyExists, BadRequest, InvalidParameter, InvalidState, NotFound


def experiment_not_found(experiment_id: int) -> NotFound:
    """No experiment has this id, or none that is in the stage asked for."""
    return NotFound(f"No Experiment with id={experiment_id} exists")


def experiment_exists(name: str) -> AlreadyExists:
    """A new experiment wants a name that another one, active or deleted, has."""
    return AlreadyExists(
        f"Experiment(name={name}) already exists."
        " Choose another name; a deleted experiment keeps its name until it is purged."
    )


def experiment_name_taken(name: str) -> BadRequest:
    """An experiment is to get a name that another one, active or deleted, has."""
    return BadRequest(
        f"Experiment(name={name}) already exists, so no other experiment can be renamed to it."
    )


def experiment_not_renamable() -> InvalidState:
    """A deleted experiment is to be renamed."""
    return InvalidState("Cannot rename a non-active experiment.")


def require_active_experiment(experiment_id: int, stage: str) -> None:
    """Raise InvalidParameter where the experiment is deleted."""
    if stage != LifecycleStage.ACTIVE:
        raise InvalidParameter(
            f"The experiment {experiment_id} must be in the 'active' state."
            f" Current state is {stage}."
        )


def experiment_tag_not_found(experiment_id: int, key: str) -> NotFound:
    """The experiment has no such tag."""
    return NotFound(f"No tag with name: {key} in experiment with id {experiment_id}")


def run_not_found(run_id: str) -> NotFound:
    """No run has this id."""
    return NotFound(f"Run with id={run_id} not found")


def require_active_run(run_id: str, stage: str) -> None:
    """Raise InvalidParameter where the run is deleted."""
    if stage != LifecycleStage.ACTIVE:
        raise InvalidParameter(
            f"The run {run_id} must be in the 'active' state. Current state is {stage}."
        )


def require_expected(expected: int | None, found: int, what: str = "runs") -> None:
    """Raise InvalidState where another number of runs would be changed than a user has seen."""
    if expected is not None and found != expected:
        raise InvalidState(
            f"{found} {what} would be changed and not {expected}, as was expected: the {what} have"
            " changed since. Nothing was done. Look at them again and repeat with their number."
        )


def another_purge() -> InvalidState:
    """The trash is to be emptied while that is being done."""
    return InvalidState(
        "Another purge of this store is under way. Wait until it is over, or stop it."
    )


def job_under_way(kind: str, job_id: str) -> InvalidState:
    """A job is to be started while another one of its kind is not over."""
    return InvalidState(
        f"A job of the kind '{kind}' is under way: {job_id}. Wait until it is over, or stop it."
    )


def job_not_found(job_id: str) -> NotFound:
    """No job has this id."""
    return NotFound(f"No job with id={job_id} exists")


def run_tag_not_found(run_id: str, key: str) -> NotFound:
    """The run has no such tag."""
    return NotFound(f"No tag with name: {key} in run with id {run_id}")


def tag_is_no_list(run_id: str, key: str) -> InvalidParameter:
    """An item is to be appended to a tag whose value is not a JSON list."""
    return InvalidParameter(
        f"The tag {key} of run {run_id} does not hold a JSON list, so nothing can be appended"
        " to it. Delete the tag and try again."
    )


def outputs_exist(run_id: str, model_ids: Iterable[str]) -> InvalidParameter:
    """Models are to be linked as outputs of a run that already links them; named in order."""
    return InvalidParameter(
        f"Logged models {sorted(set(model_ids))} are already linked as outputs of run {run_id}."
        " A model can be linked once."
    )


def model_not_found(model_id: str) -> NotFound:
    """No logged model has this id, or it is deleted."""
    return NotFound(f"Logged model with ID '{model_id}' not found.")


def model_tag_not_found(model_id: str, key: str) -> NotFound:
    """The logged model has no such tag."""
    return NotFound(f"No tag with key {key!r} found for model with ID {model_id!r}.")


def model_params_exist(model_id: str, keys: Iterable[str]) -> InvalidParameter:
    """Params are to be added to a logged model that has them; named in order."""
    return InvalidParameter(
        f"Params {sorted(set(keys))} were already logged for model with ID '{model_id}'."
        " Params of a logged model can't be changed."
    )


def invalid_page_token() -> InvalidParameter:
    """A page token is not one that this query gave out."""
    return InvalidParameter(
        "Invalid page token: pass the token that the page before returned, with the same query."
    )
