"""Faults put into the shipped code, one at a time, to prove that the simulator sees such faults."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from unittest.mock import patch

from lxml import etree
from simulation_faults import LONGEST, Profile
from simulation_road_mutants import ALONE, ROAD, few
from simulation_site import Lanes
from simulation_world import profile_of

from sync.hub import attachments, facts, feed, ingest, records, sql
from sync.hub import log as hub_log
from sync.hub.book import Book
from sync.protocol import Outcome, Result
from sync.store import entity_log, inbox, outbox, request_fold
from sync.store import finalise as store_finalise
from sync.vault import audit

Patch = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Mutant:
    """`put_in` is a context manager; `seeds` is how many may be needed at most, of worlds that have all of `where`.

    What shows some faults meets too seldom by chance: in their worlds the events of `more` are as likely as it says,
    or all of them are the one `world`, where little else happens.
    """

    put_in: Patch
    seeds: int
    where: frozenset[str] = frozenset()
    more: Mapping[str, float] = field(default_factory=dict)
    world: Profile | None = None

    def worlds(self, first: int = 0, most: int | None = None) -> Iterator[int]:
        """The seeds in which it is looked for."""
        fitting = (seed for seed in itertools.count(first) if self.where <= profile_of(seed).features)
        return itertools.islice(fitting, self.seeds if most is None else most)

    def profile(self, seed: int) -> Profile:
        """The world of a seed in which it is looked for."""
        if self.world is not None:
            return self.world
        drawn = profile_of(seed)
        if not self.more:
            return drawn
        return replace(drawn, steps=LONGEST, likely={**drawn.likely, **self.more})


def _checkpoint_before_write() -> Any:
    """The laptop notes a run as acknowledged when it sends it."""
    real = outbox.Outbox.next_run

    def next_run(self: Any, max_bytes: int) -> Any:
        outgoing = real(self, max_bytes)
        if outgoing is not None:
            with self._context.database.write() as connection:
                for envelope in outgoing.run.envelopes:
                    connection.exec_driver_sql(
                        "UPDATE record SET state = 'acknowledged' WHERE instance_id = ?", (envelope.instance_id,)
                    )
        return outgoing

    return patch.object(outbox.Outbox, "next_run", next_run)


def _cursor_before_apply() -> Any:
    """The cursor is kept in a transaction of its own, before the rows."""
    real = inbox.Inbox.apply_page

    def apply_page(self: Any, page: Any) -> Any:
        with self._context.database.write() as connection:
            connection.exec_driver_sql("UPDATE peer SET cursor = ?", (page.cursor,))
        return real(self, page)

    return patch.object(inbox.Inbox, "apply_page", apply_page)


def _no_restore_check() -> Any:
    return patch.object(hub_log, "proven", lambda _connection, _epoch, _known: True)


def _epoch_only() -> Any:
    return patch.object(
        hub_log, "proven", lambda _connection, epoch, known: not known.epoch or bool(known.epoch == epoch)
    )


def _cursor_unproven() -> Any:
    """The hub believes a cursor of its epoch, whatever its log holds now."""
    real = feed.read_cursor

    def read_cursor(key: bytes, sealed: bytes, *, scope: int) -> Any:
        found = real(key, sealed, scope=scope)
        return replace(found, n=found.n, head=_Any()) if found.epoch else found

    return patch.object(feed, "read_cursor", read_cursor)


class _Any(bytes):
    """A hash that is equal to any."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = bytes.__hash__


def _content_unchecked() -> Any:
    """The hub does not compute the commit of what it takes in."""
    return patch.object(ingest, "_refuse_content", lambda _envelope: None)


def _same_id_is_enough() -> Any:
    """A known instanceID is a duplicate, whatever its content."""

    def again(self: Any, item: Any, known: Any) -> Result:
        return Result(item.envelope.instance_id, Outcome.DUPLICATE, "", known.n)

    return patch.object(ingest.Intake, "_again", again)


def _overwritten() -> Any:
    """A known instanceID with other content takes its place."""
    real = ingest.Intake._again

    def again(self: Any, item: Any, known: Any) -> Result:
        envelope = item.envelope
        if known.commit == envelope.commit:
            return real(self, item, known)
        self._connection.exec_driver_sql(
            "UPDATE record SET xml = ?, salt = ?, hash = ? WHERE instance_id = ?",
            (envelope.xml, envelope.salt, envelope.commit, envelope.instance_id),
        )
        return Result(envelope.instance_id, Outcome.DUPLICATE, "", known.n)

    return patch.object(ingest.Intake, "_again", again)


class _Back(Exception):
    """Takes a transaction back."""


def _acknowledged_before_commit() -> Any:
    """The hub answers first and commits with its next write."""
    real = Lanes.write

    def write(self: Any, work: Any) -> Any:
        for waiting in self.__dict__.pop("waiting", []):
            real(self, waiting)
        answer: list[Any] = []

        def trial(connection: Any) -> None:
            answer.append(work(connection))
            raise _Back

        try:
            real(self, trial)
        except _Back:
            self.__dict__.setdefault("waiting", []).append(work)
        return answer[0]

    return patch.object(Lanes, "write", write)


def _peer_elsewhere() -> Any:
    """What a laptop knows of a hub that went back is written before what follows from it, in another transaction.

    Anchor and cursor both: the cursor of the lost log alone would give it away at the next greeting.
    """
    real = outbox.Outbox.unacknowledge

    def unacknowledge(self: Any, anchor: Any, **rest: Any) -> int:
        with self._context.database.write() as connection:
            outbox.put_anchor(connection, anchor)
            connection.exec_driver_sql("UPDATE peer SET cursor = x''")
        return int(real(self, anchor, **rest))

    return patch.object(outbox.Outbox, "unacknowledge", unacknowledge)


def _wall_clock_cursor() -> Any:
    """The feed goes by the hub's clock instead of its log's positions."""
    real = feed.page

    def page(connection: Any, device: Any, *, after: int, **rest: Any) -> Any:
        rows, n, more = real(connection, device, after=after, **rest)
        moments = dict(connection.exec_driver_sql("SELECT n, at FROM log").all())
        since = moments.get(after, "")
        return tuple(row for row in rows if not since or moments[row.n] > since), n, more

    return patch.object(feed, "page", page)


def _bare_sequence() -> Any:
    """Positions are drawn before the transaction: every second one commits after three that were drawn later."""
    real = Book.show
    books: list[Any] = []

    def show(self: Any, kind: Any, key: str, *, n: int, **values: Any) -> None:
        if not any(book is self for book in books):
            books.append(self)
        late = next(at for at, book in enumerate(books) if book is self) % 2
        real(self, kind, key, n=max(1, n - 3 * late), **values)

    return patch.object(Book, "show", show)


def _dedupe_by_batch() -> Any:
    """A run whose first record is known is known as a whole."""
    real = ingest.Intake.take_all

    def take_all(self: Any, run: Any, checked: Any) -> Any:
        first = records.get(self._connection, checked[0].envelope.instance_id)
        if first is not None:
            return tuple(Result(item.envelope.instance_id, Outcome.DUPLICATE, "", 1) for item in checked)
        return real(self, run, checked)

    return patch.object(ingest.Intake, "take_all", take_all)


def _written_again() -> Any:
    """The hub keeps the XML as its parser writes it."""
    real = records.insert

    def insert(connection: Any, stored: Any) -> None:
        def again(xml: bytes) -> bytes:
            return etree.tostring(etree.fromstring(xml))

        real(
            connection,
            [replace(each, envelope=replace(each.envelope, xml=again(each.envelope.xml))) for each in stored],
        )

    return patch.object(records, "insert", insert)


def _pruned_when_acknowledged() -> Any:
    real = outbox.Outbox.apply_push_reply

    def apply_push_reply(self: Any, reply: Any) -> Any:
        done = real(self, reply)
        with self._context.database.write() as connection:
            connection.exec_driver_sql(
                "DELETE FROM payload WHERE record IN (SELECT id FROM record WHERE state = 'acknowledged')"
            )
        return done

    return patch.object(outbox.Outbox, "apply_push_reply", apply_push_reply)


def _pruned_before_its_photograph() -> Any:
    """A backup that has a record is taken to have its photograph too, whenever that came."""

    def backed_up_n(connection: Any) -> int:
        return int(sql.scalar(connection, "SELECT value FROM counter WHERE name = 'backed_up_n'") or 0)

    patches = contextlib.ExitStack()
    patches.enter_context(patch.object(records, "backed_up_n", backed_up_n))
    patches.enter_context(patch.object(outbox, "file_sent", lambda _connection, _record: None))
    return patches


def _any_nonce() -> Any:
    """A laptop takes any reply that its hub has signed."""
    from sync.client import talk

    real = talk.Talk.check

    def check(self: Any, reply: Any, nonce: bytes) -> None:
        real(self, reply, reply.nonce)

    return patch.object(talk.Talk, "check", check)


def _every_area() -> Any:
    """The feed is not cut by area."""
    real = feed.visible

    def visible(device: Any, **rest: Any) -> Any:
        condition, values = real(device, **rest)
        top = device.area.split("/")[0]
        return condition, {**values, "area": top, "below": top + "/", "beyond": top + "0"}

    return patch.object(feed, "visible", visible)


def _old_positions_count() -> Any:
    """After the hub went back the laptop compares its new positions with the old ones."""
    real = outbox.Outbox.unacknowledge

    def unacknowledge(self: Any, anchor: Any, **rest: Any) -> int:
        with self._context.database.write() as connection:
            kept = connection.exec_driver_sql("SELECT id, n FROM entity WHERE n IS NOT NULL").all()
            done = real(self, anchor, **rest)
            for id, n in kept:
                connection.exec_driver_sql("UPDATE entity SET n = ? WHERE id = ?", (n, id))
        return int(done)

    return patch.object(outbox.Outbox, "unacknowledge", unacknowledge)


def _pull_replaces() -> Any:
    """The hub's row replaces what lies on top of it."""
    real = entity_log.EntityLog.pulled

    def pulled(self: Any, connection: Any, **values: Any) -> bool:
        body = values["body"]
        connection.exec_driver_sql(
            "DELETE FROM entity_pending WHERE entity = (SELECT id FROM entity WHERE uuid = ? AND dataset = ?)",
            (str(body["uuid"]), str(body["dataset"])),
        )
        return real(self, connection, **values)

    return patch.object(entity_log.EntityLog, "pulled", pulled)


def _events_by_clock() -> Any:
    """A laptop orders the events of a request by its writers' clocks."""
    real = request_fold._read

    def read(rows: Any) -> Any:
        return real(sorted(rows, key=lambda row: row.wall_time))

    return patch.object(request_fold, "_read", read)


def _impure() -> Any:
    """What the hub derives depends on more than its log."""
    count = iter(range(1, 1_000_000_000))
    real = facts._opened

    def opened(envelope: Any, now: str) -> dict[str, Any]:
        return {**real(envelope, now), "author": f"{envelope.author}{next(count)}"}

    return patch.object(facts, "_opened", opened)


def _audit_unlinked() -> Any:
    """Only numbers are compared when the audit log is verified."""

    def verify(connection: Any) -> Any:
        count, head = connection.exec_driver_sql("SELECT n, link FROM audit_head").one()
        last = connection.exec_driver_sql("SELECT max(n) FROM audit").scalar_one()
        return audit.Verified(last == count, count, None, head)

    return patch.object(audit, "verify", verify)


def _saved_before_commit() -> Any:
    """A record counts as saved while its transaction is still open, and is committed with the next."""
    real = store_finalise.Finaliser.finalise

    def finalise(self: Any, record: Any) -> Any:
        for waiting in self.__dict__.pop("waiting", []):
            real(self, waiting)
        done: list[Any] = []
        try:
            with self._context.database.write():
                done.append(real(self, record))
                raise _Back
        except _Back:
            self.__dict__.setdefault("waiting", []).append(record)
        return done[0]

    return patch.object(store_finalise.Finaliser, "finalise", finalise)


def _refused_and_forgotten() -> Any:
    return patch.object(records, "quarantine", lambda *_args, **_values: None)


def _rejected_is_removed() -> Any:
    """The laptop drops what the hub refuses."""
    real = outbox.Outbox.apply_push_reply

    def apply_push_reply(self: Any, reply: Any) -> Any:
        done = real(self, reply)
        with self._context.database.write() as connection:
            connection.exec_driver_sql(
                "DELETE FROM payload WHERE record IN (SELECT id FROM record WHERE state = 'rejected')"
            )
        return done

    return patch.object(outbox.Outbox, "apply_push_reply", apply_push_reply)


def _half_a_photograph() -> Any:
    """A file is complete at the hub with its first piece."""
    real = attachments.take

    def take(connection: Any, held: Any, message: Any, blobs: Any) -> Any:
        received, _ = real(connection, held, message, blobs)
        return received, True

    return patch.object(attachments, "take", take)


def _from_the_start_only() -> Any:
    """After the hub went back the laptop does not read its feed again."""
    real = outbox.Outbox.unacknowledge

    def unacknowledge(self: Any, anchor: Any, **rest: Any) -> int:
        with self._context.database.write() as connection:
            kept = connection.exec_driver_sql("SELECT state, id FROM record WHERE state = 'held'").all()
            done = real(self, anchor, **rest)
            for state, id in kept:
                connection.exec_driver_sql("UPDATE record SET state = ? WHERE id = ?", (state, id))
        return int(done)

    return patch.object(outbox.Outbox, "unacknowledge", unacknowledge)


MUTANTS: Mapping[str, Mutant] = {
    "checkpoint before write": Mutant(_checkpoint_before_write, 20),
    "cursor before apply": Mutant(_cursor_before_apply, 60),
    "no restore check": Mutant(_no_restore_check, 20),
    "epoch only": Mutant(_epoch_only, 40),
    "cursor not proven": Mutant(_cursor_unproven, 20, world=few("A1", "T1", meanwhile=0.3, hub_restored_unnoticed=0.1)),
    "content not checked": Mutant(_content_unchecked, 40),
    "same id is enough": Mutant(_same_id_is_enough, 40, frozenset({"twin"})),
    "overwritten": Mutant(_overwritten, 40, frozenset({"twin"})),
    "acknowledged before commit": Mutant(_acknowledged_before_commit, 20),
    "anchor and cursor in another transaction": Mutant(
        _peer_elsewhere, 60, frozenset({"hub_restored"}), {"laptop_killed": 0.5, "hub_restored": 0.2}
    ),
    "bare sequence as cursor": Mutant(_bare_sequence, 20),
    "wall clock as cursor": Mutant(_wall_clock_cursor, 20),
    "dedupe by batch": Mutant(_dedupe_by_batch, 20),
    "XML written again": Mutant(_written_again, 20),
    "pruned when acknowledged": Mutant(_pruned_when_acknowledged, 20),
    "pruned before its photograph": Mutant(
        _pruned_before_its_photograph, 40, frozenset({"photo", "pruned"}), {"photo": 0.9, "pruned": 0.6}
    ),
    "any nonce": Mutant(_any_nonce, 40),
    "every area": Mutant(_every_area, 20),
    "old positions count": Mutant(
        _old_positions_count, 60, frozenset({"hub_restored"}), {"hub_restored": 0.2, "same_house": 0.9}
    ),
    "a pull replaces edits": Mutant(_pull_replaces, 20, world=few("A1", "T1", meanwhile=0.3, same_house=0.9)),
    "events by clock": Mutant(_events_by_clock, 60, frozenset({"clocks"}), {"clocks": 0.5}),
    "impure derivation": Mutant(_impure, 20),
    "audit log not linked": Mutant(_audit_unlinked, 20),
    "saved before commit": Mutant(_saved_before_commit, 20),
    "refused and forgotten": Mutant(_refused_and_forgotten, 20),
    "rejected is removed": Mutant(_rejected_is_removed, 40),
    "half a photograph": Mutant(_half_a_photograph, 40),
    "held is not sent again": Mutant(_from_the_start_only, 40),
    **{name: Mutant(put_in, seeds, frozenset(where)) for name, (put_in, seeds, where) in ROAD.items()},
    **{name: Mutant(put_in, 40, world=world) for name, (put_in, world) in ALONE.items()},
}
