"""Rules of webhooks: where they may lead, what is signed, when an attempt is made again."""

import pytest

from sagwan.domain.webhook_payloads import example
from sagwan.domain.webhooks import (
    ACTIONS,
    check_webhook_name,
    check_webhook_url,
    delivery_id,
    host_of,
    is_public,
    signature,
    wait_after,
)
from sagwan.entities.webhooks import Event
from sagwan.errors import InvalidParameter


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.9.9.9", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
        *("0.0.0.0", "100.64.0.1", "192.0.2.1", "224.0.0.1", "239.1.1.1", "255.255.255.255"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1"),
        *("64:ff9b::a9fe:a9fe", "nonsense", ""),
    ],
)
def test_addresses_that_are_not_of_the_whole_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_addresses_of_the_whole_internet(address: str) -> None:
    assert is_public(address)


def test_the_signature_is_the_one_that_receivers_make() -> None:
    # By MLflow 3.17: mlflow.webhooks.delivery._generate_hmac_signature with the same arguments.
    made = signature("비밀", "d-1", "1700000000", '{"a": "é"}')
    assert made == "v1,XN8KuyZTJa4SwihDLeNtK862uEhXyswWZN5RwdJ761w="


def test_a_delivery_has_one_id() -> None:
    assert delivery_id(f"{1:032x}", "w") == delivery_id(f"{1:032x}", "w")
    assert len({delivery_id(f"{n:032x}", w) for n in range(2) for w in "ab"}) == 4


def test_waits_grow_and_may_be_asked_for() -> None:
    waits = [wait_after(attempts, None) for attempts in range(1, 12)]
    assert waits == [5, 20, 80, 320, 1280, 3600, 3600, 3600, 3600, 3600, 3600]
    assert [wait_after(1, asked) for asked in (0, 3, 60, 10**6)] == [5, 5, 60, 3600]


@pytest.mark.parametrize("name", ["", "-a", "a-", "a b", "é", "a" * 64, "a\n"])
def test_names_that_no_webhook_has(name: str) -> None:
    with pytest.raises(InvalidParameter):
        check_webhook_name(name)


def test_names_that_webhooks_have() -> None:
    for name in ("a", "A.b_c-9", "a" * 63):
        assert check_webhook_name(name) == name


@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://a",
            "ftp://a",
            "a",
            "//a",
            "https://",
            "https://?a",
            "https://[::1",
            " https://a",
        ),
        *("https://a:0", "https://a:99999", "https://a\r\nX: y", f"https://{'é' * 64}.de"),
    ],
)
def test_urls_that_no_webhook_has(url: str) -> None:
    with pytest.raises(InvalidParameter):
        check_webhook_url(url, ("https",))


def test_hosts_are_looked_up_in_their_own_letters() -> None:
    assert host_of(check_webhook_url("https://한글.example/", ("https",))) == (
        "xn--bj0bj06e.example",
        443,
    )
    assert host_of("http://[::1]:8080/") == ("::1", 8080)


def test_every_event_has_an_example_of_its_own() -> None:
    events = [Event(entity, action) for entity, actions in ACTIONS.items() for action in actions]
    assert [example(event).event for event in events] == events
