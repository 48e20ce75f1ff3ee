import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagwan.artifacts.objects.azure_account import (
    Account,
    Place,
    find_account,
    obstore_config,
    parse_connection_string,
    parse_uri,
)
from sagwan.errors import InvalidParameter

KEY = "c2VjcmV0c2VjcmV0"
SAS = "sv=2023-11-03&sr=c&sig=c2VjcmV0c2VjcmV0"
PLACE = Place("models", "acme", "blob.core.windows.net", "a/b")


@pytest.mark.parametrize(
    ("uri", "place"),
    [
        ("wasbs://models@acme.blob.core.windows.net", ("blob.core.windows.net", "")),
        ("wasbs://models@acme.blob.core.windows.net/a/b", ("blob.core.windows.net", "a/b")),
        ("wasbs://models@acme.blob.core.windows.net//a//b/", ("blob.core.windows.net", "a/b")),
        ("wasbs://models@acme.blob.core.windows.net/a%20b", ("blob.core.windows.net", "a%20b")),
        ("wasbs://models@acme.blob.core.chinacloudapi.cn/a", ("blob.core.chinacloudapi.cn", "a")),
        ("wasbs://models@acme.blob.core.usgovcloudapi.net/a", ("blob.core.usgovcloudapi.net", "a")),
        ("abfss://models@acme.dfs.core.windows.net/a%20b", ("blob.core.windows.net", "a b")),
        (
            "abfss://models@acme.privatelink.dfs.core.windows.net/a",
            ("privatelink.blob.core.windows.net", "a"),
        ),
        ("abfss://models@acme.dfs.fabric.microsoft.com/a", ("blob.fabric.microsoft.com", "a")),
    ],
)
def test_uris(uri: str, place: tuple[str, str]) -> None:
    assert parse_uri(uri) == Place("models", "acme", *place)


@pytest.mark.parametrize(
    "uri",
    [
        "wasbs://",
        "wasbs:///a",
        "wasbs://models/a",
        "wasbs://acme.blob.core.windows.net/a",
        "wasbs://models@acme.dfs.core.windows.net/a",
        "wasbs://models@acme.example.com/a",
        "wasbs://models@acme.blob.core.windows.net.example.com/a",
        "wasbs://models@acme.blob.core.windows.net:443/a",
        "wasbs://models:SECRET@acme.blob.core.windows.net/a",
        "wasbs://models@acme.blob.core.windows.net/a?sig=SECRET",
        "wasbs://models@acme.blob.core.windows.net/a#SECRET",
        "wasbs://models@acme.blob.core.windows.net/a/../b",
        "wasbs://[SECRET",
        "abfss://models@acme/a",
        "abfss://models:SECRET@acme.dfs.core.windows.net/a",
        "abfss://models@acme.dfs.core.windows.net/a/%2e%2e/b",
    ],
)
def test_uris_that_name_no_container(uri: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        parse_uri(uri)
    assert "SECRET" not in refused.value.message


@pytest.mark.parametrize(
    ("text", "account"),
    [
        (
            f"DefaultEndpointsProtocol=https;AccountName=acme;AccountKey={KEY};"
            "EndpointSuffix=core.windows.net",
            Account("acme", "https://acme.blob.core.windows.net", key=KEY),
        ),
        (
            f"AccountName=acme;AccountKey={KEY}",
            Account("acme", "https://acme.blob.core.windows.net", key=KEY),
        ),
        (
            f" accountname = acme ; ACCOUNTKEY={KEY}; EndpointSuffix=core.chinacloudapi.cn;; ",
            Account("acme", "https://acme.blob.core.chinacloudapi.cn", key=KEY),
        ),
        (
            f"AccountName=acme;AccountKey={KEY[:-2]}==;BlobEndpoint=http://127.0.0.1:10000/acme/;",
            Account("acme", "http://127.0.0.1:10000/acme", key=f"{KEY[:-2]}=="),
        ),
        (
            f"BlobEndpoint=https://acme.blob.core.windows.net/;SharedAccessSignature={SAS}",
            Account("acme", "https://acme.blob.core.windows.net", sas=SAS),
        ),
        (
            f"BlobEndpoint=http://127.0.0.1:10000/acme;SharedAccessSignature=?{SAS}",
            Account("acme", "http://127.0.0.1:10000/acme", sas=SAS),
        ),
        (
            f"BlobEndpoint=https://acme.blob.core.windows.net?{SAS};AccountName=acme",
            Account("acme", "https://acme.blob.core.windows.net", sas=SAS),
        ),
    ],
)
def test_connection_strings(text: str, account: Account) -> None:
    found = parse_connection_string(text)
    assert found == account
    assert "c2VjcmV0" not in repr(found)
    assert find_account(PLACE, {"AZURE_STORAGE_CONNECTION_STRING": text}) == account


def test_the_development_storage() -> None:
    account = parse_connection_string("UseDevelopmentStorage=true")
    assert account.endpoint == "http://127.0.0.1:10000/devstoreaccount1"
    assert account.name == "devstoreaccount1"
    assert account.key


@pytest.mark.parametrize(
    "text",
    [
        "SECRET",
        ";",
        "AccountKey=SECRET",
        "AccountName=acme",
        "AccountName=acme;AccountKey=",
        "AccountName=acme;AccountKey=SECRET!",
        "AccountName=acme;AccountKey=SECRE",
        "AccountName=acme;SharedAccessSignature=SECRET",
        "AccountName=acme;AccountKey=c2Vj;BlobEndpoint=ftp://SECRET",
        "AccountName=acme;AccountKey=c2Vj;BlobEndpoint=https://u:SECRET@host",
        "AccountName=acme;AccountKey=c2Vj;BlobEndpoint=https://host:SECRET",
        "AccountName=acme;AccountKey=c2Vj;BlobEndpoint=https://[SECRET",
        "AccountName=acme;AccountKey=c2Vj;BlobEndpoint=SECRET",
    ],
)
def test_connection_strings_that_are_none(text: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        parse_connection_string(text)
    assert refused.value.message.startswith("AZURE_STORAGE_CONNECTION_STRING can't be used: ")
    assert "SECRE" not in refused.value.message


@given(st.text())
def test_any_text_is_a_connection_string_or_refused(text: str) -> None:
    try:
        account = parse_connection_string(text)
    except InvalidParameter:
        return
    assert account.name
    assert account.endpoint


def test_variables_have_an_order() -> None:
    endpoint = "https://acme.blob.core.windows.net"
    environ = {
        "AZURE_STORAGE_CONNECTION_STRING": f"AccountName=other;AccountKey={KEY}",
        "AZURE_STORAGE_ACCESS_KEY": KEY,
        "AZURE_STORAGE_SAS_TOKEN": f"?{SAS}",
        "AZURE_CLIENT_ID": "1",
        "AZURE_CLIENT_SECRET": "2",
        "AZURE_TENANT_ID": "3",
    }
    assert find_account(PLACE, environ).name == "other"
    del environ["AZURE_STORAGE_CONNECTION_STRING"]
    assert find_account(PLACE, environ) == Account("acme", endpoint, key=KEY)
    del environ["AZURE_STORAGE_ACCESS_KEY"]
    assert find_account(PLACE, environ) == Account("acme", endpoint, sas=SAS)
    del environ["AZURE_STORAGE_SAS_TOKEN"]
    assert find_account(PLACE, environ) == Account("acme", endpoint)


@pytest.mark.parametrize("variable", ["AZURE_STORAGE_ACCESS_KEY", "AZURE_STORAGE_SAS_TOKEN"])
def test_variables_that_hold_no_key(variable: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        find_account(PLACE, {variable: "SECRET!"})
    assert refused.value.message.startswith(f"{variable} can't be used: ")
    assert "SECRET" not in refused.value.message


@pytest.mark.parametrize(
    ("environ", "kind"),
    [
        ({}, "managed_identity"),
        ({"AZURE_CLIENT_ID": "1"}, "managed_identity"),
        (
            {"AZURE_CLIENT_ID": "1", "AZURE_TENANT_ID": "2", "AZURE_CLIENT_SECRET": "3"},
            "client_secret",
        ),
        (
            {"AZURE_CLIENT_ID": "1", "AZURE_TENANT_ID": "2", "AZURE_FEDERATED_TOKEN_FILE": "/f"},
            "workload_identity",
        ),
        ({"AZURE_USE_AZURE_CLI": "true"}, "azure_cli"),
    ],
)
def test_logins_without_a_key(environ: dict[str, str], kind: str) -> None:
    config = obstore_config(find_account(PLACE, environ), environ)
    assert config["credential_type"] == kind
    assert config["endpoint"] == "https://acme.blob.core.windows.net"
    assert "account_key" not in config
    assert "sas_key" not in config


def test_logins_with_a_key_or_signature() -> None:
    config = obstore_config(Account("acme", "https://x", key=KEY), {"AZURE_CLIENT_ID": "1"})
    assert (config["credential_type"], config["account_key"]) == ("access_key", KEY)
    config = obstore_config(Account("acme", "https://x", sas=SAS), {"AZURE_CLIENT_ID": "1"})
    assert (config["credential_type"], config["sas_key"]) == ("sas_token", SAS)
    assert "client_id" not in config
