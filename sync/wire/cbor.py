"""Canonical CBOR (RFC 8949, 4.2.1) of a few plain types; whatever is written otherwise is refused.

Plain: None, bool, int of 64 bits, bytes, str, list, and maps with text keys. No floats, no tags.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

import cbor2

from forms.errors import Fault, Kind

DEPTH = 40  # a table of maps within maps takes five levels each

# Tags that cbor2 would turn into objects, some of them at a cost that the sender chooses (bigfloat, regex).
_TAGS = (0, 1, 2, 3, 4, 5, 25, 28, 29, 30, 35, 36, 37, 52, 54, 100, 256, 258, 260, 261, 1004, 43000, 55799)


def malformed(field: str) -> Fault:
    """A message that is not what it must be; `field` names the place."""
    return Fault("sync.malformed", Kind.DAMAGED, field=field)


def dumps(value: object) -> bytes:
    """The one encoding of a plain value."""
    return cbor2.dumps(value, canonical=True)


def loads(data: bytes, *, field: str = "message") -> Any:
    """The plain value of which `data` is the canonical encoding, or `Fault("sync.malformed")`."""
    try:
        value = cbor2.loads(
            data,
            max_depth=DEPTH,
            allow_indefinite=False,
            allow_duplicate_keys=False,
            strict_hashable_types=True,
            semantic_decoders=dict.fromkeys(_TAGS, _refuse),
        )
    except (cbor2.CBORError, ValueError, OverflowError, RecursionError, MemoryError):
        raise malformed(field) from None
    _plain(value, DEPTH, field)
    if dumps(value) != data:
        raise malformed(field)
    return value


def stored(data: bytes) -> Any:
    """What `dumps` wrote into a database of one's own: not checked again."""
    return cbor2.loads(data)


def _refuse(*_: object) -> NoReturn:
    raise ValueError("a tag")


def _plain(value: object, depth: int, field: str) -> None:
    kind = type(value)
    if kind is str or kind is bytes or kind is bool or value is None:
        return
    if isinstance(value, int):
        if not -(2**63) <= value < 2**64:
            raise malformed(field)
    elif depth and isinstance(value, list):
        for item in value:
            _plain(item, depth - 1, field)
    elif depth and isinstance(value, Mapping):
        for key, item in value.items():
            if type(key) is not str:
                raise malformed(field)
            _plain(item, depth - 1, field)
    else:
        raise malformed(field)
