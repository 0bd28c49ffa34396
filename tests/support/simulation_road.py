"""What does not go over the line between a laptop and its hub: sticks both ways, and the hub above."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from simulation_faults import Violation
from simulation_site import Image, Line, Site
from simulation_template import template

from forms.errors import Fault
from sync.bundle import sealing
from sync.client import stick as laptop_stick
from sync.hub import stick as hub_stick
from sync.hub.relay import Relay
from sync.wire import Codec, Packing

BACKED_UP = {"county_restored", "county_restored_unnoticed", "pruned"}
PIECE = 1024  # bytes of a stick


@dataclass(slots=True)
class Baggage:
    """Sticks that lie somewhere: bundles of villages, and answers with the area that each is for."""

    up: list[Path] = field(default_factory=list)
    down: list[tuple[str, Path]] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)  # of the county's hub
    away: bool = False  # the county's hub, perhaps for weeks
    made: int = 0


@contextmanager
def sticks_unpacked(seed: int) -> Iterator[None]:
    """What lies on sticks is not compressed, nor is its disk waited for; other tests look at both.

    So little lies on them that in every fourth seed a piece that is authentic by itself is 1 KiB: most are several,
    as on real ones.
    """

    def codec(commit: Any) -> Codec:
        return Codec(commit, Packing.PLAIN)

    piece = sealing.CHUNK if seed % 4 else PIECE
    with (
        patch.object(hub_stick, "Codec", codec),
        patch.object(laptop_stick, "Codec", codec),
        patch.object(os, "fsync", lambda _file: None),  # who dies here dies at a commit
        patch.multiple(sealing, CHUNK=piece, _SEALED=piece + 16),
    ):
        yield


def road_event(world: Any) -> None:
    """What happens on the road in this step."""
    if world.happens("weeks"):
        world.say("weeks pass")
        world.now += timedelta(days=world.chance.choice((7, 21, 40)))
    if world.happens("stick"):
        step(world, world.laptops[world.chance.choice(tuple(world.laptops))])
    if world.happens("stick_lost"):
        _lose(world)
    if world.happens("stick_spoilt"):
        _spoil(world)
    if world.county is not None:
        _county(world)


def _county(world: Any) -> None:
    bags: Baggage = world.bags
    if world.happens("county_away"):
        bags.away = not bags.away
        world.say(f"the county is {'away' if bags.away else 'back'}")
    faults = world.profile.likely.keys() | world.profile.road.likely.keys()
    if faults & BACKED_UP and world.chance.random() < 0.2:
        back_up(world)
    for fault, noticed in (("county_restored", True), ("county_restored_unnoticed", False)):
        if bags.images and world.happens(fault):
            newest = "pruned" in world.profile.likely
            at = len(bags.images) - 1 if newest else world.chance.randrange(len(bags.images))
            world.say(f"the county is put back to image {at}{' with a new epoch' if noticed else ''}")
            world.county.restore(bags.images[at], noticed=noticed)
            world.checks.went_back(world.county)
    if world.happens("exchange"):
        exchange(world)


def back_up(world: Any) -> None:
    county: Site = world.county
    world.bags.images.append(county.image())
    n = county.disk.ask("SELECT n FROM log_head")[0][0]
    with suppress(Fault):
        county.hub.backed_up(n)
    world.say(f"the county is backed up at {n}, image {len(world.bags.images) - 1}")


def exchange(world: Any) -> bool:
    """The township's hub hands on what it has; whether that went through."""
    if world.bags.away and not world.calm:
        return False
    done = []
    site: Site = world.site

    def go() -> None:
        line: Any = Line(world, site, world.county)
        done.append(Relay(site.hub, template().above, line, entropy=world.chance.randbytes).exchange())

    world.say("the hubs exchange")
    site.guarded(go)
    if done:
        one = done[0]
        world.say(f"handed on {one.records} records in {one.runs} runs, {one.rows} rows down {one.trouble}")
        if world.calm and one.trouble:
            raise Violation("L1", f"the hubs exchange with trouble: {one.trouble}")
    return bool(done)


# ---- sticks


def step(world: Any, laptop: Any) -> None:
    """One of the four things that are done with a stick, whichever comes next or not; or all of them in their order."""
    what = world.chance.random()
    if world.chance.random() < 0.35:
        round_trip(world, laptop)
    elif what < 0.35:
        write(world, laptop)
    elif what < 0.65 and world.bags.up:
        take_in(world, world.chance.choice(world.bags.up))
    elif what < 0.8:
        answer(world, laptop)
    else:
        fitting = [path for area, path in world.bags.down if area == laptop.identity.area]
        if fitting:
            read(world, laptop, world.chance.choice(fitting))


def round_trip(world: Any, laptop: Any) -> None:
    """A stick goes to the township and comes back."""
    up = write(world, laptop)
    if up is not None:
        take_in(world, up)
    down = answer(world, laptop)
    if down is not None:
        read(world, laptop, down)


def write(world: Any, laptop: Any) -> Path | None:
    path: Path = _new(world, "up")
    made = []

    def go() -> None:
        made.append(laptop_stick.write(laptop.on_store, path, entropy=laptop.chance.randbytes))

    laptop.guarded(go)
    if not made:
        return None
    world.say(f"{laptop.name} writes stick {path.stem} with {made[0].records} records")
    world.bags.up.append(path)
    return path


def take_in(world: Any, path: Path) -> None:
    """Somebody brings a village's stick: to the township, now and then to the county."""
    site: Site = world.site
    if world.county is not None and not world.calm and world.chance.random() < 0.15:
        site = world.county

    def go() -> None:
        before = world.checks.before(site)
        taken = hub_stick.read_bundle(site.hub, path)
        outcomes = " ".join(f"{count} {outcome}" for outcome, count in sorted(taken.outcomes.items()))
        world.say(f"the {site.name} takes in stick {path.stem}: {outcomes} {' '.join(taken.refused)}")
        world.checks.grown(site, before)

    world.say(f"stick {path.stem} is brought to the {site.name}")
    if "stick_spoilt" in world.profile.road.likely and not world.calm:
        _pulled_out(world, site, path)
    site.guarded(go)


def _pulled_out(world: Any, site: Site, path: Path) -> None:
    """A copy of a stick that was pulled out before its last byte: nothing of it is used."""
    cut = path.with_suffix(".cut")
    cut.write_bytes(path.read_bytes()[:-1])
    _refused(world, site, cut, lambda: hub_stick.read_bundle(site.hub, cut))


def answer(world: Any, laptop: Any) -> Path | None:
    path: Path = _new(world, "down")
    area = laptop.identity.area
    made = []

    def go() -> None:
        made.append(hub_stick.write_answer(world.site.hub, path, area=area, entropy=world.chance.randbytes))

    world.site.guarded(go)
    if not made:
        return None
    world.say(f"the hub writes stick {path.stem} for {laptop.name}: {made[0].results} results, {made[0].rows} rows")
    world.bags.down.append((area, path))
    return path


def read(world: Any, laptop: Any, path: Path) -> None:
    """A laptop reads an answer; read once more it changes nothing."""
    heard = []

    def go() -> None:
        heard.append(laptop_stick.read(laptop.on_store, path))

    world.say(f"{laptop.name} reads stick {path.stem}")
    laptop.guarded(go)
    if heard:
        done = heard[0].done
        late = "nothing new" if done.deferred else f"{done.pushed} arrived, {done.resent} again, {done.pulled} rows"
        world.say(f"{laptop.name} learns: {late}")
        if not done.resent and world.chance.random() < 0.3:
            laptop.freeze()
            laptop.guarded(go)
            laptop.thaw()


def _new(world: Any, direction: str) -> Path:
    world.bags.made += 1
    folder: Path = world.folder / "sticks"
    folder.mkdir(exist_ok=True)
    return folder / f"{direction}{world.bags.made}.hamlet"


def _lose(world: Any) -> None:
    found = [*world.bags.up, *(path for _, path in world.bags.down)]
    if not found:
        return
    path = world.chance.choice(found)
    world.say(f"stick {path.stem} is lost")
    world.bags.up = [each for each in world.bags.up if each != path]
    world.bags.down = [(area, each) for area, each in world.bags.down if each != path]


def _spoil(world: Any) -> None:
    """A copy of a stick is not what was written: whoever reads it refuses it whole."""
    found = [("", path) for path in world.bags.up] + world.bags.down
    if not found:
        return
    area, path = world.chance.choice(found)
    spoilt = _new(world, "spoilt")
    shutil.copyfile(path, spoilt)
    data = bytearray(spoilt.read_bytes())
    if world.chance.random() < 0.5:
        del data[world.chance.randrange(len(data)) :]
    else:
        data[world.chance.randrange(len(data))] ^= 1 << world.chance.randrange(8)
    spoilt.write_bytes(bytes(data))
    world.say(f"a copy of stick {path.stem} is spoilt")
    readers = [each for each in world.laptops.values() if each.identity.area == area]
    caller: Any = world.chance.choice(readers) if area and readers else world.site
    if caller is world.site:
        _refused(world, caller, spoilt, lambda: hub_stick.read_bundle(world.site.hub, spoilt))
    else:
        _refused(world, caller, spoilt, lambda: laptop_stick.read(caller.on_store, spoilt))


def _refused(world: Any, caller: Any, spoilt: Path, reading: Callable[[], object]) -> None:
    """`caller` refuses a spoilt copy, which is gone afterwards, and nothing has changed with it."""
    caller.freeze()
    try:
        reading()
    except Fault as fault:
        world.say(f"a spoilt copy is refused: {fault.code}")
    else:
        raise Violation("S10", f"a spoilt copy, {spoilt.name}, was taken")
    finally:
        spoilt.unlink()
    caller.thaw()
