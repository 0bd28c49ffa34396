"""Sticks: a village writes its bundle and reads the township's answer; and where a record is on its way."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol, TypeVar

from desktop.services.context import Context
from desktop.services.exchange import enrolment
from desktop.services.exchange.hand_over_values import HandOverResult
from desktop.services.people import forgetting
from desktop.services.rights import REVOKED, Actor, Use, needs
from desktop.services.trying.practice_place import refuse_practice
from desktop.services.values import RecordState
from forms.casework.areas import code
from forms.errors import Fault, Kind
from sync.bundle.content import ENDING
from sync.client import stick
from sync.client.enrol import Pending
from sync.protocol import Outcome
from sync.store.api import Store
from sync.vault import files

T = TypeVar("T")


class OnStore(Protocol):
    """Runs a piece of work on the writer's store, in the thread that owns it."""

    def __call__(self, work: Callable[[Store], T], /) -> T: ...


class Place(StrEnum):
    """Where a record is; words under `bundle.place_NAME`."""

    SAVED = "saved"
    STICK = "stick"
    HUB = "hub"  # signed for by the hub that `name` says
    HELD = "held"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """One station of a record: `signed` where the hub `name` signed for it at place `n` of its log; `at` ISO 8601."""

    place: Place
    at: str = ""
    name: str = ""
    n: int = 0
    signed: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BundleWritten:
    """A bundle that was read again from the stick and is right: it may be pulled out now.

    `left` counts photographs that found no room; they go with the next one.
    """

    path: Path
    records: int
    files: int
    left: int
    size: int
    seconds: float


@dataclass(frozen=True, slots=True)
class BundlesDesk:
    """The village's side of the stick. The hub's own side is `desktop.cli.hub`; a clerk's window uses `counter`."""

    context: Context

    @property
    def actor(self) -> Actor:
        return self.context.actor

    @needs(Use.HAND_OVER)
    def write(self, path: Path, *, cancelled: Callable[[], bool] = lambda: False) -> BundleWritten:
        """Write all that has no end-to-end receipt to `path`, a file or a folder of a stick."""
        self.context.require_writer()
        return write_bundle(self._here, path, cancelled=cancelled)

    @needs(Use.HAND_OVER)
    def read(self, path: Path) -> HandOverResult:
        """Apply the township's answer."""
        self.context.require_writer()
        return read_answer(self._here, path)

    @needs(Use.HAND_OVER)
    def last(self) -> str:
        """When the last bundle was written, ISO 8601, "" before the first."""
        return self.context.store.bundles.last()

    @needs(Use.SEE_RECORDS)
    def where(self, instance_id: str) -> tuple[Whereabouts, ...]:
        """The stations of a record up to now, each with what proves it."""
        record = self.context.store.records.get(instance_id)
        if record is None:
            raise Fault("services.unknown_record", Kind.USAGE, id=instance_id)
        self.actor.require_area(record.row.area)
        return whereabouts(self.context.store, instance_id)

    def _here(self, work: Callable[[Store], T], /) -> T:
        return work(self.context.store)


def write_bundle(on_store: OnStore, path: Path, *, cancelled: Callable[[], bool] = lambda: False) -> BundleWritten:
    """As `BundlesDesk.write`, for a window: in a NET thread, with `on_store` going through the WRITE lane."""
    began = time.monotonic()
    on_store(refuse_practice)
    target = path / suggested_name(on_store) if path.is_dir() else path
    user, key = on_store(lambda store: (store.settings.get(enrolment.USER), store.settings.get(enrolment.KEY)))
    pending = Pending(user, bytes.fromhex(key)) if key else None
    done = stick.write(on_store, target, pending=pending, cancelled=cancelled)
    return BundleWritten(done.path, done.records, done.files, done.left, done.size, time.monotonic() - began)


def read_answer(on_store: OnStore, path: Path) -> HandOverResult:
    """As `BundlesDesk.read`, for a window. Fault hub.revoked where the township has shut this computer out."""
    began = time.monotonic()
    found = path
    if path.is_dir():
        found = _answer_in(on_store, path)
    heard = stick.read(on_store, found)
    if heard.revoked:
        on_store(lambda store: store.settings.put(REVOKED, heard.written_at))
        raise Fault("hub.revoked", Kind.DENIED)
    on_store(forgetting.follow)
    done = heard.done
    return HandOverResult(
        pushed=done.pushed,
        duplicate=done.duplicate,
        held=done.held,
        rejected=done.rejected,
        pulled=done.pulled,
        bytes_up=0,
        bytes_down=done.bytes_down,
        requests=0,
        seconds=time.monotonic() - began,
    )


@dataclass(frozen=True, slots=True)
class VillageBundle:
    """What the hub made of a village's bundle; `answer` is the file that goes back on its stick, read again."""

    area: str  # code
    letters: str
    written_at: str
    stored: int
    duplicate: int
    held: int
    rejected: int
    files: int
    review: bool
    answer: Path


def hand_to_hub(
    on_store: OnStore, path: Path, *, progress: Callable[[int, int], None] = lambda _done, _total: None
) -> VillageBundle:
    """For a township's window, in a NET thread: the hub opens a village's bundle, its answer goes beside it."""
    from sync.client.counter import hand_in
    from sync.client.http import HttpTransport

    identity = on_store(lambda store: store.identity())
    if not identity.enrolled:
        raise Fault("services.not_enrolled", Kind.USAGE)
    transport = HttpTransport(identity.url, identity=identity.hub_identity)
    try:
        done = hand_in(transport, identity, path, progress=progress)
    finally:
        transport.close()
    answer = path.with_name(answer_name(done.area, done.letters))
    files.write_checked(answer, [done.answer])
    return VillageBundle(
        area=done.area,
        letters=done.letters,
        written_at=done.written_at,
        stored=done.counts[Outcome.STORED],
        duplicate=done.counts[Outcome.DUPLICATE],
        held=done.counts[Outcome.HELD],
        rejected=done.counts[Outcome.REJECTED],
        files=done.files,
        review=done.review,
        answer=answer,
    )


def suggested_name(on_store: OnStore) -> str:
    """The name of a bundle on a stick: village and laptop, so that several villages share one; no person."""
    identity = on_store(lambda store: store.identity())
    return f"{code(identity.area)}-{identity.letters}{ENDING}"


def answer_name(area: str, letters: str = "") -> str:
    """The name of an answer on a stick, for an area (a code)."""
    return f"{area}-{letters}-reply{ENDING}" if letters else f"{area}-reply{ENDING}"


def _answer_in(on_store: OnStore, folder: Path) -> Path:
    """The newest answer on a stick that is for this computer's area."""
    area = code(on_store(lambda store: store.identity()).area)
    try:
        found = [path for path in folder.glob(f"{area}*-reply{ENDING}") if path.is_file()]
        found.sort(key=lambda path: path.stat().st_mtime)
    except OSError as problem:
        raise Fault("bundle.pulled", Kind.DAMAGED, path=folder.name) from problem
    if not found:
        raise Fault("bundle.missing", Kind.USAGE, path=answer_name(area))
    return found[-1]


def found_on(folder: Path) -> Sequence[Path]:
    """Bundles of villages that lie on a stick, by name."""
    try:
        return sorted(path for path in folder.glob(f"*{ENDING}") if not path.name.endswith(f"-reply{ENDING}"))
    except OSError as problem:
        raise Fault("bundle.pulled", Kind.DAMAGED, path=folder.name) from problem


def whereabouts(store: Store, instance_id: str) -> tuple[Whereabouts, ...]:
    """The stations of a record of this store; `LookupError` for one that is not here."""
    record = store.records.get(instance_id)
    if record is None:
        raise LookupError(instance_id)
    row = record.row
    stations = [Whereabouts(Place.SAVED, row.finalised_at)]
    carried = store.bundles.carried(instance_id)
    if carried and row.state in (RecordState.SENT, RecordState.WAITING):
        stations.append(Whereabouts(Place.STICK, carried))
    receipts = store.receipts.of(instance_id)
    for receipt in receipts:
        said = receipt.outcome(row.seq or 0)
        place = {Outcome.HELD: Place.HELD, Outcome.REJECTED: Place.REFUSED}.get(said.outcome, Place.HUB)
        if place is Place.HELD and row.state is RecordState.ACKNOWLEDGED:
            place = Place.HUB  # it was held then
        stations.append(Whereabouts(place, receipt.at, receipt.name, receipt.n, signed=True, reason=said.reason))
    if not receipts and row.state is RecordState.ACKNOWLEDGED:
        stations.append(Whereabouts(Place.HUB, name=store.identity().hub_name))
    return tuple(stations)
