"""A workspace to practise in: invented people and requests, never handed over, laid out anew each time."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from desktop.services.clock import Clock
from desktop.services.keeping.beginning import villages
from desktop.services.keeping.workspace import OpenWorkspace, create
from desktop.services.trying.demo import make
from desktop.services.trying.demo_life import live
from desktop.services.trying.practice_place import is_practice, practice_folder
from desktop.services.values import Me
from forms.errors import Fault, Kind
from sync.protocol import Role
from sync.vault import words

HOUSEHOLDS, REQUESTS, VISITS, HAZARDS, SEED = 8, 6, 10, 2, 7


def lay_out_for(me: Me, folder: Path, clock: Clock) -> OpenWorkspace:
    """Beside the workspace of `me`: in their village where it is a shipped one, else in the first of those."""
    shipped = [code for code, _ in villages("zh")]
    area = me.area if me.area in shipped else shipped[0]
    return lay_out(practice_folder(folder), user=me.user, area=area, clock=clock)


def lay_out(folder: Path, *, user: str, area: str, clock: Clock) -> OpenWorkspace:
    """Open and filled; what was practised before is gone. Its passphrase is nobody's: it opens this once.

    Fault services.not_practice where the folder is not one to practise in.
    """
    if not is_practice(folder):
        raise Fault("services.not_practice", Kind.USAGE, folder=str(folder))
    if folder.exists():
        shutil.rmtree(folder)
    secret = words.offer(os.urandom).typed
    opened = create(folder, user=user, passphrase=secret, role=Role.VILLAGE, area=area, clock=clock)
    desk = opened.desk(writer=True)
    try:
        make(desk, households=HOUSEHOLDS, requests=REQUESTS, seed=SEED)
        live(desk, visits=VISITS, hazards=HAZARDS, seed=SEED)
        desk.training.begin()
    finally:
        desk.close()
    return opened
