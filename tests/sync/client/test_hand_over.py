"""Workspaces and a hub, each with its real store, through whatever a line can do."""

from __future__ import annotations

import contextlib
import shutil
import threading
from contextlib import ExitStack
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import plain_records
import pytest
from envelopes import new_uuid
from hub_world import VILLAGE, Clock, Direct, World
from laptop_world import Workspace, make_workspace, quick_world

from forms.errors import Fault, Kind
from sync.client import engine
from sync.client.engine import Step, hand_over
from sync.client.http import HttpTransport
from sync.client.stopping import breaking_off
from sync.hub import admin
from sync.hub import log as hub_log
from sync.hub.server import serving
from sync.protocol import Page, Pull, Push, PushReply, Role
from sync.store import opening
from sync.store.api import FormSource, NewAttachment, RecordState

pytestmark = pytest.mark.together


def states(workspace: Workspace) -> list[RecordState]:
    return [row.state for row in workspace.store.records.list().rows]


def test_a_request_is_answered_and_the_answer_comes_back(village: Workspace, township: Workspace) -> None:
    request = new_uuid(village.chance)
    instance = village.finalise("request", plain_records.request(village.chance, uuid=request))
    done = village.hand_over()
    assert (done.pushed, done.held, done.rejected) == (1, 0, 0)
    assert states(village) == [RecordState.ACKNOWLEDGED]
    assert township.hand_over().pulled > 0
    record = township.store.records.get(instance)
    assert record is not None
    assert record.row.state is RecordState.PULLED
    township.finalise(
        "request_update", plain_records.update(township.chance, request, "assign", dept="power", days="5")
    )
    township.finalise(
        "request_update",
        plain_records.update(township.chance, request, "answer", outcome="done", did="修好了", answer_text="修好了"),
    )
    assert township.hand_over().pushed == 2
    village.hand_over()
    detail = village.store.requests.get(request)
    assert detail is not None
    assert (detail.item.state, detail.item.answer) == ("answered", "修好了")
    village.finalise("told", plain_records.told(village.chance, request))
    village.hand_over()
    township.hand_over()
    for workspace in (village, township):
        found = workspace.store.requests.get(request)
        assert found is not None
        assert (found.item.state, found.item.late) == ("told", 0)


def test_with_nothing_to_do_hello_is_the_only_request(village: Workspace) -> None:
    village.hand_over()
    village.transport.traffic.requests = 0  # type: ignore[attr-defined]
    assert village.hand_over().requests == 1


class Line(Direct):
    """A line that breaks at one call: before it reaches the hub, or after, so that only the answer is lost."""

    def __init__(self, hub: Any, at: int, *, after: bool) -> None:
        super().__init__(hub)
        self.at, self.after, self.calls = at, after, 0

    def _through(self, call: Any, message: Any) -> Any:
        self.calls += 1
        broken = Fault("sync.unreachable", Kind.UNREACHABLE, url="")
        if self.calls == self.at and not self.after:
            raise broken
        reply = call(message)
        if self.calls == self.at:
            raise broken
        return reply

    def hello(self, message: Any) -> Any:
        return self._through(self.hub.hello, message)

    def push(self, message: Any) -> Any:
        return self._through(self.hub.push, message)

    def pull(self, message: Any) -> Any:
        return self._through(self.hub.pull, message)

    def attach(self, message: Any) -> Any:
        return self._through(self.hub.attach, message)


def test_a_line_that_breaks_anywhere_loses_and_doubles_nothing(world: World, village: Workspace) -> None:
    expected = 0
    for at in range(2, 5):  # push, attach, pull
        for after in (False, True):
            photo = NewAttachment("photo.jpg", village.chance.randbytes(1_000))
            xml = plain_records.request(village.chance, uuid=new_uuid(village.chance))
            village.finalise("request", xml, attachments=(photo,))
            village.finalise("household", plain_records.household(village.chance))
            expected += 2
            line = Line(world.hub, at, after=after)
            village.hand_over(transport=line)
            assert line.calls > at
            assert admin.stats(world.hub).records == expected
    assert set(states(village)) == {RecordState.ACKNOWLEDGED}
    assert admin.stats(world.hub).attachments_missing == 0
    assert admin.stats(world.hub).quarantined == 0


def test_a_hub_that_is_away_at_first_is_said_at_once(village: Workspace, world: World) -> None:
    village.finalise("request", plain_records.request(village.chance))
    waits: list[float] = []
    with pytest.raises(Fault, match=r"sync\.unreachable"):
        village.hand_over(transport=Line(world.hub, 1, after=False), wait=lambda s: bool(waits.append(s)))
    assert waits == []
    assert states(village) == [RecordState.WAITING]


class Stale(Direct):
    """Answers every push with what it answered to the first."""

    first: Any = None

    def push(self, message: Any) -> Any:
        reply = self.hub.push(message)
        self.first = self.first or reply
        return self.first


class Forged(Direct):
    def push(self, message: Any) -> Any:
        return replace(self.hub.push(message), backed_up_n=99)


def test_stale_and_forged_replies_change_nothing(village: Workspace, world: World) -> None:
    village.finalise("request", plain_records.request(village.chance))

    stale = Stale(world.hub)
    village.hand_over(transport=stale)
    village.finalise("request", plain_records.request(village.chance))
    with pytest.raises(Fault, match=r"sync\.stale_reply"):
        village.hand_over(transport=stale)
    assert states(village) == [RecordState.ACKNOWLEDGED, RecordState.SENT]
    with pytest.raises(Fault, match=r"sync\.false_hub"):
        village.hand_over(transport=Forged(world.hub))
    assert states(village) == [RecordState.ACKNOWLEDGED, RecordState.SENT]
    assert village.hand_over().duplicate == 1


def test_a_restored_hub_gets_everything_again(village: Workspace, world: World, tmp_path: Path) -> None:
    village.finalise("request", plain_records.request(village.chance))
    village.hand_over()
    world.hub.close()
    shutil.copytree(world.folder, tmp_path / "backup")
    village.transport.hub = world.reopen()  # type: ignore[attr-defined]
    village.finalise("request", plain_records.request(village.chance))
    village.hand_over()
    assert admin.stats(world.hub).records == 2
    world.hub.close()
    shutil.rmtree(world.folder)
    shutil.copytree(tmp_path / "backup", world.folder)
    village.transport.hub = world.reopen()  # type: ignore[attr-defined]
    assert admin.stats(world.hub).records == 1
    done = village.hand_over()
    assert (done.resent, done.pushed, done.duplicate) == (2, 1, 1)
    assert admin.stats(world.hub).records == 2
    assert set(states(village)) == {RecordState.ACKNOWLEDGED}


class Broken(Direct):
    """Breaks the first answer to a push, as `fault` says."""

    fault: Fault | None = None

    def push(self, message: Any) -> Any:
        reply = self.hub.push(message)
        fault, self.fault = self.fault, None
        if fault is not None:
            raise fault
        return reply


@pytest.mark.parametrize(
    ("fault", "refused"),
    [
        (Fault("sync.malformed", Kind.DAMAGED, field="kind"), False),
        (Fault("vault.disk_full", Kind.DAMAGED, path="hub.db"), False),
        (Fault("hub.form_changed", Kind.DAMAGED, form="household", version="1"), True),
    ],
)
def test_a_form_waits_on_where_only_the_answer_is_broken(
    village: Workspace, world: World, fault: Fault, refused: bool
) -> None:
    xform = (files("resources") / "xforms" / "household.xml").read_bytes()
    source = FormSource("own", "1", "", xform.replace(b'id="household"', b'id="own"', 1))
    line = Broken(world.hub)
    line.fault = fault
    done = None
    with contextlib.suppress(Fault):
        done = hand_over(village.on_store, line, quick_world(), forms=(source,))
    assert (done is not None and bool(done.unpublished)) == refused


def test_a_form_that_was_taken_is_known_with_the_hub_s_log(village: Workspace, world: World) -> None:
    xform = (files("resources") / "xforms" / "household.xml").read_bytes()
    source = FormSource("own", "1", "", xform.replace(b'id="household"', b'id="own"', 1))
    done = hand_over(village.on_store, Direct(world.hub), quick_world(), forms=(source,))
    assert done.published == ("own/1",)
    assert "own" in {form for form, _ in done.changed.forms}
    epoch = world.hub.identity.epoch
    there = world.hub.read(lambda connection: hub_log.anchor(connection, epoch))
    assert village.store.inbox.anchor() == there  # so that one put back to a time before is noticed


class Between(Direct):
    """Lets something happen between hello and the first pull."""

    happens: Any = None

    def pull(self, message: Any) -> Any:
        happens, self.happens = self.happens, None
        if happens is not None:
            happens()
        return self.hub.pull(message)


def test_a_restored_hub_is_noticed_by_the_cursor_too(
    village: Workspace, township: Workspace, world: World, tmp_path: Path
) -> None:
    other = make_workspace(tmp_path / "other", world, VILLAGE, Role.VILLAGE, seed=3)
    township.hand_over()
    other.finalise("household", plain_records.household(other.chance))
    other.hand_over()
    world.hub.close()
    shutil.copytree(world.folder, tmp_path / "backup")

    def reopen() -> None:
        for each in (village, township, other):
            each.transport.hub = world.hub  # type: ignore[attr-defined]

    world.reopen()
    reopen()
    village.finalise("request", plain_records.request(village.chance))
    line = Between(world.hub)
    line.happens = village.hand_over
    township.hand_over(transport=line)  # its cursor is now past what it knew of the log
    world.hub.close()
    shutil.rmtree(world.folder)
    shutil.copytree(tmp_path / "backup", world.folder)
    world.reopen()
    reopen()
    uuids = [new_uuid(other.chance) for _ in range(2)]
    for uuid in uuids:
        other.finalise("request", plain_records.request(other.chance, uuid=uuid))
    other.hand_over()
    township.hand_over()
    assert all(township.store.requests.get(uuid) for uuid in uuids)
    other.store.close()


def test_a_township_laptop_put_back_in_time_goes_on(village: Workspace, township: Workspace, tmp_path: Path) -> None:
    folder = township.store.folder
    township.hand_over()
    township.store.close()
    shutil.copytree(folder, tmp_path / "image")
    key = opening.unlock(folder, user="王秀兰", secret="a quiet river runs")

    def reopen() -> None:
        township.store = opening.open_store(folder, key, writer=True, clock=Clock())

    reopen()
    lost = township.finalise("household", plain_records.household(township.chance))
    township.hand_over()
    township.store.close()
    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "image", folder)
    reopen()
    township.hand_over()
    found = township.store.records.get(lost)
    assert found is not None
    assert found.row.state is RecordState.ACKNOWLEDGED
    township.finalise("household", plain_records.household(township.chance))
    assert township.hand_over().pushed == 1
    assert township.hand_over().rejected == 0


def test_stopping_keeps_what_got_through(village: Workspace, world: World) -> None:
    for _ in range(3):
        village.finalise("request", plain_records.request(village.chance))
    stop = iter([False, False, True])
    done = village.hand_over(cancelled=lambda: next(stop, True))
    assert done.cancelled
    assert village.hand_over().pushed + done.pushed == 3


def test_stopping_breaks_off_the_request_that_is_under_way(
    village: Workspace, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    village.finalise("request", plain_records.request(village.chance))
    asked, over = threading.Event(), threading.Event()

    def late(_message: Push) -> PushReply:
        asked.set()
        over.wait(60)
        raise Fault("sync.unreachable", Kind.UNREACHABLE, url="")

    monkeypatch.setattr(world.hub, "push", late)
    with serving(world.hub, world.folder) as address:
        line = HttpTransport(address.url, identity=village.store.identity().hub_identity)
        with breaking_off(line.abort, asked.is_set):
            done = village.hand_over(transport=line, cancelled=asked.is_set)
        line.close()
        assert done.cancelled
        assert not over.is_set()
        over.set()
    assert states(village) == [RecordState.SENT]


def test_it_says_how_far_it_is_and_waits_longer_after_each_break(
    village: Workspace, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "FIRST_BATCH", 500)
    for _ in range(12):
        village.finalise("household", plain_records.household(village.chance))
    village.hand_over()
    said = [(each.done, each.total) for each in village.seen if each.step is Step.PUSH]
    assert said[0] == (0, 12)
    assert said[-1] == (12, 12)
    assert len(said) > 2
    assert said == sorted(said)

    village.finalise("household", plain_records.household(village.chance))
    waits: list[float] = []
    broken = Fault("sync.unreachable", Kind.UNREACHABLE, url="")

    def cut(_message: Push) -> PushReply:
        raise broken

    monkeypatch.setattr(world.hub, "push", cut)
    chances = iter((0.0, 0.5, 1.0))
    with pytest.raises(Fault, match=r"sync\.unreachable"):
        village.hand_over(wait=lambda seconds: bool(waits.append(seconds)), chance=lambda: next(chances))
    assert waits == [0.5 * 0.5, 1.0 * 1.0, 2.0 * 1.5]


def test_attachments_follow_the_text_within_the_budget(village: Workspace, township: Workspace) -> None:
    content = village.chance.randbytes(130_000)
    xml = plain_records.request(village.chance)
    instance = village.finalise("request", xml, attachments=(NewAttachment("photo.jpg", content),))
    first = village.hand_over(budget=0)
    assert (first.pushed, first.files_up, first.deferred) == (1, 0, True)
    assert village.hand_over().files_up == 1
    assert township.hand_over().files_down == 1
    assert b"".join(township.store.records.attachment(instance, "photo.jpg")) == content
    assert Step.ATTACH in {progress.step for progress in village.seen}


def test_a_revoked_laptop_is_told_and_keeps_its_records(village: Workspace, world: World) -> None:
    village.finalise("request", plain_records.request(village.chance))
    admin.revoke(world.hub, village.store.identity().device)
    with pytest.raises(Fault, match=r"hub\.revoked"):
        village.hand_over()
    assert states(village) == [RecordState.HELD]
    assert [one.reason for one in admin.list_quarantined(world.hub)] == ["revoked"]


def test_over_https_a_hundred_requests_are_small(world: World, tmp_path: Path) -> None:
    with ExitStack() as stack:
        url = stack.enter_context(serving(world.hub, world.folder)).url
        enrolling = HttpTransport(url)
        stack.callback(enrolling.close)
        village = make_workspace(
            tmp_path / "village", world, VILLAGE, Role.VILLAGE, seed=1, transport=enrolling, url=url
        )
        stack.callback(village.store.close)

        def over_https() -> HttpTransport:
            transport = HttpTransport(url, identity=village.store.identity().hub_identity)
            stack.callback(transport.close)
            return transport

        village.hand_over(transport=over_https())
        for _ in range(100):
            village.finalise("request", plain_records.request(village.chance))
        done = village.hand_over(transport=over_https())
        assert done.pushed == 100
        assert done.bytes_up <= 250 * 100
        again = village.hand_over(transport=over_https())
        assert (again.requests, again.bytes_up + again.bytes_down < 1024) == (1, True)


class Silent(Direct):
    """A hub that answers every push and settles nothing, and ends no pull."""

    def push(self, message: Push) -> PushReply:
        self.traffic.requests += 1
        return self.hub._sign(replace(self.hub.push(message), results=(), signature=b""))


def test_large_records_that_are_nearly_the_same_go_in_batches_that_a_hub_unpacks(
    village: Workspace, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Packed they are small whatever their number; a hub refuses what grows too much, and would for ever."""
    monkeypatch.setattr(engine, "MOST_PLAIN", 300_000)
    empty = b" " * 40_000 + b"</data>"
    for _ in range(30):
        village.finalise("request", plain_records.request(village.chance).replace(b"</data>", empty))
    sizes = []
    with serving(world.hub, world.folder) as address:
        over = HttpTransport(address.url, identity=village.store.identity().hub_identity)
        push = over.push

        def watched(message: Push) -> PushReply:
            sizes.append(sum(len(envelope.xml) for envelope in message.run.envelopes))
            return push(message)

        monkeypatch.setattr(over, "push", watched)
        assert village.hand_over(transport=over).pushed == 30
        over.close()
    assert max(sizes) < 300_000


def test_a_record_that_the_hub_does_not_unpack_is_refused_and_holds_up_no_other(
    village: Workspace, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    push = world.hub.push

    def bounded(message: Push) -> PushReply:
        if sum(len(envelope.xml) for envelope in message.run.envelopes) > 50_000:
            raise Fault("sync.too_large", Kind.DAMAGED, limit=50_000)
        return push(message)

    monkeypatch.setattr(world.hub, "push", bounded)
    written = [plain_records.request(village.chance) for _ in range(40)]
    written[3] = written[3].replace(b"</data>", b" " * 60_000 + b"</data>")
    ids = [village.finalise("request", xml) for xml in written]
    done = village.hand_over()
    assert (done.pushed, done.rejected) == (39, 1)
    (refused,) = (row for row in village.store.records.list().rows if row.state is RecordState.REJECTED)
    assert (refused.instance_id, refused.reason) == (ids[3], "too_large")
    kept = village.store.records.get(ids[3])
    assert kept is not None
    assert kept.xml == written[3]


def test_a_hub_that_settles_nothing_is_left(world: World, village: Workspace) -> None:
    village.finalise("request", plain_records.request(village.chance))
    silent = Silent(world.hub)
    with pytest.raises(Fault, match=r"sync\.no_progress"):
        village.hand_over(transport=silent)
    assert silent.traffic.requests < 10
    assert village.hand_over().duplicate == 1


class Endless(Direct):
    def pull(self, message: Pull) -> Page:
        self.traffic.requests += 1
        page = self.hub.pull(message)
        return self.hub._sign(replace(page, rows=(), cursor=message.cursor, more=True, signature=b""))


def test_a_hub_whose_pages_never_end_is_left(world: World, village: Workspace) -> None:
    village.hand_over()
    village.finalise("request", plain_records.request(village.chance))
    with pytest.raises(Fault, match=r"sync\.no_progress"):
        village.hand_over(transport=Endless(world.hub))
    assert states(village) == [RecordState.ACKNOWLEDGED]


def test_a_damaged_file_keeps_no_answer_back(village: Workspace, township: Workspace) -> None:
    photo = NewAttachment("a.jpg", bytes(100_000))
    village.finalise("request", plain_records.request(village.chance), attachments=(photo,))
    for path in (village.store.folder / opening.BLOBS).glob("??/*"):
        path.write_bytes(b"x" * path.stat().st_size)
    township.hand_over()
    township.finalise("household", plain_records.household(township.chance))
    township.hand_over()
    done = village.hand_over()
    assert (done.pushed, done.files_up) == (1, 0)
    assert done.pulled > 0
