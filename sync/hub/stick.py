"""The hub's side of a stick: bundles of villages are taken in, answers for their laptops are written.

A bundle is read twice: first to see that every byte is authentic and in its place, then to use it. So a damaged one
changes nothing, and one that was taken in before does no harm.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Connection

from forms.casework.areas import contains
from forms.errors import Fault, Kind
from sync import crypto, enrolment, receipts, succession
from sync.bundle import content, sealing
from sync.bundle.content import Direction, Manifest, Part, PartKind
from sync.hub import accounts, below, records, review, runs, sql
from sync.hub import log as hub_log
from sync.hub.accounts import Device
from sync.hub.feed import NOTHING
from sync.hub.service import Hub
from sync.protocol import (
    COMMITS,
    PROTOCOL,
    Anchor,
    AttachmentPart,
    Enrol,
    Hello,
    Outcome,
    Page,
    Pull,
    Push,
    PushReply,
    Result,
)
from sync.vault import audit, files
from sync.wire import PART_LIMIT, RUN_LIMIT, Codec, cbor, read_envelope
from sync.wire import fields as f

Entropy = Callable[[int], bytes]

PAGE_BYTES = 1024 * 1024
PAGES_LIMIT = 64 * 1024 * 1024  # bytes of rows in one answer; what is left comes with the next
TOLD = 8  # answers of which a hub remembers how far its log was


@dataclass(slots=True)
class Taken:
    """What one bundle brought. `refused` are reasons why parts of it could not be used, the rest was."""

    device: str
    area: str  # path
    letters: str
    written_at: str
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    files: int = 0
    refused: list[str] = field(default_factory=list)
    review: bool = False  # of a device that was shut out: everything waits for somebody's decision
    went_back: bool = False  # the laptop knows more of this hub than the hub does: it was restored since

    @property
    def records(self) -> int:
        return sum(self.outcomes.values())


@dataclass(frozen=True, slots=True)
class Answered:
    """For which devices a bundle was written, and how much is in it."""

    path: Path
    devices: tuple[str, ...]
    rows: int
    results: int
    size: int


# ---- taking in


def read_bundle(hub: Hub, path: Path, *, within: str = "") -> Taken:
    """Take in a village's bundle; `within` is the area (a path) of whoever brings it.

    Faults: bundle.missing, bundle.damaged, bundle.too_many, bundle.too_large, bundle.newer, bundle.not_ours,
    bundle.other_hub, bundle.expired, bundle.unknown_device, bundle.is_answer, vault.suite.
    """
    key = crypto.exchange_key(hub.identity.key.seed())
    with _opened(path) as file:
        opened = content.check_whole(file, key)
        device = _writer(hub, opened)
        if within and not contains(within, device.area):
            raise Fault("bundle.other_hub", Kind.DENIED)
        taken = Taken(device.id, device.area, device.letters, opened.manifest.written_at, review=device.revoked)
        question = _question(opened.manifest)
        taken.went_back = hub.read(lambda there: _went_back(there, hub, question))
        file.seek(0)
        reader = content.Reader(file, key)
        for part, pieces in reader.parts():
            _take(hub, device, part, pieces, taken)
    hub.write(lambda there: _remember(there, device, opened.manifest, question, taken, now=hub.now()))
    return taken


@dataclass(frozen=True, slots=True)
class _Question:
    anchor: Anchor
    cursor: bytes
    lowest: int


class _opened:  # noqa: N801  reads as a function
    """The file, looked at without trusting anything of it but that it can be read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> BinaryIO:
        try:
            if not self._path.is_file():
                raise Fault("bundle.missing", Kind.USAGE, path=self._path.name)
            if self._path.stat().st_size > content.FILE_LIMIT:
                raise Fault("bundle.too_large", Kind.DAMAGED, limit=content.FILE_LIMIT)
            self._file: BinaryIO = self._path.open("rb")
        except OSError as problem:
            raise Fault("bundle.pulled", Kind.DAMAGED, path=self._path.name) from problem
        return self._file

    def __exit__(self, _kind: object, problem: object, _trace: object) -> None:
        self._file.close()
        if isinstance(problem, OSError):
            raise Fault("bundle.pulled", Kind.DAMAGED, path=self._path.name) from problem


def _writer(hub: Hub, opened: content.Opened) -> Device:
    """The device that wrote a bundle for this hub, and signed it."""
    manifest = opened.manifest
    if manifest.direction is not Direction.UP:
        raise Fault("bundle.is_answer", Kind.USAGE)
    if hub.identity.hub not in manifest.hubs:
        raise Fault("bundle.other_hub", Kind.DENIED)
    device = hub.read(lambda there: below.author(there, manifest.by))
    device = device or _introduced(hub, manifest) or _goes_on(hub, manifest)
    if device is None or not opened.by(device.key):
        raise Fault("bundle.unknown_device", Kind.DENIED)
    if content.expired(manifest, now=hub.now()):
        raise Fault("bundle.expired", Kind.DENIED, days=content.LIFE.days, written=manifest.written_at[:10])
    return device


def _introduced(hub: Hub, manifest: Manifest) -> Device | None:
    """The device that the bundle makes known: its laptop began with an enrolment file and has no network."""
    asked = manifest.state.get(content.ENROL)
    if not isinstance(asked, bytes):
        return None
    device = hub.admit(Codec(crypto.commit).decode(Enrol, asked), fingerprint=enrolment.NO_CERTIFICATE)[1]
    return device if device.id == manifest.by else None


def _goes_on(hub: Hub, manifest: Manifest) -> Device | None:
    """The device of a restored laptop that has no network: it takes the place of one that is known here."""
    claim = succession.claimed(manifest.state)
    device = None if claim is None else hub.go_on(claim)
    return device if device is not None and device.id == manifest.by else None


def _question(manifest: Manifest) -> _Question:
    state = manifest.state
    try:
        match state.get("anchor"):
            case [epoch, n, head]:
                anchor = Anchor(
                    f.text(64)(epoch, "epoch"), f.whole()(n, "n"), f.octets_up_to(32, or_just=32)(head, "head")
                )
                cursor = f.octets_up_to(256)(state.get("cursor"), "cursor")
                return _Question(anchor, cursor, f.whole(1)(state.get("lowest"), "lowest"))
    except Fault:
        pass
    raise sealing.damaged()


def _went_back(connection: Connection, hub: Hub, question: _Question) -> bool:
    return not hub_log.proven(connection, hub.identity.epoch, question.anchor)


def _take(hub: Hub, device: Device, part: Part, pieces: Iterator[bytes], taken: Taken) -> None:
    """One part; what is wrong with it keeps no other back."""
    try:
        if part.kind is PartKind.PUSH:
            _take_push(hub, device, b"".join(pieces), taken)
        elif part.kind is PartKind.FILE:
            taken.files += _take_file(hub, device, part, pieces)
    except Fault as fault:
        if fault.code.startswith(("bundle.", "vault.")):
            raise
        taken.refused.append(fault.code)
    for _rest in pieces:
        pass


def _take_push(hub: Hub, device: Device, body: bytes, taken: Taken) -> None:
    push = Codec(crypto.commit).decode(Push, body)
    if push.device != device.id or not push.run.envelopes:
        raise Fault("sync.malformed", Kind.DAMAGED, field="device")
    results = hub.set_aside(device, push.run) if device.revoked else hub.take_run(device, push.run)
    taken.outcomes.update(result.outcome for result in results)


def _take_file(hub: Hub, device: Device, part: Part, pieces: Iterator[bytes]) -> int:
    """1 where the file is complete now."""
    if device.revoked:
        return 0
    piece = AttachmentPart(
        nonce=bytes(16),
        device=device.id,
        instance_id=part.about.get("instance_id", ""),
        name=part.about.get("name", ""),
        hash=part.hash,
        offset=0,
        size=part.size,
        data=b"",
        signature=b"",
    )
    here, complete = hub.take_part(device, piece)
    offset = 0
    for data in pieces if not complete else ():
        for at in range(0, len(data), PART_LIMIT):
            chunk = data[at : at + PART_LIMIT]
            if offset + len(chunk) > here:
                fresh = chunk[max(0, here - offset) :]
                here, complete = hub.take_part(device, replace(piece, offset=max(offset, here), data=fresh))
            offset += len(chunk)
    return int(complete)


def _remember(
    connection: Connection, device: Device, manifest: Manifest, question: _Question, taken: Taken, *, now: str
) -> None:
    """Keep what the answer will need. An older question asks for more: whichever was read last is answered."""
    anchor = question.anchor
    brought = [part.about for part in manifest.parts if part.kind is PartKind.FILE]
    files = [(about.get("instance_id", ""), about.get("name", "")) for about in brought]
    known = _question_of(connection, device)
    told = () if known is None else known.told
    body = _kept(_Asked(anchor=anchor, cursor=question.cursor, files=tuple(files), told=told))
    sql.put(
        connection, "question", ["device"], device=device.id, id=manifest.id, lowest=question.lowest, body=body, at=now
    )
    detail = {str(outcome): str(count) for outcome, count in sorted(taken.outcomes.items())}
    audit.add(connection, "stick.read", at=now, actor="hub", subject=device.id, detail=detail)
    if not device.revoked:
        accounts.seen(connection, device.id, now=now)


# ---- answering


def write_answer(hub: Hub, path: Path, *, area: str, entropy: Entropy = os.urandom) -> Answered:
    """Write the bundle for every laptop of an area (a path): results, receipts, rows, forms, revocation.

    Faults: bundle.no_device, bundle.too_many, vault.disk_full, vault.unwritable, bundle.pulled.
    """
    devices = [device for device in hub.read(accounts.devices) if device.area == area]
    live = [device for device in devices if not device.revoked or _asked(hub, device) is not None]
    if not live:
        raise Fault("bundle.no_device", Kind.USAGE, area=area.rpartition("/")[2])
    live = sorted(live, key=lambda device: device.seen_at, reverse=True)[: sealing.MOST_RECIPIENTS]
    answers = [_answer(hub, device, entropy=entropy) for device in live]
    manifest = Manifest(
        direction=Direction.DOWN,
        id=entropy(16),
        hubs=(hub.identity.hub,),
        epoch=hub.identity.epoch,
        by=hub.identity.hub,
        written_at=hub.now(),
        parts=tuple(
            content.hashed(PartKind.ANSWER, answer.sealed, {"device": device.id})
            for device, answer in zip(live, answers, strict=True)
        ),
    )
    plain = content.compose(manifest, hub.identity.key, [content.pieces(answer.sealed) for answer in answers])
    recipients = [crypto.exchange_public(device.key) for device in live]
    size = files.write_checked(path, sealing.seal(plain, recipients, entropy=entropy))
    names = tuple(device.id for device in live)

    def note(there: Connection) -> None:
        for device, answer in zip(live, answers, strict=True):
            _note_told(there, device, answer.anchor)
        audit.add(there, "stick.written", at=hub.now(), actor="hub", subject=area, detail={"devices": " ".join(names)})

    hub.write(note)
    rows, results = sum(answer.rows for answer in answers), sum(answer.results for answer in answers)
    return Answered(path, names, rows, results, size)


@dataclass(frozen=True, slots=True)
class _Answer:
    sealed: bytes
    anchor: Anchor
    rows: int
    results: int


def _answer(hub: Hub, device: Device, *, entropy: Entropy) -> _Answer:
    """What one laptop gets, sealed for it alone."""
    asked = _asked(hub, device) or _Asked()
    codec = Codec(crypto.commit)
    hello = Hello(asked.id, device.id, PROTOCOL, PROTOCOL, asked.anchor, asked.cursor, b"")
    greeting = hub.greeting(device, hello)
    cursor = asked.cursor if greeting.proven else b""
    pages = [] if device.revoked else list(_pages(hub, device, asked.id, cursor))
    replies = _replies(hub, device, asked.id, asked.lowest, greeting.anchor, greeting.backed_up_n)
    plain = cbor.dumps(
        {
            "hello": codec.encode(hub.signed(replace(greeting, extra={**greeting.extra, **_named(device)}))),
            "results": [codec.encode(reply) for reply in replies],
            "after": cursor,
            "pages": [codec.encode(page) for page in pages],
            "files": hub.read(lambda there: _complete_files(there, device, asked)),
            "holds": hub.read(lambda there: _holds(there, greeting.anchor.epoch, asked)),
        }
    )
    sealed = b"".join(sealing.seal([plain], [crypto.exchange_public(device.key)], entropy=entropy))
    rows, results = sum(len(page.rows) for page in pages), sum(len(reply.results) for reply in replies)
    return _Answer(sealed, greeting.anchor, rows, results)


def _named(device: Device) -> dict[str, Any]:
    """The letters of a device that goes on where another was."""
    return succession.give(succession.Given(device.id, device.letters)) if device.continues else {}


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a device's last bundle asks; `files` are those that it brought, by instanceID and name.

    `told` are the places of this log in the last answers to the device, the latest last.
    """

    id: bytes = bytes(16)
    lowest: int = 1
    anchor: Anchor = NOTHING
    cursor: bytes = b""
    files: tuple[tuple[str, str], ...] = ()
    told: tuple[Anchor, ...] = ()


def _asked(hub: Hub, device: Device) -> _Asked | None:
    return hub.read(lambda there: _question_of(there, device))


def _question_of(connection: Connection, device: Device) -> _Asked | None:
    row = sql.one(connection, "SELECT * FROM question WHERE device = :id", id=device.id)
    if row is None:
        return None
    anchor, cursor, *rest = cbor.loads(bytes(row.body))
    files, told = (*rest, (), ())[:2]  # an older program kept no files, or not what it had told
    return _Asked(
        bytes(row.id),
        row.lowest,
        Anchor(*anchor),
        cursor,
        tuple((id, name) for id, name in files),
        tuple(Anchor(*each) for each in told),
    )


def _kept(asked: _Asked) -> bytes:
    return cbor.dumps(
        [_listed(asked.anchor), asked.cursor, [list(each) for each in asked.files], [*map(_listed, asked.told)]]
    )


def _listed(anchor: Anchor) -> list[Any]:
    return [anchor.epoch, anchor.n, anchor.head]


def _note_told(connection: Connection, device: Device, anchor: Anchor) -> None:
    """Remember what a device that asked is told of this log: it may stand there when it reads a later answer."""
    asked = _question_of(connection, device)
    if asked is not None and anchor not in asked.told:
        body = _kept(replace(asked, told=(*asked.told, anchor)[-TOLD:]))
        sql.run(connection, "UPDATE question SET body = :body WHERE device = :id", body=body, id=device.id)


def _holds(connection: Connection, epoch: str, asked: _Asked) -> list[list[Any]]:
    """Where the device may stand in this log, of what it asked from and was told by stick: what still holds of it."""
    known = dict.fromkeys(each for each in (asked.anchor, *asked.told) if each.epoch)
    return [_listed(each) for each in known if hub_log.proven(connection, epoch, each)]


def _pages(hub: Hub, device: Device, nonce: bytes, cursor: bytes) -> Iterator[Page]:
    left = PAGES_LIMIT
    while left > 0:
        page = hub.page_for(device, Pull(nonce, device.id, cursor, PAGE_BYTES, b""))
        yield page
        if not page.more or page.cursor == cursor:
            return
        left -= PAGE_BYTES
        cursor = page.cursor


def _replies(hub: Hub, device: Device, nonce: bytes, lowest: int, anchor: Anchor, backed_up_n: int) -> list[PushReply]:
    """What became of the device's records from `lowest` on, as it stands now, and what was signed for them."""
    found = hub.read(lambda there: _results(there, device, lowest))
    results, commits = tuple(result for result, _ in found), [commit for _, commit in found]
    kept = hub.read(lambda there: runs.of_device(there, device.id, lowest=lowest))
    signed = tuple({receipts.STATEMENT: each} for run in kept for each in (run.receipt, run.above) if each)
    made = []
    for at in range(0, max(1, len(results)), RUN_LIMIT):
        extra = {COMMITS: commits[at : at + RUN_LIMIT]}
        reply = PushReply(nonce, anchor, results[at : at + RUN_LIMIT], backed_up_n, signed[:RUN_LIMIT], b"", extra)
        made.append(hub.signed(reply))
        signed = ()
    return made


# Records of a device's chain from a place on, those too that were known under an earlier device of the same laptop.
_SHOWN = (
    "(device = :device AND seq >= :lowest) OR instance_id IN"
    " (SELECT instance_id FROM envelope_again WHERE device = :device AND seq >= :lowest)"
)


def _results(connection: Connection, device: Device, lowest: int) -> list[tuple[Result, bytes]]:
    """Each with the commit that it is about: one instanceID may have several contents. What is stored comes last."""
    found: dict[tuple[str, bytes], Result] = {}
    for row in sql.run(
        connection,
        "SELECT instance_id, reason, body FROM quarantine WHERE device = :device ORDER BY at",
        device=device.id,
    ):
        envelope = read_envelope(cbor.loads(bytes(row.body)))
        if envelope.seq >= lowest:
            outcome = Outcome.HELD if row.reason == review.REVOKED else Outcome.REJECTED
            found[row.instance_id, envelope.commit] = Result(row.instance_id, outcome, row.reason)
    for row in sql.run(
        connection,
        f"SELECT instance_id, hash, n, state, reason FROM record WHERE {_SHOWN}",  # noqa: S608  ours
        device=device.id,
        lowest=lowest,
    ):
        held = row.state == records.State.HELD
        outcome = Outcome.HELD if held else Outcome.DUPLICATE
        key = row.instance_id, bytes(row.hash)
        found.pop(key, None)
        found[key] = Result(row.instance_id, outcome, row.reason if held else "", row.n)
    return [(result, commit) for (_, commit), result in found.items()]


def _complete_files(connection: Connection, device: Device, asked: _Asked) -> list[list[str]]:
    """Files that are whole here: of the records that are answered, and those that came without theirs."""
    found = _whole(connection, device, lowest=asked.lowest)
    wanted = set(asked.files) - found
    if wanted:
        found |= wanted & _whole(connection, device, lowest=1)
    return [list(each) for each in sorted(found)]


def _whole(connection: Connection, device: Device, *, lowest: int) -> set[tuple[str, str]]:
    query = (
        "SELECT instance_id, name FROM attachment JOIN record USING (instance_id)"  # noqa: S608  ours
        f" WHERE ({_SHOWN}) AND complete = 1"
    )
    return {(row.instance_id, row.name) for row in sql.run(connection, query, device=device.id, lowest=lowest)}
