"""Which passphrases may open a cold store (12 characters or four words), and their one spelling."""

from __future__ import annotations

import re
import unicodedata

from forms.errors import Fault, Kind

LEAST_CHARACTERS = 12
LEAST_WORDS = 4

_BETWEEN = re.compile(r"[\s\-_,.，。、]+")


def spelling(passphrase: str) -> str:
    """The passphrase as it is hashed: full-width and half-width, and outer spaces, make no difference."""
    return unicodedata.normalize("NFKC", passphrase).strip()


def check(passphrase: str) -> None:
    """`Fault("vault.weak_passphrase")` unless it has 12 characters or four different words."""
    spelt = spelling(passphrase)
    words = {word for word in _BETWEEN.split(spelt) if len(word) > 1}
    if len(spelt) < LEAST_CHARACTERS and len(words) < LEAST_WORDS:
        raise Fault("vault.weak_passphrase", Kind.USAGE, characters=LEAST_CHARACTERS, words=LEAST_WORDS)
