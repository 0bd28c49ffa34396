"""Fills in any form at random, so that it can be finalised."""

from __future__ import annotations

import random
from collections.abc import Iterator

from forms.api import Control, Node, NodeKind, Session

_BY_TYPE = {
    "int": ("1", "0", "5", "18", "30", "100", "2020", "-1", "10", "50", "1000", "12345"),
    "decimal": ("1.5", "0.5", "10.0", "-1.0", "100.0", "18.5", "36.6"),
    "date": ("2020-02-29", "2026-03-04", "1990-01-01", "2030-01-01"),
    "time": ("10:00:00.000Z", "23:30:00.000Z"),
    "dateTime": ("2026-03-04T10:00:00.000Z", "2020-01-01T00:00:00.000Z"),
    "geopoint": ("10.5 20.5 0 0", "38.25 21.75 0 0"),
    "geotrace": ("1 1 0 0;2 2 0 0",),
    "geoshape": ("1 1 0 0;2 2 0 0;2 1 0 0;1 1 0 0",),
    "boolean": ("true", "false"),
    "binary": ("file.jpg", "file.bin"),
}
_TEXTS = ("a", "test", "Ana", "yes", "no", "1", "12", "123456", "1234567890", "abc@example.org", "A1", "0", "OK", "b c")


def candidates(session: Session, node: Node, rng: random.Random) -> Iterator[str]:
    """Answers to try, likely ones first."""
    if node.control in (Control.SELECT_ONE, Control.SELECT_MULTIPLE, Control.RANK):
        values = [choice.value for choice in session.choices(node.ref)]
        rng.shuffle(values)
        if node.control is Control.RANK:
            yield " ".join(values)
        yield from values[:20]
        return
    if node.control is Control.TRIGGER:
        yield "OK"
        return
    if node.control is Control.RANGE:
        yield node.parameters.get("start", "1")
        yield node.parameters.get("end", "1")
    values = list(_BY_TYPE.get(node.type, _TEXTS))
    rng.shuffle(values)
    yield from values


def fill(session: Session, rng: random.Random, *, rounds: int = 6) -> None:
    """Answer what can be answered, so that no answer breaks its constraint; optional ones now and then stay blank."""
    for again in range(rounds):
        open_before = len(session.problems())
        for node in list(session.walk()):
            if node.kind is NodeKind.REPEAT and again == 0 and node.can_add and node.count < 2:
                session.add_repeat(node.ref)
        for ref in [node.ref for node in session.walk() if node.kind is NodeKind.QUESTION]:
            answer(session, ref, rng, first=again == 0)
        if again and not session.problems() and not open_before:
            return


def answer(session: Session, ref: str, rng: random.Random, *, first: bool) -> None:
    try:
        node = session.node(ref)
    except LookupError:
        return
    if node.control is None or node.readonly or not node.relevant or (not first and node.valid):
        return
    if first and not node.required and rng.random() < 0.2:
        return
    for value in candidates(session, node, rng):
        session.set(ref, value)
        try:
            if session.node(ref).valid:
                return
        except LookupError:
            return
    if not node.required:
        session.set(ref, "")
