"""A suite for most seeds: a keyed hash in the place of Ed25519, which takes a fifth of a world's time.

It stands in for the calls that sign and verify, so no program that ships can be told to use it; every tenth seed signs
as people's computers do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from typing import Any
from unittest.mock import patch

from sync import crypto
from sync.protocol import Suite

REAL = 10  # one seed in so many


def signs_for_real(seed: int) -> bool:
    return seed % REAL == 0


@contextmanager
def suite_of(seed: int) -> Iterator[None]:
    """What this seed's world signs and verifies with."""
    with ExitStack() as put_in:
        put_in.enter_context(patch.object(crypto.SigningKey, "load", lru_cache(maxsize=256)(crypto.SigningKey.load)))
        if not signs_for_real(seed):
            put_in.enter_context(patch.object(crypto.SigningKey, "sign", _sign))
            put_in.enter_context(patch.object(crypto, "verify", _either(crypto.verify)))
        yield


def _sign(key: Any, purpose: str, data: bytes) -> bytes:
    return _keyed(key.public, purpose, data)


def _either(real: Any) -> Any:
    def verify(public: bytes, signature: bytes, *, purpose: str, data: bytes, suite: int = Suite.STANDARD) -> bool:
        """What was signed before the seed began was signed for real."""
        crypto.known(suite)
        return signature == _keyed(public, purpose, data) or bool(
            real(public, signature, purpose=purpose, data=data, suite=suite)
        )

    return verify


def _keyed(public: bytes, purpose: str, data: bytes) -> bytes:
    return hashlib.blake2b(purpose.encode() + b"\0" + data, key=public[:64]).digest()
