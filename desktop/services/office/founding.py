"""An office set up from nothing: its computer receives the villages, and is the first that belongs to it."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

from desktop.services.exchange.connection import OnStore
from desktop.services.exchange.enrolment import Enrolling, Entropy, ask_hub
from desktop.services.office.reception import SETTING, Kept, Reception, SetUp, new_secret
from forms.casework.areas import code
from forms.errors import Fault, Kind
from sync.hub import admin
from sync.protocol import Role
from sync.store.api import Identity


@dataclass(frozen=True, slots=True)
class Founded:
    """`sheet` belongs into an envelope: what opens the reception, and its backup identity."""

    hub_name: str
    sheet: tuple[tuple[str, str], ...]


def found(on_store: OnStore, reception: Reception, *, user: str, name: str, entropy: Entropy = os.urandom) -> Founded:
    """Lay out the reception, serve, and let this workspace belong to it. Faults: services.enrolled, hub.not_empty.

    Broken off, it goes on from where it was: a reception that is there is not made anew.
    """
    identity = on_store(lambda store: store.identity())
    if identity.enrolled:
        raise Fault("services.enrolled", Kind.USAGE, hub=identity.hub_name)
    kept = _kept(on_store)
    made: SetUp | None = None
    if kept is None or not reception.exists:
        secret = new_secret(entropy)
        made = reception.set_up(name=name, area=code(identity.area), secret=secret)
        kept = made.kept
        _remember(on_store, kept)
    kept = _started(on_store, reception, kept)
    invited = admin.invite(reception.hub, area=code(identity.area), role=Role.TOWNSHIP)
    joined, _ = ask_hub(_asking(reception, invited.code, user), clock=reception.clock, entropy=entropy)
    on_store(lambda store: store.enrol(joined))
    return Founded(name, made.sheet if made is not None else (("name", name), ("secret", kept.secret)))


def begin(on_store: OnStore, reception: Reception) -> bool:
    """Serve where this workspace has a reception; whether it does. Faults as `Reception.start`."""
    kept = _kept(on_store)
    if kept is None or not reception.exists:
        return False
    _started(on_store, reception, kept)
    return True


def _started(on_store: OnStore, reception: Reception, kept: Kept) -> Kept:
    """Where it listens elsewhere than before, this workspace follows; villages are told the address by a person."""
    now = reception.start(kept)
    if now != kept:
        _remember(on_store, now)
    identity = on_store(lambda store: store.identity())
    if identity.hub == reception.hub.identity.hub and identity.url != reception.own_url:
        _move(on_store, identity, reception.own_url)
    return now


def _move(on_store: OnStore, identity: Identity, url: str) -> None:
    on_store(lambda store: store.enrol(replace(identity, url=url)))


def _asking(reception: Reception, invitation: str, user: str) -> Enrolling:
    return Enrolling(url=reception.own_url, code=invitation, user=user)


def _kept(on_store: OnStore) -> Kept | None:
    return Kept.read(on_store(lambda store: store.settings.get(SETTING)))


def _remember(on_store: OnStore, kept: Kept) -> None:
    on_store(lambda store: store.settings.put(SETTING, kept.written()))
