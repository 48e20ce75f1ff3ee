"""The programs: which clients run them, and which of them the tests run and not only replay."""

from dataclasses import dataclass

from tests.compat.environments import GENERATIONS


@dataclass(frozen=True)
class Program:
    """The program `programs/<name>.py`, and the clients that run it.

    The tests run it with those of `live`, each time and against both servers; with the others
    they say its conversation again. `is_replayed` is false where that would not be what happened.
    """

    name: str
    clients: tuple[str, ...] = GENERATIONS
    live: tuple[str, ...] = ()
    is_replayed: bool = True


NEWEST = ("mlflow3",)
FRAMEWORKS = ("frameworks2", "frameworks3")

KNOWN = (
    # The slowest of those that run first, so that parallel workers end together.
    Program("loop", live=NEWEST),
    Program("models", live=NEWEST),
    Program("artifacts", live=NEWEST),
    # A new release of either generation is used for the most that users do.
    Program("basics", live=GENERATIONS),
    # It asks by itself, so that other clients show nothing more.
    Program("rest", NEWEST, live=NEWEST, is_replayed=False),
    # Spans go by a protocol of their own.
    Program("traces", NEWEST, live=NEWEST, is_replayed=False),
    Program("autolog"),
    Program("batches"),
    Program("boosting", FRAMEWORKS),
    Program("client_errors"),
    Program("command_line"),
    Program("datasets"),
    Program("evaluation"),
    Program("keras_models", FRAMEWORKS),
    # What it tests, only these clients have.
    Program("logged_models", NEWEST),
    Program("nested"),
    Program("optuna_study", FRAMEWORKS),
    # It serves a model, for which 2.x needs an older Starlette.
    Program("project", ("frameworks2", "mlflow3")),
    Program("registry"),
    Program("search_experiments"),
    Program("search_runs"),
    Program("torch_models", FRAMEWORKS),
    # A server speaks to it, too.
    Program("webhooks", NEWEST, live=NEWEST, is_replayed=False),
)
LIVE = [(program.name, client) for program in KNOWN for client in program.live]
REPLAYED = [
    (program.name, client) for program in KNOWN if program.is_replayed for client in program.clients
]
# What programs share is no program.
SHARED = ("lifecycle", "readback", "stores")
