"""From a URI and variables to a container of an Azure storage account and how to log in there.

Variables are those of MLflow's users, in MLflow's order: a connection string wins over an account
key, and that over a shared access signature (SAS); where none of them is set, the server logs in
with what Azure gives it (Microsoft Entra ID). Nothing here connects to anything, and no error or
repr shows a secret.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from sagwan.errors import InvalidParameter

if TYPE_CHECKING:
    from obstore.store import AzureConfig

_CONNECTION = "AZURE_STORAGE_CONNECTION_STRING"
_FORMS = {
    "wasbs": (
        re.compile(
            r"(?P<container>[A-Za-z0-9$-]+)@(?P<account>[a-z0-9-]+)"
            r"\.(?P<host>blob\.core\.(?:windows\.net|chinacloudapi\.cn|usgovcloudapi\.net))",
        ),
        "wasbs://CONTAINER@ACCOUNT.blob.core.windows.net/PATH (or .chinacloudapi.cn, or"
        " .usgovcloudapi.net)",
    ),
    "abfss": (
        re.compile(r"(?P<container>[A-Za-z0-9$-]+)@(?P<account>[a-z0-9-]+)\.(?P<host>[a-z0-9.-]+)"),
        "abfss://FILESYSTEM@ACCOUNT.dfs.core.windows.net/PATH",
    ),
}
# What `AzuriteConfig` and Microsoft's tools call development storage; its key is no secret.
_DEVELOPMENT = {
    "accountname": "devstoreaccount1",
    "accountkey": "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/"
    "KBHBeksoGMGw==",
    "blobendpoint": "http://127.0.0.1:10000/devstoreaccount1",
}
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")


class Place(msgspec.Struct, frozen=True):
    """What a URI names: a container of an account at a host, and a path below it."""

    container: str
    account: str
    host: str
    root: str


class Account(msgspec.Struct, frozen=True):
    """A storage account: `endpoint` is the URL of its blobs, without "/" at the end.

    With neither `key` nor `sas`, which are secret, the login is Microsoft Entra ID's.
    """

    name: str
    endpoint: str
    key: str = ""
    sas: str = ""

    def __repr__(self) -> str:
        return f"Account({self.name!r}, {self.endpoint!r})"


def parse_uri(uri: str) -> Place:
    """What a wasbs: or abfss: URI names. Raises InvalidParameter."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        raise InvalidParameter("An artifact URI is no valid URI.") from None
    pattern, form = _FORMS[parts.scheme]
    match = pattern.fullmatch(parts.netloc)
    # What is wrong may be a key in the wrong place, so that it is not shown.
    if match is None or parts.query or parts.fragment:
        raise InvalidParameter(
            f"An artifact URI of Azure Blob Storage must be like {form}, without a key, signature,"
            " query or port in it. Keys come from variables such as"
            f" {_CONNECTION}."
        )
    # MLflow decodes the path of one of the two.
    path = unquote(parts.path) if parts.scheme == "abfss" else parts.path
    segments = [segment for segment in path.split("/") if segment]
    if "." in segments or ".." in segments:
        raise InvalidParameter("The path of an artifact URI can't have the parts '.' and '..'.")
    host = match["host"]
    if host.startswith("dfs.") or ".dfs." in host:
        # The other front door to the same files, with another protocol behind it.
        host = re.sub(r"(^|\.)dfs\.", r"\1blob.", host, count=1)
    return Place(match["container"], match["account"], host, "/".join(segments))


def parse_connection_string(text: str) -> Account:
    """The account of a connection string as Azure's tools show it. Raises InvalidParameter."""
    values: dict[str, str] = {}
    for item in text.strip().strip('"').split(";"):
        name, equals, value = item.strip().partition("=")
        if not name:
            continue
        if not equals:
            raise _bad_connection("it is not of the form 'Name=Value;Name=Value'")
        values[name.strip().lower()] = value.strip()
    if values.get("usedevelopmentstorage", "").lower() == "true":
        values = {**_DEVELOPMENT, **values}
    name = values.get("accountname", "")
    endpoint = values.get("blobendpoint", "").rstrip("/")
    if not endpoint:
        if not name:
            raise _bad_connection("it has neither AccountName nor BlobEndpoint")
        scheme = values.get("defaultendpointsprotocol", "https")
        suffix = values.get("endpointsuffix", "core.windows.net")
        endpoint = f"{scheme}://{name}.blob.{suffix}"
    endpoint, _, query = endpoint.partition("?")
    try:
        parts = urlsplit(endpoint)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in endpoint
        # Reading it checks it.
        valid = valid and parts.port != 0
    except ValueError:
        valid = False
    if not valid:
        raise _bad_connection("its endpoint is no http:// or https:// URL")
    if not name:
        # In the path where the host is a number, as with the emulator.
        name = parts.path.strip("/") or (parts.hostname or "").split(".")[0]
    key = values.get("accountkey", "")
    sas = values.get("sharedaccesssignature", "") or query
    if key:
        return Account(name, endpoint, key=_checked_key(key, _CONNECTION))
    if sas:
        return Account(name, endpoint, sas=_checked_sas(sas, _CONNECTION))
    raise _bad_connection("it has neither AccountKey nor SharedAccessSignature")


def _bad_connection(why: str) -> InvalidParameter:
    return InvalidParameter(f"{_CONNECTION} can't be used: {why}.")


def _checked_key(key: str, variable: str) -> str:
    if not _BASE64.fullmatch(key) or len(key) % 4:
        raise InvalidParameter(f"{variable} can't be used: the account key in it is no base64.")
    return key


def _checked_sas(sas: str, variable: str) -> str:
    sas = sas.removeprefix("?")
    if "sig" not in dict(parse_qsl(sas)):
        raise InvalidParameter(
            f"{variable} can't be used: the shared access signature in it has no 'sig='."
        )
    return sas


def find_account(place: Place, environ: Mapping[str, str]) -> Account:
    """The account to use for `place`. A connection string says itself which one that is.

    Raises InvalidParameter, which names the variable.
    """
    if text := environ.get(_CONNECTION, ""):
        return parse_connection_string(text)
    endpoint = f"https://{place.account}.{place.host}"
    if key := environ.get("AZURE_STORAGE_ACCESS_KEY", ""):
        return Account(place.account, endpoint, key=_checked_key(key, "AZURE_STORAGE_ACCESS_KEY"))
    if sas := environ.get("AZURE_STORAGE_SAS_TOKEN", ""):
        return Account(place.account, endpoint, sas=_checked_sas(sas, "AZURE_STORAGE_SAS_TOKEN"))
    return Account(place.account, endpoint)


def obstore_config(account: Account, environ: Mapping[str, str]) -> "AzureConfig":
    """How obstore logs in to an account.

    obstore also reads the process's variables; the type of the login keeps it from mixing them.
    """
    config: AzureConfig = {
        "account_name": account.name,
        "endpoint": account.endpoint,
        "use_emulator": False,
        "skip_signature": False,
        "credential_type": "managed_identity",
    }
    if account.key:
        config["credential_type"] = "access_key"
        config["account_key"] = account.key
    elif account.sas:
        config["credential_type"] = "sas_token"
        config["sas_key"] = account.sas
    else:
        _log_in_with_entra(config, environ)
    return config


def _log_in_with_entra(config: "AzureConfig", environ: Mapping[str, str]) -> None:
    """Add Microsoft Entra ID's login, in the order of Azure's own libraries."""
    if tenant := environ.get("AZURE_TENANT_ID", ""):
        config["tenant_id"] = tenant
    if client := environ.get("AZURE_CLIENT_ID", ""):
        config["client_id"] = client
    if authority := environ.get("AZURE_AUTHORITY_HOST", ""):
        config["authority_host"] = authority
    if tenant and client and (secret := environ.get("AZURE_CLIENT_SECRET", "")):
        config["credential_type"] = "client_secret"
        config["client_secret"] = secret
    elif tenant and client and (file := environ.get("AZURE_FEDERATED_TOKEN_FILE", "")):
        config["credential_type"] = "workload_identity"
        config["federated_token_file"] = file
    elif environ.get("AZURE_USE_AZURE_CLI", "").lower() in ("true", "1"):
        config["credential_type"] = "azure_cli"
        config["use_azure_cli"] = True
