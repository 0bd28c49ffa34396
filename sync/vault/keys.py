"""The data key of a workspace or hub, and the keys made from it."""

from __future__ import annotations

from sync import crypto


class DataKey:
    """32 random bytes that everything at rest hangs on. Never printed, never on disk unsealed."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes, /) -> None:
        if len(secret) != crypto.KEY_SIZE:
            raise ValueError("a data key has 32 bytes")
        self._secret = secret

    def secret(self) -> bytes:
        """The key itself, for a slot to wrap."""
        return self._secret

    def database(self) -> bytes:
        return crypto.derive(self._secret, "database")

    def file_names(self) -> bytes:
        return crypto.derive(self._secret, "file names")

    def purpose(self, name: str) -> bytes:
        """A key of its own for anything else, such as cursors or index hashes."""
        return crypto.derive(self._secret, "other/" + name)

    def __repr__(self) -> str:
        return "DataKey(…)"
