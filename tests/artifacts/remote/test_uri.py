import pytest

from sagwan.artifacts.remote.uri import parse_address
from sagwan.errors import InvalidParameter


@pytest.mark.parametrize(
    ("uri", "parts", "shown"),
    [
        ("sftp://h/a/b", ("h", None, None, None, "/a/b"), "sftp://h/a/b"),
        ("sftp://h", ("h", None, None, None, ""), "sftp://h"),
        ("ftp:///a", ("localhost", None, None, None, "/a"), "ftp://localhost/a"),
        ("sftp://u@h:22/a", ("h", 22, "u", None, "/a"), "sftp://u@h:22/a"),
        ("ftps://u:geheim@h/a", ("h", None, "u", "geheim", "/a"), "ftps://u@h/a"),
        ("ftp://u%40x:%2F%40%3A@h/", ("h", None, "u@x", "/@:", "/"), "ftp://u%40x@h/"),
        ("ftp://u:@h/", ("h", None, "u", "", "/"), "ftp://u@h/"),
        ("sftp://[::1]:22/a", ("::1", 22, None, None, "/a"), "sftp://[::1]:22/a"),
        ("sftp://h/a%20b ü", ("h", None, None, None, "/a%20b ü"), "sftp://h/a%20b ü"),
    ],
)
def test_the_parts_of_a_uri(uri: str, parts: tuple[object, ...], shown: str) -> None:
    address = parse_address(uri)
    assert (address.host, address.port, address.user, address.password, address.path) == parts
    assert address.shown == shown
    if address.password:
        assert address.password not in repr(address)


@pytest.mark.parametrize(
    "uri",
    [
        "sftp://u:secret#1@h/a",
        "sftp://u:secret?1@h/a",
        "sftp://u:secret/1@h:x/a",
        "sftp://u:secret@h:port/a",
        "sftp://u:secret@[h/a",
        "sftp:/u:secret@h/a",
        "ftp://u:secret@h/a?x=1",
        "ftp://u:secret@h/a#x",
    ],
)
def test_a_malformed_uri_is_refused_without_its_password(uri: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        parse_address(uri)
    assert "secret" not in refused.value.message
    assert f"{uri.partition(':')[0]}://user:password@host:port/path" in refused.value.message
