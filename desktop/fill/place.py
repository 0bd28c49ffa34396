"""Where a person was in a form, and the words that no answer can hold: kept with the draft as one text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

BREAK = "\n"  # in no reference
CURSOR, WAS = "cursor", "was"  # no references: those begin with a stroke


@dataclass(frozen=True, slots=True)
class Spot:
    """The question `ref`, the cursor in its field (None: not in words), unread words by reference.

    `was` is what stood in the questions that were answered since the form was opened, until it is left in good order.
    """

    ref: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    cursor: int | None = None
    was: Mapping[str, str] = field(default_factory=dict)


def pack(spot: Spot) -> str:
    """The reference alone, or with cursor and unread words behind it."""
    rest: dict[str, object] = dict(spot.words)
    if spot.cursor is not None:
        rest[CURSOR] = str(spot.cursor)
    if spot.was:
        rest[WAS] = dict(spot.was)
    return spot.ref + (BREAK + json.dumps(rest, ensure_ascii=False) if rest else "")


def unpack(place: str) -> Spot:
    """What `pack` put together; a damaged rest is left out, the place still serves."""
    ref, _, rest = place.partition(BREAK)
    try:
        found = json.loads(rest) if rest else {}
    except ValueError:
        found = {}
    if not isinstance(found, dict):
        return Spot(ref)
    was = found.get(WAS)
    stood = {str(at): str(said) for at, said in was.items()} if isinstance(was, dict) else {}
    words = {str(at): said for at, said in found.items() if isinstance(said, str) and said and at.startswith("/")}
    cursor = found.get(CURSOR, "")
    return Spot(ref, words, int(cursor) if isinstance(cursor, str) and cursor.isdecimal() else None, stood)
