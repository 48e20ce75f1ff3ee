"""Secrets of webhooks in the form in which they are stored: encrypted where there is a key.

Encrypted ones have the form that MLflow gives them, a token of Fernet.
"""

from sagwan.errors import InvalidParameter

_PLAIN = "plain:"


class Unreadable(Exception):
    """A secret can't be read; the text says why."""


class Sealer:
    """Makes and reads that form, with a key of Fernet or, where it is empty, without."""

    def __init__(self, key: str = "") -> None:
        """Raises InvalidParameter where the library for keys is missing."""
        self._fernet = None
        if key:
            try:
                from cryptography.fernet import Fernet
            except ImportError:
                raise InvalidParameter(
                    "To encrypt the secrets of webhooks, Sagwan needs a library:"
                    " pip install 'sagwan[webhooks]'. Or start it without"
                    " SAGWAN_WEBHOOK_SECRET_ENCRYPTION_KEY."
                ) from None
            self._fernet = Fernet(key)

    def seal(self, secret: str) -> str:
        """The form to store."""
        if self._fernet is None:
            return _PLAIN + secret
        return self._fernet.encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str:
        """The secret. Raises Unreadable."""
        if sealed.startswith(_PLAIN):
            return sealed.removeprefix(_PLAIN)
        if self._fernet is None:
            raise Unreadable(
                "The webhook's secret is encrypted, and the server was started without the key."
            )
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise Unreadable(
                "The webhook's secret was encrypted with another key than the server's. Set the"
                " secret anew."
            ) from None
