"""The port of the model registry. See `sagwan.storage.base` for what goes for all ports."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import msgspec

from sagwan.domain.search.ast import Filter, OrderBy
from sagwan.entities import Page, Tag
from sagwan.entities.registry import ModelVersion, RegisteredModel, Stage
from sagwan.storage.webhooks import Stamp


class NewRegisteredModel(msgspec.Struct):
    """A registered model to create; tag keys are distinct."""

    name: str
    now: int
    description: str | None = None
    tags: Sequence[Tag] = ()


class NewVersion(msgspec.Struct):
    """A version to create; tag keys are distinct.

    `storage_location` is where the files really are, where `source` does not say so; `model_id`
    names a logged model.
    """

    name: str
    now: int
    source: str
    run_id: str = ""
    run_link: str = ""
    description: str | None = ""
    model_id: str | None = None
    storage_location: str | None = None
    tags: Sequence[Tag] = ()


class RegistryQuery(msgspec.Struct):
    """A page of a search. `page_token` is what the page before returned for the same query.

    The filter's tag `mlflow.prompt.is_prompt` is `true` for prompts and their versions and `false`
    for all else, whether they have such a tag or not.
    """

    filter: Filter
    order: Sequence[OrderBy]
    limit: int
    page_token: str | None = None


class RegistryStore(ABC):
    """Registered models, their aliases, and their versions.

    A model that is unknown raises NotFound, and so does a version; a method that names a version
    says of an unknown model, too, that there is no such version. A change that has a stamp is told
    to the webhooks that listen, see `sagwan.storage.webhooks`.
    """

    @abstractmethod
    async def create(self, new: NewRegisteredModel, stamp: Stamp | None = None) -> RegisteredModel:
        """Create a model. Raises AlreadyExists where a model or a prompt has the name."""

    @abstractmethod
    async def get(self, name: str) -> RegisteredModel:
        """The model with its tags, its aliases, and the newest version of each stage.

        All of them are in order, and these versions without aliases.
        """

    @abstractmethod
    async def rename(self, name: str, new_name: str, now: int) -> RegisteredModel:
        """Rename a model and, in that, update its versions.

        Raises AlreadyExists where another one has the name; its own is no other.
        """

    @abstractmethod
    async def update(self, name: str, description: str | None, now: int) -> RegisteredModel:
        """Set a model's description; None takes it away."""

    @abstractmethod
    async def delete(self, name: str) -> None:
        """Delete a model with all that belongs to it, for good."""

    @abstractmethod
    async def search(self, query: RegistryQuery) -> Page[RegisteredModel]:
        """A page of models as `get` shows them.

        Raises InvalidParameter on a token that is not this query's.
        """

    @abstractmethod
    async def latest_versions(self, name: str, stages: Sequence[Stage] = ()) -> list[ModelVersion]:
        """The newest version of each of these stages, of all where none is named, by number."""

    @abstractmethod
    async def set_tag(self, name: str, tag: Tag, stamp: Stamp | None = None) -> None:
        """Set a tag of a model."""

    @abstractmethod
    async def delete_tag(self, name: str, key: str, stamp: Stamp | None = None) -> None:
        """Delete a tag of a model; nothing happens where there is none."""

    @abstractmethod
    async def set_alias(
        self, name: str, alias: str, version: int, stamp: Stamp | None = None
    ) -> None:
        """Let an alias stand for a version, also where it stood for another."""

    @abstractmethod
    async def delete_alias(self, name: str, alias: str, stamp: Stamp | None = None) -> None:
        """Delete an alias of a model; nothing happens where there is none."""

    @abstractmethod
    async def get_by_alias(self, name: str, alias: str) -> ModelVersion:
        """The version that an alias stands for; `latest`, in any case, is the newest.

        Raises InvalidParameter where there is no such alias, NotFound where no such model.
        """

    @abstractmethod
    async def create_version(self, new: NewVersion, stamp: Stamp | None = None) -> ModelVersion:
        """Create a version; its number is one more than the highest that the model ever had.

        Raises InvalidParameter where only one of model and version is a prompt. The logged model,
        if there is one, gets the version into its tag `mlflow.modelVersions`.
        """

    @abstractmethod
    async def get_version(self, name: str, version: int) -> ModelVersion:
        """The version, with the aliases that stand for it."""

    @abstractmethod
    async def storage_location(self, name: str, version: int) -> str:
        """The URI of a version's files."""

    @abstractmethod
    async def update_version(
        self, name: str, version: int, description: str | None, now: int
    ) -> ModelVersion:
        """Set a version's description; None takes it away."""

    @abstractmethod
    async def move_version(
        self, name: str, version: int, stage: Stage, archive: bool, now: int
    ) -> ModelVersion:
        """Move a version to a stage; with `archive`, all others of it are archived."""

    @abstractmethod
    async def delete_version(self, name: str, version: int, now: int) -> None:
        """Delete a version with its tags and aliases, for good; its number stays taken."""

    @abstractmethod
    async def search_versions(self, query: RegistryQuery) -> Page[ModelVersion]:
        """A page of versions, without aliases.

        Raises InvalidParameter on a token that is not this query's.
        """

    @abstractmethod
    async def set_version_tag(
        self, name: str, version: int, tag: Tag, stamp: Stamp | None = None
    ) -> None:
        """Set a tag of a version."""

    @abstractmethod
    async def delete_version_tag(
        self, name: str, version: int, key: str, stamp: Stamp | None = None
    ) -> None:
        """Delete a tag of a version; nothing happens where there is none."""
