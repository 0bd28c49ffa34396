"""The stick from the command line: two computers that never meet but over a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hamlet_program import HOUSEHOLD, TOWNSHIP, VILLAGE, Program, jsonl, request

pytestmark = pytest.mark.slow


@pytest.fixture
def hub(program: Program) -> Path:
    program.make_hub(program.home / "hub")
    return program.home / "hub"


@pytest.fixture
def stick(program: Program) -> Path:
    made = program.home / "stick"
    made.mkdir()
    return made


def by_file(program: Program, hub: Path, name: str, *, area: str, role: str) -> list[str]:
    """A workspace that began with an enrolment file; the words that choose it."""
    file = program.home / f"{name}.enrolment"
    code = program.ask("hub", "invite", str(hub), "--area", area, "--role", role, "--file", str(file))["code"]
    program.ask("workspace", "init", name, "--enrolment", str(file), "--code", code, "--user", "wang")
    return ["--workspace", str(program.home / name)]


def add(program: Program, form: str, answers: Any, *words: str) -> Any:
    done = program.run("record", "add", form, "--answers", "-", "--json", *words, stdin=jsonl([answers]))
    assert done.code == 0, done
    return done.lines[0]


def test_a_village_that_never_has_a_network_is_served(program: Program, hub: Path, stick: Path) -> None:
    village = by_file(program, hub, "village", area=VILLAGE, role="village")
    add(program, "household", HOUSEHOLD, *village)
    resident = program.ask("entity", "list", "residents", *village)["entities"][0]["uuid"]
    made = add(program, "request", request(resident), *village)

    written = program.ask("bundle", "write", str(stick / "up.hamlet"), *village)
    assert (written["pushed"], written["held"]) == (2, 0)
    where = program.ask("record", "show", made["instanceID"], *village)["where"]
    assert [one["place"] for one in where] == ["saved", "stick"]
    taken = program.ask("hub", "bundle", str(hub), "read", str(stick / "up.hamlet"))
    assert (taken["pushed"], taken["rejected"], taken["area"]) == (2, 0, VILLAGE)
    again = program.ask("hub", "bundle", str(hub), "read", str(stick / "up.hamlet"))
    assert (again["pushed"], again["duplicate"]) == (0, 2)

    with program.hub(hub) as url:
        program.enrol(hub, url, program.home / "office", area=TOWNSHIP, role="township", user="lin")
        office = ["--workspace", str(program.home / "office")]
        program.ask("sync", *office)
        answers = program.home / "answer.json"
        for step in (
            {"action": "receive"},
            {"action": "assign", "dept": "GD", "days": 3},
            {"action": "answer", "outcome": "done", "did": "线路修好了"},
        ):
            answers.write_text(json.dumps(step), "utf-8")
            program.ask("request", "update", made["ref"], "--answers", str(answers), *office)
        program.ask("sync", *office)
        answered = program.ask("hub", "bundle", str(hub), "write", str(stick / "down.hamlet"), "--for", VILLAGE)
        assert len(answered["devices"]) == 1

    read = program.ask("bundle", "read", str(stick / "down.hamlet"), *village)
    assert (read["pushed"], read["rejected"]) == (2, 0)
    assert program.ask("request", "show", made["ref"], *village)["answer"] == "线路修好了"
    where = program.ask("record", "show", made["instanceID"], *village)["where"]
    assert [(one["place"], one["hub"], one["signed"]) for one in where] == [
        ("saved", "", False),
        ("hub", "Liulin", True),
    ]
    assert program.ask("bundle", "write", str(stick), *village)["pushed"] == 0


def test_what_is_wrong_with_a_stick_is_said(program: Program, hub: Path, stick: Path) -> None:
    village = by_file(program, hub, "village", area=VILLAGE, role="village")
    add(program, "household", HOUSEHOLD, *village)
    program.ask("bundle", "write", str(stick / "up.hamlet"), *village)
    whole = (stick / "up.hamlet").read_bytes()
    (stick / "cut.hamlet").write_bytes(whole[: len(whole) // 2])
    (stick / "bent.hamlet").write_bytes(whole[:-40] + bytes([whole[-40] ^ 1]) + whole[-39:])
    (stick / "other.hamlet").write_bytes(b"PK\3\4 a spreadsheet")
    for name, code, status in (
        ("cut", "bundle.damaged", 1),
        ("bent", "bundle.damaged", 1),
        ("other", "bundle.damaged", 1),
        ("none", "bundle.missing", 2),
    ):
        done = program.run("hub", "bundle", str(hub), "read", str(stick / f"{name}.hamlet"), "--json")
        assert (done.code, done.json["error"]["code"]) == (status, code)
    assert program.ask("hub", "stats", str(hub))["records"] == 0
    done = program.run("bundle", "read", str(stick / "up.hamlet"), "--json", *village)
    assert (done.code, done.json["error"]["code"]) == (3, "bundle.not_ours")
    program.ask("hub", "init", "elsewhere", "--name", "Other", "--area", "990621102")
    done = program.run("hub", "bundle", "elsewhere", "read", str(stick / "up.hamlet"), "--json")
    assert (done.code, done.json["error"]["code"]) == (3, "bundle.not_ours")
    done = program.run("hub", "bundle", str(hub), "write", str(stick / "x.hamlet"), "--for", TOWNSHIP, "--json")
    assert (done.code, done.json["error"]["code"]) == (2, "bundle.no_device")


def test_a_laptop_that_was_shut_out_hands_in_by_stick_for_review(program: Program, hub: Path, stick: Path) -> None:
    village = by_file(program, hub, "village", area=VILLAGE, role="village")
    program.ask("bundle", "write", str(stick / "first.hamlet"), *village)
    device = program.ask("hub", "bundle", str(hub), "read", str(stick / "first.hamlet"))["device"]
    add(program, "household", HOUSEHOLD, *village)
    program.ask("hub", "revoke", str(hub), device)
    program.ask("bundle", "write", str(stick / "up.hamlet"), *village)
    taken = program.ask("hub", "bundle", str(hub), "read", str(stick / "up.hamlet"))
    assert (taken["pushed"], taken["held"], taken["review"]) == (0, 1, True)
    waiting = program.ask("hub", "record", str(hub), "list")["quarantined"]
    assert [one["reason"] for one in waiting] == ["revoked"]
    assert program.ask("hub", "record", str(hub), "accept", waiting[0]["id"])["outcome"] == "stored"
    assert program.ask("hub", "stats", str(hub))["records"] == 1
    program.ask("hub", "bundle", str(hub), "write", str(stick / "down.hamlet"), "--for", VILLAGE)
    done = program.run("bundle", "read", str(stick / "down.hamlet"), "--json", *village)
    assert (done.code, done.json["error"]["code"]) == (3, "hub.revoked")
