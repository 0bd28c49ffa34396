"""A township's own matters and departments, put in place at its hub, reach the forms."""

import socket
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
from hub_world import PASSPHRASE, World, make_world
from service_world import clock

from desktop.services.office.hub import serve
from desktop.services.office.hub_lists import publish
from desktop.services.office.pack_forms import NewerForm, keep_up, newer, renew
from forms.casework.lists import BadList
from forms.errors import Fault
from forms.load import load_form
from sync.hub import opening, sql
from sync.hub.forms import newest_form, published_list
from sync.hub.pack import publish_missing, publish_pack, shipped, version_of

pytestmark = pytest.mark.together

TODAY = date(2026, 12, 1)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path / "hub")
    publish_pack(made.hub)
    yield made
    made.hub.close()


def list_file(folder: Path, name: str, *changed: tuple[str, str]) -> Path:
    text = (files("resources") / "pack" / name).read_text("utf-8-sig")
    for right, wrong in changed:
        assert right in text
        text = text.replace(right, wrong, 1)
    (folder / name).write_text(text, "utf-8")
    return folder / name


def choices(world: World, form_id: str, question: str) -> dict[str, str]:
    found = world.hub.read(lambda there: newest_form(there, form_id))
    assert found is not None
    form = load_form(found[1], name=form_id)
    (asked,) = (each for each in form.questions if each.name == question)
    return {value: labels["中文 (zh)"] for value, labels in asked.choices}


def test_own_matters_and_departments_are_in_the_forms(world: World, tmp_path: Path) -> None:
    more = ("\nA02,A", "\nA20,A,代办高龄津贴,,dbgljt,ZW,7,,normal,0,0,0,0,本镇\nA02,A")
    matters = list_file(tmp_path, "matters.csv", more, ("K05,K,危险水域、溺水", "K05,K,危险水域"))
    departments = list_file(
        tmp_path, "departments.csv", ("\nSB,", "\nZW,政务服务中心,Service centre,zwfwzx,township\nSB,")
    )
    done = publish(world.hub, [matters, departments], today=TODAY)
    assert set(done.lists) == {"matters.csv", "departments.csv"}
    assert set(done.forms) >= {"request", "request_update"}
    assert done.own == ()
    assert choices(world, "request", "matter")["A20"] == "代办高龄津贴"
    assert choices(world, "request_update", "dept")["ZW"] == "政务服务中心"
    version, _ = world.hub.read(lambda there: newest_form(there, "request")) or ("", b"")
    assert version == "2026120150"
    assert "代办高龄津贴".encode() in (world.hub.read(lambda there: published_list(there, "matters.csv")) or b"")


def test_again_changes_nothing_and_the_next_list_makes_the_next_version(world: World, tmp_path: Path) -> None:
    first = list_file(tmp_path, "matters.csv", ("申请低保", "低保申请"))
    assert "request" in publish(world.hub, [first], today=TODAY).forms
    again = publish(world.hub, [first], today=TODAY)
    assert (again.lists, again.forms) == ((), ())
    second = list_file(tmp_path, "matters.csv", ("申请低保", "办理低保"))
    assert "request" in publish(world.hub, [second], today=TODAY).forms
    assert choices(world, "request", "matter")["A01"] == "办理低保"
    version, _ = world.hub.read(lambda there: newest_form(there, "request")) or ("", b"")
    assert version == "2026120151"


def test_a_bad_list_changes_nothing(world: World, tmp_path: Path) -> None:
    before = world.hub.read(lambda there: newest_form(there, "request"))
    good = list_file(tmp_path, "departments.csv", ("民政办", "民政所"))
    bad = list_file(tmp_path, "matters.csv", ("sqdb,MZ,30", "sqdb,QQ,soon"))
    with pytest.raises(BadList) as raised:
        publish(world.hub, [good, bad], today=TODAY)
    assert {(each.row, each.column) for each in raised.value.problems} == {(2, "dept"), (2, "days")}
    assert world.hub.read(lambda there: newest_form(there, "request")) == before
    kept = world.hub.read(lambda there: published_list(there, "departments.csv"))
    assert kept == (files("resources") / "pack" / "departments.csv").read_bytes()


def test_a_department_that_matters_name_cannot_go(world: World, tmp_path: Path) -> None:
    gone = list_file(tmp_path, "departments.csv", ("MZ,民政办", "XX,民政办"))
    with pytest.raises(BadList) as raised:
        publish(world.hub, [gone], today=TODAY)
    assert {each.code for each in raised.value.problems} == {"dept"}


def test_a_form_that_was_changed_here_stays(world: World, tmp_path: Path) -> None:
    found = world.hub.read(lambda there: newest_form(there, "request"))
    assert found is not None
    own = found[1].replace(found[0].encode(), b"2026113001").replace("怎么回事".encode(), "出了什么事".encode())
    assert world.hub.publish_form(own)
    done = publish(world.hub, [list_file(tmp_path, "matters.csv", ("申请低保", "低保申请"))], today=TODAY)
    assert done.own == ("request",)
    newest = world.hub.read(lambda there: newest_form(there, "request"))
    assert newest is not None
    assert newest[1] == own


def test_outlines_are_checked_against_the_areas_and_reach_the_villages(world: World, tmp_path: Path) -> None:
    drawn = list_file(tmp_path, "outlines.geojson")
    assert publish(world.hub, [drawn], today=TODAY).lists == ("outlines.geojson",)
    assert world.hub.read(lambda there: published_list(there, "outlines.geojson")) == drawn.read_bytes()
    wrong = list_file(tmp_path, "outlines.geojson", ('"code":"990621101201"', '"code":"990621101999"'))
    with pytest.raises(Fault) as refused:
        publish(world.hub, [wrong], today=TODAY)
    assert (refused.value.code, refused.value.values["area"]) == ("outlines.unknown_area", "990621101999")


def serve_in_vain(made: World) -> None:
    """As `hub serve` begins, where another program listens already."""
    made.hub.close()
    key = opening.unlock(made.folder, PASSPHRASE)
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(Fault, match="cannot_listen"):
        serve(made.folder, key, host="127.0.0.1", port=taken.getsockname()[1], clock=clock(), ready=print)


def test_a_hub_of_an_older_program_gets_the_forms_that_it_lacks(tmp_path: Path) -> None:
    made = make_world(tmp_path / "hub")
    gone = "DELETE FROM form WHERE form_id IN ('publication', 'opinion_check')"
    made.hub.write(lambda there: sql.run(there, gone))
    assert publish_missing(made.hub) == ("opinion_check", "publication")
    assert publish_missing(made.hub) == ()
    made.hub.write(lambda there: sql.run(there, gone))
    serve_in_vain(made)
    again = made.reopen()
    assert again.read(lambda there: newest_form(there, "publication")) is not None
    again.close()


def older(form: str, version: str = "2026010101") -> bytes:
    """A form of the pack as an older program brought it."""
    found = shipped(form)
    return found.replace(version_of(found).encode(), version.encode(), 1)


def published(made: World, form: str) -> tuple[str, bytes]:
    found = made.hub.read(lambda there: newest_form(there, form))
    assert found is not None
    return found


@pytest.fixture
def behind(tmp_path: Path) -> Iterator[World]:
    """A hub of an older program, which made the forms of visits and requests; somebody changed the one that tells."""
    made = make_world(tmp_path / "behind")
    made.hub.write(lambda there: sql.run(there, "DELETE FROM form WHERE form_id IN ('visit', 'request', 'told')"))
    made.hub.write(lambda there: sql.run(there, "DELETE FROM made_form"))
    for form in ("visit", "request", "told"):
        made.hub.publish_form(older(form))
    note = "INSERT INTO made_form VALUES (:form, '2026010101', '2026010101')"
    for form in ("visit", "request"):
        made.hub.write(lambda there, form=form: sql.run(there, note, form=form))
    yield made
    made.hub.close()


def test_a_newer_program_renews_the_forms_that_it_made_and_offers_those_that_were_changed(behind: World) -> None:
    assert {(each.form_id, each.own) for each in newer(behind.hub)} == {
        ("request", False), ("told", True), ("visit", False)
    }  # fmt: skip
    assert keep_up(behind.hub, today=TODAY) == ("request", "visit")
    assert published(behind, "visit") == (version_of(shipped("visit")), shipped("visit"))
    assert published(behind, "told")[1] == older("told"), "what somebody changed is theirs"
    versions = "SELECT version FROM form WHERE form_id = 'visit'"
    kept = behind.hub.read(lambda there: sql.run(there, versions).scalars().all())
    assert "2026010101" in kept, "records that were written with it keep it"
    assert keep_up(behind.hub, today=TODAY) == ()
    assert newer(behind.hub) == (NewerForm("told", "2026010101", version_of(shipped("told")), own=True),)
    assert renew(behind.hub, ["told"], today=TODAY) == ("told",)
    assert newer(behind.hub) == ()


def test_a_form_that_is_renewed_keeps_the_townships_own_matters(behind: World, tmp_path: Path) -> None:
    publish(behind.hub, [list_file(tmp_path, "matters.csv", ("申请低保", "低保申请"))], today=date(2026, 1, 2))
    version, _ = published(behind, "request")
    note = "UPDATE made_form SET pack = '2026010101' WHERE form_id = 'request'"
    behind.hub.write(lambda there: sql.run(there, note))
    assert keep_up(behind.hub, today=TODAY) == ("request", "visit")
    assert choices(behind, "request", "matter")["A01"] == "低保申请"
    assert published(behind, "request")[0] == "2026120150" > version
    assert keep_up(behind.hub, today=TODAY) == ()
