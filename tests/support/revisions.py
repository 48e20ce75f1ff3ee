"""A longer chain of schema revisions than there is: the real one and three invented ones.

    python -m tests.support.revisions FOLDER db upgrade ...

runs `sagwan` with that chain, whose files it puts into FOLDER.
"""

import shutil
import sys
from pathlib import Path

from sagwan.storage.sql import chain, schema

INVENTED = Path(__file__).parents[1] / "storage" / "sql" / "revisions"
INVENTED_HEAD = "0004"


def longer_chain(folder: Path) -> Path:
    """The folder of the chain's files, made in `folder` if it isn't there."""
    versions = folder / "versions"
    if not versions.exists():
        versions.mkdir(parents=True)
        for file in (*chain.VERSIONS.glob("0*.py"), *INVENTED.glob("0*.py")):
            shutil.copy(file, versions)
    return versions


if __name__ == "__main__":
    chain.VERSIONS = longer_chain(Path(sys.argv[1]))
    schema.HEAD = INVENTED_HEAD
    from sagwan.cli.main import main

    main(sys.argv[2:])
