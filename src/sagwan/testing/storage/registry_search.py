"""Rules of searching registered models and versions."""

from collections.abc import Sequence

import pytest

from sagwan.domain.registry import PROMPT_TAG, hide_prompts
from sagwan.domain.search.fields import MODEL_VERSIONS, REGISTERED_MODELS
from sagwan.domain.search.parser import parse_filter, parse_order_by
from sagwan.entities import Tag
from sagwan.entities.registry import Stage
from sagwan.errors import InvalidParameter
from sagwan.storage.registry import NewVersion, RegistryQuery
from sagwan.testing.storage.experiments import BAD_TOKEN, BAD_TOKENS
from sagwan.testing.storage.lab import Lab
from sagwan.testing.storage.registry import PROMPT, add, register

IS_PROMPT = f"tags.`{PROMPT_TAG}`"


def find(
    lab: Lab, filter: str = "", order: Sequence[str] = (), limit: int = 1000
) -> list[list[str]]:
    """The names of the models that a search finds, page by page."""
    pages, token = [], None
    while True:
        query = RegistryQuery(
            hide_prompts(parse_filter(filter, REGISTERED_MODELS)),
            parse_order_by(order, REGISTERED_MODELS),
            limit,
            token,
        )
        page = lab(lab.store.registry.search(query))
        pages.append([model.name for model in page.items])
        token = page.next_page_token
        if token is None:
            return pages


def find_versions(
    lab: Lab, filter: str = "", order: Sequence[str] = (), limit: int = 1000
) -> list[list[str]]:
    """The names and numbers of the versions that a search finds, page by page."""
    pages, token = [], None
    while True:
        query = RegistryQuery(
            hide_prompts(parse_filter(filter, MODEL_VERSIONS)),
            parse_order_by(order, MODEL_VERSIONS),
            limit,
            token,
        )
        page = lab(lab.store.registry.search_versions(query))
        pages.append([version.name + version.version for version in page.items])
        token = page.next_page_token
        if token is None:
            return pages


class Registered:
    @pytest.fixture
    def registered(self, lab: Lab) -> Lab:
        """Three models, of which `b` has versions, and a prompt, `p`."""
        register(lab, "a", 3, Tag("k", "v"))
        register(lab, "b", 1, Tag("k", "w"), Tag("é b", "x"))
        register(lab, "C", 2)
        register(lab, "p", 4, PROMPT, Tag("k", "v"))
        for now, source, run_id, tags in (
            (5, "s3://one", "r1", [Tag("k", "v")]),
            (6, "s3://two", "", [Tag("k", "w")]),
            (5, "S3://two", "r2", []),
        ):
            new = NewVersion("b", now, source, run_id, tags=tags)
            lab(lab.store.registry.create_version(new))
        new = NewVersion("a", 5, "models:/b/1", "r1", storage_location="s3://one")
        lab(lab.store.registry.create_version(new))
        add(lab, "p", 7, PROMPT)
        return lab


class RegisteredModelSearchRules(Registered):
    def test_filters(self, registered: Lab) -> None:
        cases = {
            "": "Cab",
            "name = 'a'": "a",
            "attribute.name != 'a'": "Cb",
            "name LIKE 'c'": "",
            "name ILIKE 'c'": "C",
            "name IN ('a', 'C', 'p')": "Ca",
            "name NOT IN ('a')": "Cb",
            "tags.k = 'v'": "a",
            "tag.k != 'v'": "b",
            "tags.K = 'v'": "",
            "tags.k LIKE '%' AND tags.`é b` = 'x'": "b",
            "name = 'p'": "",
            f"{IS_PROMPT} = 'true'": "p",
            f"{IS_PROMPT} != 'false'": "p",
            f"{IS_PROMPT} != 'true'": "Cab",
            f"{IS_PROMPT} = 'false'": "Cab",
            f"{IS_PROMPT} = 'true' AND {IS_PROMPT} = 'false'": "",
            f"{IS_PROMPT} = 'true' AND tags.k = 'v'": "p",
            f"{IS_PROMPT} LIKE 'true'": "",
        }
        assert {each: "".join(find(registered, each)[0]) for each in cases} == cases

    def test_orders(self, registered: Lab) -> None:
        # `a` and `b` were both updated at 5 at last.
        cases: dict[tuple[str, ...], str] = {
            ("name DESC",): "baC",
            ("timestamp",): "Cab",
            ("last_updated_timestamp DESC",): "abC",
            ("timestamp", "name DESC"): "Cba",
        }
        assert {each: "".join(find(registered, "", each)[0]) for each in cases} == cases

    def test_pages_hold_everything_once_in_order(self, registered: Lab) -> None:
        for order in ((), ("name DESC",), ("timestamp DESC",), ("timestamp", "name DESC")):
            (everything,) = find(registered, "", order)
            for limit in (1, 2, 3):
                pages = find(registered, "", order, limit)
                assert [name for page in pages for name in page] == everything
                assert all(len(page) == limit for page in pages[:-1])

    def test_a_search_shows_what_get_shows(self, registered: Lab) -> None:
        registered(registered.store.registry.move_version("b", 2, Stage.STAGING, False, 8))
        registered(registered.store.registry.set_alias("b", "champion", 3))
        found = registered(registered.store.registry.search(RegistryQuery((), (), 9))).items
        expected = [
            registered(registered.store.registry.get(name)) for name in ("C", "a", "b", "p")
        ]
        assert found == expected

    def test_what_is_made_a_prompt_is_found_as_one(self, registered: Lab) -> None:
        registered(registered.store.registry.set_tag("C", PROMPT))
        registered(registered.store.registry.delete_tag("p", PROMPT_TAG))
        assert find(registered) == [["a", "b", "p"]]
        assert find(registered, f"{IS_PROMPT} = 'true'") == [["C"]]

    def test_tokens_of_no_search_and_of_another_are_refused(self, registered: Lab) -> None:
        port = registered.store.registry
        token = registered(port.search(RegistryQuery((), (), 1))).next_page_token
        filter = parse_filter("name != 'x'", REGISTERED_MODELS)
        order = parse_order_by(["name DESC"], REGISTERED_MODELS)
        queries = [
            *(RegistryQuery((), (), 1, bad) for bad in BAD_TOKENS),
            RegistryQuery(filter, (), 1, token),
            RegistryQuery((), order, 1, token),
        ]
        for query in queries:
            registered.refuses(InvalidParameter, BAD_TOKEN, port.search(query))
        versions = RegistryQuery((), (), 1, token)
        registered.refuses(InvalidParameter, BAD_TOKEN, port.search_versions(versions))


class VersionSearchRules(Registered):
    def test_filters(self, registered: Lab) -> None:
        cases = {
            "": "b2 a1 b3 b1",
            "name = 'b'": "b2 b3 b1",
            "name IN ('a', 'p')": "a1",
            "version_number = 1": "a1 b1",
            "version_number = '1'": "a1 b1",
            "version_number >= 2 AND version_number != 3": "b2",
            "version_number < 99999999999999999999": "b2 a1 b3 b1",
            "source_path = 's3://two'": "b2",
            "source_path ILIKE 's3://%'": "b2 b3 b1",
            "source_path IN ('s3://one', 'models:/b/1')": "a1 b1",
            "run_id = 'r1'": "a1 b1",
            "run_id = ''": "b2",
            "run_id NOT IN ('r1')": "b2 b3",
            "tags.k = 'v'": "b1",
            "tags.k != 'v'": "b2",
            "name = 'p'": "",
            f"{IS_PROMPT} = 'true'": "p1",
            f"name = 'p' AND {IS_PROMPT} != 'true'": "",
        }
        assert {each: " ".join(find_versions(registered, each)[0]) for each in cases} == cases

    def test_orders(self, registered: Lab) -> None:
        cases: dict[tuple[str, ...], str] = {
            ("name",): "a1 b3 b2 b1",
            ("name DESC",): "b3 b2 b1 a1",
            ("version_number",): "a1 b1 b2 b3",
            ("creation_timestamp", "version_number"): "a1 b1 b3 b2",
            ("last_updated_timestamp",): "a1 b3 b1 b2",
        }
        assert {each: " ".join(find_versions(registered, "", each)[0]) for each in cases} == cases

    def test_pages_hold_everything_once_in_order(self, registered: Lab) -> None:
        for order in ((), ("name DESC",), ("version_number",), ("creation_timestamp DESC",)):
            (everything,) = find_versions(registered, "", order)
            for limit in (1, 3, 4):
                pages = find_versions(registered, "", order, limit)
                assert [each for page in pages for each in page] == everything

    def test_a_search_shows_what_get_shows_but_for_aliases(self, registered: Lab) -> None:
        registered(registered.store.registry.set_alias("b", "champion", 3))
        query = RegistryQuery(parse_filter("name = 'b'", MODEL_VERSIONS), (), 9)
        found = registered(registered.store.registry.search_versions(query)).items
        for version in found:
            got = registered(registered.store.registry.get_version("b", int(version.version)))
            got.aliases = []
            assert version == got

    def test_deleted_ones_are_not_found(self, registered: Lab) -> None:
        registered(registered.store.registry.delete_version("b", 2, 9))
        assert find_versions(registered, "name = 'b'") == [["b3", "b1"]]
        registered(registered.store.registry.delete("b"))
        assert find_versions(registered) == [["a1"]]
