"""A hub with the form pack in a folder, laptops that have enrolled with it, and records that they hand in."""

from __future__ import annotations

import atexit
import datetime
import random
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import envelopes
import plain_records
from envelopes import new_uuid
from sqlalchemy import Connection

from forms.casework.areas import Areas
from forms.load import load_form
from sync import crypto
from sync.client.transport import Peer, Traffic
from sync.hub import accounts, opening
from sync.hub.service import Hub
from sync.protocol import (
    PROTOCOL,
    Anchor,
    AttachmentPart,
    AttachmentReply,
    Enrol,
    Enrolled,
    Envelope,
    Hello,
    HelloReply,
    Page,
    Pull,
    Push,
    PushReply,
    Role,
    Row,
)
from sync.store.api import Identity
from sync.vault.keys import DataKey
from sync.wire import purpose, signed_part

PASSPHRASE = "four quiet rivers meet"
COUNTY = "990621"
TOWNSHIP = "990621101"
VILLAGE = "990621101201"
GROUP = "99062110120101"
NEIGHBOUR = "990621101202"
NEIGHBOUR_GROUP = "99062110120201"
AREAS = Areas.read(opening.pack_areas())
NOBODY = Anchor("", 0, b"")


@dataclass(slots=True)
class Clock:
    """A clock that stands still until moved."""

    moment: datetime.datetime = field(
        default_factory=lambda: datetime.datetime(2026, 11, 21, 8, 0, tzinfo=datetime.UTC)
    )

    def __call__(self) -> datetime.datetime:
        return self.moment

    def move(self, **span: float) -> None:
        self.moment += datetime.timedelta(**span)


@dataclass(slots=True)
class Direct:
    """The hub called without a network: a transport whose certificate is the hub's own."""

    hub: Hub
    traffic: Traffic = field(default_factory=Traffic)

    def peer(self) -> Peer:
        return Peer(self.hub.fingerprint, self.hub.identity.hub)

    def enrol(self, message: Enrol) -> Enrolled:
        return self.hub.enrol(message)

    def hello(self, message: Hello) -> HelloReply:
        self.traffic.requests += 1
        return self.hub.hello(message)

    def push(self, message: Push) -> PushReply:
        self.traffic.requests += 1
        return self.hub.push(message)

    def pull(self, message: Pull) -> Page:
        self.traffic.requests += 1
        return self.hub.pull(message)

    def attach(self, message: AttachmentPart) -> AttachmentReply:
        self.traffic.requests += 1
        return self.hub.attach(message)

    def fetch(self, message: AttachmentPart) -> AttachmentPart:
        self.traffic.requests += 1
        return self.hub.fetch(message)

    def close(self) -> None:
        pass


@dataclass(slots=True)
class World:
    """A hub in `folder` with its clock."""

    folder: Path
    clock: Clock
    hub: Hub

    def reopen(self) -> Hub:
        self.hub.close()
        key = opening.unlock(self.folder, PASSPHRASE)
        self.hub = opening.open_hub(self.folder, key, load=load_form, clock=self.clock)
        return self.hub

    def laptop(
        self, area: str = VILLAGE, role: Role = Role.VILLAGE, *, departments: Sequence[str] = (), seed: int = 0
    ) -> Laptop:
        """A laptop that the hub knows, made without the slow stretching of a code; R9's tests enrol as people do."""
        key = crypto.SigningKey.generate()
        asked = Enrol(nonce=bytes(16), device_key=key.public, user="王秀兰", proof=bytes(32))
        path = AREAS.path(area)
        invitation = accounts.Invitation(
            id=new_uuid(random.Random(key.public)),
            key=bytes(32),
            role=role,
            area=path,
            departments=tuple(departments),
            device="",
            letters="",
            expires_at="9999",
        )

        def admit(connection: Connection) -> accounts.Device:
            accounts.add_invitation(connection, invitation, now=self.hub.now())
            return accounts.admit(connection, invitation, asked, areas=AREAS, now=self.hub.now())

        device = self.hub.write(admit)
        identity = Identity(
            device=device.id,
            role=role,
            area=path,
            letters=device.letters,
            key=key.seed(),
            departments=device.departments,
            hub=self.hub.identity.hub,
            hub_name=self.hub.identity.name,
            hub_identity=self.hub.identity.public,
            hub_backup_identity=self.hub.identity.backup,
            url="https://hub",
        )
        return Laptop(Direct(self.hub), identity, random.Random(seed or device.id))


_TEMPLATE: list[tuple[tempfile.TemporaryDirectory[str], DataKey]] = []


def make_world(folder: Path, clock: Clock | None = None) -> World:
    """A hub in `folder`, a copy of one that is made once: passphrases and forms take their time."""
    if not _TEMPLATE:
        made = tempfile.TemporaryDirectory()
        atexit.register(made.cleanup)
        place = Path(made.name) / "hub"
        opening.create(
            place, name="柳林镇", area=TOWNSHIP, passphrase=PASSPHRASE, load=load_form, clock=clock or Clock()
        )
        _TEMPLATE.append((made, opening.unlock(place, PASSPHRASE)))
    template, key = _TEMPLATE[0]
    clock = clock or Clock()
    shutil.copytree(Path(template.name) / "hub", folder)
    return World(folder, clock, opening.open_hub(folder, key, load=load_form, clock=clock))


@dataclass(slots=True)
class Laptop:
    """The laptop's side by hand: signs what it asks, and keeps the end of its chain."""

    transport: Any
    identity: Identity
    chance: random.Random
    seq: int = 0
    head: bytes = crypto.NO_LINK
    cursor: bytes = b""
    anchor: Anchor = NOBODY

    @property
    def key(self) -> crypto.SigningKey:
        return crypto.SigningKey.load(self.identity.key)

    def signed(self, message: Any) -> Any:
        return replace(message, signature=self.key.sign(purpose(message), signed_part(message)))

    def hello(self, **changes: Any) -> HelloReply:
        message = Hello(
            nonce=self.chance.randbytes(16),
            device=self.identity.device,
            min=PROTOCOL,
            max=PROTOCOL,
            anchor=self.anchor,
            cursor=self.cursor,
            signature=b"",
        )
        return self.transport.hello(self.signed(replace(message, **changes)))

    def envelope(self, xml: bytes, *, form: str = "request", instance_id: str = "", **changes: Any) -> Envelope:
        """The next envelope of the chain around `xml`."""
        self.seq += 1
        plain = Envelope(
            instance_id=instance_id or plain_records.instance_id(xml),
            form_id=form,
            form_version=plain_records.version(xml),
            xml=xml,
            salt=self.chance.randbytes(16),
            commit=bytes(32),
            attachments=(),
            area=self.identity.area,
            author="王秀兰",
            device=self.identity.device,
            seq=self.seq,
            wall_time="2026-11-21T08:00:00Z",
            clock_offset=0,
        )
        made = replace(plain, **changes)
        if "commit" not in changes:
            made = replace(made, commit=crypto.commit(made.salt, made.xml, made.attachments))
        return made

    def run(self, items: Sequence[Envelope]) -> Any:
        run = envelopes.run_of(items, self.key, before=self.head)
        self.head = crypto.links(self.head, items)[-1]
        return run

    def push_message(self, items: Sequence[Envelope], **changes: Any) -> Push:
        message = Push(
            nonce=self.chance.randbytes(16),
            device=self.identity.device,
            anchor=self.anchor,
            run=self.run(items),
            signature=b"",
        )
        return self.signed(replace(message, **changes))  # type: ignore[no-any-return]

    def push(self, *items: Envelope) -> PushReply:
        return self.transport.push(self.push_message(items))

    def hand_in(self, *xmls: bytes, form: str = "request") -> PushReply:
        return self.push(*[self.envelope(xml, form=form) for xml in xmls])

    def pull(self, max_bytes: int = 1 << 20) -> Page:
        message = Pull(
            nonce=self.chance.randbytes(16),
            device=self.identity.device,
            cursor=self.cursor,
            max_bytes=max_bytes,
            signature=b"",
        )
        page: Page = self.transport.pull(self.signed(message))
        self.cursor = page.cursor
        return page

    def pull_all(self, max_bytes: int = 1 << 20) -> list[Row]:
        rows: list[Row] = []
        while True:
            page = self.pull(max_bytes)
            rows += page.rows
            if not page.more:
                return rows

    def part(self, envelope: Envelope, name: str, *, offset: int = 0, data: bytes = b"", **changes: Any) -> Any:
        file = next(file for file in envelope.attachments if file.name == name)
        message = AttachmentPart(
            nonce=self.chance.randbytes(16),
            device=self.identity.device,
            instance_id=envelope.instance_id,
            name=name,
            hash=file.hash,
            offset=offset,
            size=file.size,
            data=data,
            signature=b"",
        )
        return self.signed(replace(message, **changes))
