"""A Galera cluster of real MariaDB servers: each takes writes, a commit is on all of them."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import create_engine, make_url
from sqlalchemy.pool import NullPool

from tests.support.databases import MariaDBServer, NotInstalled
from tests.support.server import free_port

PROVIDER = Path("/usr/lib/galera/libgalera_smm.so")
NODES = 3


class GaleraNode(MariaDBServer):
    """A member of a cluster; the first one begins it."""

    def __init__(self, cluster: list["GaleraNode"]) -> None:
        for program in ("rsync", "lsof"):
            if shutil.which(program) is None:
                raise NotInstalled(f"{program} is not installed, which Galera needs")
        if not PROVIDER.exists():
            raise NotInstalled("Galera is not installed (Debian's package galera-4)")
        self.group_port, self.transfer_port = free_port(), free_port()
        self.incremental_port = free_port()
        self.cluster = cluster
        super().__init__()
        cluster.append(self)

    def options(self) -> Sequence[str]:
        members = [f"127.0.0.1:{node.group_port}" for node in self.cluster if node is not self]
        provider = {
            "base_port": self.group_port,
            "gmcast.listen_addr": f"tcp://127.0.0.1:{self.group_port}",
            "ist.recv_addr": f"127.0.0.1:{self.incremental_port}",
            "gcache.size": "32M",
        }
        settings = {
            "binlog-format": "ROW",
            "innodb-autoinc-lock-mode": 2,
            "wsrep-on": "ON",
            "wsrep-provider": PROVIDER,
            "wsrep-provider-options": ";".join(f"{k}={v}" for k, v in provider.items()),
            "wsrep-cluster-name": "sagwan",
            "wsrep-cluster-address": f"gcomm://{','.join(members)}",
            "wsrep-node-name": f"node-{self.port}",
            "wsrep-node-address": f"127.0.0.1:{self.group_port}",
            "wsrep-sst-method": "rsync",
            "wsrep-sst-receive-address": f"127.0.0.1:{self.transfer_port}",
        }
        found = [f"--{name}={value}" for name, value in settings.items()]
        return found if members else [*found, "--wsrep-new-cluster"]

    def status(self, name: str) -> int:
        """The value of one of the server's counters."""
        engine = create_engine(self.url(self.admin_database), poolclass=NullPool)
        with engine.connect() as connection:
            row = connection.exec_driver_sql(f"SHOW GLOBAL STATUS LIKE '{name}'").one()
        return int(row[1])

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None


class GaleraCluster:
    """Three nodes."""

    def __init__(self) -> None:
        self.nodes: list[GaleraNode] = []
        try:
            for _ in range(NODES):
                GaleraNode(self.nodes)
        except BaseException:
            self.remove()
            raise

    def new_database(self) -> list[str]:
        """The URIs of a new, empty database, one a node."""
        made = self.nodes[0].new_database()
        name = make_url(made).database or ""
        return [node.url(name).render_as_string(hide_password=False) for node in self.nodes]

    def status(self, name: str) -> int:
        """The sum of a counter over all nodes that run."""
        return sum(node.status(name) for node in self.nodes if node.is_running())

    def remove(self) -> None:
        for node in self.nodes:
            node.remove()
