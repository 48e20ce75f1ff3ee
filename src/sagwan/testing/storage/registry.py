"""Rules of registered models, their aliases and versions."""

import json

from sagwan.domain.registry import PROMPT_TAG, VERSIONS_TAG
from sagwan.entities import Tag
from sagwan.entities.registry import Alias, ModelVersion, RegisteredModel, Stage
from sagwan.errors import AlreadyExists, InvalidParameter, NotFound
from sagwan.storage.registry import NewRegisteredModel, NewVersion
from sagwan.testing.storage.lab import Lab

PROMPT = Tag(PROMPT_TAG, "true")


def register(lab: Lab, name: str = "net", now: int = 1, *tags: Tag) -> RegisteredModel:
    """A new registered model."""
    return lab(lab.store.registry.create(NewRegisteredModel(name, now, None, tags)))


def add(lab: Lab, name: str = "net", now: int = 1, *tags: Tag, source: str = "s3://m") -> str:
    """The number of a new version."""
    return lab(lab.store.registry.create_version(NewVersion(name, now, source, tags=tags))).version


def stages_of(lab: Lab, name: str = "net") -> dict[str, str]:
    """The newest version of each stage."""
    found = lab(lab.store.registry.get(name)).latest_versions
    return {version.version: version.current_stage for version in found}


class RegisteredModelRules:
    def test_a_new_one_has_what_it_was_given(self, lab: Lab) -> None:
        tags = [Tag("b", "2"), Tag("a", "é" * 50_000)]
        made = lab(lab.store.registry.create(NewRegisteredModel("모델 ", 7, "text\n", tags)))
        assert made == RegisteredModel("모델 ", 7, 7, "text\n", tags=tags[::-1])
        assert lab(lab.store.registry.get("모델 ")) == made

    def test_names_are_unique_as_they_are_written(self, lab: Lab) -> None:
        for name in ("net", "Net", "net ", "nét"):
            register(lab, name)
        lab.refuses(
            AlreadyExists,
            "Registered Model (name=net) already exists.",
            lab.store.registry.create(NewRegisteredModel("net", 2)),
        )

    def test_a_model_and_a_prompt_share_no_name(self, lab: Lab) -> None:
        register(lab, "net"), register(lab, "hello", 1, PROMPT)
        said = (
            "Tried to create a {} with name '{}', but the name is already taken by a {}. A model"
            " and a prompt can't have the same name."
        )
        for name, tags, taken in (
            ("net", [PROMPT], said.format("prompt", "net", "registered model")),
            ("hello", [], said.format("registered model", "hello", "prompt")),
            ("hello", [PROMPT], "Prompt (name=hello) already exists."),
        ):
            new = NewRegisteredModel(name, 2, None, tags)
            lab.refuses(AlreadyExists, taken, lab.store.registry.create(new))

    def test_renamed_with_all_that_belongs_to_it(self, lab: Lab) -> None:
        register(lab, "net", 1, Tag("a", "1")), register(lab, "other")
        add(lab), add(lab)
        lab(lab.store.registry.set_alias("net", "champion", 1))
        renamed = lab(lab.store.registry.rename("net", "new", 9))
        assert (renamed.name, renamed.last_updated_timestamp) == ("new", 9)
        assert (renamed.tags, renamed.aliases) == ([Tag("a", "1")], [Alias("champion", "1")])
        (newest,) = renamed.latest_versions
        assert (newest.name, newest.version, newest.last_updated_timestamp) == ("new", "2", 9)
        assert lab(lab.store.registry.get_by_alias("new", "champion")).name == "new"
        gone = "Registered Model with name=net not found"
        lab.refuses(NotFound, gone, lab.store.registry.get("net"))
        lab.refuses(NotFound, gone, lab.store.registry.rename("net", "x", 9))
        taken = "Registered Model (name=other) already exists."
        lab.refuses(AlreadyExists, taken, lab.store.registry.rename("new", "other", 9))
        assert lab(lab.store.registry.rename("new", "new", 10)).last_updated_timestamp == 10

    def test_a_description_is_set_and_taken_away(self, lab: Lab) -> None:
        register(lab)
        made = lab(lab.store.registry.update("net", "text", 5))
        assert (made.description, made.last_updated_timestamp) == ("text", 5)
        assert lab(lab.store.registry.update("net", None, 6)).description is None

    def test_deleted_with_all_that_belongs_to_it(self, lab: Lab) -> None:
        register(lab, "net", 1, Tag("a", "1"))
        add(lab, "net", 1, Tag("b", "2"))
        lab(lab.store.registry.set_alias("net", "champion", 1))
        lab(lab.store.registry.delete("net"))
        gone = "Registered Model with name=net not found"
        lab.refuses(NotFound, gone, lab.store.registry.delete("net"))
        assert register(lab) == RegisteredModel("net", 1, 1)
        assert add(lab) == "1"
        assert lab(lab.store.registry.get_version("net", 1)).tags == []

    def test_tags_are_set_anew_and_deleted(self, lab: Lab) -> None:
        register(lab, "net", 1, Tag("a", "1"))
        lab(lab.store.registry.set_tag("net", Tag("a", "2")))
        lab(lab.store.registry.set_tag("net", Tag("A", "3")))
        found = lab(lab.store.registry.get("net"))
        assert found.tags == [Tag("A", "3"), Tag("a", "2")]
        assert found.last_updated_timestamp == 1
        lab(lab.store.registry.delete_tag("net", "a"))
        lab(lab.store.registry.delete_tag("net", "a"))
        assert lab(lab.store.registry.get("net")).tags == [Tag("A", "3")]

    def test_an_unknown_one_is_not_found(self, lab: Lab) -> None:
        port, gone = lab.store.registry, "Registered Model with name=nowhere not found"
        for call in (
            port.get("nowhere"),
            port.update("nowhere", None, 1),
            port.latest_versions("nowhere"),
            port.set_tag("nowhere", Tag("a")),
            port.delete_tag("nowhere", "a"),
            port.delete_alias("nowhere", "a"),
            port.get_by_alias("nowhere", "latest"),
            port.create_version(NewVersion("nowhere", 1, "s3://m")),
        ):
            lab.refuses(NotFound, gone, call)


class AliasRules:
    def test_an_alias_stands_for_one_version_and_moves(self, lab: Lab) -> None:
        register(lab)
        add(lab, now=2), add(lab, now=3)
        for version in (1, 2, 2):
            lab(lab.store.registry.set_alias("net", "champion", version))
        lab(lab.store.registry.set_alias("net", "Champion", 1))
        found = lab(lab.store.registry.get_by_alias("net", "champion"))
        assert (found.version, found.aliases) == ("2", ["champion"])
        model = lab(lab.store.registry.get("net"))
        assert model.aliases == [Alias("Champion", "1"), Alias("champion", "2")]
        assert model.last_updated_timestamp == 3
        assert model.latest_versions[0].aliases == []

    def test_latest_is_the_newest(self, lab: Lab) -> None:
        register(lab)
        missing = "Registered model alias latest not found."
        lab.refuses(InvalidParameter, missing, lab.store.registry.get_by_alias("net", "latest"))
        add(lab), add(lab)
        assert lab(lab.store.registry.get_by_alias("net", "LATEST")).version == "2"

    def test_deleted_also_where_there_is_none(self, lab: Lab) -> None:
        register(lab), add(lab)
        lab(lab.store.registry.set_alias("net", "champion", 1))
        for _ in range(2):
            lab(lab.store.registry.delete_alias("net", "champion"))
        lab.refuses(
            InvalidParameter,
            "Registered model alias champion not found.",
            lab.store.registry.get_by_alias("net", "champion"),
        )

    def test_a_version_must_be_there_and_takes_its_aliases_along(self, lab: Lab) -> None:
        register(lab), add(lab)
        lab.refuses(
            NotFound,
            "Model Version (name=net, version=9) not found",
            lab.store.registry.set_alias("net", "champion", 9),
        )
        lab(lab.store.registry.set_alias("net", "champion", 1))
        lab(lab.store.registry.delete_version("net", 1, 5))
        assert lab(lab.store.registry.get("net")).aliases == []


class VersionRules:
    def test_a_new_one_has_what_it_was_given(self, lab: Lab) -> None:
        register(lab)
        new = NewVersion(
            "net", 7, "s3://é", "r1", "http://l", "text", "m-1", "s3://there", [Tag("a", "1")]
        )
        made = lab(lab.store.registry.create_version(new))
        expected = ModelVersion(
            "net", "1", 7, 7, "None", "s3://é", "r1", "READY", "http://l", "text", "m-1"
        )
        expected.tags = [Tag("a", "1")]
        assert made == expected
        assert lab(lab.store.registry.get_version("net", 1)) == made
        assert lab(lab.store.registry.storage_location("net", 1)) == "s3://there"
        assert lab(lab.store.registry.get("net")).last_updated_timestamp == 7
        add(lab, source="s3://m")
        assert lab(lab.store.registry.storage_location("net", 2)) == "s3://m"

    def test_numbers_are_not_given_twice(self, lab: Lab) -> None:
        register(lab)
        assert [add(lab) for _ in range(3)] == ["1", "2", "3"]
        for version in (1, 3):
            lab(lab.store.registry.delete_version("net", version, 5))
        assert add(lab) == "4"
        lab.refuses(
            NotFound,
            "Model Version (name=net, version=3) not found",
            lab.store.registry.get_version("net", 3),
        )

    def test_made_at_once_they_have_different_numbers(self, lab: Lab) -> None:
        register(lab)
        new = NewVersion("net", 1, "s3://m")
        made = lab.together(*(lab.store.registry.create_version(new) for _ in range(5)))
        assert sorted(version.version for version in made) == list("12345")

    def test_a_prompt_has_versions_of_prompts_only(self, lab: Lab) -> None:
        register(lab, "net"), register(lab, "hello", 1, PROMPT)
        add(lab, "hello", 1, PROMPT)
        for name, kinds, tags in (
            ("net", ("prompt", "a model"), [PROMPT]),
            ("hello", ("model version", "a prompt"), [Tag(PROMPT_TAG, "false")]),
        ):
            lab.refuses(
                InvalidParameter,
                f"A {kinds[0]} can't be a version of '{name}', which is {kinds[1]}: the tag"
                " 'mlflow.prompt.is_prompt' of a version must be that of its registered model.",
                lab.store.registry.create_version(NewVersion(name, 1, "dummy-source", tags=tags)),
            )

    def test_a_logged_model_knows_its_versions(self, lab: Lab) -> None:
        model_id = lab.model("a", tags={"own": "1"})
        register(lab, "net"), register(lab, "other")
        for name in ("net", "net", "other"):
            new = NewVersion(name, 1, f"models:/{model_id}", model_id=model_id)
            lab(lab.store.registry.create_version(new))
        tags = {tag.key: tag.value for tag in lab.get_model(model_id).info.tags}
        assert tags["own"] == "1"
        assert json.loads(tags[VERSIONS_TAG]) == [
            {"name": "net", "version": 1},
            {"name": "net", "version": 2},
            {"name": "other", "version": 1},
        ]

    def test_a_description_is_set_and_taken_away(self, lab: Lab) -> None:
        register(lab), add(lab)
        made = lab(lab.store.registry.update_version("net", 1, "text", 5))
        assert (made.description, made.last_updated_timestamp) == ("text", 5)
        assert lab(lab.store.registry.get("net")).last_updated_timestamp == 5
        assert lab(lab.store.registry.update_version("net", 1, None, 6)).description is None

    def test_tags_are_set_anew_and_deleted(self, lab: Lab) -> None:
        register(lab)
        add(lab, "net", 1, Tag("a", "1"))
        lab(lab.store.registry.set_version_tag("net", 1, Tag("a", "2")))
        lab(lab.store.registry.set_version_tag("net", 1, Tag("b", "é" * 99_999)))
        found = lab(lab.store.registry.get_version("net", 1))
        assert found.tags == [Tag("a", "2"), Tag("b", "é" * 99_999)]
        assert found.last_updated_timestamp == 1
        for _ in range(2):
            lab(lab.store.registry.delete_version_tag("net", 1, "b"))
        assert lab(lab.store.registry.get_version("net", 1)).tags == [Tag("a", "2")]

    def test_an_unknown_one_is_not_found(self, lab: Lab) -> None:
        register(lab), add(lab)
        port = lab.store.registry
        for name, version in (("net", 0), ("net", 2), ("nowhere", 1), ("Net", 1)):
            gone = f"Model Version (name={name}, version={version}) not found"
            for call in (
                port.get_version(name, version),
                port.storage_location(name, version),
                port.update_version(name, version, None, 1),
                port.move_version(name, version, Stage.STAGING, False, 1),
                port.delete_version(name, version, 1),
                port.set_version_tag(name, version, Tag("a")),
                port.delete_version_tag(name, version, "a"),
                port.set_alias(name, "a", version),
            ):
                lab.refuses(NotFound, gone, call)


class StageRules:
    def test_the_newest_of_each_stage(self, lab: Lab) -> None:
        register(lab)
        for _ in range(5):
            add(lab)
        for version, stage in (
            (1, Stage.PRODUCTION),
            (3, Stage.PRODUCTION),
            (2, Stage.STAGING),
            (4, Stage.ARCHIVED),
        ):
            lab(lab.store.registry.move_version("net", version, stage, False, 5))
        assert stages_of(lab) == {"2": "Staging", "3": "Production", "4": "Archived", "5": "None"}
        lab(lab.store.registry.set_alias("net", "champion", 3))
        chosen = [Stage.PRODUCTION, Stage.NONE, Stage.PRODUCTION]
        found = lab(lab.store.registry.latest_versions("net", chosen))
        assert [(each.version, each.aliases) for each in found] == [("3", ["champion"]), ("5", [])]
        lab(lab.store.registry.delete_version("net", 3, 6))
        assert stages_of(lab)["1"] == "Production"

    def test_others_of_the_stage_are_archived(self, lab: Lab) -> None:
        register(lab)
        for version in (1, 2, 3):
            add(lab)
            lab(lab.store.registry.move_version("net", version, Stage.PRODUCTION, False, 5))
        moved = lab(lab.store.registry.move_version("net", 2, Stage.PRODUCTION, True, 9))
        assert (moved.current_stage, moved.last_updated_timestamp) == ("Production", 9)
        found = [lab(lab.store.registry.get_version("net", number)) for number in (1, 2, 3)]
        assert [each.current_stage for each in found] == ["Archived", "Production", "Archived"]
        assert [each.last_updated_timestamp for each in found] == [9, 9, 9]
        assert lab(lab.store.registry.get("net")).last_updated_timestamp == 9
