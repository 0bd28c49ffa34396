"""Faults put into the shipped code of sticks and of the hub above, one at a time, as `simulation_mutants` does."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from simulation_faults import LONGEST, ON_THE_ROAD, Profile, Road

from sync.bundle import content
from sync.client import stick as laptop_stick
from sync.hub import above, relay, runs
from sync.store import bundles, outbox, pruning


def stick_acknowledges() -> Any:
    """What lies on a stick counts as handed over."""
    real = bundles.Bundles.written

    def written(self: Any, id: bytes, carried: Any, *, path: str) -> None:
        real(self, id, carried, path=path)
        with self._context.database.write() as connection:
            connection.exec_driver_sql("UPDATE record SET state = 'acknowledged' WHERE state = 'sent'")

    return patch.object(bundles.Bundles, "written", written)


def each_stick_once() -> Any:
    """A stick holds only what was on none before."""
    real = bundles.Bundles.carry

    def carry(self: Any, max_bytes: int) -> Any:
        carried = real(self, max_bytes)
        known = self.__dict__.setdefault("known", set())
        fresh = tuple(run for run in carried.runs if run.envelopes[-1].instance_id not in known)
        known.update(envelope.instance_id for run in fresh for envelope in run.envelopes)
        return replace(carried, runs=fresh)

    return patch.object(bundles.Bundles, "carry", carry)


def used_while_read() -> Any:
    """The hub uses the parts of a bundle as it comes to them, before it has seen the end."""

    def check_whole(file: Any, key: Any) -> Any:
        return content.Reader(file, key).opened

    return patch.object(content, "check_whole", check_whole)


@contextmanager
def old_answers() -> Iterator[None]:
    """An answer from before the hub was put back is believed, whether or not it proves where the laptop stands."""

    def same_log(answer: Any, _known: Any, *, asked: bool) -> bool:
        return asked or answer.after != b""

    with (
        patch.object(laptop_stick, "_same_log", same_log),
        patch.object(bundles.Bundles, "newer", lambda _self, _told: True),
        patch.object(bundles.Bundles, "stale", lambda _self, _epoch: False),
    ):
        yield


def rows_from_anywhere() -> Any:
    """The rows of an answer are applied wherever they go on from."""
    real = laptop_stick._with_pages

    def with_pages(on_store: Any, tally: Any, answer: Any, *, asked: bool) -> Any:
        return real(on_store, tally, answer, asked=True)

    return patch.object(laptop_stick, "_with_pages", with_pages)


def lost_unnoticed() -> Any:
    """A laptop does not see from an answer that the hub has lost something."""

    def same_past(_on_store: Any, _answer: Any, *, asked: bool) -> int:
        return 0

    return patch.object(laptop_stick, "_same_past", same_past)


def pruned_below() -> Any:
    """A laptop lets go of what the township's hub has in a backup, and the county's has not."""

    def ready(connection: Any, before: str) -> Any:
        backed_up = connection.exec_driver_sql("SELECT backed_up_n FROM peer").scalar_one()
        rows = connection.exec_driver_sql(f"{pruning._READY} AND r.n <= ?", (before, backed_up))
        return [row.id for row in rows]

    return patch.object(pruning, "_ready", ready)


def pruned_when_signed() -> Any:
    """A laptop lets go of what the county has signed for, wherever its backup ends."""
    real = outbox.Outbox.prune

    def prune(self: Any, *, before: str) -> Any:
        with self._context.database.write() as connection:
            connection.exec_driver_sql(
                "INSERT INTO setting (name, value) VALUES (?, '1000000')"
                " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (pruning.BACKED_UP_ABOVE,),
            )
        return real(self, before=before)

    return patch.object(outbox.Outbox, "prune", prune)


def handed_on_first() -> Any:
    """The township notes a run as handed on when it sends it."""
    real = relay.Relay._forward

    def forward(self: Any, kept: Any) -> None:
        self._hub.write(lambda there: runs.signed_above(there, kept, above.NOT_WHOLE))
        real(self, kept)

    return patch.object(relay.Relay, "_forward", forward)


def above_believed() -> Any:
    """The township does not look whether the county has gone back."""
    return patch.object(above, "start_again", above.known)


def records_handed_on_alone() -> Any:
    """The township hands on runs without their last record."""
    real = runs.whole

    def whole(connection: Any, kept: Any) -> Any:
        run = real(connection, kept)
        if run is None or len(run.envelopes) < 2:
            return run
        return replace(run, envelopes=run.envelopes[:-1])

    return patch.object(runs, "whole", whole)


def written_again_above() -> Any:
    """The township hands on XML with other line ends."""
    real = runs.whole

    def whole(connection: Any, kept: Any) -> Any:
        run = real(connection, kept)
        if run is None:
            return None
        again = tuple(replace(one, xml=one.xml.replace(b"</data>", b"</data>\n")) for one in run.envelopes)
        return replace(run, envelopes=again)

    return patch.object(runs, "whole", whole)


ROAD: Mapping[str, tuple[Callable[[], Any], int, set[str]]] = {
    "stick: written is handed over": (stick_acknowledges, 20, {"stick"}),
    "stick: each record once": (each_stick_once, 20, {"by_stick", "stick_lost"}),
    "stick: used while it is read": (used_while_read, 60, {"stick_spoilt", "by_stick", "photo"}),
    "stick: loss not noticed": (lost_unnoticed, 60, {"by_stick", "hub_restored"}),
    "relay: pruned below the county": (pruned_below, 40, {"county", "pruned"}),
    "relay: pruned when signed": (pruned_when_signed, 60, {"county", "pruned"}),
    "relay: handed on before it is": (handed_on_first, 20, {"county"}),
    "relay: the county is believed": (above_believed, 40, {"county", "county_restored"}),
    "relay: XML written again": (written_again_above, 20, {"county"}),
    "relay: runs cut short": (records_handed_on_alone, 20, {"county"}),
}
"""Name: what puts it in, how many worlds may be needed at most, and what these have."""


def few(*members: str, by_stick: Collection[str] = (), **likely: float) -> Profile:
    """A world of few laptops on a good line, in which nothing happens but what is `likely`."""
    road = {name: much for name, much in likely.items() if name in ON_THE_ROAD}
    return Profile(
        steps=LONGEST,
        members=members,
        bad_line=0.0,
        troubles=(),
        likely={name: much for name, much in likely.items() if name not in road},
        road=Road(by_stick=frozenset(by_stick), likely=road),
    )


ALONE: Mapping[str, tuple[Callable[[], Any], Profile]] = {
    "stick: old answers count": (old_answers, few("T1", by_stick={"T1"}, stick=0.6, hub_restored_unnoticed=0.1)),
    "stick: rows from anywhere": (rows_from_anywhere, few("T1", by_stick={"T1"}, stick=0.3, laptop_restored=0.2)),
}
"""Name: what puts it in, and the world that shows it: elsewhere it is healed by what is said of the hub besides."""
