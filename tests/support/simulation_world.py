"""The simulated world: its people's laptops, the hub, the line between them, and what goes wrong, all from one seed.

Everything that runs is shipped code; only disk, line, clock and chance are the simulator's.
"""

from __future__ import annotations

import random
import tempfile
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import plain_records
from hub_world import AREAS as AREA_LIST
from simulation_disk import Connection, Disk, Files, Kill, Killed, When
from simulation_faults import Profile, Trouble, Violation, drawn
from simulation_template import Member, compiled, template

from forms.api import Submission
from forms.errors import Fault, Kind
from sync import crypto
from sync.client import engine
from sync.client.transport import Peer, Traffic
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
    Role,
)
from sync.store.api import Finalise, FormSource, NewAttachment, Outgoing
from sync.store.context import Context
from sync.store.store import Store
from sync.wire import Codec, Packing

CODEC = Codec(crypto.commit, Packing.PLAIN)
START = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
MOST_DEEP = 1  # somebody may do something during a hand-over, but not during what that somebody does


@dataclass(slots=True)
class Written:
    """A record as its writer finalised it. `saved` once its writer was told so; `excused` says why it may be absent."""

    instance_id: str
    form: str
    xml: bytes
    by: str
    creates: tuple[str, str] | None = None
    edits: tuple[str, str, str] | None = None  # household, question, answer
    event_of: str = ""
    photo: bytes = b""
    saved: bool = False
    excused: str = ""


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
    """The hub, its disk and its clock."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._template = template()
        self.disk = Disk(self._template.hub)
        self.epoch = self._template.identity.epoch  # sealed in the database, whose key is not here
        self.offset = timedelta()
        self.hub: Hub
        self.open()

    def open(self) -> None:
        lanes: Any = Lanes(self.disk)
        self.hub = Hub(
            lanes,
            replace(self._template.identity, epoch=self.epoch),
            fingerprint=self._template.fingerprint,
            blobs=Files(self.disk, self._world.folder / "hub", entropy=self._world.chance.randbytes),
            load=compiled,
            clock=lambda: self._world.now + self.offset,
        )

    def restart(self) -> None:
        self.disk.restart()
        self.open()

    def image(self) -> Image:
        return Image(self.disk.image(), self.epoch)

    def restore(self, image: Image, *, noticed: bool) -> None:
        """Put the hub back to an older image; who notices gives it a new epoch."""
        self.disk.put_back(image.content)
        self.epoch = self._world.chance.randbytes(16).hex() if noticed else image.epoch
        self.open()

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
            before = world.checks.before(call, message)
            reply = getattr(self.hub, call)(message)
            self.disk.raw.kill = None
            world.checks.replied(call, message, reply, before)
            return CODEC.encode(reply)
        except Killed:
            world.say("the hub dies and starts again")
            self.restart()
            raise unreachable() from None
        except Fault as fault:
            world.say(f"the hub answers {fault.code}")
            raise
        finally:
            self.disk.raw.kill = None
            if full:
                self.disk.empty()


def unreachable() -> Fault:
    return Fault("sync.unreachable", Kind.UNREACHABLE, url="")


class Line:
    """A transport between one laptop and the hub, through which anything may happen."""

    def __init__(self, world: World, laptop: Laptop) -> None:
        self.traffic = Traffic()
        self._world = world
        self._laptop = laptop

    def peer(self) -> Peer:
        return Peer(self._world.site.hub.fingerprint, self._world.site.hub.identity.hub)

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
        world, laptop = self._world, self._laptop
        laptop.thaw()
        world.meanwhile(laptop)
        trouble = world.trouble()
        if trouble:
            world.say(f"{call}: {trouble}")
        body = CODEC.encode(message)
        self.traffic.requests += 1
        self.traffic.up += len(body)
        self._lose(trouble, call, message, body)
        if trouble is Trouble.CUT_REQUEST:
            body = body[: world.chance.randrange(len(body))]
        reply = world.site.answer(call, type(message), body)
        if trouble is Trouble.DUPLICATE:
            again = world.site.answer(call, type(message), body)
            reply = world.chance.choice((reply, again))
        reply = self._spoil(trouble, call, reply)
        self.traffic.down += len(reply)
        return CODEC.decode(answer, reply)

    def _lose(self, trouble: Trouble | None, call: str, message: Any, body: bytes) -> None:
        match trouble:
            case Trouble.LATE:
                self._world.late.append((call, type(message), body))
                raise unreachable()
            case Trouble.DROP_REQUEST | Trouble.REFUSE:
                raise unreachable()
            case Trouble.KILL_BEFORE:
                raise Killed

    def _spoil(self, trouble: Trouble | None, call: str, reply: bytes) -> bytes:
        older = self._laptop.replies.setdefault(call, deque(maxlen=4))
        stale = self._world.chance.choice(older) if older and trouble is Trouble.STALE else None
        older.append(reply)
        match trouble:
            case Trouble.DROP_REPLY:
                raise unreachable()
            case Trouble.KILL_AFTER:
                raise Killed
            case Trouble.CUT_REPLY:
                self._laptop.freeze()
                return reply[: self._world.chance.randrange(len(reply))]
            case Trouble.STALE if stale is not None:
                self._laptop.freeze()
                return stale
        return reply


class Laptop:
    """One workspace: its store, its clock, and what its person does."""

    def __init__(self, world: World, member: Member) -> None:
        self.name, self.area = member.name, member.area
        self.identity = member.identity
        self.disk = Disk(member.image)
        self.offset = timedelta()
        self.replies: dict[str, deque[bytes]] = {}
        self.images: list[Connection] = []
        self.new_forms: list[FormSource] = []
        self.chance = random.Random(f"{world.seed}/{member.name}")
        self.rot = False
        self.busy = False
        self._world = world
        self._frozen: Any = None
        self.store: Store
        self.open()

    @property
    def township(self) -> bool:
        return self.identity.role is Role.TOWNSHIP

    def open(self) -> None:
        self.database = self.disk.open(f"{self.name}.db")
        folder = self._world.folder / self.name
        self.store = Store(
            Context(
                folder=folder,
                database=self.database,
                blobs=Files(self.disk, folder, entropy=self.chance.randbytes),
                clock=lambda: self._world.now + self.offset,
                entropy=self.chance.randbytes,
            )
        )

    def restart(self) -> None:
        self.disk.restart()
        self.replies.clear()
        self._frozen = None
        self.open()

    def restore(self, image: Connection) -> None:
        self.disk.put_back(image)
        self.replies.clear()
        self.open()

    def finalise(self, record: Written, *, version: str = "") -> None:
        """Save a record; whether its writer was told so stands in the record afterwards."""
        version = version or plain_records.version_of(record.form)
        photo = (NewAttachment("photo.jpg", record.photo),) if record.photo else ()
        submission = Submission(
            xml=record.xml,
            instance_id=record.instance_id,
            form_id=record.form,
            form_version=version,
            attachments=tuple(file.name for file in photo),
        )
        form = self._world.form(record.form, version)
        self._world.ledger[record.instance_id] = record
        made = Finalise(submission=submission, form=form, author="王秀兰", attachments=photo)

        def save() -> None:
            self.store.records.finalise(made)
            record.saved = True

        self.guarded(save)
        self.reconcile(record)

    def reconcile(self, record: Written) -> None:
        """A record that was stored although its writer was not told is as good as saved."""
        if self.disk.ask("SELECT 1 FROM record WHERE instance_id = ?", record.instance_id):
            record.saved = True
        elif not record.saved:
            del self._world.ledger[record.instance_id]

    def hand_over(self) -> bool:
        """One hand-over; whether it went through."""
        world = self._world
        through: list[engine.HandOver] = []

        def go() -> None:
            through.append(
                engine.hand_over(
                    self.on_store,
                    Line(world, self),
                    engine.World(
                        seconds=lambda: world.now.timestamp(),
                        wait=world.wait,
                        chance=self.chance.random,
                        cancelled=lambda: world.happens("cancelled"),
                        entropy=self.chance.randbytes,
                    ),
                    forms=tuple(self.new_forms),
                )
            )

        world.say(f"{self.name} hands over")
        self.guarded(go, busy=True)
        self.thaw()
        if through and not through[0].cancelled:
            done = through[0]
            self.new_forms = [] if not done.unpublished else self.new_forms
            world.say(
                f"{self.name} is through: {done.pushed} new, {done.duplicate} known, {done.held} held,"
                f" {done.rejected} refused, {done.resent} again, {done.pulled} rows"
            )
            return True
        return False

    def guarded(self, work: Callable[[], None], *, busy: bool = False) -> None:
        """Do something in a world where the process may die or the disk be full."""
        world = self._world
        if self.busy:  # its person writes during a hand-over, whose process this is
            return work()
        self.busy = busy
        if world.happens("laptop_killed"):
            self.disk.raw.kill = Kill(
                self.chance.randrange(self.chance.choice((2, 6))), self.chance.choice(tuple(When))
            )
        full = world.happens("laptop_full")
        if full:
            self.disk.fill(self.chance.randrange(6))
        try:
            work()
        except Killed:
            world.say(f"{self.name} dies and starts again")
            self._frozen = None
            self.restart()
            world.checks.sound(self)
        except Fault as fault:
            world.say(f"{self.name}: {fault.code}")
            if world.calm:
                raise Violation("L1", f"{self.name} cannot hand over over a good line: {fault.code}") from fault
        finally:
            self.busy = False
            self.disk.raw.kill = None
            if full:
                self.disk.empty()

    def on_store(self, work: Callable[[Any], Any]) -> Any:
        done = work(self.store)
        if self.rot and isinstance(done, Outgoing):
            self.rot = False
            return self._rotten(done)
        return done

    def _rotten(self, outgoing: Any) -> Any:
        """One byte of a record turns over in memory, on its way to the line."""
        items = list(outgoing.run.envelopes)
        at = self.chance.randrange(len(items))
        xml = items[at].xml
        where = xml.find("路灯".encode())
        if where < 0:
            return outgoing
        items[at] = replace(items[at], xml=xml[: where + 2] + bytes([xml[where + 2] ^ 1]) + xml[where + 3 :])
        self._world.ledger[items[at].instance_id].excused = "a byte turned over in memory"
        self._world.say(f"{self.name}: a byte of {short(items[at].instance_id)} turns over in memory")
        return replace(outgoing, run=replace(outgoing.run, envelopes=tuple(items)))

    # ---- a reply that must change nothing

    def freeze(self) -> None:
        self._frozen = self._state()

    def thaw(self) -> None:
        if self._frozen is not None and self._frozen != self._state():
            raise Violation("S10", f"a stale or broken reply changed something at {self.name}")
        self._frozen = None

    def _state(self) -> tuple[Any, ...]:
        return (
            self.disk.ask("SELECT instance_id, state, reason, n FROM record ORDER BY id"),
            self.disk.ask("SELECT epoch, n, head, cursor FROM peer"),
            self.disk.ask("SELECT uuid, n, version, pending FROM entity ORDER BY id"),
            self.disk.ask("SELECT instance_id, n FROM event ORDER BY id"),
        )


def short(instance_id: str) -> str:
    return instance_id.removeprefix("uuid:")[:6]


@dataclass(slots=True)
class World:
    """One seed's world. `say` keeps the trace; `calm` is when faults have stopped."""

    seed: int
    checks: Any
    profile: Profile
    chance: random.Random
    temporary: tempfile.TemporaryDirectory[str]
    now: datetime = START
    calm: bool = False
    step: int = 0
    depth: int = 0
    trace: list[str] = field(default_factory=list)
    ledger: dict[str, Written] = field(default_factory=dict)
    late: list[tuple[str, type[Any], bytes]] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    sources: dict[tuple[str, str], bytes] = field(default_factory=dict)
    laptops: dict[str, Laptop] = field(default_factory=dict)
    act: Callable[[World, Laptop | None], None] = lambda _world, _busy: None
    site: Site = field(init=False)

    @classmethod
    def make(cls, seed: int, checks: Any) -> World:
        chance = random.Random(seed)
        world = cls(seed, checks, drawn(chance), chance, tempfile.TemporaryDirectory(prefix="hamlet"))
        world.site = Site(world)
        world.laptops = {member.name: Laptop(world, member) for member in template().members}
        return world

    def close(self) -> None:
        for disk in (self.site.disk, *(laptop.disk for laptop in self.laptops.values())):
            disk.destroy()
        kept = [image.content for image in self.images]
        for image in (*kept, *(image for laptop in self.laptops.values() for image in laptop.images)):
            image.destroy()
        self.temporary.cleanup()

    @property
    def folder(self) -> Path:
        return Path(self.temporary.name)

    def say(self, text: str) -> None:
        self.trace.append(f"{self.step:3d}{'  ' * self.depth} {text}")

    def happens(self, what: str) -> bool:
        """Whether a fault happens now, as the seed's profile has it."""
        likely = 0.0 if self.calm else self.profile.likely.get(what, 0.0)
        return likely > 0 and self.chance.random() < likely

    def trouble(self) -> Trouble | None:
        if self.calm or not self.profile.troubles or self.chance.random() >= self.profile.bad_line:
            return None
        return self.chance.choice(self.profile.troubles)

    def wait(self, seconds: float) -> bool:
        self.now += timedelta(seconds=seconds)
        return False

    def meanwhile(self, busy: Laptop) -> None:
        """Others do not wait for a hand-over to end, and its own person goes on writing."""
        if self.depth >= MOST_DEEP or not self.happens("meanwhile"):
            return
        self.depth += 1
        try:
            self.act(self, busy)
        finally:
            self.depth -= 1

    def form(self, form_id: str, version: str) -> Any:
        return compiled(self.sources[form_id, version])

    def area_path(self, code: str) -> str:
        return AREA_LIST.path(code)
