"""Search in a model registry: the first page of models, and of versions."""

import hashlib
import json
import time

from benchmarks import registry_data
from benchmarks.api import Api
from benchmarks.cases.base import Case, CaseError, Prepared, Row, Sample, Target
from benchmarks.fill import fill_registry

MODELS = 10_000
PAGE = 100


class SearchRegistry(Case):
    """The first page of 100 models with their newest versions, or of 100 versions."""

    group = "search"

    def __init__(self, versions: bool) -> None:
        what = "versions" if versions else "models"
        self.name = f"registry-{what}"
        label = f"registry of {MODELS:,} models, {MODELS * registry_data.VERSIONS:,} versions"
        self.rows = (Row("ms", f"{label}: first page of {PAGE} {what}", "ms", False),)
        self._versions = versions
        self._endpoint = "model-versions/search" if versions else "registered-models/search"

    def prepare(self, target: Target) -> Prepared:
        count = target.settings.scaled(MODELS)
        last = list(registry_data.names(count))[-1]
        with Api(target.running.port) as api:
            there = api.get("model-versions/search", filter=f"name = '{last}'", max_results=1)
        if not there.get("model_versions"):
            fill_registry(target, count)
        # Prompts are left out, as every client leaves them out.
        query = {"max_results": PAGE, "filter": "tag.`mlflow.prompt.is_prompt` != 'true'"}
        if self._versions:
            # When each was made differs between systems.
            query["order_by"] = "name ASC"
        with Api(target.running.port) as api:
            found = self._found(api.get_bytes(self._endpoint, query))

        def measure() -> Sample:
            with Api(target.running.port) as api:
                begun = time.perf_counter()
                size = len(api.get_bytes(self._endpoint, query))
                seconds = time.perf_counter() - begun
            return Sample({"ms": seconds * 1000}, {"bytes": size})

        return Prepared(measure, hashlib.sha256(repr(found).encode()).hexdigest())

    def _found(self, body: bytes) -> list[str]:
        answer = json.loads(body)
        if self._versions:
            found = [each["name"] + "/" + each["version"] for each in answer["model_versions"]]
        else:
            found = [each["name"] for each in answer["registered_models"]]
        if len(found) != PAGE:
            raise CaseError(f"the page holds {len(found)} entries instead of {PAGE}")
        return found
