"""How a server is told of an S3: a URI and the variables that MLflow's and boto3's users set."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from sagwan.artifacts.objects.sigv4 import Credentials
from sagwan.errors import InvalidParameter

DEFAULT_REGION = "us-east-1"

_TRUE, _FALSE = frozenset(["true", "1"]), frozenset(["false", "0"])


@dataclass(frozen=True)
class ExtraArguments:
    """What MLFLOW_S3_UPLOAD_EXTRA_ARGS asks for each object that is written.

    `config`, `attributes` and `tags` say it to obstore; `headers` say it in HTTP.
    """

    config: Mapping[str, Any] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


# An argument's name: obstore's setting and the header.
_CONFIG = {
    "BucketKeyEnabled": (
        "sse_bucket_key_enabled",
        "x-amz-server-side-encryption-bucket-key-enabled",
    ),
    "RequestPayer": ("request_payer", "x-amz-request-payer"),
    "SSEKMSKeyId": ("sse_kms_key_id", "x-amz-server-side-encryption-aws-kms-key-id"),
    "ServerSideEncryption": ("server_side_encryption", "x-amz-server-side-encryption"),
}

# An argument's name: obstore's attribute and the header.
_ATTRIBUTES = {
    "CacheControl": ("Cache-Control", "Cache-Control"),
    "ContentDisposition": ("Content-Disposition", "Content-Disposition"),
    "ContentEncoding": ("Content-Encoding", "Content-Encoding"),
    "ContentLanguage": ("Content-Language", "Content-Language"),
    "ContentType": ("Content-Type", "Content-Type"),
    "StorageClass": ("Storage-Class", "x-amz-storage-class"),
}

_SUPPORTED = sorted([*_CONFIG, *_ATTRIBUTES, "Metadata", "Tagging"])


def extra_arguments(text: str) -> ExtraArguments:
    """The meaning of MLFLOW_S3_UPLOAD_EXTRA_ARGS, a JSON object.

    Raises InvalidParameter for what this store can't do: what someone asked for, such as an access
    control list, must not be left out in silence.
    """
    try:
        given = json.loads(text) if text else {}
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise InvalidParameter("MLFLOW_S3_UPLOAD_EXTRA_ARGS must be a JSON object.")
    config: dict[str, Any] = {}
    attributes: dict[str, str] = {}
    tags: dict[str, str] = {}
    headers: dict[str, str] = {}
    for name, value in given.items():
        if name in _CONFIG:
            option, header = _CONFIG[name]
            config[option] = value
            headers[header] = str(value).lower() if isinstance(value, bool) else str(value)
        elif name in _ATTRIBUTES:
            attribute, header = _ATTRIBUTES[name]
            attributes[attribute] = headers[header] = str(value)
        elif name == "Metadata" and isinstance(value, dict):
            attributes |= {key: str(text) for key, text in value.items()}
            headers |= {f"x-amz-meta-{key}": str(text) for key, text in value.items()}
        elif name == "Tagging":
            tags = dict(parse_qsl(str(value), keep_blank_values=True))
            headers["x-amz-tagging"] = str(value)
        else:
            raise InvalidParameter(
                f"MLFLOW_S3_UPLOAD_EXTRA_ARGS: '{name}' is not supported. Supported are"
                f" {', '.join(_SUPPORTED)}."
            )
    return ExtraArguments(config, attributes, tags, headers)


def _flag(environ: Mapping[str, str], name: str) -> bool:
    value = environ.get(name, "").lower()
    if value in _TRUE:
        return True
    if value in _FALSE or not value:
        return False
    raise InvalidParameter(f"{name} must be 'true' or 'false'.")


@dataclass(frozen=True)
class S3Settings:
    """Where and how to reach a bucket.

    `base` and `path` are the bucket's URL: scheme and host, and what all keys' paths begin with.
    `region` is empty where nothing says it. `credentials` are None where they come from somewhere
    else: from `profile` or `files`, AWS's own, or from what the machine or the pod may do.
    """

    bucket: str
    root: str
    endpoint: str
    virtual: bool
    region: str
    credentials: Credentials | None
    profile: str
    files: bool
    unsigned: bool
    verify: bool
    authorities: bytes | None = field(repr=False)
    extra: ExtraArguments

    @property
    def name(self) -> str:
        """The store's URI."""
        return f"s3://{self.bucket}/{self.root}".rstrip("/")

    def base(self, region: str) -> tuple[str, str]:
        """Scheme and host of the bucket's URL, and the path before its keys."""
        suffix = ".cn" if region.startswith("cn-") else ""
        endpoint = self.endpoint or f"https://s3.{region}.amazonaws.com{suffix}"
        split = urlsplit(endpoint)
        folder = split.path.rstrip("/")
        if self.virtual:
            return f"{split.scheme}://{self.bucket}.{split.netloc}", f"{folder}/"
        return f"{split.scheme}://{split.netloc}", f"{folder}/{self.bucket}/"


def _place(uri: str) -> tuple[str, str]:
    """Bucket and key prefix of a URI."""
    split = urlsplit(uri)
    bucket, root = split.netloc, split.path.strip("/")
    if not bucket or "@" in bucket or ":" in bucket:
        raise InvalidParameter("An S3 URI has the form s3://bucket/prefix.")
    if split.query or split.fragment or any(part in ("", ".", "..") for part in root.split("/")):
        if not root and not split.query and not split.fragment:
            return bucket, ""
        raise InvalidParameter(
            f"s3://{bucket}/…: the prefix of an S3 URI can't have empty parts, '.', '..', '?' or"
            " '#'."
        )
    return bucket, root


def _endpoint(environ: Mapping[str, str]) -> str:
    names = ("MLFLOW_S3_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
    name = next((name for name in names if environ.get(name)), "")
    endpoint = environ.get(name, "").rstrip("/")
    split = urlsplit(endpoint)
    if endpoint and (split.scheme not in ("http", "https") or not split.netloc or split.query):
        raise InvalidParameter(f"{name} must be a URL such as https://host:port.")
    if "@" in split.netloc:
        raise InvalidParameter(f"{name} can't hold credentials; see AWS_ACCESS_KEY_ID.")
    return endpoint


def _is_virtual(environ: Mapping[str, str], endpoint: str, bucket: str) -> bool:
    """Whether the bucket's name is part of the host's, as boto3 decides it."""
    style = environ.get("MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE") or "auto"
    if style not in ("auto", "path", "virtual"):
        raise InvalidParameter(
            "MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE must be 'auto', 'path' or 'virtual'."
        )
    if style == "auto":
        # A certificate for *.s3.… does not cover a name with a dot.
        return not endpoint and "." not in bucket
    return style == "virtual"


def _credentials(environ: Mapping[str, str]) -> Credentials | None:
    key_id, secret = environ.get("AWS_ACCESS_KEY_ID"), environ.get("AWS_SECRET_ACCESS_KEY")
    if bool(key_id) != bool(secret):
        raise InvalidParameter(
            "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set both, or neither."
        )
    if not key_id or not secret:
        return None
    return Credentials(key_id, secret, environ.get("AWS_SESSION_TOKEN") or None)


def _has_files(environ: Mapping[str, str]) -> bool:
    """Whether AWS's command-line tool was given keys."""
    home = environ.get("HOME") or environ.get("USERPROFILE")
    path = environ.get("AWS_SHARED_CREDENTIALS_FILE")
    if path is None and home is None:
        return False
    return (Path(path) if path else Path(home or "", ".aws", "credentials")).is_file()


def _authorities(environ: Mapping[str, str]) -> bytes | None:
    for name in ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"):
        if path := environ.get(name):
            try:
                return Path(path).read_bytes()
            except OSError as error:
                raise InvalidParameter(
                    f"{name}: '{path}' can't be read: {error.strerror}."
                ) from None
    return None


def s3_settings(uri: str, environ: Mapping[str, str]) -> S3Settings:
    """The settings for `uri`; raises InvalidParameter for what can't be followed."""
    bucket, root = _place(uri)
    endpoint = _endpoint(environ)
    signature = environ.get("MLFLOW_EXPERIMENTAL_S3_SIGNATURE_VERSION", "s3v4").lower()
    if signature not in ("s3v4", "unsigned"):
        raise InvalidParameter(
            "MLFLOW_EXPERIMENTAL_S3_SIGNATURE_VERSION must be 's3v4' or 'unsigned'."
        )
    if environ.get("MLFLOW_S3_EXPECTED_BUCKET_OWNER"):
        raise InvalidParameter(
            "MLFLOW_S3_EXPECTED_BUCKET_OWNER is not supported: the bucket's owner would not be"
            " checked."
        )
    region = environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or ""
    profile = environ.get("AWS_PROFILE") or ""
    credentials = _credentials(environ)
    return S3Settings(
        bucket=bucket,
        root=root,
        endpoint=endpoint,
        virtual=_is_virtual(environ, endpoint, bucket),
        region=region,
        credentials=credentials,
        profile=profile,
        files=credentials is None and _has_files(environ),
        unsigned=signature == "unsigned",
        verify=not _flag(environ, "MLFLOW_S3_IGNORE_TLS"),
        authorities=_authorities(environ),
        extra=extra_arguments(environ.get("MLFLOW_S3_UPLOAD_EXTRA_ARGS", "")),
    )
