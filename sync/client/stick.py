"""A village's side of the stick: what has no end-to-end receipt goes onto it, the hub's answer is read off it.

As in a hand-over over the network, the store is only asked for short pieces of work through `on_store`.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol, TypeVar

from forms.errors import Fault, Kind
from sync import crypto, succession
from sync.bundle import content, sealing
from sync.bundle.content import Direction, Manifest, Part, PartKind
from sync.client.enrol import Pending, by_bundle
from sync.client.files import send_again
from sync.client.values import Cancelled, HandOver
from sync.protocol import Anchor, HelloReply, Outcome, Page, Push, PushReply, Run
from sync.store.api import Applied, Identity, Store, StoredFile, ToCarry
from sync.succession import Given
from sync.vault import files
from sync.wire import Codec, cbor, purpose, signed_part

T = TypeVar("T")
Entropy = Callable[[int], bytes]

RUN_BYTES = 512 * 1024  # of XML in one run
PIECE = 256 * 1024
OVERHEAD = 64 * 1024  # of a bundle beside its parts, generously


class OnStore(Protocol):
    """Runs a piece of work where the store may be written, and returns its result."""

    def __call__(self, work: Callable[[Store], T], /) -> T: ...


@dataclass(frozen=True, slots=True)
class Written:
    """A bundle that lies whole on its stick, read again and found right: only now may it be pulled out.

    `left` counts photographs and files for which there was no room; they go with the next.
    """

    path: Path
    records: int
    files: int
    left: int
    size: int
    id: bytes


@dataclass(frozen=True, slots=True)
class Heard:
    """What the answer on a stick said. `resent` counts records that the hub has lost and that will go again."""

    done: HandOver
    revoked: bool
    written_at: str


# ---- writing


def write(
    on_store: OnStore,
    path: Path,
    *,
    pending: Pending | None = None,
    entropy: Entropy = os.urandom,
    cancelled: Callable[[], bool] = lambda: False,
    room: Callable[[Path], int] = files.free,
) -> Written:
    """Write this laptop's bundle. Text comes first: where files don't fit, as many as do go along.

    `pending` is set while the hub has not heard of a laptop that began with a file: it is introduced by the bundle.

    Faults: sync.not_enrolled, vault.disk_full, vault.unwritable, vault.io, vault.not_as_written. Cancelled.
    """
    identity = on_store(lambda store: _present(store))
    if not identity.enrolled:
        raise Fault("sync.not_enrolled", Kind.USAGE)
    carried = on_store(lambda store: store.bundles.carry(RUN_BYTES))
    pushes = [_push(run, carried, identity, entropy=entropy) for run in carried.runs]
    with files.world(path):
        space = min(room(path.parent), content.FILE_LIMIT) - sum(map(len, pushes)) - OVERHEAD
    if space < 0:
        raise Fault("vault.disk_full", Kind.DAMAGED, path=str(path))
    chosen = _fitting(carried.files, space)
    manifest = _manifest(carried, identity, pushes, chosen, entropy=entropy)
    manifest = replace(manifest, state={**manifest.state, **on_store(lambda store: _claim(store))})
    if pending is not None:
        asked = Codec(crypto.commit).encode(by_bundle(identity, pending, entropy=entropy))
        manifest = replace(manifest, state={**manifest.state, content.ENROL: asked})
    parts = [*(content.pieces(push) for push in pushes), *(_file(on_store, file, cancelled) for file in chosen)]
    recipients = [identity.hub_identity, *(above.identity for above in carried.above)]
    plain = content.compose(manifest, crypto.SigningKey.load(identity.key), parts)
    keys = [crypto.exchange_public(public) for public in recipients]
    size = files.write_checked(path, _heeding(sealing.seal(plain, keys, entropy=entropy), cancelled))
    on_store(lambda store: store.bundles.written(manifest.id, carried, path=path.name))
    return Written(path, carried.records, len(chosen), len(carried.files) - len(chosen), size, manifest.id)


def _present(store: Store) -> Identity:
    """Who this laptop is; put back from a backup it is another device from its first stick on."""
    restored = store.succession()
    if restored is not None:
        public = crypto.SigningKey.load(restored.key).public
        store.succeed(restored, Given(succession.device_of(public), store.identity().letters))
    return store.identity()


def _claim(store: Store) -> dict[str, Any]:
    """Whose place this laptop takes: its hub may not have heard of that."""
    agreed = store.succession(again=True)
    if agreed is None:
        return {}
    asked = succession.Asked(crypto.SigningKey.load(agreed.key).public, agreed.seq)
    return succession.claim(agreed.former.device, asked, crypto.SigningKey.load(agreed.former.key))


def _push(run: Run, carried: ToCarry, identity: Identity, *, entropy: Entropy) -> bytes:
    bare = Push(entropy(16), identity.device, carried.anchor, run, b"")
    signature = crypto.SigningKey.load(identity.key).sign(purpose(bare), signed_part(bare))
    return Codec(crypto.commit).encode(replace(bare, signature=signature))


def _fitting(waiting: Sequence[StoredFile], space: int) -> list[StoredFile]:
    """As many files as there is room for, small ones first."""
    chosen = []
    for file in waiting:
        space -= file.size + file.size // 1000 + 1024
        if space < 0:
            break
        chosen.append(file)
    return chosen


def _manifest(
    carried: ToCarry, identity: Identity, pushes: Sequence[bytes], chosen: Sequence[StoredFile], *, entropy: Entropy
) -> Manifest:
    anchor = carried.anchor
    names = [{"instance_id": file.instance_id, "name": file.name} for file in chosen]
    return Manifest(
        direction=Direction.UP,
        id=entropy(16),
        hubs=(identity.hub, *(above.hub for above in carried.above)),
        epoch=anchor.epoch,
        by=identity.device,
        written_at=carried.written_at,
        parts=(
            *(content.hashed(PartKind.PUSH, push) for push in pushes),
            *(Part(PartKind.FILE, file.size, file.hash, about) for file, about in zip(chosen, names, strict=True)),
        ),
        state={
            "anchor": [anchor.epoch, anchor.n, anchor.head],
            "cursor": carried.cursor,
            "lowest": carried.lowest,
        },
    )


def _file(on_store: OnStore, file: StoredFile, cancelled: Callable[[], bool]) -> Iterator[bytes]:
    for offset in range(0, file.size, PIECE):
        if cancelled():
            raise Cancelled
        yield on_store(
            lambda store, offset=offset: store.outbox.read_file(  # type: ignore[misc]
                file.instance_id, file.name, offset=offset, size=PIECE
            )
        )


def _heeding(pieces: Iterator[bytes], cancelled: Callable[[], bool]) -> Iterator[bytes]:
    for piece in pieces:
        if cancelled():
            raise Cancelled
        yield piece


# ---- reading


def read(on_store: OnStore, path: Path) -> Heard:
    """Apply the hub's answer for this laptop; a second time it changes nothing.

    Faults: bundle.missing, bundle.damaged, bundle.not_ours (for other laptops), bundle.other_hub, bundle.expired,
    bundle.is_question (a village's own), bundle.stale (from before the hub was restored), bundle.newer.
    """
    identity = on_store(lambda store: store.identity())
    if not identity.enrolled:
        raise Fault("sync.not_enrolled", Kind.USAGE)
    manifest, plain = _opened(path, identity, now=on_store(lambda store: store.bundles.corrected()))
    answer = _Answer(plain, identity)
    return _apply(on_store, answer, manifest, size=path.stat().st_size)


def _opened(path: Path, identity: Identity, *, now: str) -> tuple[Manifest, bytes]:
    """The answer for this device in a bundle that its hub wrote."""
    key = crypto.exchange_key(identity.key)
    try:
        if not path.is_file():
            raise Fault("bundle.missing", Kind.USAGE, path=path.name)
        with path.open("rb") as file:
            reader = content.Reader(file, key)
            manifest = reader.opened.manifest
            if manifest.direction is not Direction.DOWN:
                raise Fault("bundle.is_question", Kind.USAGE)
            if identity.hub not in manifest.hubs or not reader.opened.by(identity.hub_identity):
                raise Fault("bundle.other_hub", Kind.DENIED)
            mine = b""
            for part, pieces in reader.parts():
                sealed = b"".join(pieces)
                if part.kind is PartKind.ANSWER and part.about.get("device") == identity.device:
                    mine = sealed
    except OSError as problem:
        raise Fault("bundle.pulled", Kind.DAMAGED, path=path.name) from problem
    if not mine:
        raise Fault("bundle.not_ours", Kind.DENIED)
    if content.expired(manifest, now=now):
        raise Fault("bundle.expired", Kind.DENIED, days=content.LIFE.days, written=manifest.written_at[:10])
    return manifest, _unsealed(mine, key)


def _unsealed(sealed: bytes, key: crypto.ExchangeKey) -> bytes:
    return b"".join(sealing.unseal(io.BytesIO(sealed), key))


class _Answer:
    """The messages of an answer, each under the hub's signature and with the nonce of the question."""

    def __init__(self, plain: bytes, identity: Identity) -> None:
        codec = Codec(crypto.commit)
        try:
            fields = cbor.loads(plain, field="answer")
            match fields:
                case {"hello": bytes(hello), "results": list(results), "after": bytes(after), "pages": list(pages),
                      "files": list(whole)}:  # fmt: skip
                    self.hello = codec.decode(HelloReply, hello)
                    self.results = [codec.decode(PushReply, each) for each in results]
                    self.after = after
                    self.pages = [codec.decode(Page, each) for each in pages]
                    self.files = [(str(id), str(name)) for id, name in whole]
                    self.holds = _holds(fields.get("holds"))
                case _:
                    raise sealing.damaged()
        except (TypeError, ValueError):
            raise sealing.damaged() from None
        for message in (self.hello, *self.results, *self.pages):
            self._check(message, identity)

    def _check(self, message: Any, identity: Identity) -> None:
        genuine = crypto.verify(
            identity.hub_identity, message.signature, purpose=purpose(message), data=signed_part(message)
        )
        if not genuine or message.nonce != self.hello.nonce:
            raise Fault("bundle.other_hub", Kind.DENIED)


def _holds(listed: Any) -> tuple[Anchor, ...] | None:
    """Places of its log, once told to this laptop, of which the hub says that they still hold; None of an older hub."""
    if listed is None:
        return None
    return tuple(Anchor(str(epoch), int(n), bytes(head)) for epoch, n, head in listed)


def _apply(on_store: OnStore, answer: _Answer, manifest: Manifest, *, size: int) -> Heard:
    """An answer that is older than what is known of the hub changes nothing: what it says may be over."""
    on_store(lambda store: _take_letters(store, answer.hello))
    asked = on_store(lambda store: store.bundles.asked(answer.hello.nonce))
    tally = HandOver(bytes_down=size, resent=_same_past(on_store, answer, asked=asked))
    if on_store(lambda store: store.bundles.newer(answer.hello.anchor)):
        known = on_store(lambda store: store.inbox.anchor())
        same_log = _same_log(answer, known, asked=asked)
        tally = replace(tally, deferred=not same_log)
        if answer.hello.revoked:
            tally = _shut_out(on_store, answer, tally, same_log=same_log)
        else:
            tally = _listen(on_store, answer, tally, asked=asked, same_log=same_log)
        if asked:
            on_store(lambda store: store.bundles.answered(answer.hello.nonce))
    else:
        tally = replace(tally, deferred=True)
    return Heard(tally, answer.hello.revoked, manifest.written_at)


def _same_log(answer: _Answer, known: Anchor, *, asked: bool) -> bool:
    """Whether the hub's log surely holds all that this laptop knows of it.

    A hub that was put back has another, and may answer what it was asked long before: then it has proved an early
    place, and what it says of records and of its own place would hide what it lost. The next question shows that.
    """
    if not known.epoch or known == answer.hello.anchor:
        return True
    if answer.holds is None:
        return asked or answer.after != b""
    return known in answer.holds


def _shut_out(on_store: OnStore, answer: _Answer, tally: HandOver, *, same_log: bool) -> HandOver:
    """A laptop that is shut out hears what became of its records and files, and nothing else."""
    return _with_results(on_store, tally, answer) if same_log else tally


def _listen(on_store: OnStore, answer: _Answer, tally: HandOver, *, asked: bool, same_log: bool) -> HandOver:
    """Who signs above the hub is known before what they signed; how far the hub's log is, after what it says."""
    on_store(lambda store: store.bundles.heard(answer.hello))
    if same_log:
        tally = _with_results(on_store, tally, answer)
    send_again(on_store, answer.hello)
    tally = replace(tally, deferred=True) if tally.resent else _with_pages(on_store, tally, answer, asked=asked)
    on_store(lambda store: store.bundles.contact(answer.hello, same_log=same_log))
    return tally


def _take_letters(store: Store, reply: HelloReply) -> None:
    """The letters that the hub gave to the device which this restored laptop is now."""
    given, identity = succession.given(reply.extra), store.identity()
    agreed = store.succession(again=True)
    if given is None or agreed is None or agreed.key != identity.key:  # it is to be another device once more
        return
    if given.device != identity.device or given.letters == identity.letters:
        return
    store.succeed(agreed, given)


def _same_past(on_store: OnStore, answer: _Answer, *, asked: bool) -> int:
    """Where the hub has lost something since, everything goes to it again; returns how many records that are.

    An epoch that was left is over, unless the hub, asked from the present one, says that it stands there again.
    """
    told = answer.hello.anchor
    known = on_store(lambda store: store.inbox.anchor())
    lost = bool(known.epoch) and known.epoch != told.epoch
    again = asked and not answer.hello.proven
    if lost and not again and on_store(lambda store: store.bundles.stale(told.epoch)):
        raise Fault("bundle.stale", Kind.DENIED)
    if lost or again:
        return on_store(lambda store: store.outbox.unacknowledge(told))
    return 0


def _with_results(on_store: OnStore, tally: HandOver, answer: _Answer) -> HandOver:
    """What became of records and files."""
    for reply in answer.results:
        applied = on_store(lambda store, reply=reply: store.outbox.apply_push_reply(reply))  # type: ignore[misc]
        tally = _counted(tally, reply, applied)
    on_store(lambda store: store.bundles.files_arrived(answer.files))
    return tally


def _counted(tally: HandOver, reply: PushReply, applied: Applied) -> HandOver:
    """`pushed` are records that the hub has and this laptop did not know so."""
    changed = set(applied.records)
    there = [r for r in reply.results if r.outcome in (Outcome.STORED, Outcome.DUPLICATE)]
    refused = tuple(r for r in reply.results if r.outcome in (Outcome.HELD, Outcome.REJECTED))
    new = sum(result.instance_id in changed for result in there)
    return replace(
        tally,
        pushed=tally.pushed + new,
        duplicate=tally.duplicate + len(there) - new,
        held=tally.held + sum(result.outcome is Outcome.HELD for result in refused),
        rejected=tally.rejected + sum(result.outcome is Outcome.REJECTED for result in refused),
        refused=tally.refused + refused,
        changed=_merged(tally.changed, applied),
    )


def _with_pages(on_store: OnStore, tally: HandOver, answer: _Answer, *, asked: bool) -> HandOver:
    """Rows, if they go on from where this laptop stands or has stood; else a later answer brings them."""
    here = on_store(lambda store: store.inbox.cursor())
    known = on_store(lambda store: store.inbox.anchor())
    lost = bool(known.epoch) and not here  # and what the hub has lost goes up first
    if not asked and (lost or answer.after not in (b"", here)):
        return replace(tally, deferred=True)
    for page in answer.pages:
        applied = on_store(lambda store, page=page: store.inbox.apply_page(page))  # type: ignore[misc]
        tally = replace(tally, pulled=tally.pulled + len(page.rows), changed=_merged(tally.changed, applied))
    return tally


def _merged(one: Applied, other: Applied) -> Applied:
    return Applied(
        rows=one.rows + other.rows,
        records=one.records + other.records,
        requests=tuple(dict.fromkeys(one.requests + other.requests)),
        entities=one.entities + other.entities,
        forms=tuple(dict.fromkeys(one.forms + other.forms)),
        lists=tuple(dict.fromkeys(one.lists + other.lists)),
    )
