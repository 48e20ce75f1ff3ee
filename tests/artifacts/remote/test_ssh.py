"""Who may log in to which SSH server."""

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

import asyncssh
import pytest

from sagwan.artifacts.remote.sftp import open_store
from sagwan.errors import Unavailable
from sagwan.testing.artifacts.bench import Bench, stream
from tests.support.artifacts import sshd
from tests.support.artifacts.sshd import SshServer, make_key

pytestmark = pytest.mark.xdist_group("sshd")

PASSWORD = "geheim@/:#"


@pytest.fixture(scope="module")
def server() -> SshServer:
    return sshd.shared()


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def ssh(server: SshServer, tmp_path: Path) -> Path:
    """The `.ssh` of a home whose key the server doesn't know, though it is known itself."""
    folder = tmp_path / ".ssh"
    folder.mkdir()
    make_key(folder / "id_ed25519")
    server.write_known_hosts(folder / "known_hosts")
    return folder


def refusal(runner: asyncio.Runner, uri: str, ssh: Path) -> str:
    """What a store says to a write that it can't do."""
    bench = Bench(lambda: open_store(uri, {"HOME": str(ssh.parent)}), runner)
    message = bench.refuses(Unavailable, bench.store.write("a", stream([b"x"])))
    bench.close()
    return message


def test_a_key_that_the_server_does_not_know(
    server: SshServer, runner: asyncio.Runner, ssh: Path
) -> None:
    uri = server.uri()
    message = refusal(runner, uri, ssh)
    assert message.startswith(f"The artifact store {uri} can't be used at the moment: ")
    assert "Permission denied for user" in message
    assert "neither the password nor a key" in message


def test_a_server_that_is_not_among_the_known_hosts(
    server: SshServer, runner: asyncio.Runner, ssh: Path
) -> None:
    (ssh / "known_hosts").unlink()
    message = refusal(runner, server.uri(), ssh)
    assert "Host key is not trusted" in message
    assert f"`ssh-keyscan -p {server.port} 127.0.0.1`" in message
    assert str(ssh / "known_hosts") in message


def test_a_server_whose_key_is_another_than_the_known_one(
    server: SshServer, runner: asyncio.Runner, ssh: Path
) -> None:
    (ssh / "id_rsa").write_bytes((server.home / ".ssh" / "id_rsa").read_bytes())
    key = (ssh / "id_ed25519.pub").read_text()
    (ssh / "known_hosts").write_text(f"[127.0.0.1]:{server.port} {key}")
    assert "Host key is not trusted" in refusal(runner, server.uri(), ssh)


@pytest.mark.parametrize("setting", ["UserKnownHostsFile none", "UserKnownHostsFile /dev/null"])
def test_no_setting_makes_all_hosts_known(
    server: SshServer, runner: asyncio.Runner, ssh: Path, setting: str
) -> None:
    (ssh / "known_hosts").unlink()
    (ssh / "config").write_text(f"Host *\n  {setting}\n  StrictHostKeyChecking no\n")
    assert "Host key is not trusted" in refusal(runner, server.uri(), ssh)


def test_the_settings_of_the_user_for_a_host(
    server: SshServer, runner: asyncio.Runner, ssh: Path
) -> None:
    known, key = ssh / "hosts", server.home / ".ssh" / "id_rsa"
    (ssh / "known_hosts").rename(known)
    (ssh / "config").write_text(
        "Host weights\n"
        "  HostName 127.0.0.1\n"
        f"  Port {server.port}\n"
        f"  User {server.user}\n"
        f"  IdentityFile {key}\n"
        f"  UserKnownHostsFile {known}\n"
    )
    uri = f"sftp://weights{server.new_folder()}"
    bench = Bench(lambda: open_store(uri, {"HOME": str(ssh.parent)}), runner)
    bench.put("a", b"x")
    assert bench.get("a") == b"x"
    bench.close()


def test_an_agent_that_is_gone(server: SshServer, runner: asyncio.Runner, ssh: Path) -> None:
    # A variable that names no agent is no reason to fail where a key is at hand.
    (ssh / "id_rsa").write_bytes((server.home / ".ssh" / "id_rsa").read_bytes())
    environ = {"HOME": str(ssh.parent), "SSH_AUTH_SOCK": str(ssh / "gone")}
    bench = Bench(lambda: open_store(server.uri(), environ), runner)
    bench.put("a", b"x")
    assert bench.names() == ["a"]
    bench.close()


class _PasswordServer(asyncssh.SSHServer):
    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("user", PASSWORD)


def test_a_password(
    runner: asyncio.Runner, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ssh = tmp_path / ".ssh"
    ssh.mkdir()
    key = asyncssh.generate_private_key("ssh-ed25519")

    async def listen() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_host_keys=[key],
            server_factory=_PasswordServer,
            sftp_factory=True,
        )

    listener = runner.run(listen())
    port = listener.get_port()
    (ssh / "known_hosts").write_text(f"[127.0.0.1]:{port} {key.export_public_key().decode()}")
    environ = {"HOME": str(tmp_path)}
    place = f"127.0.0.1:{port}{tmp_path}/root"
    bench = Bench(lambda: open_store(f"sftp://user:geheim%40%2F%3A%23@{place}", environ), runner)
    bench.put("f/a", b"x")
    bench.put("f/a", b"y")
    assert bench.get("f/a") == b"y"
    assert PASSWORD not in repr(vars(bench.store))
    bench.close()
    message = refusal(runner, f"sftp://user:wrong@{place}", ssh)
    assert message.startswith(f"The artifact store sftp://user@{place} can't be used")
    assert "Permission denied for user user" in message
    for secret in (PASSWORD, "geheim", "wrong"):
        assert secret not in caplog.text
        assert secret not in message
    listener.close()
    runner.run(listener.wait_closed())
