import posixpath
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sagwan.domain.artifact_paths import (
    append_to_uri,
    check_any_path,
    check_artifact_path,
    join_path,
    local_path,
    proxied_path,
    resolve_artifact_location,
)
from sagwan.errors import InvalidParameter

ESCAPES = [
    "..",
    "../x",
    "a/../../x",
    "a/..",
    "..\\x",
    "a\\..\\..\\x",
    "/x",
    "//x",
    "/",
    "\\x",
    "./\\x",
    "./C:/x",
    "\\\\host\\share",
    "C:/x",
    "c:\\x",
    "file:///x",
    "FILE:/x",
    ".artifact.uploading.1",
    "a/.artifact.uploading.1/b",
]

# Between them, these characters make every escape that the rules know.
paths = st.text(st.sampled_from("ab.%/\\:#?+ 02ecCf5é\0")) | st.text()


def encoded(path: str, times: int) -> str:
    """`path` percent-encoded `times` times, every character of it."""
    for _ in range(times):
        path = "".join(f"%{byte:02x}" for byte in path.encode())
    return path


ordinary = st.text(st.sampled_from("aB9_-./ +=,@")) | st.from_regex(r"[a-z.]+(/[a-z.]+)*")


@given(paths | ordinary)
@example("a/.artifact.uploading.1")
@example("a\n")
@example("a/./b")
@example("a//b")
@example("a/")
@example("C:/x")
def test_ordinary_paths_are_checked_as_all_others(path: str) -> None:
    def outcome(check: Callable[[str], str]) -> tuple[bool, str]:
        try:
            return True, check(path)
        except InvalidParameter as error:
            return False, error.message

    assert outcome(check_artifact_path) == outcome(check_any_path)


@pytest.mark.parametrize("path", ["a\0b", "a\nb", "\t../x", "a\x7f", "a#b"])
def test_control_characters_and_fragments_are_refused_where_they_stand(path: str) -> None:
    with pytest.raises(InvalidParameter, match=r"^Invalid path"):
        check_artifact_path(path)
    # Clients make such names: they are encoded no further.
    check_artifact_path(encoded(path, 1))
    check_artifact_path("images/dog%step%5%timestamp%1000%23.png")


@pytest.mark.parametrize("path", ESCAPES)
@pytest.mark.parametrize("times", [0, 1, 2])
def test_a_path_that_leaves_its_root_is_refused_however_it_is_encoded(
    path: str, times: int
) -> None:
    with pytest.raises(InvalidParameter, match=r"^Invalid path"):
        check_artifact_path(encoded(path, times))


def test_dots_encoded_up_to_ten_times_are_seen_and_more_is_refused_whatever_it_hides() -> None:
    escape, harmless = "%2e%2e", "%41"
    for _ in range(15):
        with pytest.raises(InvalidParameter, match=r"^Invalid path$"):
            check_artifact_path(f"a/{escape}/b")
        escape = escape.replace("%", "%25")
    for _ in range(9):
        check_artifact_path(harmless)
        harmless = harmless.replace("%", "%25")
    with pytest.raises(InvalidParameter, match=r"^Invalid path$"):
        check_artifact_path(harmless.replace("%", "%25"))


@pytest.mark.parametrize(
    "path",
    [
        "a",
        "a/b",
        "a b",
        "a+b",
        "a?b",
        "100%",
        "50%25.txt",
        "%41",
        "a;b=c&d",
        "größe/日本語.txt",
        "...",
        "a..b",
        "..a/b..",
        "a\\b",
        "C:x",
        "file:x",
        ".artifact.uploading",
        "👩‍🔬",
    ],
)
def test_every_other_name_is_legal_and_stays_as_it_is(path: str) -> None:
    assert check_artifact_path(path) == path


@pytest.mark.parametrize(
    ("path", "normal"),
    [("", ""), (".", ""), ("a/", "a"), ("a//b", "a/b"), ("./a/./b", "a/b"), ("a/.", "a")],
)
def test_empty_and_dot_parts_go(path: str, normal: str) -> None:
    assert check_artifact_path(path) == normal


def test_a_name_that_utf8_cannot_hold_is_refused() -> None:
    with pytest.raises(InvalidParameter, match=r"^Invalid path$"):
        check_artifact_path("a\ud800")


@given(paths)
@example("%2e%2e/x")
@example("a/%252e%252e/%252e%252e/x")
def test_an_accepted_path_stays_below_the_root_after_any_number_of_decodings(path: str) -> None:
    try:
        accepted = check_artifact_path(path)
    except InvalidParameter:
        return
    text = accepted
    for _ in range(12):
        inside = posixpath.normpath(posixpath.join("/root", text.replace("\\", "/")))
        assert inside == "/root" or inside.startswith("/root/")
        text = unquote(text)
    assert check_artifact_path(accepted) == accepted


@given(paths)
def test_an_accepted_path_survives_the_way_over_http(path: str) -> None:
    try:
        accepted = check_artifact_path(path)
    except InvalidParameter:
        return
    assert check_artifact_path(unquote(quote(accepted))) == accepted


@pytest.mark.parametrize(
    ("root", "parts", "uri"),
    [
        ("mlflow-artifacts:/", ("1",), "mlflow-artifacts:/1"),
        ("mlflow-artifacts:/1", ("r", "artifacts"), "mlflow-artifacts:/1/r/artifacts"),
        ("mlflow-artifacts:x", ("1",), "mlflow-artifacts:x/1"),
        ("mlflow-artifacts:/x/", ("/1", "2/"), "mlflow-artifacts:/x/1/2/"),
        ("s3://b", ("1", "artifacts"), "s3://b/1/artifacts"),
        ("s3://b/p?x=1&y=2", ("1", "2"), "s3://b/p/1/2?x=1&y=2"),
        ("file:///a?q=/x", ("1",), "file:///a/1?q=/x"),
        ("gs://b/p#f", ("1",), "gs://b/p/1#f"),
        ("gs://b/p?q#f", ("1",), "gs://b/p/1?q#f"),
        ("/a/b", ("1", "2"), "/a/b/1/2"),
        ("/a/b/", ("///1", "2"), "/a/b/1/2"),
        ("/a?b=1", ("1",), "/a?b=1/1"),
        ("a;b/c", ("1",), "a;b/c/1"),
        ("s3://b", (), "s3://b"),
        ("s3://b", ("", "1"), "s3://b/1"),
    ],
)
def test_append_to_uri(root: str, parts: tuple[str, ...], uri: str) -> None:
    assert append_to_uri(root, *parts) == uri


@given(st.lists(st.text(st.sampled_from("ab/")).map(lambda part: part.strip("/")), min_size=1))
def test_appending_at_once_is_appending_one_by_one(parts: list[str]) -> None:
    one_by_one = "s3://bucket/root?query"
    for part in parts:
        one_by_one = append_to_uri(one_by_one, part)
    assert append_to_uri("s3://bucket/root?query", *parts) == one_by_one


def test_join_path_leaves_out_what_is_empty() -> None:
    assert join_path("", "a", "", "b/c") == "a/b/c"
    assert join_path("", "") == ""


def resolve(location: str, max_length: int = 100, **options: list[str]) -> str:
    return resolve_artifact_location(location, max_length=max_length, **options)


@pytest.mark.parametrize(
    "location",
    [
        "mlflow-artifacts:/x",
        "mlflow-artifacts:x",
        "s3://b/p?x=1;y",
        "s3://b/p;x",
        "/a/b",
        "/a;b/c",
        "file:///a b",
        "file:///a/../b",
        "file://localhost/x",
        "dbfs:/x",
        "foo:bar",
        "/a?b=1",
    ],
)
def test_absolute_locations_stay_as_they_are(location: str) -> None:
    assert resolve(location) == location


def test_relative_local_locations_become_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    here = Path.cwd().as_posix()
    assert resolve("rel/loc", 1000) == f"{here}/rel/loc"
    assert resolve("./a b", 1000) == f"{here}/a b"
    assert resolve("a%20b", 1000) == f"{here}/a b"
    assert resolve("file:rel?q=1", 1000) == f"file://{here}/rel?q=1"
    with pytest.raises(InvalidParameter, match="Invalid artifact path length"):
        resolve("x", len(here))


@pytest.mark.parametrize(
    ("location", "fragment"),
    [
        ("s3://b/p#f", "URL can't include fragments or params"),
        ("a#b", "URL can't include fragments or params"),
        ("/a;b", "URL can't include fragments or params"),
        ("s3://b?x=..", "Invalid query string"),
        ("s3://b?x=%252e%252e/y", "Invalid query string"),
        ("runs:/a/b", "Artifact location cannot be a runs:/ URI. Given: 'runs:/a/b'"),
        ("s3://" + "b" * 96, "cannot be greater than 100 characters"),
        ("file://host/x", "names a file on another host"),
        ("http://[x", "no valid URI"),
        ("/a\nb", "control characters"),
        ("/a\0b", "control characters"),
    ]
    + [
        (f"{scheme}://h/x", f"'artifact_location' cannot use the '{scheme.lower()}' scheme")
        for scheme in (
            "ftp",
            "sftp",
            "hdfs",
            "viewfs",
            "http",
            "https",
            "HTTP",
            "abfss",
            "ftps",
            "webhdfs",
            "swebhdfs",
            "b2",
            "r2",
        )
    ]
    + [("mlflow-artifacts://h/x", "cannot use the 'mlflow-artifacts' scheme")],
)
def test_locations_that_a_client_may_not_choose(location: str, fragment: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        resolve(location)
    assert fragment in refused.value.message


def test_a_host_is_allowed_by_its_scheme_or_because_the_server_uses_it_itself() -> None:
    assert resolve("hdfs://h/x", allowed_schemes=["hdfs"]) == "hdfs://h/x"
    assert resolve("sftp://u@H/x", trusted=["sftp://v:secret@h/y"]) == "sftp://u@H/x"
    for other in ["sftp://h2/x", "ftp://h/x", "sftp://h:23/x", "sftp://evil\\@h/x"]:
        with pytest.raises(InvalidParameter, match="cannot use the"):
            resolve(other, trusted=["sftp://h/y"])


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("mlflow-artifacts:/p", "p"),
        ("mlflow-artifacts:/", ""),
        ("mlflow-artifacts:p/q", "p/q"),
        ("mlflow-artifacts:/1/a%20b?x=1#f", "1/a b"),
        ("mlflow-artifacts://host:1/p", "p"),
        ("http://h/prefix/api/2.0/mlflow-artifacts/artifacts/1/2", "1/2"),
        ("http://h/other", None),
        ("s3://b/p", None),
        ("/p", None),
        ("file:///p", None),
    ],
)
def test_proxied_path(uri: str, path: str | None) -> None:
    assert proxied_path(uri) == path


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("/a/b", "/a/b"),
        ("a b", "a b"),
        ("/a%20b", "/a b"),
        ("/a?b", "/a?b"),
        ("file:///a%20b?q#f", "/a b"),
        ("file:a", "a"),
        ("file://localhost/a", "/a"),
        ("s3://b/p", None),
        ("mlflow-artifacts:/p", None),
    ],
)
def test_local_path(uri: str, path: str | None) -> None:
    assert local_path(uri) == path


def test_malformed_uris_are_the_callers_mistake() -> None:
    for function in (append_to_uri, local_path, proxied_path):
        with pytest.raises(InvalidParameter, match="no valid URI"):
            function("http://[x")
