"""Shared access signatures (SAS): what an account's key lets others do with one blob for a while.

obstore signs the name of a blob percent-encoded where Azure's rule wants it decoded, so that its
signatures fail for names with a space, a "%" or a letter that isn't ASCII. Hence these.
"""

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import quote, urlencode

from sagwan.artifacts.objects.azure_account import Account

VERSION = "2023-11-03"
"""The version of Azure's interface by whose rules is signed."""


def blob_url(account: Account, container: str, name: str) -> str:
    """The URL of a blob."""
    return f"{account.endpoint}/{container}/{quote(name)}"


def sign_blob(
    account: Account, container: str, name: str, permission: Literal["r", "w"], expiry: datetime
) -> str:
    """The query that lets whoever has it read or write a blob until `expiry`.

    It has no start, so that a clock that is late doesn't matter.
    """
    until = expiry.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    protocol = "https" if account.endpoint.startswith("https:") else ""
    fields = [permission, "", until, f"/blob/{account.name}/{container}/{name}"]
    # No policy and no address; a blob, with no snapshot, encryption scope or headers of answers.
    fields += ["", "", protocol, VERSION, "b", *[""] * 7]
    key = base64.b64decode(account.key)
    signature = hmac.new(key, "\n".join(fields).encode(), hashlib.sha256).digest()
    query = {"sv": VERSION, "sr": "b", "sp": permission, "se": until}
    if protocol:
        query["spr"] = protocol
    query["sig"] = base64.b64encode(signature).decode()
    return urlencode(query, quote_via=quote, safe="")
