"""What is understood of the variables that MLflow's and boto3's users set."""

import json
from pathlib import Path
from typing import Any

import pytest

from sagwan.artifacts.objects import s3_keys
from sagwan.artifacts.objects.s3 import open_store
from sagwan.artifacts.objects.s3_settings import extra_arguments, s3_settings
from sagwan.errors import InvalidParameter

KEYS = {"AWS_ACCESS_KEY_ID": "THEKEYSID", "AWS_SECRET_ACCESS_KEY": "the secret"}


def refused(uri: str, **environ: str) -> str:
    with pytest.raises(InvalidParameter) as caught:
        s3_settings(uri, environ)
    return caught.value.message


@pytest.mark.parametrize(
    ("uri", "bucket", "root"),
    [
        ("s3://bucket", "bucket", ""),
        ("s3://bucket/", "bucket", ""),
        ("s3://my.bucket/a/b/", "my.bucket", "a/b"),
        ("s3://bucket/a b/50%25", "bucket", "a b/50%25"),
    ],
)
def test_uris(uri: str, bucket: str, root: str) -> None:
    settings = s3_settings(uri, {})
    assert (settings.bucket, settings.root) == (bucket, root)
    assert settings.name == f"s3://{bucket}" + (f"/{root}" if root else "")


@pytest.mark.parametrize(
    "uri",
    [
        "s3:///a",
        "s3://KEY:secret@bucket/a",
        "s3://host:9000/bucket",
        "s3://bucket/a//b",
        "s3://bucket/../a",
        "s3://bucket/a?versionId=1",
        "s3://bucket/a#b",
    ],
)
def test_uris_that_are_none(uri: str) -> None:
    message = refused(uri)
    assert "s3://" in message
    assert "secret" not in message


AMAZON = "https://bucket.s3.eu-central-1.amazonaws.com"


@pytest.mark.parametrize(
    ("uri", "environ", "base", "path"),
    [
        ("s3://bucket/a", {}, AMAZON, "/"),
        ("s3://b.c/a", {}, "https://s3.eu-central-1.amazonaws.com", "/b.c/"),
        (
            "s3://bucket/a",
            {"MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE": "path"},
            "https://s3.eu-central-1.amazonaws.com",
            "/bucket/",
        ),
        ("s3://bucket", {"MLFLOW_S3_ENDPOINT_URL": "http://h:9000/"}, "http://h:9000", "/bucket/"),
        ("s3://bucket", {"AWS_ENDPOINT_URL": "https://h/p"}, "https://h", "/p/bucket/"),
        (
            "s3://bucket",
            {
                "AWS_ENDPOINT_URL": "http://general",
                "AWS_ENDPOINT_URL_S3": "http://s3",
                "MLFLOW_S3_ENDPOINT_URL": "http://mlflow",
            },
            "http://mlflow",
            "/bucket/",
        ),
        (
            "s3://bucket",
            {"AWS_ENDPOINT_URL": "http://general", "AWS_ENDPOINT_URL_S3": "http://s3"},
            "http://s3",
            "/bucket/",
        ),
        (
            "s3://bucket",
            {
                "AWS_ENDPOINT_URL": "http://h:1",
                "MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE": "virtual",
            },
            "http://bucket.h:1",
            "/",
        ),
    ],
)
def test_where_a_bucket_is(uri: str, environ: dict[str, str], base: str, path: str) -> None:
    assert s3_settings(uri, environ).base("eu-central-1") == (base, path)


def test_china_has_names_of_its_own() -> None:
    base, _ = s3_settings("s3://bucket", {}).base("cn-north-1")
    assert base == "https://bucket.s3.cn-north-1.amazonaws.com.cn"


@pytest.mark.parametrize(
    ("environ", "part"),
    [
        ({"MLFLOW_S3_ENDPOINT_URL": "minio:9000"}, "MLFLOW_S3_ENDPOINT_URL must be a URL"),
        ({"AWS_ENDPOINT_URL": "ftp://x"}, "AWS_ENDPOINT_URL must be a URL"),
        ({"AWS_ENDPOINT_URL": "http://u:the-secret@x"}, "can't hold credentials"),
        ({"MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE": "x"}, "must be 'auto', 'path' or 'virtual'"),
        ({"MLFLOW_S3_IGNORE_TLS": "maybe"}, "MLFLOW_S3_IGNORE_TLS must be 'true' or 'false'"),
        ({"AWS_ACCESS_KEY_ID": "x"}, "must be set both, or neither"),
        ({"AWS_CA_BUNDLE": "/none.pem"}, "AWS_CA_BUNDLE: '/none.pem' can't be read"),
        ({"MLFLOW_S3_EXPECTED_BUCKET_OWNER": "1"}, "MLFLOW_S3_EXPECTED_BUCKET_OWNER"),
        ({"MLFLOW_EXPERIMENTAL_S3_SIGNATURE_VERSION": "s3"}, "must be 's3v4' or 'unsigned'"),
        ({"MLFLOW_S3_UPLOAD_EXTRA_ARGS": "{"}, "must be a JSON object"),
        ({"MLFLOW_S3_UPLOAD_EXTRA_ARGS": "[1]"}, "must be a JSON object"),
        ({"MLFLOW_S3_UPLOAD_EXTRA_ARGS": '{"ACL": "private"}'}, "'ACL' is not supported"),
    ],
)
def test_variables_that_cannot_be_followed(environ: dict[str, str], part: str) -> None:
    message = refused("s3://bucket", **environ)
    assert part in message
    assert "the-secret" not in message


def test_extra_arguments() -> None:
    given: dict[str, Any] = {
        "ServerSideEncryption": "aws:kms",
        "SSEKMSKeyId": "arn:x",
        "BucketKeyEnabled": True,
        "StorageClass": "STANDARD_IA",
        "CacheControl": "no-store",
        "Metadata": {"team": "a"},
        "Tagging": "a=b%20c&d=",
    }
    extra = extra_arguments(json.dumps(given))
    assert extra.config == {
        "server_side_encryption": "aws:kms",
        "sse_kms_key_id": "arn:x",
        "sse_bucket_key_enabled": True,
    }
    assert extra.attributes == {
        "Storage-Class": "STANDARD_IA",
        "Cache-Control": "no-store",
        "team": "a",
    }
    assert extra.tags == {"a": "b c", "d": ""}
    assert extra.headers == {
        "x-amz-server-side-encryption": "aws:kms",
        "x-amz-server-side-encryption-aws-kms-key-id": "arn:x",
        "x-amz-server-side-encryption-bucket-key-enabled": "true",
        "x-amz-storage-class": "STANDARD_IA",
        "Cache-Control": "no-store",
        "x-amz-meta-team": "a",
        "x-amz-tagging": "a=b%20c&d=",
    }


def test_what_obstore_takes_of_them() -> None:
    environ = {
        **KEYS,
        "MLFLOW_S3_UPLOAD_EXTRA_ARGS": json.dumps(
            {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "k", "BucketKeyEnabled": False}
        ),
    }
    assert open_store("s3://bucket/a", environ).name == "s3://bucket/a"


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    environ = {**KEYS, "AWS_SESSION_TOKEN": "the token"}
    settings = s3_settings("s3://bucket/a", environ)
    store = open_store("s3://bucket/a", environ)
    for shown in (repr(settings), repr(store), repr(store.objects), repr(vars(store))):
        assert "the secret" not in shown
        assert "the token" not in shown


def test_keys_in_files_need_boto3(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3_keys, "find_spec", lambda name: None)
    folder = tmp_path / ".aws"
    folder.mkdir()
    (folder / "credentials").write_text("[default]\n")
    for environ in ({"HOME": str(tmp_path)}, {"AWS_PROFILE": "team"}):
        with pytest.raises(InvalidParameter) as caught:
            open_store("s3://bucket/a", environ)
        assert "pip install boto3" in caught.value.message
    open_store("s3://bucket/a", {"HOME": str(tmp_path), **KEYS})
    open_store("s3://bucket/a", {"HOME": str(tmp_path / "nobody")})


def test_a_profile_that_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("boto3")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    with pytest.raises(InvalidParameter) as caught:
        open_store("s3://bucket/a", {"AWS_PROFILE": "nobody"})
    assert "nobody" in caught.value.message
