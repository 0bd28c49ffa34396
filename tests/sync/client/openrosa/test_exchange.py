"""A workspace and a platform, over HTTP: everything arrives once, whatever the line and the server do."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from laptop_world import quick_world
from openrosa_server import (
    TOKEN,
    EntityList,
    Flavour,
    Handler,
    PlatformServer,
    chokes_on,
    cut,
    once,
    running,
    stored_but_unheard,
)
from service_world import PASSPHRASE, clock
from small_forms import bind, inputs, xform

from desktop.main import main
from desktop.services.desk import TheDesk
from desktop.services.exchange.platform import described
from desktop.services.filling.records import record_row
from desktop.services.keeping.workspace import create
from desktop.services.values import RecordState
from forms.errors import Fault, Kind
from forms.text import Text
from sync.client.openrosa import address
from sync.client.openrosa.exchange import exchange
from sync.client.openrosa.http import connected
from sync.client.openrosa.up import Sent, Terms, send
from sync.protocol import Role

pytestmark = pytest.mark.together

U1, U2 = "4f8a0a3e-0c1d-4b7e-9a57-7c1d3a2b1c01", "4f8a0a3e-0c1d-4b7e-9a57-7c1d3a2b1c02"
ROOT = '<data id="visits" version="3">'
META = "<meta><instanceID/></meta>"
UID = '<bind nodeset="/data/meta/instanceID" type="string" jr:preload="uid"/>'
VISITS = xform(
    f"<name/><photo/><plan/>{META}",
    model=bind("name", type="string") + bind("photo", type="binary") + bind("plan", type="binary") + UID,
    body=inputs("name")
    + '<upload ref="/data/photo" mediatype="image/*"><label>p</label></upload>'
    + '<upload ref="/data/plan" mediatype="image/*"><label>q</label></upload>',
    root=ROOT,
)
OTHER = VISITS.replace(b'id="visits"', b'id="other"')
TREES = xform(
    '<tree/><height/><meta><instanceID/><entity dataset="trees" id="" update="1" baseVersion="" trunkVersion=""'
    ' branchId=""><label/></entity></meta>',
    model='<instance id="trees" src="jr://file-csv/trees.csv"/>'
    + bind("tree", type="string")
    + bind("height", type="int", entities_saveto="height")
    + UID
    + '<bind nodeset="/data/meta/entity/@id" calculate="/data/tree"/>'
    + '<bind nodeset="/data/meta/entity/@baseVersion" calculate='
    + "\"instance('trees')/root/item[name= /data/tree ]/__version\"/>"
    + '<bind nodeset="/data/meta/entity/@trunkVersion" calculate='
    + "\"instance('trees')/root/item[name= /data/tree ]/__trunkVersion\"/>"
    + '<bind nodeset="/data/meta/entity/@branchId" calculate='
    + "\"instance('trees')/root/item[name= /data/tree ]/__branchId\"/>"
    + '<bind nodeset="/data/meta/entity/label" calculate="concat(\'tree \', /data/height)"/>',
    body='<select1 ref="/data/tree"><label>t</label><itemset nodeset="instance(\'trees\')/root/item">'
    '<value ref="name"/><label ref="label"/></itemset></select1>' + inputs("height"),
    root='<data id="measure" version="1">',
).replace(b"<model>", b'<model entities:entities-version="2024.1.0">')


@pytest.fixture
def platform() -> Iterator[PlatformServer]:
    with running(PlatformServer()) as found:
        found.publish("visits", "3", VISITS)
        yield found


def joined(folder: Path, platform: PlatformServer, **login: Any) -> TheDesk:
    opened = create(
        folder,
        user="li",
        passphrase=PASSPHRASE,
        role=Role.VILLAGE,
        area="990621101202",
        clock=clock(),
        platform=described(platform.base, **login),
    )
    return opened.desk(writer=True)


@pytest.fixture
def desk(tmp_path: Path, platform: PlatformServer) -> TheDesk:
    desk = joined(tmp_path / "w", platform)
    desk.hand_over.run()
    return desk


def add(desk: TheDesk, name: str, folder: Path | None = None, **files: bytes) -> str:
    answers: dict[str, Any] = {"name": name}
    for question, content in files.items():
        assert folder is not None
        path = folder / f"{name}-{question}.jpg"
        path.write_bytes(content)
        answers[question] = {"file": path.name}
    return desk.batch("visits").add(answers, base=folder or Path()).instance_id


def states(desk: TheDesk) -> list[str]:
    return [row.state.value for row in desk.context.store.records.list().rows]


def test_forms_come_down_and_records_go_up_byte_for_byte(desk: TheDesk, platform: PlatformServer) -> None:
    assert [row.form_id for row in desk.context.store.forms.list()] == ["visits"]
    ids = [add(desk, name) for name in ("王伟", "李娜")]
    done = desk.hand_over.run()
    assert (done.pushed, done.held, done.rejected) == (2, 0, 0)
    assert list(platform.submissions) == ids
    for instance in ids:
        found = desk.context.store.records.get(instance)
        assert found is not None
        assert platform.submissions[instance].xml == found.xml
    assert states(desk) == ["acknowledged"] * 2


def test_nothing_to_do_asks_for_the_list_alone(desk: TheDesk, platform: PlatformServer) -> None:
    platform.log.clear()
    done = desk.hand_over.run()
    assert [path.rpartition("/")[2] for _, path, _ in platform.log] == ["formList"]
    assert done.requests == 1


def test_files_go_with_their_record(desk: TheDesk, platform: PlatformServer, tmp_path: Path) -> None:
    instance = add(desk, "王伟", tmp_path, photo=b"\xff\xd8 photo", plan=b"\xff\xd8 plan")
    done = desk.hand_over.run()
    assert sorted(platform.submissions[instance].files.values()) == [b"\xff\xd8 photo", b"\xff\xd8 plan"]
    assert done.pushed == 1
    assert len(platform.posts) == 1


def test_files_that_do_not_fit_together_go_one_after_the_other(
    desk: TheDesk, platform: PlatformServer, tmp_path: Path
) -> None:
    platform.limit = 50_000
    instance = add(desk, "王伟", tmp_path, photo=b"a" * 40_000, plan=b"b" * 40_000)
    desk.hand_over.run()
    assert len(platform.posts) == 2
    assert sorted(map(len, platform.submissions[instance].files.values())) == [40_000, 40_000]


def test_a_lost_answer_doubles_nothing(desk: TheDesk, platform: PlatformServer) -> None:
    add(desk, "王伟")
    platform.strange.append(stored_but_unheard)
    done = desk.hand_over.run()
    assert done.pushed == 1
    assert len(platform.submissions) == 1
    assert platform.posts[0].count(b"<data") == platform.posts[1].count(b"<data") == 1


def test_a_line_that_stays_cut_keeps_everything(desk: TheDesk, platform: PlatformServer) -> None:
    add(desk, "王伟")
    platform.strange += [cut] * 12
    with pytest.raises(Fault) as told:
        desk.hand_over.run()
    assert told.value.kind is Kind.UNREACHABLE
    assert states(desk) == ["waiting"]
    platform.strange.clear()
    assert desk.hand_over.run().pushed == 1


def test_a_busy_server_gets_the_identical_bytes_again(desk: TheDesk, platform: PlatformServer) -> None:
    add(desk, "王伟")
    platform.strange += [once(503), once(429)]
    assert desk.hand_over.run().pushed == 1
    bodies = {_submitted(post) for post in platform.posts}
    assert len(bodies) == 1


def test_a_record_on_which_the_server_fails_again_and_again_holds_up_no_other(
    desk: TheDesk, platform: PlatformServer
) -> None:
    """As Ona does with a version of an entity form that it does not know."""
    poisoned = [add(desk, name) for name in ("王伟", "王芳", "王军")]
    sound = [add(desk, name) for name in ("李娜", "李强")]
    platform.strange.append(chokes_on([name.encode() for name in poisoned]))
    for _ in range(2):  # two in a row are taken for trouble of the server's
        assert sent(desk, platform).later
    assert sorted(platform.submissions) == sorted(sound)
    assert states(desk).count("waiting") == 3
    platform.strange.clear()
    assert desk.hand_over.run().pushed == 3


def _submitted(post: bytes) -> bytes:
    return post[post.index(b"<data") : post.index(b"</data>")]


def sent(desk: TheDesk, platform: PlatformServer, *, waited: list[float] | None = None) -> Sent:
    """What goes up, without waiting in fact."""
    terms = Terms(
        wait=lambda seconds: waited is not None and bool(waited.append(seconds)),
        chance=lambda: 0.5,
        cancelled=lambda: False,
        report=lambda _done: None,
        device="d",
    )
    store = desk.context.store.platforms
    with connected(address.platform(platform.base)) as server:
        return send(lambda work: work(store), server, terms, Sent())


def test_a_server_that_names_a_time_is_not_asked_before(desk: TheDesk, platform: PlatformServer) -> None:
    add(desk, "王伟")
    waited: list[float] = []
    platform.strange.append(once(429, "slow down", "text/plain", Retry_After="7"))
    assert sent(desk, platform, waited=waited).delivered == 1
    add(desk, "李娜")
    platform.strange.append(once(503, "", "text/plain", Retry_After="3600"))
    found = sent(desk, platform, waited=waited)
    assert (found.delivered, found.later, waited) == (0, True, [7.0])
    assert sorted(states(desk)) == ["acknowledged", "waiting"]


def test_stopping_breaks_off_the_post_that_is_under_way(desk: TheDesk, platform: PlatformServer) -> None:
    add(desk, "王伟")
    asked, over = threading.Event(), threading.Event()

    def silent(handler: Handler) -> bool:
        asked.set()
        over.wait(60)
        return cut(handler)

    platform.strange += [silent] * 4
    store = desk.context.store.platforms
    with connected(address.platform(platform.base)) as server:
        world = quick_world(cancelled=asked.is_set, wait=lambda _seconds: asked.is_set())
        done = exchange(lambda work: work(store), server, world, device="d")
    assert (done.cancelled, over.is_set(), states(desk)) == (True, False, ["waiting"])
    over.set()
    platform.strange.clear()
    assert desk.hand_over.run().pushed == 1


def test_what_moved_on_the_same_server_is_followed(desk: TheDesk, platform: PlatformServer) -> None:
    home = platform.base.removeprefix(platform.url)
    platform.moved = {"/formList": f"{home}/list/"}
    with pytest.raises(Fault) as told:
        desk.hand_over.run()
    assert told.value.code == "openrosa.missing"
    platform.moved = {"/formList": f"{home}/list/", "/list/": "https://elsewhere.example/formList"}
    with pytest.raises(Fault) as told:
        desk.hand_over.run()
    assert told.value.code == "openrosa.elsewhere"
    platform.moved = {"/formList": "formList"}
    with pytest.raises(Fault) as told:
        desk.hand_over.run()
    assert told.value.code == "openrosa.strange"
    platform.moved = {}
    add(desk, "王伟")
    platform.strange.append(once(307, "", "text/html", Location=f"{home}/submission?moved=1"))
    assert desk.hand_over.run().pushed == 1


def test_a_file_beyond_what_the_server_takes_holds_up_no_other(
    desk: TheDesk, platform: PlatformServer, tmp_path: Path
) -> None:
    """nginx closes while the file still comes; the answer is not heard."""
    platform.limit = 50_000
    add(desk, "王伟", tmp_path, photo=b"a" * 60_000)
    second = add(desk, "李娜")
    platform.strange += [cut] * 6
    done = desk.hand_over.run()
    assert (done.pushed, done.rejected, list(platform.submissions)) == (1, 1, [second])
    platform.limit = 100_000
    assert desk.hand_over.again() == 1
    assert desk.hand_over.run().pushed == 1


def test_a_network_that_wants_a_login_first_loses_nothing(desk: TheDesk, platform: PlatformServer) -> None:
    add(desk, "王伟")
    platform.strange += [once(200, "<html>welcome to our network</html>")] * 3
    done = desk.hand_over.run()
    assert (done.pushed, states(desk)) == (0, ["waiting"])
    assert desk.hand_over.run().pushed == 1


def test_a_conflict_that_was_a_race_is_confirmed_later(desk: TheDesk, platform: PlatformServer) -> None:
    add(desk, "王伟")
    platform.strange.append(once(409, "This submission has been deleted.", "text/plain"))
    done = desk.hand_over.run()
    assert (done.pushed, done.held) == (0, 1)
    assert states(desk) == ["sent"]
    assert desk.hand_over.run().pushed == 1


def test_a_conflict_that_stays_is_parked_with_the_servers_words(desk: TheDesk, platform: PlatformServer) -> None:
    first, second = add(desk, "王伟"), add(desk, "李娜")
    platform.strange.append(once(409, "different XML", "text/plain"))
    desk.hand_over.run()
    platform.strange.append(once(409, "different XML", "text/plain"))
    done = desk.hand_over.run()
    assert (done.rejected, list(platform.submissions)) == (1, [second])
    (row,) = desk.hand_over.list(RecordState.REJECTED)
    assert row.instance_id == first
    assert "409: different XML" in row.reason


def test_one_refused_record_holds_up_no_other_and_may_go_again(desk: TheDesk, platform: PlatformServer) -> None:
    add(desk, "王伟")
    second = add(desk, "李娜")
    platform.strange.append(once(404, '{"message":"no such version"}', "application/json"))
    done = desk.hand_over.run()
    assert (done.pushed, done.rejected, list(platform.submissions)) == (1, 1, [second])
    assert desk.hand_over.again() == 1
    assert desk.hand_over.run().pushed == 1


def test_the_command_lets_what_was_refused_go_once_more(
    tmp_path: Path, platform: PlatformServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = joined(tmp_path / "w", platform)
    desk.hand_over.run()
    add(desk, "王伟")
    platform.strange.append(once(404, '{"message":"no such version"}', "application/json"))
    assert desk.hand_over.run().rejected == 1
    desk.close()
    monkeypatch.setenv("HAMLET_PASSPHRASE", PASSPHRASE)
    pushed = []
    for more in ((), ("--again",)):
        assert main(["sync", "--json", "--workspace", str(tmp_path / "w"), *more]) == 0
        pushed.append(json.loads(capsys.readouterr().out)["pushed"])
    assert pushed == [0, 1]


def test_a_revoked_link_stops_the_queue_and_keeps_it(desk: TheDesk, platform: PlatformServer) -> None:
    add(desk, "王伟")
    platform.revoked = True
    with pytest.raises(Fault) as told:
        desk.hand_over.run()
    assert (told.value.code, told.value.kind) == ("openrosa.denied", Kind.DENIED)
    assert states(desk) == ["waiting"]
    platform.revoked = False
    assert desk.hand_over.run().pushed == 1


def test_an_edit_replaces_and_waits_for_its_original(desk: TheDesk, platform: PlatformServer) -> None:
    first = add(desk, "王伟")
    opening = desk.filling.correct(first)
    opening.session.set("/data/name", "王韦")
    second = desk.filling.hand_in(opening, ()).instance_id
    platform.strange.append(once(409, "race", "text/plain"))
    assert desk.hand_over.run().pushed == 0  # the edit went nowhere: its original is not there yet
    assert len(platform.posts) == 1
    assert desk.hand_over.run().pushed == 2
    assert platform.submissions[first].replaced_by == second


def test_a_form_that_is_offered_no_more(desk: TheDesk, platform: PlatformServer) -> None:
    platform.publish(
        "other", "1", VISITS.replace(b'id="visits"', b'id="other"').replace(b'version="3"', b'version="1"')
    )
    del platform.forms["visits"]
    desk.hand_over.run()
    assert desk.context.store.platforms.retired() == {"visits"}


def test_a_form_that_cannot_be_taken_holds_up_no_other(desk: TheDesk, platform: PlatformServer) -> None:
    platform.publish("broken", "1", b"<h:html>")
    platform.publish(
        "other", "1", VISITS.replace(b'id="visits"', b'id="other"').replace(b'version="3"', b'version="1"')
    )
    done = desk.hand_over.run()
    assert done.unpublished == ("broken",)
    assert {row.form_id for row in desk.context.store.forms.list()} == {"visits", "other"}


class TestEntities:
    @pytest.fixture
    def trees(self, platform: PlatformServer) -> EntityList:
        platform.publish("measure", "1", TREES)
        platform.attached["measure"] = ["trees"]
        platform.lists["trees"] = EntityList(
            ("height",), {U1: ("elm", 1, {"height": "3"}), U2: ("oak", 4, {"height": "9"})}
        )
        return platform.lists["trees"]

    def test_another_change_of_one_waits_for_the_record_that_the_server_fails_on(
        self, desk: TheDesk, platform: PlatformServer, trees: EntityList
    ) -> None:
        desk.hand_over.run()
        first, second, other = (
            desk.batch("measure").add({"tree": tree, "height": height}, base=Path()).instance_id
            for tree, height in ((U1, "5"), (U1, "6"), (U2, "7"))
        )
        platform.strange.append(chokes_on([first.encode()], 503))
        assert sent(desk, platform).delivered == 1
        assert list(platform.submissions) == [other]
        platform.strange.clear()
        assert desk.hand_over.run().pushed == 2
        assert list(platform.submissions) == [other, first, second]

    def _rows(self, desk: TheDesk) -> dict[str, tuple[str, str, int]]:
        found = desk.context.store.entities.all("trees")
        return {item.uuid: (item.label, item.properties["height"], item.version) for item in found if not item.deleted}

    def test_a_list_comes_and_is_not_asked_for_again(
        self, desk: TheDesk, platform: PlatformServer, trees: EntityList
    ) -> None:
        desk.hand_over.run()
        assert self._rows(desk) == {U1: ("elm", "3", 1), U2: ("oak", "9", 4)}
        platform.log.clear()
        desk.hand_over.run()
        assert not [path for _, path, _ in platform.log if path.endswith("trees.csv")]

    def test_a_change_of_ours_stays_on_top_until_the_list_has_it(
        self, desk: TheDesk, platform: PlatformServer, trees: EntityList
    ) -> None:
        desk.hand_over.run()
        instance = desk.batch("measure").add({"tree": U1, "height": "4"}, base=Path()).instance_id
        assert self._rows(desk)[U1] == ("tree 4", "4", 2)
        trees.tag = "2"  # the list changed, but our change is not in it yet: workers are slow
        trees.rows[U2] = ("oak", 5, {"height": "10"})
        desk.hand_over.run()
        xml = platform.submissions[instance].xml
        assert b'baseVersion="1"' in xml
        assert b'trunkVersion="1"' in xml
        assert b'branchId=""' not in xml
        assert self._rows(desk) == {U1: ("tree 4", "4", 2), U2: ("oak", "10", 5)}
        trees.tag = "3"
        trees.rows[U1] = ("tree 4 of theirs", 2, {"height": "4"})
        desk.hand_over.run()
        assert self._rows(desk)[U1] == ("tree 4 of theirs", "4", 2)

    def test_what_is_missing_is_asked_about(self, desk: TheDesk, platform: PlatformServer, trees: EntityList) -> None:
        desk.hand_over.run()
        del trees.rows[U2]
        trees.deleted.add(U2)
        trees.tag = "2"
        desk.hand_over.run()
        assert set(self._rows(desk)) == {U1}
        assert [path for _, path, _ in platform.log if path.endswith("/integrity")]


class TestOna:
    @pytest.fixture
    def ona(self) -> Iterator[PlatformServer]:
        with running(PlatformServer(Flavour.ONA)) as found:
            found.publish("visits", "3", VISITS)
            found.login = ("village", "letmein")
            yield found

    def test_a_digest_challenge_is_answered(self, ona: PlatformServer, tmp_path: Path) -> None:
        (tmp_path / "password").write_text("letmein\n")
        desk = joined(tmp_path / "w", ona, login="village", password_file=tmp_path / "password")
        desk.hand_over.run()
        add(desk, "王伟")
        assert desk.hand_over.run().pushed == 1

    def test_a_wrong_password_is_told_and_nothing_lost(self, ona: PlatformServer, tmp_path: Path) -> None:
        (tmp_path / "password").write_text("wrong")
        desk = joined(tmp_path / "w", ona, login="village", password_file=tmp_path / "password")
        with pytest.raises(Fault) as told:
            desk.hand_over.run()
        assert told.value.code == "openrosa.denied"

    def test_a_list_without_versions_or_tags(self, ona: PlatformServer, tmp_path: Path) -> None:
        ona.login = None
        ona.publish("measure", "1", TREES)
        ona.attached["measure"] = ["trees"]
        ona.lists["trees"] = EntityList(("height",), {U1: ("elm", 1, {"height": "3"})})
        desk = joined(tmp_path / "w", ona)
        desk.hand_over.run()
        source = desk.context.store.forms.get("measure")
        assert source is not None
        assert b"elm" in source.media["trees.csv"]


def test_no_secret_reaches_a_log_or_a_message(
    desk: TheDesk, platform: PlatformServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    add(desk, "王伟")
    platform.strange += [cut] * 12
    with pytest.raises(Fault) as told:
        desk.hand_over.run()
    assert TOKEN not in told.value.message(Text("en"))
    assert TOKEN not in str(desk.hand_over.status())
    assert not [record for record in caplog.records if TOKEN in record.getMessage()]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_refusal_is_told_with_the_servers_words_and_what_can_be_done(
    desk: TheDesk, platform: PlatformServer, language: str
) -> None:
    add(desk, "王伟")
    platform.strange.append(once(410, "deprecated one is gone", "text/plain"))
    desk.hand_over.run()
    stored = desk.context.store.records.list().rows[0]
    reason = record_row(stored, replace(desk.context, text=Text(language))).reason
    assert "410: deprecated one is gone" in reason
    assert ("请告诉管平台的人" if language == "zh" else "Tell whoever keeps the platform") in reason
