"""R11: chained envelopes under signed heads. Every flipped byte is detected; what is bad is kept aside, not dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import envelopes
import plain_records
import pytest
from hub_world import Laptop, World, make_world

from forms.errors import Fault
from sync import crypto
from sync.hub import admin
from sync.protocol import Attachment, Envelope, Outcome, Push, Run
from sync.wire import Codec, Packing

PLAIN = Codec(crypto.commit, Packing.PLAIN)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = make_world(tmp_path_factory.mktemp("r11") / "hub")
    yield made
    made.hub.close()


def small(laptop: Laptop, count: int = 1) -> list[Envelope]:
    file = Attachment("a.jpg", bytes(range(32)), 7)
    return [
        laptop.envelope(plain_records.told(laptop.chance, "0b8f9e2c-4a57-4a3e-9f0e-0d3a3a1f0001"), form="told")
        if at
        else laptop.envelope(plain_records.request(laptop.chance), attachments=(file,))
        for at in range(count)
    ]


def resigned(laptop: Laptop, message: Push, run: Run) -> Push:
    """As one who holds the device's connection but cannot sign runs for it would send it."""
    return laptop.signed(replace(message, run=run))  # type: ignore[no-any-return]


@pytest.mark.slow
def test_every_flipped_byte_of_a_push_is_detected(world: World) -> None:
    laptop = world.laptop()
    body = PLAIN.encode(laptop.push_message(small(laptop)))
    before = admin.stats(world.hub)
    for at in range(len(body)):
        damaged = bytearray(body)
        damaged[at] ^= 1 << (at % 8)
        try:
            reply = world.hub.push(PLAIN.decode(Push, bytes(damaged)))
        except Fault:
            continue
        assert {result.outcome for result in reply.results} == {Outcome.REJECTED}, at
    after = admin.stats(world.hub)
    assert (after.records, after.head_n) == (before.records, before.head_n)
    assert [result.outcome for result in world.hub.push(PLAIN.decode(Push, body)).results] == [Outcome.STORED]


def test_every_flipped_byte_of_a_stored_run_is_detected_and_kept_aside(world: World) -> None:
    """The same where the outer signature is good: a relay's disk, or a laptop's own, has changed what was signed."""
    laptop = world.laptop()
    items = small(laptop, 2)
    message = laptop.push_message(items)
    known = {item.id for item in admin.list_quarantined(world.hub)}
    xml = items[1].xml
    for at in range(0, len(xml), 7):
        other = xml[:at] + bytes([xml[at] ^ 1]) + xml[at + 1 :]
        run = replace(message.run, envelopes=(items[0], replace(items[1], xml=other)))
        results = world.hub.push(resigned(laptop, message, run)).results
        assert results[0].outcome in (Outcome.STORED, Outcome.DUPLICATE)
        assert (results[1].outcome, results[1].reason) == (Outcome.REJECTED, "commit")
    kept = [item for item in admin.list_quarantined(world.hub) if item.id not in known]
    assert {item.reason for item in kept} == {"commit"}
    assert {item.instance_id for item in kept} == {items[1].instance_id}
    assert admin.export_quarantined(world.hub, kept[0].id) != xml
    assert world.hub.push(message).results[1].outcome is Outcome.STORED


CHANGES: dict[str, Callable[[Envelope], Envelope]] = {
    "instance_id": lambda e: replace(e, instance_id=e.instance_id[:-1] + ("1" if e.instance_id.endswith("0") else "0")),
    "form_id": lambda e: replace(e, form_id="household"),
    "form_version": lambda e: replace(e, form_version="1"),
    "commit": lambda e: replace(e, commit=bytes(32)),
    "attachments": lambda e: replace(e, attachments=()),
    "attachment hash": lambda e: replace(e, attachments=(replace(e.attachments[0], hash=bytes(32)),)),
    "attachment size": lambda e: replace(e, attachments=(replace(e.attachments[0], size=8),)),
    "area": lambda e: replace(e, area="990621/990621101/990621101202"),
    "author": lambda e: replace(e, author="李四"),
    "seq": lambda e: replace(e, seq=e.seq + 5),
    "device": lambda e: replace(e, device="D2"),
    "wall_time": lambda e: replace(e, wall_time="2020-01-01T00:00:00Z"),
    "clock_offset": lambda e: replace(e, clock_offset=9),
    "suite": lambda e: replace(e, suite=2),
    "unknown suite": lambda e: replace(e, suite=77),
    "protocol": lambda e: replace(e, protocol=2),
    "extra": lambda e: replace(e, extra={"a": 1}),
}


@pytest.mark.parametrize("field", sorted(CHANGES))
def test_every_field_is_covered_by_the_chain(world: World, field: str) -> None:
    laptop = world.laptop()
    items = small(laptop)
    message = laptop.push_message(items)
    run = replace(message.run, envelopes=(CHANGES[field](items[0]),))
    reply = world.hub.push(resigned(laptop, message, run))
    assert reply.results[0].outcome is Outcome.REJECTED
    assert reply.results[0].reason in ("chain", "suite")
    kept = [item for item in admin.list_quarantined(world.hub) if item.instance_id == run.envelopes[0].instance_id]
    assert [item.reason for item in kept] == [reply.results[0].reason]


RUNS: dict[str, Callable[[Sequence[Envelope]], Sequence[Envelope]]] = {
    "dropped first": lambda items: items[1:],
    "dropped last": lambda items: items[:-1],
    "dropped middle": lambda items: [items[0], *items[2:]],
    "swapped": lambda items: [items[1], items[0], *items[2:]],
    "repeated": lambda items: [items[0], items[0], *items[1:]],
}


@pytest.mark.parametrize("how", sorted(RUNS))
def test_a_run_is_taken_whole_or_not_at_all(world: World, how: str) -> None:
    laptop = world.laptop()
    items = small(laptop, 4)
    message = laptop.push_message(items)
    before = admin.stats(world.hub).records
    run = replace(message.run, envelopes=tuple(RUNS[how](items)))
    results = world.hub.push(resigned(laptop, message, run)).results
    assert {(result.outcome, result.reason) for result in results} == {(Outcome.REJECTED, "chain")}
    assert admin.stats(world.hub).records == before


def test_another_devices_run_is_not_taken(world: World) -> None:
    laptop, other = world.laptop(), world.laptop(seed=2)
    run = laptop.run(small(laptop))
    message = other.push_message(small(other))
    results = world.hub.push(resigned(other, message, run)).results
    assert {result.reason for result in results} == {"chain"}


def test_a_forked_chain_is_noted_and_both_sides_are_kept(world: World) -> None:
    laptop = world.laptop()
    one, two = small(laptop), small(laptop)
    fork = [replace(two[0], seq=one[0].seq)]
    assert laptop.push(*one).results[0].outcome is Outcome.STORED
    run = envelopes.run_of(fork, laptop.key)
    message = laptop.signed(Push(bytes(16), laptop.identity.device, laptop.anchor, run, b""))
    assert world.hub.push(message).results[0].outcome is Outcome.STORED
    alarms = [(kind, subject) for _, kind, device, subject in admin.alarms(world.hub)]
    assert ("clone", f"{laptop.identity.device}/1") in alarms


def test_a_gap_is_noted_and_what_came_is_kept(world: World) -> None:
    laptop = world.laptop()
    laptop.run(small(laptop))
    assert laptop.push(*small(laptop)).results[0].outcome is Outcome.STORED
    assert ("gap", f"{laptop.identity.device}/2") in [(k, s) for _, k, _, s in admin.alarms(world.hub)]
