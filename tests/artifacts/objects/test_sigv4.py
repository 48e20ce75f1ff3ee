from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import parse_qsl, unquote, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from sagwan.artifacts.objects.sigv4 import Credentials, Request, authorized, presigned, url_of

# The examples of Amazon's documentation, with the keys that it gives.
KEYS = Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
BASE = "https://examplebucket.s3.amazonaws.com"
NOW = datetime(2013, 5, 24, tzinfo=UTC)
EMPTY = sha256(b"").hexdigest()

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
words = st.text("abcXYZ09-_. ~/%+&=é", min_size=1, max_size=20)
requests = st.builds(
    Request,
    st.sampled_from(["GET", "PUT", "DELETE"]),
    st.just(BASE),
    words.map("/{}".format),
    st.dictionaries(words, texts, max_size=3),
    st.dictionaries(st.sampled_from(["x-amz-acl", "Content-Type"]), words, max_size=2),
)


def signature(headers: dict[str, str]) -> str:
    return headers["authorization"].rpartition("Signature=")[2]


def test_the_documented_request_in_headers() -> None:
    request = Request("GET", BASE, "/test.txt", headers={"Range": "bytes=0-9"})
    headers = authorized(request, EMPTY, KEYS, "us-east-1", NOW)
    assert headers["authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
        " SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
        " Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
    )


def test_the_documented_put_of_an_object() -> None:
    content_hash = sha256(b"Welcome to Amazon S3.").hexdigest()
    given_headers = {
        "Date": "Fri, 24 May 2013 00:00:00 GMT",
        "x-amz-storage-class": "REDUCED_REDUNDANCY",
    }
    request = Request("PUT", BASE, "/test$file.text", headers=given_headers)
    headers = authorized(request, content_hash, KEYS, "us-east-1", NOW)
    assert signature(headers) == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"


def test_the_documented_list_of_objects() -> None:
    request = Request("GET", BASE, "/", {"prefix": "J", "max-keys": "2"})
    headers = authorized(request, EMPTY, KEYS, "us-east-1", NOW)
    assert signature(headers) == "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"


def test_the_documented_query_without_a_value() -> None:
    headers = authorized(
        Request("GET", BASE, "/", {"lifecycle": ""}), EMPTY, KEYS, "us-east-1", NOW
    )
    assert signature(headers) == "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"


def test_the_documented_url() -> None:
    url = presigned(Request("GET", BASE, "/test.txt"), KEYS, "us-east-1", NOW, 86400)
    assert url == (
        f"{BASE}/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
        "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
        "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
        "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    )


@given(requests)
def test_a_url_decodes_to_what_was_signed(request: Request) -> None:
    split = urlsplit(url_of(request))
    assert url_of(request).isascii()
    assert unquote(split.path) == request.path
    assert dict(parse_qsl(split.query, keep_blank_values=True)) == request.query


@given(requests, requests)
def test_requests_that_differ_have_signatures_that_differ(one: Request, other: Request) -> None:
    urls = [presigned(request, KEYS, "r", NOW, 60) for request in (one, other)]
    same = (one.method, url_of(one)) == (other.method, url_of(other)) and _headers(one) == _headers(
        other
    )
    assert (urls[0].rpartition("=")[2] == urls[1].rpartition("=")[2]) == same


def _headers(request: Request) -> dict[str, str]:
    return {name: " ".join(value.split()) for name, value in request.headers.items()}


def test_a_token_is_signed_too() -> None:
    request = Request("GET", BASE, "/a")
    keys = Credentials(KEYS.key_id, KEYS.secret, "token/+=")
    assert "&X-Amz-Security-Token=token%2F%2B%3D&" in presigned(request, keys, "r", NOW, 1)
    assert authorized(request, EMPTY, keys, "r", NOW)["x-amz-security-token"] == "token/+="


def test_secrets_are_not_shown() -> None:
    shown = repr(Credentials("id", "the secret", "the token"))
    assert shown == "Credentials(key_id='id')"
