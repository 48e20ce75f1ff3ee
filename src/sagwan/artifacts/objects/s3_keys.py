"""Where the keys for S3 come from.

Keys in variables are used as they are. For all else (profiles, single sign-on, roles of machines
and pods) boto3 is asked where it is installed, since it knows everything that its users set up.
Without it, obstore finds the roles of machines, containers and pods by itself, but not for us.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from threading import Lock
from typing import TYPE_CHECKING, Any

from sagwan.artifacts.objects.s3_settings import S3Settings
from sagwan.artifacts.objects.sigv4 import Credentials
from sagwan.errors import InvalidParameter

if TYPE_CHECKING:
    from obstore.store import S3Credential

_VALID = timedelta(minutes=10)


class Keys:
    """Keys that only obstore finds, or that aren't needed."""

    region = ""

    async def find(self) -> Credentials | None:
        """What to sign with, where we may know it. Blocks no other task."""
        return None


class FixedKeys(Keys):
    """Keys that stay the same."""

    def __init__(self, credentials: Credentials) -> None:
        self.credentials = credentials

    async def find(self) -> Credentials | None:
        return self.credentials


class Boto3Keys(Keys):
    """Keys that boto3 finds, and renews in time. For use from many threads."""

    def __init__(self, profile: str) -> None:
        boto3: Any = import_module("boto3")
        try:
            self._session = boto3.session.Session(profile_name=profile or None)
        except import_module("botocore.exceptions").BotoCoreError as error:
            raise InvalidParameter(f"AWS_PROFILE: {error}") from None
        self.region = self._session.region_name or ""
        self._guard = Lock()
        self._found: Any = None

    def _find(self) -> Credentials:
        with self._guard:
            if self._found is None:
                self._found = self._session.get_credentials()
            if self._found is None:
                raise LookupError("boto3 finds no AWS credentials")
            keys = self._found.get_frozen_credentials()
        return Credentials(keys.access_key, keys.secret_key, keys.token)

    async def find(self) -> Credentials | None:
        try:
            return await asyncio.to_thread(self._find)
        except Exception:
            # Many kinds, each of which only says that there are no keys at the moment.
            return None

    def __call__(self) -> "S3Credential":
        """The keys, as obstore asks for them, from a thread of its own."""
        found = self._find()
        return {
            "access_key_id": found.key_id,
            "secret_access_key": found.secret,
            "token": found.token,
            "expires_at": datetime.now(UTC) + _VALID,
        }


def keys_for(settings: S3Settings) -> Keys:
    """Where the keys for these settings come from. Raises InvalidParameter if that is missing."""
    if settings.unsigned:
        return Keys()
    if settings.credentials is not None:
        return FixedKeys(settings.credentials)
    if find_spec("boto3") is not None:
        return Boto3Keys(settings.profile)
    if settings.profile or settings.files:
        source = "AWS_PROFILE" if settings.profile else "AWS's file of credentials"
        raise InvalidParameter(
            f"To use {source} for {settings.name}, install boto3 (pip install boto3), or set"
            " AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
        )
    return Keys()
