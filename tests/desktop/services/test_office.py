"""An office set up from nothing: its reception, who belongs to it, what it publishes, sticks, copies."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
from office_world import TOWNSHIP, VILLAGES, at, write_down
from service_world import PASSPHRASE, clock, workspace

from desktop.services.desk import TheDesk
from desktop.services.exchange.bundles import hand_to_hub
from desktop.services.keeping.workspace import OpenWorkspace, enrol
from desktop.services.office.founding import begin, found
from desktop.services.office.inbox_values import Channel
from desktop.services.office.office import Office
from desktop.services.office.place import place_of
from desktop.services.office.reception import SETTING, Reception, local_addresses
from desktop.services.rights import Actor
from desktop.tasks import Stopped
from forms.errors import Fault
from forms.text import Text
from sync.protocol import Role

pytestmark = pytest.mark.slow


@dataclass
class Set:
    """An office that was just set up, and its clerk's desk."""

    place: Path
    clerk: OpenWorkspace
    desk: TheDesk
    reception: Reception
    office: Office

    def join(self, name: str, area: str, role: Role = Role.VILLAGE, departments: tuple[str, ...] = ()) -> OpenWorkspace:
        made = self.office.invite(area=area, role=role, departments=departments)
        url = self.reception.own_url
        return enrol(self.place / name, url=url, code=made.code, user="王秀兰", passphrase=PASSPHRASE, clock=clock())


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Set]:
    place = tmp_path_factory.mktemp("office")
    clerk = workspace(place / "township", role=Role.TOWNSHIP, area=TOWNSHIP, user="林晓")
    reception = Reception(place_of(clerk.folder), clock())
    with at(clerk) as desk:
        founded = found(desk.hand_over.here, reception, user="林晓", name="柳林镇便民服务中心")
        assert {name for name, _ in founded.sheet} == {"name", "secret", "backup", "hub"}
        identity = desk.context.store.identity()
        assert identity.enrolled
        assert identity.role is Role.TOWNSHIP
        actor = Actor("林晓", Role.TOWNSHIP, identity.area)
        yield Set(place, clerk, desk, reception, Office(reception, actor, Text("zh"), clock(), own=identity.device))
    reception.stop()


def test_the_first_village_hands_over(here: Set) -> None:
    village = here.join("first", VILLAGES[0])
    write_down(village, count=2)
    here.desk.hand_over.run()
    (row,) = here.desk.inbox.view().batches
    assert (row.village, row.total) == ("柳树湾村", 3)
    state = here.office.state()
    assert (state.running, state.records, state.devices) == (True, 3, 2)
    assert state.name == "柳林镇便民服务中心"
    assert state.addresses == tuple(f"https://{each}:{state.port}" for each in local_addresses())


def test_who_was_shut_out_sends_nothing_and_what_was_finished_waits_for_review(here: Set) -> None:
    village = here.join("second", VILLAGES[1])
    with at(village) as desk:
        desk.hand_over.run()
        device = desk.me.device
    here.office.revoke(device)
    assert next(row for row in here.office.devices() if row.id == device).revoked
    write_down(village, count=1, hand_over=False)
    with at(village) as desk, pytest.raises(Fault, match="revoked"):
        desk.hand_over.run()
    waiting = here.office.to_review()
    assert {(each.person, each.village) for each in waiting} == {("王秀兰", "石桥村")}
    assert set(here.office.accept([each.id for each in waiting]).values()) == {""}
    assert here.office.to_review() == ()
    with pytest.raises(Fault, match="own_device"):
        here.office.revoke(here.office.own)


def test_a_stick_is_read_and_answered(here: Set) -> None:
    village = here.join("third", VILLAGES[2])
    write_down(village, count=2, hand_over=False)
    file = here.place / "stick.hamlet"
    with at(village) as desk:
        desk.bundles.write(file)
    read = hand_to_hub(here.desk.hand_over.here, file)
    here.desk.inbox.came_by_stick(read.area)
    assert (read.stored, read.duplicate) == (3, 0)
    here.desk.hand_over.run()
    row = next(row for row in here.desk.inbox.view().batches if row.village == "大坪村")
    assert (row.channel, row.total) == (Channel.STICK, 3)
    with at(village) as desk:
        desk.bundles.read(read.answer)
        assert desk.hand_over.status().waiting == 0
    file.write_bytes(file.read_bytes()[:-40])
    with pytest.raises(Fault, match=r"bundle\."):
        hand_to_hub(here.desk.hand_over.here, file)


def test_lists_and_calendar_are_published(here: Set) -> None:
    listed = here.office.name_department("XF", "消防队", "Fire brigade")
    assert "departments.csv" in listed.lists
    assert "request_update" in listed.forms
    assert ("XF", "消防队", "Fire brigade") in here.office.departments()
    day = date(2026, 11, 25)
    before = {each.day: each for each in here.office.days(2026)}
    assert before[day].works
    here.office.set_days({day: False}, label="镇里停办一天")
    after = {each.day: each for each in here.office.days(2026)}
    assert (after[day].works, after[day].label) == (False, "镇里停办一天")
    here.desk.hand_over.run()
    assert not here.desk.context.calendar().works(day)
    with pytest.raises(Fault, match="no_such_day"):
        here.office.set_days({date(2030, 1, 1): True})


def test_a_form_is_checked_before_it_is_published(here: Set) -> None:
    book = here.place / "visit.xlsx"
    book.write_bytes((files("resources") / "forms" / "visit.xlsx").read_bytes())
    checked = here.office.check_form(book)
    assert (checked.ok, checked.form_id, checked.known_version) == (True, "visit", checked.version)
    assert not here.office.publish_form(checked)
    bad = here.place / "bad.xml"
    bad.write_bytes(b"<h:html/>")
    refused = here.office.check_form(bad)
    assert not refused.ok
    assert refused.problems
    with pytest.raises(Fault, match="form_not_sound"):
        here.office.publish_form(refused)
    assert (here.office.newer_forms(), here.office.renew_form("told")) == ((), False)


def test_the_reception_is_copied_and_begins_again_with_the_window(here: Set) -> None:
    copy = here.office.back_up(here.place)
    assert copy.stat().st_size > 0
    assert here.office.state().backup is not None
    port = here.reception.port
    here.reception.stop()
    assert not here.office.state().running
    with pytest.raises(Fault, match="not_receiving"):
        here.office.devices()
    assert begin(here.desk.hand_over.here, here.reception)
    assert here.reception.port == port
    assert here.desk.hand_over.run().rejected == 0


def test_a_copy_of_the_reception_says_how_far_it_is_and_stops_at_once_without_a_trace(here: Set) -> None:
    heard: list[tuple[int, int]] = []
    whole = here.place / "copies"
    whole.mkdir()
    here.office.back_up(whole, step=lambda done, all: heard.append((done, all)))
    assert heard == sorted(heard)
    assert heard[-1][0] == heard[-1][1] > 0
    assert len({done for done, _ in heard}) > 10
    before, last = sorted(here.place.iterdir()), here.office.state().backup
    stops = sorted({0, 1, len(heard) // 2, len(heard) - 1})
    for stop in stops:
        left = iter(range(stop))

        def step(_done: int, _all: int, left: Iterator[int] = left) -> None:
            if next(left, None) is None:
                raise Stopped

        elsewhere = here.place / f"copies-{stop}"
        elsewhere.mkdir()
        with pytest.raises(Stopped):
            here.office.back_up(elsewhere, step=step)
        assert list(elsewhere.iterdir()) == []
        elsewhere.rmdir()
    assert (sorted(here.place.iterdir()), here.office.state().backup) == (before, last)


def test_what_opens_the_reception_lies_in_the_encrypted_store_only(here: Set) -> None:
    secret = here.desk.settings.get(SETTING).split('"secret": "')[1].rstrip('"}')
    found = [file for file in here.place.rglob("*") if file.is_file() and secret.encode() in file.read_bytes()]
    assert secret
    assert found == []


def test_other_roles_have_no_office(here: Set) -> None:
    for role in (Role.VILLAGE, Role.DEPARTMENT, Role.SUPERVISOR):
        other = Office(here.reception, Actor("x", role, here.office.actor.area), Text("zh"), clock())
        for ask in (other.state, other.devices, other.to_review, other.departments):
            with pytest.raises(Fault, match="no_right"):
                ask()
