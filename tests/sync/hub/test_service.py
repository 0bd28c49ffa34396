"""What the hub does with what laptops send, and what it gives to whom."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import plain_records
import pytest
from envelopes import new_uuid
from hub_world import (
    AREAS,
    GROUP,
    NEIGHBOUR,
    NEIGHBOUR_GROUP,
    PASSPHRASE,
    TOWNSHIP,
    Clock,
    Laptop,
    World,
    make_world,
)
from sqlalchemy import Connection

from forms.errors import Fault, Kind
from forms.load import load_form
from sync import publication
from sync.hub import admin, opening
from sync.hub.log import Entry, Log
from sync.protocol import Outcome, Role, RowKind


def kinds(rows: object) -> list[tuple[str, str]]:
    return [(str(row.kind), row.key) for row in rows]  # type: ignore[attr-defined]


def test_a_record_is_stored_once_and_the_same_again_is_a_duplicate(world: World) -> None:
    laptop = world.laptop()
    xml = plain_records.request(laptop.chance)
    envelope = laptop.envelope(xml, area=AREAS.path(GROUP))
    first = laptop.push_message([envelope])
    reply = world.hub.push(first)
    assert [result.outcome for result in reply.results] == [Outcome.STORED]
    again = world.hub.push(first)
    assert [result.outcome for result in again.results] == [Outcome.DUPLICATE]
    assert again.results[0].n == reply.results[0].n
    stats = admin.stats(world.hub)
    assert (stats.records, stats.duplicates, stats.quarantined) == (1, 1, 0)
    assert admin.export_record(world.hub, envelope.instance_id) == xml


def test_the_course_of_a_request_reaches_village_township_and_department(world: World) -> None:
    village, township = world.laptop(), world.laptop(TOWNSHIP, Role.TOWNSHIP, seed=2)
    power = world.laptop(TOWNSHIP, Role.DEPARTMENT, departments=["power"], seed=3)
    other = world.laptop(TOWNSHIP, Role.DEPARTMENT, departments=["water"], seed=4)
    for laptop in (village, township, power, other):
        laptop.pull_all()
    request = new_uuid(village.chance)
    village.hand_in(plain_records.request(village.chance, uuid=request))
    assert [kind for kind, _ in kinds(village.pull_all())] == ["entity"]
    assert [kind for kind, _ in kinds(township.pull_all())] == ["entity", "record"]
    assert power.pull_all() == other.pull_all() == []
    reply = township.hand_in(
        plain_records.update(township.chance, request, "assign", dept="power"), form="request_update"
    )
    assert reply.results[0].outcome is Outcome.STORED
    assert [kind for kind, _ in kinds(power.pull_all())] == ["entity", "event"]
    assert other.pull_all() == []
    answer = plain_records.update(
        power.chance, request, "answer", outcome="done", did="修好了", answer_text="修好了", dept="power"
    )
    assert power.hand_in(answer, form="request_update").results[0].outcome is Outcome.STORED
    rows = village.pull_all()
    events = [row for row in rows if row.kind is RowKind.EVENT]
    assert [row.body["values"]["action"] for row in sorted(events, key=lambda row: row.body["n"])] == [
        "assign",
        "answer",
    ]
    assert (
        village.hand_in(plain_records.told(village.chance, request), form="told").results[0].outcome is Outcome.STORED
    )


def test_a_neighbour_sees_nothing_and_may_not_write_here(world: World) -> None:
    village, neighbour = world.laptop(), world.laptop(NEIGHBOUR, seed=2)
    neighbour.pull_all()
    request = new_uuid(village.chance)
    village.hand_in(plain_records.request(village.chance, uuid=request))
    assert neighbour.pull_all() == []
    foreign = neighbour.hand_in(plain_records.told(neighbour.chance, request), form="told")
    assert (foreign.results[0].outcome, foreign.results[0].reason) == (Outcome.REJECTED, "area")
    claimed = neighbour.hand_in(plain_records.request(neighbour.chance, area=GROUP))
    assert (claimed.results[0].outcome, claimed.results[0].reason) == (Outcome.REJECTED, "area")
    own = neighbour.hand_in(plain_records.request(neighbour.chance, area=NEIGHBOUR_GROUP))
    assert own.results[0].outcome is Outcome.STORED
    assert admin.stats(world.hub).quarantined == 2


def test_the_same_id_with_other_content_never_overwrites(world: World) -> None:
    laptop = world.laptop()
    first = laptop.envelope(plain_records.request(laptop.chance))
    laptop.push(first)
    other = laptop.envelope(first.xml.replace("三天".encode(), "五天".encode()))
    reply = laptop.push(other)
    assert (reply.results[0].outcome, reply.results[0].reason) == (Outcome.REJECTED, "same_id")
    assert admin.export_record(world.hub, first.instance_id) == first.xml
    assert len(admin.list_quarantined(world.hub)) == 2
    assert [kind for _, kind, _, _ in admin.alarms(world.hub)] == ["same_id"]


def test_one_poisoned_record_does_not_stop_the_others(world: World) -> None:
    laptop = world.laptop()
    good = [laptop.envelope(plain_records.request(laptop.chance)) for _ in range(2)]
    bad_xml = laptop.envelope(b"<data", form="request", instance_id="uuid:" + new_uuid(laptop.chance))
    bad_commit = laptop.envelope(plain_records.request(laptop.chance))
    bad_commit = replace(bad_commit, xml=bad_commit.xml + b" ")
    last = laptop.envelope(plain_records.request(laptop.chance))
    reply = laptop.push(*good, bad_xml, bad_commit, last)
    assert [result.outcome for result in reply.results] == [
        Outcome.STORED,
        Outcome.STORED,
        Outcome.REJECTED,
        Outcome.REJECTED,
        Outcome.STORED,
    ]
    assert [result.reason for result in reply.results[2:4]] == ["xml", "commit"]
    assert {item.reason for item in admin.list_quarantined(world.hub)} == {"xml", "commit"}
    assert admin.export_quarantined(world.hub, admin.list_quarantined(world.hub)[0].id)


def test_an_unknown_form_is_held_and_read_once_it_is_published(world: World) -> None:
    village, township = world.laptop(), world.laptop(TOWNSHIP, Role.TOWNSHIP, seed=2)
    village.pull_all()
    township.pull_all()
    old = plain_records.version_of("request").encode()
    xml = plain_records.request(village.chance).replace(b'version="' + old, b'version="3000010101')
    reply = village.hand_in(xml)
    assert (reply.results[0].outcome, reply.results[0].reason) == (Outcome.HELD, "form_unknown")
    assert kinds(village.pull_all()) == []
    assert [kind for kind, _ in kinds(township.pull_all())] == ["record"]
    source = (Path(plain_records.__file__).parents[2] / "resources/xforms/request.xml").read_bytes()
    assert world.hub.publish_form(source.replace(b'version="' + old, b'version="3000010101'))
    assert admin.stats(world.hub).held == 0
    assert [kind for kind, _ in kinds(village.pull_all())] == ["form", "entity", "receipt"]


def test_a_supervisor_reads_all_and_writes_nothing_but_what_is_published(world: World) -> None:
    village, supervisor = world.laptop(), world.laptop(TOWNSHIP, Role.SUPERVISOR, seed=2)
    village.hand_in(plain_records.request(village.chance))
    assert {"entity", "record", "form", "list"} == {kind for kind, _ in kinds(supervisor.pull_all())}
    refused = supervisor.hand_in(plain_records.request(supervisor.chance)).results[0]
    assert (refused.outcome, refused.reason) == (Outcome.REJECTED, "role")
    table = plain_records.publication(supervisor.chance, "refuse", "release-1", reason_not="x")
    assert supervisor.hand_in(table, form="publication").results[0].outcome is Outcome.STORED


def test_pages_are_cut_and_lose_nothing(world: World) -> None:
    village = world.laptop()
    village.pull_all()
    cursor = village.cursor
    village.hand_in(*[plain_records.household(village.chance) for _ in range(40)], form="household")
    whole = village.pull_all()
    village.cursor = cursor
    small = village.pull_all(max_bytes=1_000)
    assert small == whole
    assert len(whole) == 40
    assert not village.hello().waiting


def test_a_revoked_laptop_hears_it_and_gets_nothing(world: World) -> None:
    laptop = world.laptop()
    admin.revoke(world.hub, laptop.identity.device)
    assert laptop.hello().revoked
    with pytest.raises(Fault, match=r"hub\.revoked"):
        laptop.pull()
    results = laptop.hand_in(plain_records.request(laptop.chance)).results
    assert [(one.outcome, one.reason) for one in results] == [(Outcome.HELD, "revoked")]
    assert admin.stats(world.hub).records == 0


def test_everything_is_there_after_a_restart(world: World) -> None:
    laptop = world.laptop()
    laptop.hand_in(plain_records.request(laptop.chance))
    before = admin.stats(world.hub)
    laptop.transport.hub = world.reopen()
    assert admin.stats(world.hub) == before
    assert laptop.hello(anchor=laptop.hello().anchor).proven


def publish(laptop: Laptop, xform: bytes) -> None:
    extra = publication.pack([publication.Publication(xform)])
    message = laptop.push_message([laptop.envelope(plain_records.request(laptop.chance))])
    empty = replace(message, run=replace(message.run, envelopes=(), signature=bytes(64)), extra=extra)
    laptop.transport.push(laptop.signed(empty))


def form_with(form_id: str, version: str) -> bytes:
    source = (files("resources") / "xforms" / "told.xml").read_bytes()
    old = plain_records.version_of("told")
    return source.replace(b'id="told"', f'id="{form_id}"'.encode()).replace(old.encode(), version.encode())


def test_a_villages_own_form_reaches_its_area_only(world: World) -> None:
    village, second, neighbour = world.laptop(), world.laptop(), world.laptop(NEIGHBOUR)
    township = world.laptop(TOWNSHIP, Role.TOWNSHIP)
    for laptop in (village, second, neighbour, township):
        laptop.pull_all()
    publish(village, form_with("well", "1"))
    for laptop in (village, second, township):
        assert kinds(laptop.pull_all()) == [("form", "well/1")]
    assert neighbour.pull_all() == []
    publish(township, form_with("well", "1"))
    assert kinds(neighbour.pull_all()) == [("form", "well/1")]


def test_nobody_below_the_township_changes_what_all_fill_in(world: World) -> None:
    village = world.laptop()
    power = world.laptop(TOWNSHIP, Role.DEPARTMENT, departments=["power"])
    with pytest.raises(Fault, match=r"hub\.form_taken"):
        publish(village, form_with("told", "3000010101"))
    with pytest.raises(Fault, match=r"hub\.form_changed"):
        publish(village, form_with("told", plain_records.version_of("told")).replace("告知".encode(), "知告".encode()))
    with pytest.raises(Fault, match=r"hub\.no_right"):
        publish(power, form_with("well", "1"))
    for bad in (b"", b"<x/>", b"<h:html", form_with("well", "1")[:500]):
        with pytest.raises(Fault):
            publish(village, bad)


def test_a_hub_is_made_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(opening, "publish_pack", killed)
        with pytest.raises(KeyboardInterrupt):
            opening.create(
                tmp_path / "hub", name="x", area=TOWNSHIP, passphrase=PASSPHRASE, load=load_form, clock=Clock()
            )
    assert list(tmp_path.iterdir()) == []


def test_a_hub_with_laptops_stays_in_its_folder(tmp_path: Path) -> None:
    world = make_world(tmp_path / "hub")
    try:
        world.laptop()
        key = opening.unlock(world.folder, PASSPHRASE)
        with pytest.raises(Fault, match=r"hub\.has_moved_in"):
            opening.settle(world.folder, key, "postgresql://h/d", load=load_form, clock=world.clock)
        assert (world.folder / opening.DATABASE).exists()
    finally:
        world.hub.close()


def test_no_log_is_made_twice(world: World) -> None:
    """A hub that was put back and takes the same record again has another log: what stands beside it may be gone."""
    laptop = world.laptop()
    envelope = laptop.envelope(plain_records.request(laptop.chance))
    heads = []

    def take(connection: Connection) -> None:
        log = Log(connection, now="2026-11-23T08:00:00Z")
        log.append(Entry.RECORD, envelope.instance_id, envelope.commit)
        heads.append((log.n, log.head))
        raise Fault("hub.went_back", Kind.DAMAGED)

    for _ in range(2):
        with pytest.raises(Fault):
            world.hub.write(take)
    assert heads[0][0] == heads[1][0]
    assert heads[0][1] != heads[1][1]


def test_a_log_read_again_has_the_same_heads(world: World) -> None:
    laptop = world.laptop()
    laptop.hand_in(plain_records.request(laptop.chance), plain_records.request(laptop.chance))

    def read_again(connection: Connection) -> bytes:
        *_, start, first, last = connection.exec_driver_sql("SELECT * FROM log ORDER BY n").all()
        connection.exec_driver_sql("DELETE FROM log WHERE n >= ?", (first.n,))
        connection.exec_driver_sql("UPDATE log_head SET n = ?, head = ?", (start.n, start.head))
        log = Log(connection, now=first.at, salt=first.salt)
        for row in (first, last):
            log.append(Entry(row.kind), row.key, row.digest)
        assert log.head == last.head
        raise Fault("hub.went_back", Kind.DAMAGED)

    with pytest.raises(Fault):
        world.hub.write(read_again)
