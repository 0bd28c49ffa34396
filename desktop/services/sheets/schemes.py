"""Exports that come again: what, how much and which columns, kept under a name."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from desktop.services.context import Context
from desktop.services.rights import Actor, Use, needs
from desktop.services.values import Level
from forms.export.types import Choices, Words

SETTING = "exports"
MOST = 40


@dataclass(frozen=True, slots=True)
class Scheme:
    """`left_out` are keys of columns; reason and second person are asked anew each time."""

    name: str
    what: str
    level: Level = Level.HANDLING
    period: str = "all"
    village: str = ""
    ending: str = ".xlsx"
    choices: Choices = Choices.ONE
    words: Words = Words.LABELS
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SchemesDesk:
    context: Context

    @property
    def actor(self) -> Actor:
        return self.context.actor

    @needs(Use.EXPORT_STATISTICS)
    def list(self) -> tuple[Scheme, ...]:
        """In the order of their names."""
        return tuple(sorted(_read(self.context.store.settings.get(SETTING)), key=lambda scheme: scheme.name))

    @needs(Use.EXPORT_STATISTICS)
    def keep(self, scheme: Scheme) -> None:
        """Under its name, in place of the one that has it."""
        others = [each for each in self.list() if each.name != scheme.name]
        name = " ".join(scheme.name.split())
        self._write([*others, replace(scheme, name=name)][-MOST:])

    @needs(Use.EXPORT_STATISTICS)
    def forget(self, name: str) -> None:
        self._write([each for each in self.list() if each.name != name])

    def _write(self, schemes: Sequence[Scheme]) -> None:
        self.context.require_writer()
        self.context.store.settings.put(SETTING, json.dumps([asdict(each) for each in schemes], ensure_ascii=False))


def _read(kept: str) -> list[Scheme]:
    """What an older or newer program wrote in another shape is left out."""
    found = []
    for each in json.loads(kept) if kept else ():
        scheme = _scheme(each)
        if scheme is not None:
            found.append(scheme)
    return found


def _scheme(said: Mapping[str, object]) -> Scheme | None:
    try:
        return Scheme(
            str(said["name"]),
            str(said["what"]),
            Level(str(said["level"])),
            str(said["period"]),
            str(said["village"]),
            str(said["ending"]),
            Choices(str(said["choices"])),
            Words(str(said["words"])),
            tuple(str(key) for key in said["left_out"]),  # type: ignore[attr-defined]
        )
    except (KeyError, TypeError, ValueError):
        return None
