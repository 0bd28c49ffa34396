"""Checks of one value each: what passes has the type, length and range that the field names; else a Fault names it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from sync.wire.cbor import malformed

Check = Callable[[object, str], Any]
E = TypeVar("E", bound=StrEnum)

MOST = 2**53  # integers stay exact everywhere


def text(most: int, *, least: int = 0) -> Check:
    """A string of `least` to `most` characters without NUL."""

    def check(value: object, field: str) -> str:
        if type(value) is not str or not least <= len(value) <= most or "\0" in value:
            raise malformed(field)
        return value

    return check


def octets(size: int) -> Check:
    """Exactly `size` bytes."""

    def check(value: object, field: str) -> bytes:
        if type(value) is not bytes or len(value) != size:
            raise malformed(field)
        return value

    return check


def octets_up_to(most: int, *, or_just: int | None = None) -> Check:
    """At most `most` bytes; with `or_just`, none or exactly that many."""

    def check(value: object, field: str) -> bytes:
        if type(value) is not bytes or len(value) > most or (or_just is not None and len(value) not in (0, or_just)):
            raise malformed(field)
        return value

    return check


def whole(least: int = 0, most: int = MOST) -> Check:
    def check(value: object, field: str) -> int:
        if type(value) is not int or not least <= value <= most:
            raise malformed(field)
        return value

    return check


def flag(value: object, field: str) -> bool:
    if type(value) is not bool:
        raise malformed(field)
    return value


def choice(among: type[E]) -> Check:
    def check(value: object, field: str) -> E:
        if type(value) is not str:
            raise malformed(field)
        try:
            return among(value)
        except ValueError:
            raise malformed(field) from None

    return check


def several(each: Check, most: int) -> Check:
    """A list of at most `most` values that pass `each`, as a tuple."""

    def check(value: object, field: str) -> tuple[Any, ...]:
        if not isinstance(value, list) or len(value) > most:
            raise malformed(field)
        return tuple(each(item, f"{field}[{at}]") for at, item in enumerate(value))

    return check


def anything(value: object, field: str) -> Mapping[str, Any]:
    """A map whose content the reader checks; plain values only, since it came through `cbor.loads`."""
    if not isinstance(value, dict):
        raise malformed(field)
    return value


AREA = text(200)
CODE = text(100, least=1)
NONCE = octets(16)
HASH = octets(32)
SIGNATURE = octets(64)
TIME = text(40, least=1)
