"""Workspaces for tests of the use cases: real stores in temporary folders, and one desk as any role sees it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.services.clock import CHINA, Clock, fixed
from desktop.services.desk import TheDesk, make_desk
from desktop.services.keeping.workspace import OpenWorkspace, create
from desktop.services.rights import Actor
from sync.protocol import Role

PASSPHRASE = "four plain offered words"
NOW = "2026-11-20T10:30:00+08:00"
TOWNSHIP, VILLAGE, OTHER = "990621101", "990621101202", "990621101201"
GROUP, OTHER_GROUP = "99062110120201", "99062110120101"


def clock(now: str = NOW) -> Clock:
    return dataclasses.replace(Clock(), instant=fixed(now, zone=CHINA).instant)


def workspace(folder: Path, *, role: Role = Role.VILLAGE, area: str = VILLAGE, user: str = "wang") -> OpenWorkspace:
    return create(folder, user=user, passphrase=PASSPHRASE, role=role, area=area, clock=clock())


def seen_by(desk: TheDesk, role: Role, *, area: str = "", departments: tuple[str, ...] = ()) -> TheDesk:
    """The same store as somebody else would see it; `area` is a code, by default the desk's own."""
    context = desk.context
    path = context.areas().path(area) if area else context.actor.area
    actor = Actor(context.actor.user, role, path, departments)
    return make_desk(dataclasses.replace(context, actor=actor), forget=lambda _: None)


def household(area: str = GROUP, *names: str) -> dict[str, Any]:
    people = names or ("王建国", "李秀兰")
    member = [
        {"name": name, "sex": "m" if place == 0 else "f", "relation": "head" if place == 0 else "spouse"}
        for place, name in enumerate(people)
    ]
    return {
        "where": {"area": area, "house_no": "1号", "head_name": people[0], "has_phone": "yes", "phone": "15412345678"},
        "people": {"registered": len(people), "living": len(people)},
        "member": member,
    }


def request(resident: str, said: str = "小学路口的路灯不亮了", matter: str = "H05") -> dict[str, Any]:
    return {
        "who": {"requester": "person", "resident": resident},
        "what": {"matter": matter, "description": said},
        "tell_by": "phone",
    }


@dataclass(frozen=True)
class Filled:
    """A village with one household of two and one request."""

    desk: TheDesk
    residents: tuple[str, ...]
    ref: str
    request: str


def fill(desk: TheDesk, *, area: str = GROUP) -> Filled:
    desk.batch("household").add(household(area), base=Path())
    residents = tuple(sorted(item.uuid for item in desk.context.store.entities.all("residents")))
    stored = desk.batch("request").add(request(residents[0]), base=Path())
    return Filled(desk, residents, stored.ref, stored.uuid)


def filled_again(desk: TheDesk) -> Filled:
    """What `fill` made, found again in a copy."""
    residents = tuple(sorted(item.uuid for item in desk.context.store.entities.all("residents")))
    (row,) = desk.requests.list()
    return Filled(desk, residents, row.ref, row.uuid)


def moved(opened: OpenWorkspace, folder: Path) -> OpenWorkspace:
    """The same unlocked workspace in a copy of its folder, with a library of its own."""
    return dataclasses.replace(opened, folder=folder, library=opened.library, _desks=[])
