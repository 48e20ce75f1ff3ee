"""A real HDFS for tests: one NameNode and one DataNode of Hadoop 2.7.3, with WebHDFS.

The last release of Spark that carried Hadoop's servers was published to PyPI, so its jars are what
the tests run; the few that are needed (31 of 240 MB) are kept beside the environments of
`tests.compat`. Java and Jersey, which WebHDFS answers with, are Debian's packages.
"""

import atexit
import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import socketserver
import ssl
import struct
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from xml.sax.saxutils import escape

from sagwan.artifacts.remote.hadoop import process_user
from tests.compat.environments import cache_folder, file_lock
from tests.support.artifacts import ArtifactService
from tests.support.artifacts.processes import new_folder
from tests.support.server import free_port

PACKAGES = (
    "openjdk-17-jre-headless libjersey1-core-java libjersey1-server-java libjersey1-servlet-java"
    " libjsr311-api-java libasm-java openssl"
)
START_TIMEOUT = 60.0
DOWNLOAD_TIMEOUT = 900
USER = process_user()
"""Who runs HDFS and may do everything in it; "alice" and "bob" may not."""

_RELEASE = "pyspark==2.4.8"
_JARS = """
hadoop-hdfs-2.7.3 hadoop-common-2.7.3 hadoop-auth-2.7.3 hadoop-annotations-2.7.3 jetty-6.1.26
jetty-util-6.1.26 commons-cli-1.2 commons-codec-1.10 commons-collections-3.2.2
commons-configuration-1.6 commons-io-2.4 commons-lang-2.6 commons-logging-1.1.3 guava-14.0.1
htrace-core-3.1.0-incubating jackson-core-asl-1.9.13 jackson-mapper-asl-1.9.13
javax.servlet-api-3.1.0 leveldbjni-all-1.8 log4j-1.2.17 netty-3.9.9.Final netty-all-4.1.47.Final
protobuf-java-2.5.0 slf4j-api-1.7.16 slf4j-log4j12-1.7.16 xercesImpl-2.9.1 xmlenc-0.52
javax.ws.rs-api-2.0.1 httpclient-4.5.6 httpcore-4.4.10 jaxb-api-2.2.2 activation-1.1.1
""".split()
_SYSTEM_JARS = ["jsr311-api", "jersey1-core", "jersey1-server", "jersey1-servlet", "asm"]
_OPTIONS = [
    "-Xms16m",
    "-Xmx96m",
    "-Xss512k",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:MaxDirectMemorySize=64m",
    *(
        f"--add-opens=java.base/{package}=ALL-UNNAMED"
        for package in ("java.lang", "java.net", "java.nio", "sun.nio.ch")
    ),
    "--add-exports=java.security.jgss/sun.security.krb5=ALL-UNNAMED",
    "--add-opens=java.security.jgss/sun.security.krb5=ALL-UNNAMED",
    "-Djava.net.preferIPv4Stack=true",
    "-Dfile.encoding=UTF-8",
    "-Dsun.jnu.encoding=UTF-8",
    "-XX:-UsePerfData",
    # WebHDFS has so many threads, and they wait.
    "-Dio.netty.eventLoopThreads=32",
]
_LOGGING = """
log4j.rootLogger=WARN,out
log4j.logger.org.apache.hadoop.hdfs.server.datanode.DataNode=INFO
log4j.appender.out=org.apache.log4j.ConsoleAppender
log4j.appender.out.layout=org.apache.log4j.PatternLayout
log4j.appender.out.layout.ConversionPattern=%d %p %c: %m%n
"""
_NAMENODE = "org.apache.hadoop.hdfs.server.namenode.NameNode"
_DATANODE = "org.apache.hadoop.hdfs.server.datanode.DataNode"

_PASSWORD = "secret"
_JAVA_CERTIFICATES = Path("/etc/ssl/certs/java/cacerts")

_numbers = count(1)


class NotInstalled(Exception):
    """Why HDFS can't be started on this machine."""


def _download(folder: Path) -> Path:
    """Download the release's archive into `folder`."""
    # pip asks the archive about itself, which fails where pypandoc is installed, as it is in the
    # environment that pip would make for that.
    venv = folder / "venv"
    pip = [str(venv / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
    download = ["download", "--no-deps", "--no-build-isolation", "--dest", str(folder), _RELEASE]
    for command in (
        [sys.executable, "-m", "venv", str(venv)],
        [*pip, "install", "--quiet", "--no-input", "setuptools>=70.1,<80"],
        [*pip, "--quiet", "--no-input", *download],
    ):
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=DOWNLOAD_TIMEOUT)
        except subprocess.TimeoutExpired:
            raise NotInstalled(f"the download of {_RELEASE} took too long") from None
        if done.returncode:
            last = "\n".join((done.stderr or done.stdout).strip().splitlines()[-5:])
            raise NotInstalled(f"{_RELEASE} could not be downloaded: {last}")
    return next(folder.glob("*.tar.gz"))


def _fetch(jars: Path) -> None:
    """Download the release, and keep the jars that are needed in the folder `jars`."""
    with tempfile.TemporaryDirectory(prefix="download-", dir=jars.parent) as folder:
        wanted = {f"{name}.jar" for name in _JARS}
        new = Path(folder) / "jars"
        new.mkdir()
        with tarfile.open(_download(Path(folder))) as archive:
            for member in archive:
                name = Path(member.name).name
                source = archive.extractfile(member) if name in wanted else None
                if source is not None:
                    with source, (new / name).open("wb") as target:
                        shutil.copyfileobj(source, target)
        missing = wanted - {path.name for path in new.iterdir()}
        if missing:
            raise NotInstalled(f"{_RELEASE} lacks {', '.join(sorted(missing))}")
        new.rename(jars)


def hadoop_jars() -> list[Path]:
    """The class path of Hadoop's servers, downloaded now if that wasn't done yet.

    Raises NotInstalled.
    """
    system = [Path("/usr/share/java") / f"{name}.jar" for name in _SYSTEM_JARS]
    programs = [shutil.which(name) for name in ("java", "openssl")]
    needed = [*system, _JAVA_CERTIFICATES]
    if None in programs or not all(path.exists() for path in needed):
        raise NotInstalled(
            f"Java, Jersey or OpenSSL is not installed (Debian's packages {PACKAGES})"
        )
    jars = cache_folder().parent / "hadoop" / "jars-2.7.3"
    with file_lock(jars.with_name(f"{jars.name}.lock")):
        if not jars.exists():
            _fetch(jars)
    # Jersey and its API come before Spark's newer API of the same name.
    return [*system, *(jars / f"{name}.jar" for name in _JARS)]


def _xml(settings: Mapping[str, object]) -> str:
    properties = "".join(
        f"<property><name>{escape(name)}</name><value>{escape(str(value))}</value></property>\n"
        for name, value in settings.items()
    )
    return f"<configuration>\n{properties}</configuration>\n"


def _is_stopped(pid: int) -> bool:
    """Whether all threads of a process are stopped."""
    stats = Path(f"/proc/{pid}/task").glob("*/stat")
    return all(stat.read_text().rpartition(")")[2].split()[0] == "T" for stat in stats)


class Hadoop:
    """A NameNode and a DataNode that can be stopped, killed and started again on their ports.

    A `block` has so many bytes: large files of tests have several, and many at once don't reserve
    all space.
    """

    def __init__(self, block: int = 4 << 20) -> None:
        self._block = block
        self._jars = hadoop_jars()
        self.folder = new_folder("sagwan-hadoop-")
        self.rpc_port = free_port()
        self.http_port = free_port()
        self._datanode_http = f"127.0.0.1:{free_port()}"
        self._datanode_https = f"127.0.0.1:{free_port()}"
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        try:
            self._configure()
            self._make_certificate()
            self._shorten_waits()
            self._run(_NAMENODE, "-format", "-force", "-nonInteractive")
            self.start()
        except BaseException:
            self.remove()
            raise

    @property
    def conf(self) -> Path:
        """The folder of core-site.xml and hdfs-site.xml, for HADOOP_CONF_DIR."""
        return self.folder / "conf"

    @property
    def hdfs_uri(self) -> str:
        """The file system's URI, without a path."""
        return f"hdfs://127.0.0.1:{self.rpc_port}"

    @property
    def webhdfs_uri(self) -> str:
        """The file system's URI for HTTP, without a path."""
        return f"webhdfs://127.0.0.1:{self.http_port}"

    @property
    def certificate(self) -> Path:
        """The file of the DataNode's certificate."""
        return self.folder / "certificate.pem"

    @property
    def datanode_addresses(self) -> list[tuple[str, str]]:
        """The scheme and address of the DataNode's WebHDFS, by HTTP and by HTTPS."""
        return [("http", self._datanode_http), ("https", self._datanode_https)]

    @property
    def log(self) -> str:
        logs = sorted(self.folder.glob("*.log"))
        return "\n".join(f"{path.name}:\n{path.read_text(errors='replace')}" for path in logs)

    def _configure(self) -> None:
        self.conf.mkdir()
        for web in ("hdfs", "datanode"):
            (self.folder / "web" / "webapps" / web).mkdir(parents=True)
        core = {
            "fs.defaultFS": self.hdfs_uri,
            "hadoop.tmp.dir": self.folder / "data",
            # Otherwise Hadoop asks the system for the groups of every user.
            "hadoop.user.group.static.mapping.overrides": f"{USER}=supergroup;alice=;bob=",
            "hadoop.ssl.enabled.protocols": "TLSv1.2",
            "ipc.server.read.threadpool.size": 1,
            "ipc.client.connect.max.retries": 600,
            "ipc.client.connect.retry.interval": 50,
        }
        hdfs = {
            "dfs.replication": 1,
            "dfs.blocksize": self._block,
            "dfs.webhdfs.enabled": "true",
            "dfs.namenode.http-address": f"127.0.0.1:{self.http_port}",
            "dfs.http.policy": "HTTP_AND_HTTPS",
            "dfs.namenode.https-address": f"127.0.0.1:{free_port()}",
            "dfs.datanode.https.address": self._datanode_https,
            "dfs.namenode.handler.count": 4,
            "dfs.namenode.edits.noeditlogchannelflush": "true",
            "dfs.namenode.safemode.threshold-pct": 0,
            "dfs.namenode.safemode.extension": 0,
            "dfs.namenode.datanode.registration.ip-hostname-check": "false",
            "dfs.datanode.hostname": "127.0.0.1",
            "dfs.datanode.address": f"127.0.0.1:{free_port()}",
            "dfs.datanode.http.address": self._datanode_http,
            "dfs.datanode.ipc.address": f"127.0.0.1:{free_port()}",
            "dfs.datanode.handler.count": 2,
            "dfs.datanode.scan.period.hours": -1,
            "dfs.datanode.du.reserved": 0,
            "dfs.heartbeat.interval": 1,
            "dfs.client.retry.window.base": 10,
            "dfs.client.block.write.locateFollowingBlock.retries": 12,
            # What is deleted stays on the DataNode, so that tests say when it goes.
            "dfs.namenode.startup.delay.block.deletion.sec": 86400,
            "dfs.namenode.delegation.token.always-use": "true",
        }
        (self.conf / "core-site.xml").write_text(_xml(core))
        (self.conf / "hdfs-site.xml").write_text(_xml(hdfs))
        (self.conf / "log4j.properties").write_text(_LOGGING)

    def _make_certificate(self) -> None:
        key, keys = self.folder / "key.pem", self.folder / "keys.p12"
        make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
        make += " -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1"
        pack = f"openssl pkcs12 -export -passout pass:{_PASSWORD} -in {self.certificate}"
        for command in (
            f"{make} -keyout {key} -out {self.certificate}",
            f"{pack} -inkey {key} -out {keys}",
        ):
            subprocess.run(command.split(), check=True, capture_output=True)
        settings = {
            "ssl.server.keystore.type": "pkcs12",
            "ssl.server.keystore.location": keys,
            "ssl.server.keystore.password": _PASSWORD,
            "ssl.server.keystore.keypassword": _PASSWORD,
            "ssl.server.truststore.location": _JAVA_CERTIFICATES,
            "ssl.server.truststore.password": "changeit",
        }
        (self.conf / "ssl-server.xml").write_text(_xml(settings))

    def _shorten_waits(self) -> None:
        """Have the DataNode, which writes for WebHDFS, ask sooner whether a file is complete.

        It often asks in vain, and this release then waits for 400 ms: later ones have a setting.
        """
        name = "org/apache/hadoop/hdfs/DFSOutputStream.class"
        with zipfile.ZipFile(next(jar for jar in self._jars if "hadoop-hdfs" in jar.name)) as jar:
            code = jar.read(name)
        wait, shorter = (b"\x05" + struct.pack(">q", number) for number in (400, 5))
        if code.count(wait) != 1:
            raise RuntimeError("Hadoop's client has no wait of 400 ms where it had one")
        place = self.folder / "patched" / name
        place.parent.mkdir(parents=True)
        place.write_bytes(code.replace(wait, shorter))

    def _command(self, *words: str) -> list[str]:
        folders = [self.conf, self.folder / "web", self.folder / "patched"]
        path = ":".join(map(str, [*folders, *self._jars]))
        return ["java", *_OPTIONS, "-cp", path, *words]

    def _environment(self) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HADOOP_USER_NAME": USER}

    def _run(self, *words: str) -> None:
        done = subprocess.run(
            self._command(*words),
            cwd=self.folder,
            env=self._environment(),
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(words)} failed:\n{done.stdout}\n{done.stderr}")

    def _launch(self, name: str, main: str, *words: str) -> None:
        path = self.folder / f"{name}.log"
        with path.open("wb") as log:
            self._processes[name] = subprocess.Popen(
                self._command(main, *words),
                cwd=self.folder,
                env=self._environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def start(self, reports_to: int | None = None) -> None:
        """Start what does not run, and wait until files can be written.

        A DataNode that is started now reports to the port `reports_to`, if not to the NameNode's.
        """
        other = [f"-Ddfs.namenode.rpc-address=127.0.0.1:{reports_to}"] if reports_to else []
        for name, main, words in (("namenode", _NAMENODE, []), ("datanode", _DATANODE, other)):
            if name not in self._processes:
                self._launch(name, main, *words)
        deadline = time.monotonic() + START_TIMEOUT
        while not self._is_ready():
            for name, process in self._processes.items():
                if process.poll() is not None:
                    raise RuntimeError(f"the {name} stopped at once:\n{self.log}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"HDFS did not start:\n{self.log}")
            time.sleep(0.05)

    def _is_ready(self) -> bool:
        """Whether the DataNode that was started last has told the NameNode what it has."""
        if "Successfully sent block report" not in (self.folder / "datanode.log").read_text():
            return False
        connection = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=5)
        try:
            connection.request("GET", "/jmx?qry=Hadoop:service=NameNode,name=NameNodeInfo")
            beans = json.loads(connection.getresponse().read())["beans"]
            return bool(json.loads(beans[0]["LiveNodes"]))
        except (OSError, http.client.HTTPException, ValueError, LookupError):
            return False
        finally:
            connection.close()

    def kill(self, name: str) -> None:
        """`kill -9` the "namenode" or the "datanode"; what it stored stays."""
        process = self._processes.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(60)

    def is_running(self, name: str) -> bool:
        """Whether the "namenode" or the "datanode" was started and not killed."""
        return name in self._processes

    def send(self, name: str, number: signal.Signals) -> None:
        """Send a signal to the "namenode" or the "datanode", and wait for it to stop if it must."""
        pid = self._processes[name].pid
        os.killpg(pid, number)
        # Until its last thread has heard of it, on a busy machine a moment later, it answers.
        while number == signal.SIGSTOP and not _is_stopped(pid):
            time.sleep(0.001)

    def admin(self, *words: str) -> None:
        """Run `hdfs dfsadmin`."""
        self._run("org.apache.hadoop.hdfs.tools.DFSAdmin", *words)

    def remove(self) -> None:
        """Kill both and delete their data."""
        for name in list(self._processes):
            self.kill(name)
        shutil.rmtree(self.folder, ignore_errors=True)


class _Front(socketserver.ThreadingTCPServer):
    """HTTPS in front of the NameNode, which then names the DataNode's HTTPS address.

    The HTTPS of this release's NameNode fails under the Java of today; the DataNode's is its own.
    """

    daemon_threads = True

    def __init__(self, running: Hadoop) -> None:
        super().__init__(("127.0.0.1", 0), socketserver.BaseRequestHandler)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(running.certificate, running.folder / "key.pem")
        self._name_node = ("127.0.0.1", running.http_port)
        self._plain, self._secure = (
            f"Location: {scheme}://{address}".encode()
            for scheme, address in running.datanode_addresses
        )

    def finish_request(self, request: object, client_address: object) -> None:
        assert isinstance(request, socket.socket)
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            client = stack.enter_context(self._context.wrap_socket(request, server_side=True))
            name_node = stack.enter_context(socket.create_connection(self._name_node))
            threading.Thread(target=self._copy, args=(client, name_node), daemon=True).start()
            self._copy(name_node, client)

    def _copy(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data.replace(self._plain, self._secure))
            target.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def https_front() -> Iterator[str]:
    """The file system's URI for HTTPS, without a path, for the block."""
    with _Front(hadoop()) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"swebhdfs://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


class _Shared:
    """The HDFS of this test process, started when it is first asked for."""

    def __init__(self) -> None:
        self._hadoop: Hadoop | None = None

    def get(self) -> Hadoop:
        if self._hadoop is None:
            try:
                self._hadoop = Hadoop()
            except NotInstalled as reason:
                if os.environ.get("CI"):
                    raise
                import pytest  # not where benchmarks start servers

                pytest.skip(str(reason))
        return self._hadoop

    def close(self) -> None:
        if self._hadoop is not None:
            self._hadoop.remove()


_shared = _Shared()
atexit.register(_shared.close)


def hadoop() -> Hadoop:
    """The HDFS of this test process; the test is skipped where there is none, but not in CI."""
    return _shared.get()


def new_root() -> str:
    """The path of a folder that nobody has used."""
    return f"/tests/{os.getpid()}-{next(_numbers)}"


@contextlib.contextmanager
def service() -> Iterator[ArtifactService]:
    """A fresh folder by `hdfs://`."""
    running = hadoop()
    yield ArtifactService(running.hdfs_uri + new_root(), {"HADOOP_USER_NAME": USER})


@contextlib.contextmanager
def webhdfs_service() -> Iterator[ArtifactService]:
    """A fresh folder by `webhdfs://`."""
    running = hadoop()
    yield ArtifactService(running.webhdfs_uri + new_root(), {"HADOOP_USER_NAME": USER})
