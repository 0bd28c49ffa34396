"""Form versions that a workspace brings to its hub, in the `extra` part of a push without envelopes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sync.wire.cbor import malformed

FORMS = "forms"
MOST = 20  # of one push
XFORM_LIMIT = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Publication:
    """XForm XML and its media files by name."""

    xform: bytes
    media: Mapping[str, bytes] = field(default_factory=dict)


def pack(forms: Iterable[Publication]) -> dict[str, Any]:
    return {FORMS: [[form.xform, dict(form.media)] for form in forms]}


def unpack(extra: Mapping[str, Any]) -> tuple[Publication, ...]:
    """What a push brings; Fault where it is malformed."""
    offered = extra.get(FORMS, [])
    if not isinstance(offered, list) or len(offered) > MOST:
        raise malformed(FORMS)
    return tuple(_read(item) for item in offered)


def _read(item: object) -> Publication:
    match item:
        case [bytes(xform), dict(media)] if len(xform) <= XFORM_LIMIT and all(map(_file, media.items())):
            return Publication(xform, media)
    raise malformed(FORMS)


def _file(item: tuple[object, object]) -> bool:
    name, content = item
    return isinstance(name, str) and 0 < len(name) <= 200 and isinstance(content, bytes)
