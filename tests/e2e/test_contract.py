"""What each command prints with --json: exactly the keys that others rely on, no fewer and no more."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hamlet_program import HOUSEHOLD, TOWNSHIP, VILLAGE, Program, World, jsonl, request

pytestmark = pytest.mark.slow

SYNC = "pushed duplicate held rejected pulled bytes_up bytes_down requests seconds"
RECORD = "instanceID form version area finalised state ref"
STATS = "records duplicates quarantined held head_n epoch backed_up_n devices"
REQUEST = "ref uuid area matter state outcome department due overdue days"


def keys(found: Any) -> set[str]:
    return set(found)


def words(text: str) -> set[str]:
    return set(text.split())


def sheet(path: Path, *rows: tuple[object, ...]) -> str:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return str(path)


def test_a_workspace_alone(program: Program) -> None:
    folder = ["--workspace", str(program.home / "w")]
    made = program.ask("workspace", "init", folder[1], "--role", "village", "--area", VILLAGE, "--user", "wang")
    assert keys(made) == words("workspace role area device")
    assert made["area"] == VILLAGE
    done = program.run("record", "add", "household", "--answers", "-", "--json", *folder, stdin=jsonl([HOUSEHOLD, {}]))
    assert [keys(line) for line in done.lines] == [
        words("line instanceID ref"), words("line refused"), words("added refused")
    ]  # fmt: skip
    assert {frozenset(each) for each in done.lines[1]["refused"]} == {frozenset({"ref", "code", "message"})}
    status = program.ask("workspace", "status", *folder)
    assert keys(status) == words("records waiting sent acknowledged held rejected last_contact backup")
    forms = program.ask("form", "list", *folder)
    assert keys(forms) == {"forms", "next"}
    assert keys(forms["forms"][0]) == words("form version title")
    listed = program.ask("record", "list", *folder)
    assert (keys(listed), keys(listed["records"][0])) == ({"records", "next"}, words(RECORD))
    people = program.ask("entity", "list", "residents", *folder)
    assert (keys(people), keys(people["entities"][0])) == ({"entities", "next"}, words("uuid label area version"))
    asked = jsonl([request(people["entities"][0]["uuid"])])
    program.run("record", "add", "request", "--answers", "-", *folder, stdin=asked)
    requests = program.ask("request", "list", *folder)
    assert (keys(requests), keys(requests["requests"][0])) == ({"requests", "next"}, words(REQUEST))
    exported = program.ask("export", "requests", "--to", "r.xlsx", *folder)
    assert keys(exported) == words("path sheets masked suppressed")
    assert keys(program.ask("audit", "verify", *folder)) == words("ok entries countersigned broken")
    made = program.ask("demo-data", "--households", "2", "--requests", "1", *folder)
    assert keys(made) == words("households residents requests seconds")


def test_spreadsheets_in_and_out(program: Program, lone: Path, resident: str) -> None:
    folder = ["--workspace", str(lone)]
    register = sheet(
        program.home / "r.xlsx", ("村", "组", "户主姓名", "姓名", "性别"), ("石桥村", "1", "王伟", "王伟", "男")
    )
    done = program.ask("import", "resident", register, *folder)
    assert keys(done) == words("rows added refused duplicates report")
    assert (done["rows"], done["added"]) == (1, 1)
    theirs = sheet(program.home / "d.xlsx", ("序号", "姓名", "性别", "学历"), (1, None, None, None))
    filled = program.ask("export", "--fill", theirs, "--map", "m.json", "--to", "f.xlsx", *folder)
    assert keys(filled) == words("path filled missing")
    assert keys(filled["missing"][0]) == words("row column whom")


def test_what_is_wrong_with_a_form(program: Program, lone: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "survey"
    for row in (("type", "name", "label"), ("textt", "b", "B")):
        book.active.append(row)
    book.save(program.home / "bad.xlsx")
    found = program.run("form", "check", "bad.xlsx", "--json")
    assert (found.code, keys(found.json)) == (1, words("ok form version problems"))
    assert keys(found.json["problems"][0]) == words("severity code sheet row column message remedy")
    refused = program.run("form", "add", "bad.xlsx", "--workspace", str(lone), "--json")
    assert (refused.code, keys(refused.json), keys(refused.json["error"])) == (
        1,
        {"error"},
        words("code message remedy"),
    )
    assert "survey 2" in refused.json["error"]["message"]


def test_a_hub_and_its_villages(world: World) -> None:
    program = world.program
    made = program.ask("hub", "init", "other", "--name", "X", "--area", TOWNSHIP)
    assert keys(made) == words("hub identity backup_identity")
    invited = program.ask("hub", "invite", str(world.hub), "--area", VILLAGE, "--role", "village")
    assert keys(invited) == words("code expires fingerprint")
    assert keys(program.ask("hub", "stats", str(world.hub))) == words(STATS)
    folder = ["--workspace", str(world.village)]
    assert keys(program.ask("sync", *folder)) == words(SYNC)
    assert keys(program.ask("bundle", "write", str(program.home / "up.hamlet"), *folder)) == words(SYNC)
