"""The hub as a process on its disk, and the line to it, on which anything may happen."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from envelopes import new_uuid
from hub_world import AREAS as AREA_LIST
from simulation_disk import Connection, Disk, Files, Kill, Killed, When
from simulation_faults import Trouble, Violation
from simulation_template import Home, compiled

from forms.errors import Fault, Kind
from sync import crypto
from sync.client.transport import Peer, Traffic
from sync.hub import accounts
from sync.hub.service import Hub
from sync.protocol import (
    AttachmentPart,
    AttachmentReply,
    Enrol,
    Enrolled,
    Hello,
    HelloReply,
    Page,
    Pull,
    Push,
    PushReply,
)
from sync.store.api import Identity
from sync.wire import Codec, Packing

CODEC = Codec(crypto.commit, Packing.PLAIN)


class Lanes:
    """The hub's lanes without threads: one connection, every piece of work a transaction."""

    def __init__(self, disk: Disk) -> None:
        self._database = disk.open("hub.db")

    def read(self, work: Callable[[Any], Any]) -> Any:
        with self._database.read() as connection:
            return work(connection)

    def write(self, work: Callable[[Any], Any]) -> Any:
        with self._database.write() as connection:
            return work(connection)

    def close(self) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Image:
    """A backup of the hub."""

    content: Connection
    epoch: str


class Site:
    """A hub, its disk and its clock. What it asks of a hub above leaves `replies`, and may be `frozen`."""

    def __init__(self, world: Any, name: str, home: Home) -> None:
        self.name = name
        self._world = world
        self._home = home
        self.disk = Disk(home.image)
        self.epoch = home.identity.epoch  # sealed in the database, whose key is not here
        self.offset = timedelta()
        self.replies: dict[str, deque[tuple[bytes, bytes]]] = {}
        self._frozen: Any = None
        self.hub: Hub
        self.open()

    def open(self) -> None:
        lanes: Any = Lanes(self.disk)
        self.hub = Hub(
            lanes,
            replace(self._home.identity, epoch=self.epoch),
            fingerprint=self._home.fingerprint,
            blobs=Files(self.disk, self._world.folder / self.name, entropy=self._world.chance.randbytes),
            load=compiled,
            clock=lambda: self._world.now + self.offset,
        )

    def restart(self) -> None:
        self.disk.restart()
        self.replies.clear()
        self._frozen = None
        self.open()

    def guarded(self, work: Callable[[], None]) -> None:
        """Do something with the hub in a world where its process may die or its disk be full."""
        world = self._world
        if world.happens("hub_killed"):
            self.disk.raw.kill = Kill(world.chance.randrange(4), world.chance.choice(tuple(When)))
        full = world.happens("hub_full")
        if full:
            self.disk.fill(world.chance.randrange(6))
        try:
            work()
            self.thaw()
        except Killed:
            world.say(f"{self.name} dies and starts again")
            self.restart()
        except Fault as fault:
            self.thaw()
            world.say(f"{self.name}: {fault.code}")
            if world.calm:
                raise Violation("L1", f"{self.name} cannot go on over a good line: {fault.code}") from fault
        finally:
            self.disk.raw.kill = None
            if full:
                self.disk.empty()

    # ---- a reply of the hub above that must change nothing

    def freeze(self) -> None:
        self._frozen = self._state()

    def thaw(self) -> None:
        if self._frozen is not None and self._frozen != self._state():
            raise Violation("S10", f"a stale or broken reply changed something at {self.name}")
        self._frozen = None

    def _state(self) -> tuple[Any, ...]:
        return (
            self.disk.ask("SELECT device, first, link, above FROM run ORDER BY device, first, link"),
            self.disk.ask("SELECT epoch, n, head, cursor FROM hub_above"),
            self.disk.ask("SELECT n, head FROM log_head"),
        )

    def image(self) -> Image:
        return Image(self.disk.image(), self.epoch)

    def restore(self, image: Image, *, noticed: bool) -> None:
        """Put the hub back to an older image; who notices gives it a new epoch."""
        self.disk.put_back(image.content)
        self.epoch = self._world.chance.randbytes(16).hex() if noticed else image.epoch
        self.open()

    def admit(self, identity: Identity, chance: random.Random) -> Identity:
        """A new device with the rights of `identity`, by a code; its key is the seed's."""
        key = crypto.SigningKey.load(chance.randbytes(32))
        invitation = accounts.Invitation(
            id=new_uuid(chance),
            key=bytes(32),
            role=identity.role,
            area=identity.area,
            departments=identity.departments,
            device="D" + new_uuid(chance).replace("-", "").upper()[:12],
            letters="",
            expires_at="9999",
        )
        asked = Enrol(nonce=bytes(16), device_key=key.public, user="王秀兰", proof=bytes(32))

        def admit(connection: Any) -> accounts.Device:
            accounts.add_invitation(connection, invitation, now=self.hub.now())
            return accounts.admit(connection, invitation, asked, areas=AREA_LIST, now=self.hub.now())

        device = self.hub.write(admit)
        return replace(identity, device=device.id, letters=device.letters, key=key.seed())

    def answer(self, call: str, kind: type[Any], body: bytes) -> bytes:
        """What the hub answers to a body, as HTTP would bring it; a hub that dies says nothing."""
        world = self._world
        if world.happens("hub_killed"):
            self.disk.raw.kill = Kill(world.chance.randrange(2), world.chance.choice(tuple(When)))
        full = world.happens("hub_full")
        if full:
            self.disk.fill(world.chance.randrange(6))
        try:
            message = CODEC.decode(kind, body)
            before = world.checks.before(self)
            reply = getattr(self.hub, call)(message)
            self.disk.raw.kill = None
            world.checks.replied(self, call, message, reply, before)
            return CODEC.encode(reply)
        except Killed:
            world.say(f"the {self.name} dies and starts again")
            self.restart()
            raise unreachable() from None
        except Fault as fault:
            world.say(f"the {self.name} answers {fault.code}")
            raise
        finally:
            self.disk.raw.kill = None
            if full:
                self.disk.empty()


def unreachable() -> Fault:
    return Fault("sync.unreachable", Kind.UNREACHABLE, url="")


class Line:
    """A transport between a laptop, or the hub below, and a hub, through which anything may happen."""

    def __init__(self, world: Any, caller: Any, site: Site) -> None:
        self.traffic = Traffic()
        self._world = world
        self._caller = caller
        self._site = site

    def peer(self) -> Peer:
        return Peer(self._site.hub.fingerprint, self._site.hub.identity.hub)

    def enrol(self, message: Enrol) -> Enrolled:
        raise NotImplementedError

    def hello(self, message: Hello) -> HelloReply:
        return self._ask("hello", message, HelloReply)

    def push(self, message: Push) -> PushReply:
        return self._ask("push", message, PushReply)

    def pull(self, message: Pull) -> Page:
        return self._ask("pull", message, Page)

    def attach(self, message: AttachmentPart) -> AttachmentReply:
        return self._ask("attach", message, AttachmentReply)

    def fetch(self, message: AttachmentPart) -> AttachmentPart:
        return self._ask("fetch", message, AttachmentPart)

    def close(self) -> None:
        pass

    def _ask(self, call: str, message: Any, answer: type[Any]) -> Any:
        world, caller = self._world, self._caller
        if caller.disk.raw.dead:  # a page that was asked for beside the one whose commit was the last
            raise unreachable()
        caller.thaw()
        world.meanwhile(caller)
        trouble = world.trouble()
        if trouble:
            world.say(f"{call}: {trouble}")
        body = CODEC.encode(message)
        self.traffic.requests += 1
        self.traffic.up += len(body)
        self._lose(trouble, call, message, body)
        if trouble is Trouble.CUT_REQUEST:
            body = body[: world.chance.randrange(len(body))]
        reply = self._site.answer(call, type(message), body)
        if trouble is Trouble.DUPLICATE:
            again = self._site.answer(call, type(message), body)
            reply = world.chance.choice((reply, again))
        reply = self._spoil(trouble, call, message, reply)
        self.traffic.down += len(reply)
        return CODEC.decode(answer, reply)

    def _lose(self, trouble: Trouble | None, call: str, message: Any, body: bytes) -> None:
        match trouble:
            case Trouble.LATE:
                self._world.late.append((self._site, call, type(message), body))
                raise unreachable()
            case Trouble.DROP_REQUEST | Trouble.REFUSE:
                raise unreachable()
            case Trouble.KILL_BEFORE:
                raise Killed

    def _spoil(self, trouble: Trouble | None, call: str, message: Any, reply: bytes) -> bytes:
        older = self._caller.replies.setdefault(call, deque(maxlen=4))
        stale = self._world.chance.choice(older) if older and trouble is Trouble.STALE else None
        older.append((message.nonce, reply))
        match trouble:
            case Trouble.DROP_REPLY:
                raise unreachable()
            case Trouble.KILL_AFTER:
                raise Killed
            case Trouble.CUT_REPLY:
                self._caller.freeze()
                return reply[: self._world.chance.randrange(len(reply))]
            case Trouble.STALE if stale is not None:
                asked, old = stale
                if asked != message.nonce:  # a question that got through once and is sent on is the same one
                    self._caller.freeze()
                return old
        return reply
