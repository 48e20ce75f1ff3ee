"""A longer chain of schema revisions than there is: the real one and three invented ones.

    python -m tests.support.revisions FOLDER db upgrade ...

runs `sagwan` with that chain, whose files it puts into FOLDER.
"""

import shutil
import sys
from pathlib import Path

from sagwan.storage.sql import chain, migrations, schema

REAL = Path(migrations.__file__).parent / "versions"
INVENTED = Path(__file__).parents[1] / "storage" / "sql" / "revisions"

# The last revision that there is, and those that add a column, fill it and index it.
REAL_HEAD = max(file.name for file in REAL.glob("0*.py"))[:4]
ADDED, FILLED, INVENTED_HEAD = (f"{int(REAL_HEAD) + number:04}" for number in (1, 2, 3))


def longer_chain(folder: Path) -> Path:
    """The folder of the chain's files, made in `folder` if it isn't there."""
    versions = folder / "versions"
    if not versions.exists():
        versions.mkdir(parents=True)
        for file in (*REAL.glob("0*.py"), *INVENTED.glob("*.py")):
            shutil.copy(file, versions)
    return versions


if __name__ == "__main__":
    chain.VERSIONS = longer_chain(Path(sys.argv[1]))
    schema.HEAD = INVENTED_HEAD
    from sagwan.cli.main import main

    main(sys.argv[2:])
