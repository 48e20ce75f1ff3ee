import asyncio
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from sagwan.artifacts.base import CHUNK
from sagwan.artifacts.remote import hdfs
from sagwan.artifacts.remote.hadoop import parse, process_user
from sagwan.artifacts.remote.hdfs import HdfsFiles, open_store
from sagwan.errors import InvalidParameter, Unavailable
from sagwan.testing.artifacts.bench import Bench, benches
from sagwan.testing.artifacts.suite import ArtifactStoreConformance, OpenStore
from tests.support.artifacts.hadoop import hadoop, new_root
from tests.support.server import free_port

pytestmark = pytest.mark.xdist_group("hadoop")


class TestConformance(ArtifactStoreConformance):
    HELD = 4 * CHUNK

    @pytest.fixture
    def open_store(self) -> OpenStore:
        uri = hadoop().hdfs_uri + new_root()
        return lambda: open_store(uri, {})


OpenBench = Callable[[str, Mapping[str, str]], Bench]


@pytest.fixture
def open_bench() -> Iterator[OpenBench]:
    with benches() as new:
        yield lambda uri, environ: new(lambda: open_store(uri, environ))


def configuration(folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """A folder of Hadoop's configuration, as the variable that names it."""
    properties = "".join(
        f"<property><name>{escape(name)}</name><value>{escape(value)}</value></property>"
        for name, value in settings.items()
    )
    (folder / "hdfs-site.xml").write_text(f"<configuration>{properties}</configuration>")
    return {"HADOOP_CONF_DIR": str(folder)}


def name_service(*name_nodes: str) -> dict[str, str]:
    nodes = {f"n{number}": address for number, address in enumerate(name_nodes)}
    addresses = {f"dfs.namenode.rpc-address.team.{key}": nodes[key] for key in nodes}
    return {"dfs.nameservices": "team", "dfs.ha.namenodes.team": ",".join(nodes), **addresses}


@pytest.mark.parametrize("form", ["hdfs://{}", "hdfs:{}"])
def test_the_file_system_of_the_configuration(form: str, open_bench: OpenBench) -> None:
    root = new_root()
    bench = open_bench(form.format(root), {"HADOOP_CONF_DIR": str(hadoop().conf)})
    bench.put("a", b"x")
    assert open_bench(hadoop().hdfs_uri + root, {}).get("a") == b"x"


def test_a_view(tmp_path: Path, open_bench: OpenBench) -> None:
    root = new_root()
    views = {
        "fs.viewfs.mounttable.team.link./data": hadoop().hdfs_uri + root,
        "fs.viewfs.mounttable.team.linkFallback": hadoop().hdfs_uri + "/",
    }
    bench = open_bench("viewfs://team/data/x", configuration(tmp_path, views))
    bench.put("a/b", b"x")
    assert bench.names() == ["a/"]
    assert bench.get("a/b") == b"x"
    assert open_bench(hadoop().hdfs_uri + root, {}).get("x/a/b") == b"x"
    settings = ",".join(f"{name}={value}" for name, value in views.items())
    other = open_bench("viewfs://team/data/x", {"MLFLOW_PYARROW_EXTRA_CONF": settings})
    assert other.get("a/b") == b"x"


def test_a_name_service_whose_first_name_node_is_gone(
    tmp_path: Path, open_bench: OpenBench
) -> None:
    nodes = name_service(f"127.0.0.1:{free_port()}", hadoop().hdfs_uri.partition("://")[2])
    bench = open_bench(f"hdfs://team{new_root()}", configuration(tmp_path, nodes))
    bench.put("a", b"x")
    assert bench.get("a") == b"x"


def test_a_name_service_without_a_name_node(tmp_path: Path, open_bench: OpenBench) -> None:
    nodes = name_service(f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}")
    bench = open_bench("hdfs://team/x", configuration(tmp_path, nodes))
    assert "hdfs://team/x" in bench.refuses(Unavailable, bench.store.list_folder())


def test_a_bug_of_the_library_is_an_error_like_others(
    open_bench: OpenBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It panics where it would wait, and someone asked it to try again."""
    monkeypatch.setenv("RUST_BACKTRACE", "0")
    attempts = {"MLFLOW_PYARROW_EXTRA_CONF": "dfs.client.failover.max.attempts=3"}
    uri = f"hdfs://127.0.0.1:{free_port()}/x"
    bench = open_bench(uri, attempts)
    assert uri in bench.refuses(Unavailable, bench.store.stat("a"))


def test_a_file_that_was_closed_before_its_last_block_was_heard_of_is_opened_later() -> None:
    """Only newer NameNodes do that, and only if they are told to."""
    answers = ["RetriableException", "NotReplicatedYetException", "LeaseExpiredException"]

    class Client:
        async def append(self, path: str) -> None:
            raise RuntimeError(f'RPCError("org.apache.hadoop.{answers.pop(0)}", "{path}")')

    with pytest.raises(ConnectionError, match="LeaseExpiredException: /a"):
        asyncio.run(HdfsFiles(Client()).append("/a"))  # type: ignore[arg-type]
    assert answers == []


def test_a_host_alone_has_the_usual_port() -> None:
    assert hdfs._url(parse("hdfs://host/x"), {}) == "hdfs://host:8020"
    assert hdfs._url(parse("hdfs://team/x"), name_service("a:1")) == "hdfs://team"
    assert hdfs._url(parse("hdfs://host:1/x"), {}) == "hdfs://host:1"
    assert hdfs._url(parse("hdfs://[::1]:1/x"), {}) == "hdfs://[::1]:1"
    assert hdfs._url(parse("hdfs:///x"), {}) is None
    assert hdfs._url(parse("viewfs://team/x"), {}) == "viewfs://team"


@pytest.mark.parametrize(
    ("uri", "environ", "text"),
    [
        ("hdfs:///x", {}, "fs.defaultFS"),
        ("viewfs://team/x", {}, "viewfs"),
        ("hdfs://h/x", {"MLFLOW_PYARROW_EXTRA_CONF": "a"}, "MLFLOW_PYARROW_EXTRA_CONF"),
        ("hdfs://h/x", {"MLFLOW_KERBEROS_TICKET_CACHE": "/c"}, "MLFLOW_KERBEROS_USER"),
        ("hdfs://nobody-else@h/x", {}, "HADOOP_USER_NAME=nobody-else"),
        ("hdfs://h/x", {"HADOOP_USER_NAME": "nobody-else"}, "HADOOP_USER_NAME=nobody-else"),
        ("hdfs://h/x", {"MLFLOW_KERBEROS_USER": "nobody-else"}, "HADOOP_USER_NAME=nobody-else"),
    ],
)
def test_what_can_not_be_opened(uri: str, environ: Mapping[str, str], text: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        open_store(uri, environ)
    assert text in refused.value.message


def test_a_configuration_that_is_broken(tmp_path: Path) -> None:
    (tmp_path / "core-site.xml").write_text("<configuration>")
    with pytest.raises(InvalidParameter) as refused:
        open_store("hdfs://h/x", {"HADOOP_CONF_DIR": str(tmp_path)})
    assert "Hadoop's configuration can't be read" in refused.value.message


def test_the_user_that_the_process_is(open_bench: OpenBench) -> None:
    scheme, _, rest = hadoop().hdfs_uri.partition("://")
    bench = open_bench(f"{scheme}://{process_user()}@{rest}{new_root()}", {})
    bench.put("a", b"x")
    assert bench.get("a") == b"x"
