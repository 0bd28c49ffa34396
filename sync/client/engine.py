"""A hand-over as a list of steps: hello, push, attachments, pull, done.

The store is never held across the network: each use of it is one short piece of work handed to `on_store`, which on
the desktop runs it in the WRITE lane and on the command line right here. Everything that matters is in the store, so
a hand-over that breaks off anywhere is simply run again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

from forms.errors import Fault, Kind
from sync import crypto, publication, succession
from sync.client import files
from sync.client.talk import Talk
from sync.client.transport import Transport
from sync.client.values import Cancelled, HandOver, OnStore, OutboxStore, Progress, Step, World
from sync.protocol import PROTOCOL, WAITING, Hello, HelloReply, Outcome, Page, Pull, Push, PushReply, Result, Run
from sync.store.api import FORMS_AGAIN, Applied, FormSource, Succession

__all__ = ["Cancelled", "HandOver", "OnStore", "OutboxStore", "Progress", "Step", "World", "hand_over"]

FIRST_BATCH = 32 * 1024  # bytes on the wire
LARGEST_BATCH = 256 * 1024
SMALLEST_BATCH = 4 * 1024
MOST_PLAIN = 8 * 1024 * 1024  # bytes of XML in a batch, however small it is on the wire: nobody unpacks bombs
FIRST_RATIO = 6.0  # bytes of XML in one on the wire, until measured
FIRST_PAGE = 256 * 1024  # bytes of rows before packing
LARGEST_PAGE = 1024 * 1024
SMALLEST_PAGE = 16 * 1024
ATTEMPTS = 4  # in a row without anything getting through
FIRST_WAIT = 0.5  # seconds; doubles, with jitter
STALLS = 3  # replies in a row that settle no record

_OF_ONE_FILE = frozenset(
    {
        "hub.attachment_size",
        "hub.no_attachment",
        "store.file_differs",
        "sync.attachment_damaged",
        "vault.damaged",
        "vault.missing",
    }
)
_log = logging.getLogger(__name__)


def hand_over(
    on_store: OnStore,
    transport: Transport,
    world: World,
    *,
    budget: int | None = None,
    forms: Sequence[FormSource] = (),
    brought: Callable[[], Sequence[FormSource]] = tuple,
) -> HandOver:
    """Exchange everything with the hub. `budget` in bytes defers attachments, never text.

    `forms` are versions that somebody added here and the hub has not heard of; `published` names those it took, or
    had already, `unpublished` those it refused, as `form/version`. `brought` gives those that it took at other times:
    a hub that was put back to an earlier time gets them again.

    Faults: sync.not_enrolled (USAGE), sync.unreachable, sync.false_hub, hub.revoked and what else the hub refuses.
    What got through before a Fault is kept.
    """
    job = _Job(on_store, transport, world, budget=budget, forms=forms, brought=brought)
    started = world.seconds()
    try:
        job.run()
    except Cancelled:
        job.tally = replace(job.tally, cancelled=True)
    traffic = transport.traffic
    world.progress(Progress(Step.DONE))
    return replace(
        job.tally,
        bytes_up=traffic.up,
        bytes_down=traffic.down,
        requests=traffic.requests,
        seconds=world.seconds() - started,
    )


class _Job:
    """One hand-over under way. `tally` is what it has done so far."""

    def __init__(
        self,
        on_store: OnStore,
        transport: Transport,
        world: World,
        *,
        budget: int | None,
        forms: Sequence[FormSource],
        brought: Callable[[], Sequence[FormSource]],
    ) -> None:
        self.tally = HandOver()
        self._on_store = on_store
        self._talk = Talk(transport, on_store(lambda store: store.identity()), entropy=world.entropy)
        self._world = world
        self._budget = budget
        self._forms = list(forms)
        self._brought = brought
        self._waiting = False  # what was pushed made rows to pull
        self._batch = FIRST_BATCH
        self._page = FIRST_PAGE
        self._asking: Mapping[str, Any] = {}  # what a first pull says beside its cursor
        self._ratio = FIRST_RATIO
        self._most = MOST_PLAIN

    def run(self) -> None:
        """All steps; after a broken connection again from hello, as long as each attempt gets something through."""
        greeted, failures = False, 0
        while True:
            moved = self._talk.through
            try:
                reply = self.hello()
                greeted = True
                self.publish()
                self.push()
                self.attach()
                self.pull(anything=reply.waiting or self._waiting)
                self.fetch()
                return
            except Fault as fault:
                if fault.kind is Kind.UNREACHABLE:
                    self._heed()  # whoever stops breaks off the request that is under way
                failures = 0 if self._talk.through > moved else failures
                failures += 1
                if not _passing(fault) or not greeted or failures >= ATTEMPTS:
                    raise
            self._batch = max(SMALLEST_BATCH, self._batch // 2)
            self._page = max(SMALLEST_PAGE, self._page // 2)
            self._pause(failures)

    def hello(self) -> HelloReply:
        """Learn that this is our hub, whether it has lost anything, and whether something waits."""
        self._step(Step.HELLO)
        restored = self._on_store(lambda store: store.succession())
        if restored is not None:
            self._succeed(restored)
        shown = self._on_store(lambda store: store.audit.to_show())
        try:
            reply = self._greet(self._talk, **shown)
        except Fault as fault:
            agreed = self._on_store(lambda store: store.succession(again=True))
            if fault.code != "hub.unknown_device" or agreed is None:
                raise
            self._succeed(agreed)
            reply = self._greet(self._talk)
        if not reply.proven:
            resent = self._on_store(lambda store: store.outbox.unacknowledge(reply.anchor))
            self.tally = replace(self.tally, resent=self.tally.resent + resent)
        self._on_store(lambda store: store.inbox.contact(reply))
        files.send_again(self._on_store, reply)
        if shown:
            self._on_store(lambda store: store.audit.keep(reply.extra))
        return reply

    def _greet(self, talk: Talk, **extra: Any) -> HelloReply:
        anchor, cursor = self._on_store(lambda store: (store.inbox.anchor(), store.inbox.cursor()))
        message = Hello(
            nonce=talk.nonce(),
            device=talk.device,
            min=PROTOCOL,
            max=PROTOCOL,
            anchor=anchor,
            cursor=cursor,
            signature=b"",
            extra={**extra, **talk.greeting()},
        )
        reply = talk.transport.hello(talk.signed(message))
        talk.check(reply, message.nonce)
        talk.greeted()
        if reply.revoked:
            self.push()  # what was finished before waits at the hub for somebody's decision
            self._world.shut_out()
            raise Fault("hub.revoked", Kind.DENIED)
        return reply

    def _succeed(self, restored: Succession) -> None:
        """Ask, as the device that this laptop was, to go on as another; what has no receipt goes on its chain."""
        transport, entropy = self._talk.transport, self._world.entropy
        public = crypto.SigningKey.load(restored.key).public
        asked = succession.ask(succession.Asked(public, restored.seq))
        given = succession.given(self._greet(Talk(transport, restored.former, entropy=entropy), **asked).extra)
        if given is None:
            return  # a hub that does not know of this takes the old chain as it is
        self._on_store(lambda store: store.succeed(restored, given))
        self._talk = self._talk.of(self._on_store(lambda store: store.identity()))

    def publish(self) -> None:
        """Bring the hub form versions that were added here, before the records that are filled in with them."""
        again = self._on_store(lambda store: store.settings.get(FORMS_AGAIN))
        if again:
            known = {(form.form_id, form.version) for form in self._forms}
            self._forms += [form for form in self._brought() if (form.form_id, form.version) not in known]
        while self._forms:
            form = self._forms[0]
            anchor = self._on_store(lambda store: store.inbox.anchor())
            message = Push(
                nonce=self._talk.nonce(),
                device=self._talk.device,
                anchor=anchor,
                run=Run(self._talk.device, crypto.NO_LINK, (), bytes(64)),
                signature=b"",
                extra=publication.pack([publication.Publication(form.xform, form.media)]),
            )
            key = f"{form.form_id}/{form.version}"
            try:
                reply = self._talk.transport.push(self._talk.signed(message))
            except Fault as fault:
                if not _refuses_form(fault):
                    raise
                self.tally = replace(self.tally, unpublished=(*self.tally.unpublished, key))
            else:
                self._talk.check(reply, message.nonce)
                # A hub that loses the form again is noticed only by whom its log has shown that it had it.
                self._on_store(lambda store, reply=reply: store.outbox.apply_push_reply(reply))  # type: ignore[misc]
                self._waiting = True
                self.tally = replace(self.tally, published=(*self.tally.published, key))
            self._forms.pop(0)
            self._talk.through += 1
        if again:
            self._on_store(lambda store: store.settings.put(FORMS_AGAIN, ""))

    def push(self) -> None:
        """Send finished records, run by run, until none waits."""
        status = self._on_store(lambda store: store.status())
        total, done, stalled = status.waiting + status.sent, 0, 0
        while stalled < STALLS:
            self._step(Step.PUSH, done, total)
            message = self._next()
            if message is None:
                return
            try:
                reply = self._send(message)
            except Fault as fault:
                if fault.code != "sync.too_large":
                    raise
                reply = self._too_large(message)
            applied = self._on_store(lambda store, reply=reply: store.outbox.apply_push_reply(reply))  # type: ignore[misc]
            self._count(reply, applied)
            self._waiting = self._waiting or bool(reply.extra.get(WAITING, True))
            done += len(reply.results)
            stalled = 0 if applied.rows else stalled + 1
        raise Fault("sync.no_progress", Kind.UNREACHABLE, url=self._talk.identity.url)

    def _next(self) -> Push | None:
        """The next run; the one that the line broke off, byte for byte, where nothing has changed since."""
        kept = self._talk.unsent
        if isinstance(kept, Push) and kept.anchor == self._on_store(lambda store: store.inbox.anchor()):
            return kept
        size = min(int(self._batch * self._ratio), self._most)
        outgoing = self._on_store(lambda store: store.outbox.next_run(size))
        if outgoing is None:
            return None
        message = Push(
            nonce=self._talk.nonce(),
            device=self._talk.device,
            anchor=outgoing.anchor,
            run=outgoing.run,
            signature=b"",
        )
        self._talk.unsent = self._talk.signed(message)
        return self._talk.unsent

    def _send(self, message: Push) -> PushReply:
        traffic, again = self._talk.transport.traffic, bool(self._talk.transport.traffic.unfinished)
        before = traffic.up
        reply = self._talk.transport.push(message)
        self._talk.unsent = None
        self._talk.check(reply, message.nonce)
        sent = traffic.up - before
        if sent and not again:
            self._ratio = max(1.0, sum(len(envelope.xml) for envelope in message.run.envelopes) / sent)
        self._batch = min(LARGEST_BATCH, self._batch * 2)
        return reply

    def _too_large(self, message: Push) -> PushReply:
        """A batch that the hub does not unpack goes in smaller ones; a record that is too large alone is refused."""
        self._talk.unsent = None
        envelopes = message.run.envelopes
        self._most = sum(len(envelope.xml) for envelope in envelopes) // 8
        refused = tuple(Result(each.instance_id, Outcome.REJECTED, "too_large") for each in envelopes[:1])
        results = refused if len(envelopes) == 1 else ()
        return PushReply(message.nonce, message.anchor, results, 0, (), b"", {WAITING: False})

    def _count(self, reply: PushReply, applied: Applied) -> None:
        outcomes = [result.outcome for result in reply.results]
        refused = tuple(r for r in reply.results if r.outcome in (Outcome.HELD, Outcome.REJECTED))
        tally = self.tally
        self.tally = replace(
            tally,
            pushed=tally.pushed + outcomes.count(Outcome.STORED),
            duplicate=tally.duplicate + outcomes.count(Outcome.DUPLICATE),
            held=tally.held + outcomes.count(Outcome.HELD),
            rejected=tally.rejected + outcomes.count(Outcome.REJECTED),
            refused=tally.refused + refused,
            changed=_merged(tally.changed, applied),
        )
        self._talk.through += len(outcomes)

    def attach(self) -> None:
        """Send attachments of records that the hub has, text being through."""
        waiting = self._on_store(lambda store: store.outbox.waiting_files())
        for done, file in enumerate(waiting):
            self._step(Step.ATTACH, done, len(waiting))
            if self._spent():
                return
            with _alone():
                if files.send(self._talk, self._on_store, file, heed=self._heed):
                    self.tally = replace(self.tally, files_up=self.tally.files_up + 1)

    def pull(self, *, anything: bool) -> None:
        """Fetch what others did, page by page; each page and its cursor are applied in one transaction.

        The next page is under way while one is being applied.
        """
        if not anything:
            return
        cursor, self._asking = self._on_store(lambda store: (store.inbox.cursor(), store.inbox.asking()))
        asked: Callable[[], Page] | None = self._ask(cursor)
        while asked is not None:
            page = asked()
            self._step(Step.PULL, self.tally.pulled)
            asked = self._ask(page.cursor) if page.more else None
            try:
                self._apply(page)
            except BaseException:
                if asked is not None:
                    with suppress(Fault):  # its connection belongs to one at a time
                        asked()
                raise

    def _ask(self, cursor: bytes) -> Callable[[], Page]:
        message = Pull(
            nonce=self._talk.nonce(),
            device=self._talk.device,
            cursor=cursor,
            max_bytes=self._page,
            signature=b"",
            extra=self._asking,
        )
        self._page = min(LARGEST_PAGE, self._page * 2)

        def ask() -> Page:
            page = self._talk.transport.pull(self._talk.signed(message))
            self._talk.check(page, message.nonce)
            if page.more and page.cursor == cursor:
                raise Fault("sync.no_progress", Kind.UNREACHABLE, url=self._talk.identity.url)
            return page

        return self._world.alongside(ask)

    def _apply(self, page: Page) -> None:
        applied = self._on_store(lambda store: store.inbox.apply_page(page))
        self.tally = replace(
            self.tally,
            pulled=self.tally.pulled + len(page.rows),
            changed=_merged(self.tally.changed, applied),
        )
        self._talk.through += 1

    def fetch(self) -> None:
        """Fetch attachments of records that came down."""
        missing = self._on_store(lambda store: store.inbox.missing_files())
        for done, file in enumerate(missing):
            self._step(Step.FETCH, done, len(missing))
            if self._spent():
                return
            with _alone():
                if files.fetch(self._talk, self._on_store, file, heed=self._heed):
                    self.tally = replace(self.tally, files_down=self.tally.files_down + 1)

    # ---- small things

    def _step(self, step: Step, done: int = 0, total: int = 0) -> None:
        self._heed()
        self._world.progress(Progress(step, done, total))

    def _heed(self) -> None:
        if self._world.cancelled():
            raise Cancelled

    def _pause(self, failures: int) -> None:
        wait = FIRST_WAIT * 2 ** (failures - 1)
        if self._world.wait(wait * (0.5 + self._world.chance())):
            raise Cancelled

    def _spent(self) -> bool:
        """Whether the byte budget is used up; what is left waits for the next time."""
        traffic = self._talk.transport.traffic
        if self._budget is None or traffic.up + traffic.down < self._budget:
            return False
        self.tally = replace(self.tally, deferred=True)
        return True


def _passing(fault: Fault) -> bool:
    """Whether trying again may help: the line broke, or the hub turned out to be restored since hello."""
    if fault.code == "sync.no_progress":
        return False
    return fault.kind is Kind.UNREACHABLE or fault.code == "hub.went_back"


@contextmanager
def _alone() -> Iterator[None]:
    """What is wrong with one file, here or there, keeps no other file and no answer back; it waits as it is."""
    try:
        yield
    except LookupError:
        return
    except Fault as fault:
        if fault.code not in _OF_ONE_FILE:
            raise
        _log.warning("a file was left out of the hand-over: %s", fault.code)


def _refuses_form(fault: Fault) -> bool:
    """Whether the hub has read the form and does not want it; anything else leaves it waiting for the next time."""
    if fault.code == "sync.malformed":
        return fault.values.get("field") == publication.FORMS
    refusals = ("hub.form_changed", "hub.form_taken", "hub.form_unreadable", "sync.too_large")
    return fault.code in refusals or fault.code.startswith("forms.")


def _merged(one: Applied, other: Applied) -> Applied:
    return Applied(
        rows=one.rows + other.rows,
        records=one.records + other.records,
        requests=tuple(dict.fromkeys(one.requests + other.requests)),
        entities=one.entities + other.entities,
        forms=tuple(dict.fromkeys(one.forms + other.forms)),
        lists=tuple(dict.fromkeys(one.lists + other.lists)),
    )
