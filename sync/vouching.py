"""What hubs tell each other in messages' extra parts: who a hub below is, and for which devices it vouches.

A hub speaks to the one above it as a device of its own. The push that hands a run on also says whose it is: the key,
role and area that the hub below gave that device. The push's signature covers it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sync.protocol import Role
from sync.wire import RUN_LIMIT, cbor
from sync.wire import fields as f

HUB = "hub_below"  # in an enrolment
VOUCHED = "vouched"  # in a push
RELAY = "relay"  # in a greeting: receipts of a hub above follow
REFUSED = "refused"  # in a push: [[seq, reason], ...] of records that the hub below did not take
ABOVE = "above"  # in a greeting: [[hub, name, identity], ...], the lowest first

_TEXTS = f.several(f.CODE, 100)


@dataclass(frozen=True, slots=True)
class HubBelow:
    """A hub that wants to hand on what it gets."""

    hub: str
    identity: bytes


@dataclass(frozen=True, slots=True)
class Vouched:
    """A device of a hub below, with what that hub gave it. `area` is a path."""

    device: str
    key: bytes
    role: Role
    area: str
    departments: tuple[str, ...]
    created_at: str
    revoked_at: str


def introduce(below: HubBelow) -> dict[str, Any]:
    return {HUB: [below.hub, below.identity]}


def introduced(extra: Mapping[str, Any]) -> HubBelow | None:
    match extra.get(HUB):
        case None:
            return None
        case [hub, identity]:
            return HubBelow(f.CODE(hub, HUB), f.octets(32)(identity, HUB))
    raise cbor.malformed(HUB)


def vouch(one: Vouched, refused: Mapping[int, str]) -> dict[str, Any]:
    """`refused` are places of the run, and why: what is refused below is taken by nobody above."""
    shown = [one.device, one.key, str(one.role), one.area, list(one.departments), one.created_at, one.revoked_at]
    return {VOUCHED: shown, **({REFUSED: [[seq, refused[seq]] for seq in sorted(refused)]} if refused else {})}


def refused(extra: Mapping[str, Any]) -> dict[int, str]:
    match extra.get(REFUSED):
        case None:
            return {}
        case [*places] if len(places) <= RUN_LIMIT:
            return dict(_place(place) for place in places)
    raise cbor.malformed(REFUSED)


def _place(plain: object) -> tuple[int, str]:
    match plain:
        case [seq, reason]:
            return f.whole(1)(seq, REFUSED), f.text(100)(reason, REFUSED)
    raise cbor.malformed(REFUSED)


def vouched(extra: Mapping[str, Any]) -> Vouched | None:
    match extra.get(VOUCHED):
        case None:
            return None
        case [device, key, role, area, departments, created_at, revoked_at]:
            return Vouched(
                device=f.CODE(device, VOUCHED),
                key=f.octets(32)(key, VOUCHED),
                role=f.choice(Role)(role, VOUCHED),
                area=f.AREA(area, VOUCHED),
                departments=_TEXTS(departments, VOUCHED),
                created_at=f.text(40)(created_at, VOUCHED),
                revoked_at=f.text(40)(revoked_at, VOUCHED),
            )
    raise cbor.malformed(VOUCHED)
