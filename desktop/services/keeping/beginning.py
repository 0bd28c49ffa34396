"""What the first start makes of what a person chose there: a workspace that belongs to a township, or one alone."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.services.clock import Clock
    from desktop.services.keeping.workspace import OpenWorkspace


class Way(StrEnum):
    """How somebody begins; words under first.way_NAME."""

    JOIN = "join"  # with the township's invitation
    ALONE = "alone"  # a village of the shipped areas, to be enrolled later
    TRY = "try"  # with invented people, beside the real workspace


@dataclass(frozen=True, slots=True)
class Beginning:
    """What was chosen. `file` is an enrolment file on a stick, `copies` where the second copy lies, "" for usual.

    `pin` "" where none is wanted: it re-opens this session after a lock.
    """

    way: Way
    user: str
    passphrase: str = field(repr=False)
    pin: str = field(default="", repr=False)
    village: str = ""
    code: str = field(default="", repr=False)
    url: str = ""
    file: str = ""
    copies: str = ""


def begin(chosen: Beginning, folder: Path, clock: Clock) -> OpenWorkspace:
    """Made and open; nothing is written before a hub has shown that it knows the code.

    Faults as `workspace.enrol` and `workspace.create`; vault.pin_form before anything is made.
    """
    from desktop.services.keeping.backup import Backups
    from desktop.services.keeping.workspace import create, enrol
    from desktop.services.trying.practice import lay_out
    from desktop.services.trying.practice_place import practice_folder
    from sync.protocol import Role
    from sync.vault.pin import spelling

    if chosen.pin:
        spelling(chosen.pin)
    if chosen.way is Way.TRY:
        return lay_out(practice_folder(folder), user=chosen.user, area=chosen.village, clock=clock)
    user, secret = chosen.user, chosen.passphrase
    if chosen.way is Way.ALONE:
        made = create(folder, user=user, passphrase=secret, role=Role.VILLAGE, area=chosen.village, clock=clock)
    else:
        made = enrol(
            folder,
            url=chosen.url,
            code=chosen.code,
            user=user,
            passphrase=secret,
            clock=clock,
            file=Path(chosen.file) if chosen.file else None,
        )
    if chosen.pin:
        made.set_pin(chosen.pin)
    if chosen.copies:
        Backups(made).choose(Path(chosen.copies))
    return made


@dataclass(frozen=True, slots=True)
class Offers:
    """What the first start offers: a passphrase as typed and as remembered, villages, places for the second copy."""

    typed: str
    shown: str
    villages: tuple[tuple[str, str], ...]
    places: tuple[tuple[str, str], ...]


def offers(folder: Path, language: str) -> Offers:
    """Read while the person looks at the first page."""
    from desktop.services.exchange.sticks import plugged_in
    from sync.vault import words

    offered = words.offer(os.urandom)
    places = tuple((os.fspath(stick.path), stick.name) for stick in plugged_in(folder.parent))
    return Offers(offered.typed, offered.shown, villages(language), places)


def villages(language: str) -> tuple[tuple[str, str], ...]:
    """(code, "township · village") of the shipped areas."""
    from desktop.services.filling.library import AREAS, shipped
    from forms.casework.areas import Areas

    areas = Areas.read(shipped(AREAS) or b"name\n")
    found = []
    for top in areas.children():
        for code in areas.below(top):
            area = areas.get(code)
            if area is not None and area.level == "village":
                above = areas.path(code).split("/")[-2:-1]
                names = [*(areas.label(each, language) for each in above), areas.label(code, language)]
                found.append((code, " · ".join(names)))
    return tuple(found)
