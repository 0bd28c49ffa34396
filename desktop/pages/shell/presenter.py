"""Errors for people: what happened, that what was written is safe, what to do. Never a bare code."""

from __future__ import annotations

import logging

from desktop.pages.parts.notice import Notice
from desktop.pages.parts.words import sentences
from desktop.tasks import Stopped
from desktop.theme.tokens import Tone
from forms.api import NotReady
from forms.errors import Fault, Kind
from forms.text import Text

LOG = logging.getLogger("hamlet.window")


def present(error: BaseException, text: Text) -> Notice | None:
    """The banner for an exception; None where there is nothing to say (the person pressed stop)."""
    if isinstance(error, Stopped):
        return None
    if isinstance(error, Fault):
        safe = "" if error.kind is Kind.USAGE else text("shell.safe")
        tone = Tone.INFO if error.kind is Kind.UNREACHABLE else Tone.BAD
        return Notice(tone, _said(error, text, ""), sentences(text, safe, _said(error, text, ".remedy")))
    if isinstance(error, NotReady):
        first = error.problems[0].message(text) if error.problems else ""
        return Notice(Tone.WARN, text("shell.not_ready", count=len(error.problems)), first)
    LOG.error("unexpected", exc_info=error)
    return Notice(Tone.BAD, text("shell.bug"), sentences(text, text("shell.safe"), text("shell.bug_remedy")))


def _said(error: Fault, text: Text, part: str) -> str:
    """The fault's words; what it is called where the catalogue lacks it or lacks a value, never nothing."""
    try:
        return error.remedy(text) if part else error.message(text)
    except (KeyError, IndexError, FileNotFoundError):
        LOG.error("no words for %s%s", error.code, part)
        return text("shell.bug_remedy" if part else "shell.bug")
