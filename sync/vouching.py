"""What hubs tell each other in messages' extra parts: who a hub below is, and for which devices it vouches.

A hub speaks to the one above it as a device of its own. The push that hands a run on also says whose it is: the key,
role and area that the hub below gave that device. The push's signature covers it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sync.protocol import Anchor, Role
from sync.wire import RUN_LIMIT, cbor
from sync.wire import fields as f

HUB = "hub_below"  # in an enrolment
VOUCHED = "vouched"  # in a push
RELAY = "relay"  # in a greeting: receipts of a hub above follow
REFUSED = "refused"  # in a push: [[seq, reason], ...] of records that the hub below did not take
LOG = "log"  # in a push and a pull of a hub: [what was told last, now] of its log; in a greeting what it told last
LOST = "lost"  # in a pull of a hub: what it handed on itself too, some of which it has no more
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


def tell(was: Anchor, now: Anchor) -> dict[str, Any]:
    """How far the own log has come; `was` is what the hub above had been told before that."""
    return {LOG: [_plain(was), _plain(now)]}


def told(extra: Mapping[str, Any]) -> tuple[Anchor, Anchor] | None:
    """What a hub below had told of its log before, and what it tells now."""
    match extra.get(LOG):
        case None:
            return None
        case [was, now]:
            return _anchor(was), _anchor(now)
    raise cbor.malformed(LOG)


def remind(known: Anchor) -> dict[str, Any]:
    """What a greeting says to a hub below of what that one told last; nothing where it told nothing."""
    return {LOG: _plain(known)} if known.epoch else {}


def reminded(extra: Mapping[str, Any]) -> Anchor:
    return _anchor(extra[LOG]) if LOG in extra else Anchor("", 0, b"")


def _plain(anchor: Anchor) -> list[Any]:
    return [anchor.epoch, anchor.n, anchor.head]


def _anchor(plain: object) -> Anchor:
    match plain:
        case [epoch, n, head]:
            return Anchor(f.text(64)(epoch, LOG), f.whole()(n, LOG), f.octets_up_to(32, or_just=32)(head, LOG))
    raise cbor.malformed(LOG)
