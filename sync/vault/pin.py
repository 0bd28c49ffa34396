"""A PIN: re-opens a session that was locked but still runs, and nothing else. Nothing of it is ever on disk.

While locked, the data key lies in memory only wrapped under the PIN and a random secret; five wrong tries, or the
end of the process, drop both.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from forms.errors import Fault, Kind
from sync import crypto
from sync.vault.keys import DataKey

DIGITS = 6
TRIES = 5

_PIN = re.compile(rf"[0-9]{{{DIGITS}}}")
_ABOUT = b"hamlet/pin"


def spelling(pin: str) -> str:
    """Full-width digits are digits too. Fault vault.pin_form for anything but six digits, or six that are one."""
    spelt = unicodedata.normalize("NFKC", pin).strip()
    if not _PIN.fullmatch(spelt) or len(set(spelt)) == 1:
        raise Fault("vault.pin_form", Kind.USAGE, digits=DIGITS)
    return spelt


class PinLock:
    """The data key under a PIN, in memory. `left` tries remain; at 0 the key is gone."""

    __slots__ = ("_salt", "_sealed", "_secret", "left")

    def __init__(self, key: DataKey, pin: str, *, entropy: Callable[[int], bytes]) -> None:
        self.left = TRIES
        self._salt = entropy(crypto.SALT_SIZE)
        self._secret = entropy(crypto.KEY_SIZE)
        self._sealed = crypto.seal(self._stretched(spelling(pin)), key.secret(), nonce=entropy(12), about=_ABOUT)

    def open(self, pin: str) -> DataKey:
        """The data key. Faults: vault.pin_form (counts as no try), vault.pin_wrong, vault.pin_dropped."""
        if not self.left:
            raise Fault("vault.pin_dropped", Kind.DENIED, tries=TRIES)
        spelt = spelling(pin)
        self.left -= 1
        found = crypto.unseal(self._stretched(spelt), self._sealed, about=_ABOUT)
        if found is not None:
            self.left = TRIES
            return DataKey(found)
        if not self.left:
            self.drop()
            raise Fault("vault.pin_dropped", Kind.DENIED, tries=TRIES)
        raise Fault("vault.pin_wrong", Kind.DENIED, left=self.left)

    def drop(self) -> None:
        """Only the passphrase opens from now on."""
        self.left = 0
        self._salt = self._secret = self._sealed = b""

    def _stretched(self, pin: str) -> bytes:
        return crypto.keyed(self._secret, crypto.stretch(pin, self._salt))

    def __repr__(self) -> str:
        return f"PinLock(left={self.left})"
