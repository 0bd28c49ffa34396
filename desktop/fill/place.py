"""Where a person was in a form, and the words that no answer can hold: kept with the draft as one text."""

from __future__ import annotations

import json
from collections.abc import Mapping

BREAK = "\n"  # in no reference


def pack(ref: str, words: Mapping[str, str]) -> str:
    """The reference alone, or with the unread words by reference behind it."""
    return ref + (BREAK + json.dumps(dict(words), ensure_ascii=False) if words else "")


def unpack(place: str) -> tuple[str, dict[str, str]]:
    """What `pack` put together; a damaged rest is left out, the place still serves."""
    ref, _, rest = place.partition(BREAK)
    try:
        words = json.loads(rest) if rest else {}
    except ValueError:
        words = {}
    if not isinstance(words, dict):
        return ref, {}
    return ref, {str(at): said for at, said in words.items() if isinstance(said, str) and said}
