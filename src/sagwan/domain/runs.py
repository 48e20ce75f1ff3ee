"""Rules of runs: their names and the tag that carries the name."""

import random
from collections.abc import Sequence

from sagwan.entities import Tag
from sagwan.errors import InvalidParameter

RUN_NAME_TAG = "mlflow.runName"
MODEL_HISTORY_TAG = "mlflow.log-model.history"

# When a run was last heard of is known to so many milliseconds.
ACTIVITY_EVERY = 15_000

_ADJECTIVES = (
    "amber ancient autumn azure blithe bold brisk calm clever crimson curious dapper deft dusky "
    "eager earnest fearless fleet gentle gilded golden hardy hidden honest indigo ivory jade jolly "
    "keen kindly lively lucid lunar mellow merry mighty misty nimble noble opal patient placid "
    "quiet radiant rustic sage scarlet serene silver sincere solar spry steady stoic sunny swift "
    "tidy tranquil upbeat valiant velvet verdant vivid wandering wise witty young zesty"
).split()
_NOUNS = (
    "acorn badger beacon bear birch bison breeze brook canyon cedar comet condor coral crane creek "
    "dawn deer delta dove dune eagle ember falcon fern finch fjord forest fox garnet glacier grove "
    "harbor hare hawk heron hill ibis island jay juniper kestrel lagoon lark lynx maple marten "
    "meadow moon moose moss newt oak orchid osprey otter owl panda peak pebble pine plover pond "
    "puffin quail raven reef ridge river robin salmon sparrow spruce stone stork summit swan "
    "tiger trout valley walrus willow wolf wren"
).split()


def generate_name(source: random.Random) -> str:
    """A name for something that got none: adjective-noun-number."""
    return f"{source.choice(_ADJECTIVES)}-{source.choice(_NOUNS)}-{source.randint(100, 999)}"


def name_new_run(run_name: str, tags: Sequence[Tag], generated: str) -> tuple[str, list[Tag]]:
    """A new run's name and its tags with `mlflow.runName` among them.

    The name is `run_name`, else the tag's, else `generated`. Raises InvalidParameter where both
    are given and differ, or a key is given twice.
    """
    by_key = {tag.key: tag.value for tag in tags}
    if len(by_key) < len(tags):
        raise InvalidParameter(
            "The tags of a new run hold a key more than once. Send each tag key once."
        )
    tagged = by_key.get(RUN_NAME_TAG, "")
    if run_name and tagged and run_name != tagged:
        raise InvalidParameter(
            "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with "
            f"different values (run_name='{run_name}', mlflow.runName='{tagged}')."
        )
    name = run_name or tagged or generated
    if tagged:
        return name, list(tags)
    return name, [*(tag for tag in tags if tag.key != RUN_NAME_TAG), Tag(RUN_NAME_TAG, name)]
