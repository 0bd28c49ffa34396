"""Who may have reported the same already: the matter, and then the person, the place, the group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum

from desktop.services.context import Context
from desktop.services.filling.library import MATTERS
from desktop.services.requests.requests import RequestsDesk
from desktop.services.rights import Actor, Use, needs
from desktop.services.values import RequestRow
from forms.casework.areas import code
from sync.store.api import RequestQuery

DAYS, LOOKED_AT, SHOWN = 90, 50, 3  # days back; requests that are looked at; shown at most


class Near(IntEnum):
    """How near another request is, the nearest first; words under pages.same_near_NAME."""

    PERSON = 0
    PLACE = 1
    GROUP = 2
    VILLAGE = 3


@dataclass(frozen=True, slots=True)
class Reported:
    row: RequestRow
    near: Near


@dataclass(frozen=True, slots=True)
class ReportedDesk:
    context: Context
    requests: RequestsDesk

    @property
    def actor(self) -> Actor:
        return self.context.actor

    @needs(Use.SEE_REQUESTS)
    def perhaps(self, matter: str, *, resident: str = "", area: str = "", place: str = "") -> tuple[Reported, ...]:
        """Open requests of this matter of the last three months; of a sealed matter only the person's own."""
        if not matter:
            return ()
        since = (self.context.today() - timedelta(days=DAYS)).isoformat()
        query = RequestQuery(matter=matter, area=self.actor.area, since=since, open_only=True)
        items = self.context.store.requests.list(query, limit=LOOKED_AT).rows
        known = self.context.store.entities.facts("requests", [item.uuid for item in items])
        sealed = self.context.table(MATTERS).get(matter, {}).get("sensitive") != "0"
        found = []
        for item in items:
            facts: Mapping[str, str] = known.get(item.uuid, {})
            own = bool(resident) and facts.get("resident", "") == resident
            if (own or not sealed) and self.actor.sees(item.area, item.department):
                near = Near.PERSON if own else _near(code(item.area), facts.get("place", ""), area, place)
                found.append((near, item))
        found.sort(key=lambda each: each[0])
        return tuple(Reported(self.requests.row(item), near) for near, item in found[:SHOWN])


def _near(its_area: str, its_place: str, area: str, place: str) -> Near:
    if same_place(its_place, place):
        return Near.PLACE
    return Near.GROUP if area and its_area == area else Near.VILLAGE


def same_place(one: str, other: str) -> bool:
    """Whether two descriptions of a place share enough: one within the other, or half of the shorter one's pairs."""
    first, second = ("".join(each.split()) for each in (one, other))
    if not first or not second:
        return False
    if first in second or second in first:
        return True
    pairs = [{words[at : at + 2] for at in range(len(words) - 1)} for words in (first, second)]
    least = min(len(pairs[0]), len(pairs[1]))
    return least > 0 and 2 * len(pairs[0] & pairs[1]) >= least
