"""The simulated world: its people's laptops, the hub, the line between them, and what goes wrong, all from one seed.

Everything that runs is shipped code; only disk, line, clock and chance are the simulator's.
"""

from __future__ import annotations

import os
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
from simulation_faults import Profile, Trouble, Violation, drawn, road_of
from simulation_road import Baggage
from simulation_site import Image, Line, Site
from simulation_template import AREAS, Member, compiled, template

from forms.api import Submission
from forms.errors import Fault
from sync.client import engine
from sync.protocol import (
    Role,
)
from sync.store.api import Finalise, FormSource, Identity, NewAttachment, Outgoing
from sync.store.context import Context
from sync.store.store import Store

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
    photo_lost: bool = False  # with the laptop, before the hub had it whole
    saved: bool = False
    excused: str = ""
    forgotten: bool = False  # by its laptop, which was put back: it has it from the hub, if at all


class Laptop:
    """One workspace: its store, its clock, and what its person does."""

    def __init__(self, world: World, member: Member) -> None:
        self.name, self.area = member.name, member.area
        self.role = member.identity.role
        self.devices = [member.identity.device]  # that it has been
        self.disk = Disk(member.image)
        self.offset = timedelta()
        self.replies: dict[str, deque[tuple[bytes, bytes]]] = {}
        self.images: list[Connection] = []
        self.made_forms: list[FormSource] = []  # all that its person ever added, here or in an image
        self.new_forms: list[FormSource] = []
        self.brought: list[FormSource] = []
        self.chance = random.Random(f"{world.seed}/{member.name}")
        self.rot = False
        self.put_back = False
        self.busy = False
        self._world = world
        self._frozen: Any = None
        self.store: Store
        self.open()

    @property
    def identity(self) -> Identity:
        return self.store.identity()

    @property
    def township(self) -> bool:
        return self.role is Role.TOWNSHIP

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

    def restore(self, image: Connection, *, tool: bool) -> None:
        """Put back to an older image: by the tool, which says so to the store, or behind its back."""
        self.disk.put_back(image)
        self.put_back = True
        self.replies.clear()
        self.open()
        # Which forms were brought stands in the store and is as it was: those that it has it may bring again.
        known = self.store.forms.get
        self.new_forms = [form for form in self.made_forms if known(form.form_id, form.version) is not None]
        self.brought = []
        if tool:
            self.store.begin_chain(actor="王秀兰", made_at="2026-11-22T08:00:00Z")

    def enrol_anew(self, identity: Identity) -> None:
        """Somebody gave its person another code."""
        self.store.enrol(identity)
        self.devices.append(identity.device)

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
                    Line(world, self, world.site),
                    engine.World(
                        seconds=lambda: world.now.timestamp(),
                        wait=world.wait,
                        chance=self.chance.random,
                        cancelled=lambda: world.happens("cancelled"),
                        entropy=self.chance.randbytes,
                    ),
                    forms=tuple(self.new_forms),
                    brought=lambda: tuple(self.brought),
                )
            )

        world.say(f"{self.name} hands over")
        self.guarded(go, busy=True)
        self.thaw()
        if through and not through[0].cancelled:
            done = through[0]
            if not done.unpublished:
                self.brought += self.new_forms
                self.new_forms = []
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


def _folder() -> tempfile.TemporaryDirectory[str]:
    """In memory where the system has a place for that: a thousand small files come and go in each seed."""
    memory = Path("/dev/shm")  # noqa: S108  only where it is there
    place = str(memory) if memory.is_dir() and os.access(memory, os.W_OK) else None
    return tempfile.TemporaryDirectory(prefix="hamlet", dir=place)


def short(instance_id: str) -> str:
    return instance_id.removeprefix("uuid:")[:6]


def members_of(seed: int) -> tuple[str, ...]:
    """Laptops of a seed, three at least and all of them often: what few do together is found sooner."""
    chance = random.Random(f"{seed}/members")
    some = set(chance.sample(tuple(AREAS), max(3, min(len(AREAS), chance.randint(3, len(AREAS) + 3)))))
    return tuple(name for name in AREAS if name in some)


def profile_of(seed: int) -> Profile:
    """The profile that a seed draws."""
    profile = drawn(random.Random(seed), members_of(seed))
    road = road_of(random.Random(f"{seed}/road"), profile.members)
    if road.county:  # E1 is not below the township's hub
        profile = replace(profile, members=tuple(name for name in profile.members if name != "E1"))
    if "new_form" in profile.likely:  # forms are brought over the line
        road = replace(road, by_stick=road.by_stick - {"T1"})
    return replace(profile, road=replace(road, by_stick=road.by_stick & set(profile.members)))


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
    late: list[tuple[Site, str, type[Any], bytes]] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    sources: dict[tuple[str, str], bytes] = field(default_factory=dict)
    laptops: dict[str, Laptop] = field(default_factory=dict)
    act: Callable[[World, Laptop | None], None] = lambda _world, _busy: None
    site: Site = field(init=False)
    county: Site | None = None
    bags: Baggage = field(default_factory=Baggage)
    edited: str = ""  # the household that somebody edited last

    @classmethod
    def make(cls, seed: int, checks: Any, profile: Profile | None = None) -> World:
        """The world of a seed; `profile` takes the place of the one that the seed draws."""
        chance = random.Random(seed)
        drawn(chance, members_of(seed))  # whatever the profile, the same things happen by chance
        world = cls(seed, checks, profile or profile_of(seed), chance, _folder())
        county = world.profile.road.county
        world.site = Site(world, "hub", template().below if county else template().alone)
        world.county = Site(world, "county", template().county) if county else None
        members = {member.name: member for member in template().members}
        world.laptops = {name: Laptop(world, members[name]) for name in world.profile.members}
        return world

    def close(self) -> None:
        for disk in (self.site.disk, *(laptop.disk for laptop in self.laptops.values())):
            disk.destroy()
        if self.county is not None:
            self.county.disk.destroy()
        kept = [image.content for image in (*self.images, *self.bags.images)]
        for image in (*kept, *(image for laptop in self.laptops.values() for image in laptop.images)):
            image.destroy()
        self.temporary.cleanup()

    @property
    def folder(self) -> Path:
        return Path(self.temporary.name)

    @property
    def hubs(self) -> tuple[Site, ...]:
        return (self.site,) if self.county is None else (self.site, self.county)

    def say(self, text: str) -> None:
        self.trace.append(f"{self.step:3d}{'  ' * self.depth} {text}")

    def happens(self, what: str) -> bool:
        """Whether a fault happens now, as the seed's profile has it."""
        likely = self.profile.likely.get(what) or self.profile.road.likely.get(what, 0.0)
        if self.calm:
            return False
        return likely > 0 and self.chance.random() < likely

    def trouble(self) -> Trouble | None:
        if self.calm or not self.profile.troubles or self.chance.random() >= self.profile.bad_line:
            return None
        return self.chance.choice(self.profile.troubles)

    def wait(self, seconds: float) -> bool:
        self.now += timedelta(seconds=seconds)
        return False

    def meanwhile(self, busy: Any) -> None:
        """Others do not wait for a hand-over to end, and its own person goes on writing."""
        if self.depth >= MOST_DEEP or not isinstance(busy, Laptop) or not self.happens("meanwhile"):
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
