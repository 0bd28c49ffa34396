"""What hubs tell each other in messages' extra parts: who a hub below is, and for which devices it vouches.

A hub speaks to the one above it as a device of its own. The push that hands a run on also says whose it is: the key,
role and area that the hub below gave that device. The push's signature covers it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sync import crypto
from sync.protocol import Anchor, Role, Run
from sync.wire import RUN_LIMIT, Codec, cbor
from sync.wire import fields as f

HUB = "hub_below"  # in an enrolment
VOUCHED = "vouched"  # in a push
RELAY = "relay"  # in a greeting: receipts of a hub above follow
REFUSED = "refused"  # in a push: [[seq, reason], ...] of records that the hub below did not take
LOG = "log"  # in a push and a pull of a hub: [what was told last, now] of its log; in a greeting what it told last
LOST = "lost"  # in a pull of a hub: what it handed on itself too, some of which it has no more
RUNS = "runs"  # in such a pull: whole; in its page: [[device as in `VOUCHED`, as in `REFUSED`, run, receipt], ...]
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


@dataclass(frozen=True, slots=True)
class HandedOn:
    """A run as a hub below handed it on: whose it is, places that were refused there and why, and what was signed."""

    whose: Vouched
    refused: Mapping[int, str]
    run: Run
    receipt: bytes


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
    return {VOUCHED: _shown(one), **({REFUSED: _places(refused)} if refused else {})}


def refused(extra: Mapping[str, Any]) -> dict[int, str]:
    return _read_places(extra.get(REFUSED, []), REFUSED)


def vouched(extra: Mapping[str, Any]) -> Vouched | None:
    return _read_shown(extra[VOUCHED], VOUCHED) if VOUCHED in extra else None


def give_back(handed_on: Iterable[HandedOn]) -> dict[str, Any]:
    """What a hub below handed on, for a page; nothing where there is none."""
    codec = Codec(crypto.commit)
    found = [[_shown(one.whose), _places(one.refused), codec.run(one.run), one.receipt] for one in handed_on]
    return {RUNS: found} if found else {}


def given_back(extra: Mapping[str, Any]) -> tuple[HandedOn, ...]:
    found: tuple[HandedOn, ...] = f.several(_read_handed_on, RUN_LIMIT)(extra.get(RUNS, []), RUNS)
    return found


def _read_handed_on(plain: object, field: str) -> HandedOn:
    match plain:
        case [whose, refused, run, bytes(receipt)]:
            return HandedOn(
                _read_shown(whose, field), _read_places(refused, field), Codec(crypto.commit).read_run(run), receipt
            )
    raise cbor.malformed(field)


def _shown(one: Vouched) -> list[Any]:
    return [one.device, one.key, str(one.role), one.area, list(one.departments), one.created_at, one.revoked_at]


def _read_shown(plain: object, field: str) -> Vouched:
    match plain:
        case [device, key, role, area, departments, created_at, revoked_at]:
            return Vouched(
                device=f.CODE(device, field),
                key=f.octets(32)(key, field),
                role=f.choice(Role)(role, field),
                area=f.AREA(area, field),
                departments=_TEXTS(departments, field),
                created_at=f.text(40)(created_at, field),
                revoked_at=f.text(40)(revoked_at, field),
            )
    raise cbor.malformed(field)


def _places(refused: Mapping[int, str]) -> list[Any]:
    return [[seq, refused[seq]] for seq in sorted(refused)]


def _read_places(plain: object, field: str) -> dict[int, str]:
    return dict(f.several(_read_place, RUN_LIMIT)(plain, field))


def _read_place(plain: object, field: str) -> tuple[int, str]:
    match plain:
        case [seq, reason]:
            return f.whole(1)(seq, field), f.text(100)(reason, field)
    raise cbor.malformed(field)


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
