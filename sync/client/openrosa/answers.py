"""What an answer to a submission means, for all servers alike. Pure: status, kind and body in, verdict out."""

from __future__ import annotations

import html
import json
import re

from forms.errors import Fault
from forms.xml import local, parse
from sync.store.platform_values import Answer, Verdict

_PARKED = frozenset({400, 404, 405, 409, 410, 413})
_MOST_TEXT = 300
_MARKUP = re.compile(r"(?s)<(script|style).*?</\1>|<[^>]+>")


def judge(status: int, kind: str, body: bytes, *, conflicts: int = 0) -> Answer:
    """`kind` is the Content-Type, `conflicts` how often this record met a 409 before.

    What no platform says of a record, a page of the network's own with status 200 among it, leaves the record waiting.
    """
    said = text_of(kind, body)
    if status in (201, 202):
        return Answer(Verdict.DELIVERED, status, said)
    if status in (401, 403):
        return Answer(Verdict.STOP, status, said)
    if status in _PARKED:
        if status == 409 and not conflicts:
            return Answer(Verdict.AGAIN, status, said)
        return Answer(Verdict.PARKED, status, said)
    return Answer(Verdict.LATER, status, said)


def text_of(kind: str, body: bytes) -> str:
    """The words in an answer: OpenRosa's message, JSON's message, or the text of anything else; cut."""
    text = body[: 64 * 1024].decode("utf-8", "replace")
    found = (
        _message(body)
        or _json_message(text)
        or html.unescape(re.sub(r"(?s)<(script|style).*?</\1>|<[^>]+>", " ", text))
    )
    plain = " ".join(found.split())
    return plain if len(plain) <= _MOST_TEXT else plain[: _MOST_TEXT - 1] + "…"


def _message(body: bytes) -> str:
    try:
        root = parse(body.strip(), max_bytes=1024 * 1024)
    except (Fault, ValueError):
        return ""
    if local(root.tag) == "html":
        return ""
    words = [each.text or "" for each in root.iter() if local(each.tag) in ("message", "detail")]
    return " ".join(words)


def _json_message(text: str) -> str:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    return str(found.get("message") or found.get("detail") or "") if isinstance(found, dict) else ""
