"""Enrolment, the laptop's side: nothing is returned, and so nothing stored, before the hub's proof holds."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from forms.errors import Fault, Kind
from sync import crypto, enrolment
from sync.client.transport import Peer, Transport
from sync.enrolment import EnrolmentFile
from sync.protocol import Enrol, Enrolled
from sync.store.api import Identity
from sync.wire import signed_part

Entropy = Callable[[int], bytes]


def enrol(
    transport: Transport,
    *,
    url: str,
    code: str,
    user: str,
    extra: Mapping[str, Any] | None = None,
    entropy: Entropy = os.urandom,
) -> Identity:
    """Enrol by a code read off the clerk's screen. The device's key is made here and never leaves.

    `extra` is what a hub says of itself that wants to hand on what it gets (`sync.vouching`).

    Faults: sync.unreachable; sync.false_hub, hub.code_unknown, hub.code_used, hub.code_expired, hub.code_form,
    hub.too_many_tries (DENIED).
    """
    peer = transport.peer()
    if not peer.hub:
        raise Fault("sync.not_a_hub", Kind.DENIED, url=url)
    key = crypto.SigningKey.generate()
    bare = Enrol(nonce=entropy(16), device_key=key.public, user=user, proof=bytes(32), extra=extra or {})
    reply = _ask(transport, enrolment.stretch(code, peer.hub), peer=peer, bare=bare)
    return _identity(reply, key, url)


@dataclass(frozen=True, slots=True)
class Pending:
    """An enrolment from a file that the hub has not heard of yet. `key` is K, kept in the encrypted store only."""

    user: str
    key: bytes


def from_file(data: bytes, *, code: str, user: str, now: str) -> tuple[Identity, Pending]:
    """Take on the identity in an enrolment file, without a network; `confirm` follows at the first contact.

    Faults: hub.file_damaged, hub.file_newer, hub.code_wrong, hub.code_expired, hub.code_form.
    """
    content, shared = enrolment.open_file(data, code, now=now)
    key = crypto.SigningKey.generate()
    return _from_content(content, key), Pending(user, shared)


def confirm(transport: Transport, identity: Identity, pending: Pending, *, entropy: Entropy = os.urandom) -> Identity:
    """Make the hub know a device that began with a file. Faults as `enrol`."""
    key = crypto.SigningKey.load(identity.key)
    bare = Enrol(nonce=entropy(16), device_key=key.public, user=pending.user, proof=bytes(32))
    reply = _ask(transport, pending.key, peer=transport.peer(), bare=bare)
    if (reply.hub, reply.identity, reply.device) != (identity.hub, identity.hub_identity, identity.device):
        raise Fault("sync.false_hub", Kind.DENIED, url=identity.url)
    return _identity(reply, key, identity.url)


def by_bundle(identity: Identity, pending: Pending, *, entropy: Entropy = os.urandom) -> Enrol:
    """What makes the hub know a device that began with a file and never meets it. The hub answers by bundle too."""
    key = crypto.SigningKey.load(identity.key)
    bare = Enrol(nonce=entropy(16), device_key=key.public, user=pending.user, proof=bytes(32))
    covered = signed_part(bare)
    shown = enrolment.proof(pending.key, enrolment.CLIENT, fingerprint=enrolment.NO_CERTIFICATE, message=covered)
    return replace(bare, proof=shown)


def _ask(transport: Transport, shared: bytes, *, peer: Peer, bare: Enrol) -> Enrolled:
    """Show that K is known here, and believe only who knows it too and has the certificate that `peer` showed."""
    shown = enrolment.proof(shared, enrolment.CLIENT, fingerprint=peer.fingerprint, message=signed_part(bare))
    reply = transport.enrol(replace(bare, proof=shown))
    expected = enrolment.proof(shared, enrolment.HUB, fingerprint=peer.fingerprint, message=signed_part(reply))
    if reply.nonce != bare.nonce or reply.hub != peer.hub or not crypto.same(expected, reply.proof):
        raise Fault("sync.false_hub", Kind.DENIED, url="")
    return reply


def _identity(reply: Enrolled, key: crypto.SigningKey, url: str) -> Identity:
    return Identity(
        device=reply.device,
        role=reply.role,
        area=reply.area,
        letters=reply.village_letters,
        key=key.seed(),
        departments=reply.departments,
        hub=reply.hub,
        hub_name=reply.hub_name,
        hub_identity=reply.identity,
        hub_backup_identity=reply.backup_identity,
        url=url,
    )


def _from_content(content: EnrolmentFile, key: crypto.SigningKey) -> Identity:
    return Identity(
        device=content.device,
        role=content.role,
        area=content.area,
        letters=content.letters,
        key=key.seed(),
        departments=content.departments,
        hub=content.hub,
        hub_name=content.hub_name,
        hub_identity=content.identity,
        hub_backup_identity=content.backup_identity,
        url=content.urls[0] if content.urls else "",
    )
