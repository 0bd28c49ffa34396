"""A message to the person, as a value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from desktop.theme.tokens import Tone


@dataclass(frozen=True, slots=True)
class Notice:
    """What the person should know: shown as a banner in the page, with at most one thing to do about it."""

    tone: Tone
    title: str
    detail: str = ""
    action: str = ""
    act: Callable[[], None] | None = field(default=None, compare=False)
