"""How the office's cards ask the reception, and say that something was done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from desktop.pages.parts.notice import Notice
from desktop.pages.parts.page import PageContext
from desktop.services.office.office import Office
from desktop.theme.tokens import Tone

R = TypeVar("R")


class Ask(Protocol):
    """Works off the window's thread; `done` comes back in it."""

    def __call__(self, work: Callable[[Office], R], done: Callable[[R], None], /) -> None: ...


def said(context: PageContext, words: str, detail: str = "") -> None:
    """A thing was done."""
    context.warn(Notice(Tone.OK, words, detail))
