"""A keyring as the operating system has one, for tests: this machine has none that could be asked."""

from __future__ import annotations


class Kept:
    """Stands where the system's keyring would be; `broken` throws as a locked one does."""

    def __init__(self) -> None:
        self.secrets: dict[tuple[str, str], str] = {}
        self.broken = False

    def set_password(self, service: str, name: str, secret: str) -> None:
        self._check()
        self.secrets[(service, name)] = secret

    def get_password(self, service: str, name: str) -> str | None:
        self._check()
        return self.secrets.get((service, name))

    def delete_password(self, service: str, name: str) -> None:
        self._check()
        del self.secrets[(service, name)]

    def _check(self) -> None:
        if self.broken:
            raise RuntimeError("locked")
