"""Fields that only one department reads: sealed when a record is finished, opened where the department's key is.

The key is made on the department's computer and never leaves it; its public half stands in the list of departments,
column `seal`, and comes to the villages with that list.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable
from dataclasses import dataclass

from desktop.services.context import Context
from desktop.services.filling.library import DEPARTMENTS
from desktop.services.rights import Actor, Use, needs
from forms.api import Question
from forms.errors import Fault, Kind
from forms.sealed import is_sealed, marked
from sync import crypto
from sync.sealed_text import key_of, open_text, public_of, recipient_of, seal_text, secret_of

COLUMN = "seal"
_KEY = "seal.key."  # setting: a department's private key, in the encrypted store


@dataclass(frozen=True, slots=True)
class SealingDesk:
    context: Context

    @property
    def actor(self) -> Actor:
        return self.context.actor

    @needs(Use.SEAL_KEY)
    def key(self, department: str) -> str:
        """The public half (age1...) of this computer's key for a department; made at the first call."""
        self._require_own(department)
        kept = self.context.store.settings.get(_KEY + department)
        if kept:
            return recipient_of(key_of(kept).public)
        self.context.require_writer()
        made = crypto.ExchangeKey.generate()
        self.context.store.settings.put(_KEY + department, secret_of(made))
        self.context.audit("sealing.key_made", subject=department)
        return recipient_of(made.public)

    @needs(Use.SEAL_LIST)
    def announce(self, department: str, recipient: str) -> bytes:
        """Put a department's public key into the list of departments, and give the list to be published."""
        public_of(recipient)
        self.context.require_writer()
        rows = list(csv.DictReader(io.StringIO((self.context.list_bytes(DEPARTMENTS) or b"").decode("utf-8-sig"))))
        if not any(row["name"] == department for row in rows):
            raise Fault("seal.unknown_department", Kind.USAGE, department=department)
        out = io.StringIO()
        columns = list(dict.fromkeys([*rows[0], COLUMN]))
        writer = csv.DictWriter(out, columns, lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows({**row, COLUMN: recipient} if row["name"] == department else row for row in rows)
        made = out.getvalue().encode()
        self.context.store.lists.put(DEPARTMENTS, made)
        self.context.audit("sealing.key_announced", subject=department)
        return made

    def _require_own(self, department: str) -> None:
        if self.actor.departments and department not in self.actor.departments:
            raise Fault("services.other_area", Kind.DENIED, area=department)


def sealer(context: Context, *, entropy: Callable[[int], bytes] = os.urandom) -> Callable[[str, str], str]:
    """What a session seals with. Fault seal.no_key where the list lacks the department's key."""

    def seal(department: str, text: str) -> str:
        recipient = context.table(DEPARTMENTS).get(department, {}).get(COLUMN, "")
        if not recipient:
            raise Fault("seal.no_key", Kind.USAGE, department=context.department(department))
        return seal_text(text, recipient, entropy=entropy)

    return seal


def unsealed(value: str, question: Question, context: Context) -> tuple[str, str]:
    """What was sealed, where this computer holds the key; else "" and the words that it is shut."""
    opened = opened_here(value, context)
    return ("", _shut(context, marked(question.attributes))) if opened is None else (opened, "")


def readable(value: str, context: Context) -> str:
    """A value as people may read it: what was sealed is opened where the key is, else words say that it is shut."""
    if not is_sealed(value):
        return value
    opened = opened_here(value, context)
    return _shut(context, "") if opened is None else opened


def opened_here(value: str, context: Context) -> str | None:
    """What was sealed, where a key of the actor's department is here; None where none fits.

    An office that has no department of its own tries every key that it keeps.
    """
    for department in context.actor.departments or context.table(DEPARTMENTS):
        kept = context.store.settings.get(_KEY + department)
        opened = open_text(value, key_of(kept)) if kept else None
        if opened is not None:
            return opened
    return None


def _shut(context: Context, mark: str) -> str:
    known = context.table(DEPARTMENTS)
    named = context.department(mark) if mark in known else context.text("seal.department")
    return context.text("seal.shut", department=named)
