"""What goes wrong in the world: each with a clear message, a remedy, its exit status, and nothing lost."""

import json
import os
import shutil
import sqlite3
import sys
from pathlib import Path

import openpyxl
import pytest
from hamlet_program import HOUSEHOLD, OTHER, PASSPHRASE, VILLAGE, Done, Program, World, jsonl, request

pytestmark = pytest.mark.slow


def refused(done: Done, code: int, name: str = "") -> dict[str, str]:
    """The error object; its words say something and name no Python."""
    assert done.code == code, done
    error = json.loads(done.out.splitlines()[-1])["error"]
    assert set(error) - {"problems"} == {"code", "message", "remedy"}
    assert error["message"]
    assert error["remedy"]
    assert error["message"] in done.err
    assert "Traceback" not in done.err
    assert error["code"] == name or not name, error
    return error


def test_passphrases(program: Program, lone: Path) -> None:
    listing = ("record", "list", "--json", "--workspace", str(lone))
    refused(program.run(*listing, passphrase="not the right one at all"), 3, "vault.wrong_passphrase")
    refused(program.run(*listing, "--user", "nobody"), 3, "vault.no_user")
    refused(program.run(*listing, passphrase=None), 2, "cli.no_passphrase")
    file = program.home / "secret"
    file.write_text(PASSPHRASE + "\n")
    assert program.run(*listing, "--passphrase-file", str(file), passphrase=None).code == 0
    refused(program.run(*listing, "--passphrase-file", "nowhere"), 2, "cli.passphrase_file")
    short = program.run("workspace", "init", "w", "--role", "village", "--area", VILLAGE, "--user", "a", "--json",
                        passphrase="short")  # fmt: skip
    refused(short, short.code, "vault.weak_passphrase")
    assert short.code in (2, 3)
    assert not (program.home / "w").exists()


def test_unknown_things(program: Program, lone: Path) -> None:
    here = ("--json", "--workspace", str(lone))
    refused(program.run("bogus", "--json"), 2, "cli.usage")
    refused(program.run("record", "add", "nosuch", "--answers", "-", *here), 2, "services.unknown_form")
    refused(program.run("record", "add", "request", "--answers", "nowhere.json", *here), 2, "services.no_file")
    refused(program.run("record", "show", "uuid:none", *here), 2, "services.unknown_record")
    refused(program.run("record", "export", "uuid:none", *here), 2, "services.unknown_record")
    refused(program.run("entity", "show", "none", *here), 2, "services.unknown_entity")
    refused(program.run("request", "show", "QS-SQA-0001-0", *here), 2, "services.unknown_request")
    refused(program.run("form", "show", "nosuch", *here), 2, "services.unknown_form")
    refused(program.run("form", "check", "nowhere.xlsx", "--json"), 2, "services.no_file")
    refused(program.run("record", "list", "--json", "--workspace", str(program.home / "nowhere")), 2)
    refused(program.run("sync", *here), 2, "services.not_enrolled")
    refused(program.run("hub", "stats", str(program.home / "nowhere"), "--json"), 2)


def test_a_refused_line_does_not_stop_the_others(program: Program, lone: Path, resident: str) -> None:
    sound = request(resident)
    lines = [
        sound,
        {**sound, "who": {"requester": "person", "resident": "nobody"}},
        {**sound, "nonsense": 1},
        {**sound, "what": {"matter": "H05", "description": "灯", "urgency": "no such urgency"}},
        {"village": "990621101202", **sound},
        sound,
    ]
    text = jsonl(lines) + b"not json\n" + jsonl([sound])
    done = program.run("record", "add", "request", "--answers", "-", "--json", "--workspace", str(lone), stdin=text)
    assert done.code == 1
    assert done.lines[-1] == {"added": 3, "refused": 5}
    codes = {line["line"]: {each["code"] for each in line["refused"]} for line in done.lines if "refused" in line
             and "line" in line}  # fmt: skip
    assert codes[2] == {"not_a_choice"}
    assert codes[3] == {"unknown"}
    assert "not_a_choice" in codes[4]
    assert codes[5] == {"calculated"}
    assert codes[7] == {"malformed"}
    for line in done.lines:
        for each in line.get("refused", []) if isinstance(line.get("refused"), list) else []:
            assert set(each) == {"ref", "code", "message"}
            assert each["message"]
    assert program.ask("workspace", "status", "--workspace", str(lone))["records"] == 4


def test_a_malformed_form_says_where(program: Program) -> None:
    book = openpyxl.Workbook()
    survey = book.active
    survey.title = "survey"
    for row in (("type", "name", "label"), ("text", "a", "A"), ("textt", "b", "B"), ("text", "a", "Again")):
        survey.append(row)
    book.save(program.home / "bad.xlsx")
    done = program.run("form", "check", "bad.xlsx", "--json")
    assert done.code == 1
    assert done.json["ok"] is False
    errors = [problem for problem in done.json["problems"] if problem["severity"] == "error"]
    assert errors
    first = errors[0]
    assert set(first) == {"severity", "code", "sheet", "row", "column", "message", "remedy"}
    assert (first["sheet"], first["row"]) == ("survey", 3)
    assert first["column"]
    assert first["message"]
    assert first["remedy"]
    assert (
        program.run("form", "check", "bad.xlsx", "--json", "--language", "zh").json["problems"] != done.json["problems"]
    )


def test_a_malformed_form_is_not_added(program: Program, lone: Path) -> None:
    (program.home / "bad.xml").write_text("<h:html xmlns:h='http://www.w3.org/1999/xhtml'><h:head/></h:html>")
    refused(program.run("form", "add", "bad.xml", "--json", "--workspace", str(lone)), 1)
    (program.home / "junk.xlsx").write_bytes(b"PK\x03\x04 junk")
    done = program.run("form", "add", "junk.xlsx", "--json", "--workspace", str(lone))
    refused(done, 1)


def test_a_damaged_workspace_is_refused_and_never_made_anew(program: Program, lone: Path, resident: str) -> None:
    database = lone / "store.db"
    whole = {file: file.read_bytes() for file in lone.iterdir() if file.is_file()}
    listing = ("record", "list", "--json", "--workspace", str(lone))
    database.write_bytes(whole[database][: len(whole[database]) // 2])
    refused(program.run(*listing), 1)
    database.write_bytes(b"")
    refused(program.run(*listing), 1)
    database.unlink()
    missing = program.run(*listing)
    assert missing.code in (1, 2)
    refused(missing, missing.code)
    assert not database.exists()
    for file, content in whole.items():
        file.write_bytes(content)
    assert len(program.ask("record", "list", "--workspace", str(lone))["records"]) == 1


def test_a_newer_workspace_is_refused(program: Program, lone: Path) -> None:
    from desktop.services.clock import Clock
    from desktop.services.keeping.workspace import open_workspace

    opened = open_workspace(lone, passphrase=PASSPHRASE, clock=Clock())
    desk = opened.desk(writer=True)
    with desk.context.store._context.database.write() as connection:  # type: ignore[attr-defined]
        (table,) = [
            name
            for (name,) in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")
            if "migration" in name
        ]
        columns = [row[1] for row in connection.exec_driver_sql(f"PRAGMA table_info({table})")]
        newest = connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1 DESC").first()  # noqa: S608
        assert newest is not None
        later = [9999 if place == 0 else value for place, value in enumerate(newest)]
        marks = ", ".join("?" for _ in columns)
        connection.exec_driver_sql(f"INSERT INTO {table} VALUES ({marks})", tuple(later))  # noqa: S608
    desk.close()
    opened.lock()
    refused(program.run("record", "list", "--json", "--workspace", str(lone)), 1, "vault.newer")


def test_the_database_is_no_plain_one(program: Program, lone: Path) -> None:
    plain = sqlite3.connect(lone / "store.db")
    try:
        with pytest.raises(sqlite3.DatabaseError):
            plain.execute("SELECT count(*) FROM sqlite_master").fetchone()
    finally:
        plain.close()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full")
def test_a_full_disk_while_writing_results(program: Program, lone: Path, resident: str) -> None:
    """Where standard output cannot take a byte more, the status says so and the store is whole."""
    with open("/dev/full", "wb") as full:
        import subprocess

        done = subprocess.run(
            program.command("record", "list", "--json", "--workspace", str(lone)),
            stdout=full, stderr=subprocess.PIPE, env=program.environment(), cwd=program.home, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert program.ask("workspace", "check", "--workspace", str(lone))["ok"]


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="mounts a small disk")
def test_a_full_disk_under_the_workspace(program: Program, lone: Path, resident: str) -> None:
    import subprocess

    disk = program.home / "disk"
    disk.mkdir()
    size = sum(file.stat().st_size for file in lone.rglob("*") if file.is_file()) + 1_500_000
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)], check=False)
    if mounted.returncode:
        pytest.skip("no right to mount")
    try:
        small = disk / "w"
        shutil.copytree(lone, small)
        lines = jsonl([request(resident, "长" * 3000) for _ in range(2000)])
        done = program.run(
            "record", "add", "request", "--answers", "-", "--json", "--workspace", str(small), stdin=lines
        )
        error = refused(done, 1)
        assert "disk" in error["code"]
        printed = [line["instanceID"] for line in done.lines if "instanceID" in line]
        assert printed
        (disk / "w" / "logs").rmdir()
        subprocess.run(["mount", "-o", f"remount,size={size * 4}", str(disk)], check=True)
        records = program.ask("record", "list", "--form", "request", "--workspace", str(small))["records"]
        assert set(printed) <= {row["instanceID"] for row in records}
        assert program.ask("workspace", "check", "--workspace", str(small))["ok"]
        export = program.run("export", "requests", "--to", "/dev/full/x.xlsx", "--json", "--workspace", str(small))
        refused(export, export.code)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_hubs(world: World) -> None:
    """A code serves once and expires; a hub that is down, or another one, changes nothing."""
    program, hub = world.program, world.hub
    village = ("--json", "--workspace", str(world.village))
    added = program.run("record", "add", "household", "--answers", "-", *village, stdin=jsonl([HOUSEHOLD]))
    assert added.code == 0, added

    code = program.ask("hub", "invite", str(hub), "--area", OTHER, "--role", "village")["code"]
    init = ("workspace", "init", "second", "--hub", world.url, "--user", "zhao", "--json", "--code")
    assert program.run(*init, code).code == 0
    again = ("workspace", "init", "third", "--hub", world.url, "--user", "zhao", "--json", "--code")
    refused(program.run(*again, code), 3)
    refused(program.run(*again, "ABCDEFGHJK"), 3)
    refused(program.run(*again, "?"), 3)
    refused(program.run("workspace", "init", "third", "--hub", "https://127.0.0.1:1", "--user", "zhao", "--json",
                        "--code", code), 4, "sync.unreachable")  # fmt: skip
    assert not (program.home / "third").exists()
    refused(program.run("hub", "invite", str(hub), "--area", "123", "--role", "village", "--json"), 2)
    refused(program.run("hub", "record", str(hub), "export", "uuid:none", "--json"), 2)
    refused(program.run("hub", "revoke", str(hub), "nobody", "--json"), 2)

    port = int(world.url.rpartition(":")[2])
    before = program.ask("workspace", "status", *village[1:])
    other = program.home / "other-hub"
    program.make_hub(other)
    world.stop()
    refused(program.run("sync", *village), 4, "sync.unreachable")
    with program.hub(other, port=port):
        refused(program.run("sync", *village), 3, "sync.false_hub")
    with program.hub(hub, port=port):
        assert program.ask("sync", *village[1:])["pushed"] == 1
        device = program.ask("hub", "devices", str(hub))["devices"]
        mine = next(each["device"] for each in device if each["area"] == VILLAGE)
        program.ask("hub", "revoke", str(hub), mine)
        refused(program.run("sync", *village), 3, "hub.revoked")
    refused(program.run("entity", "list", "residents", *village), 3, "services.shut_out")
    assert program.ask("workspace", "status", *village[1:])["records"] == before["records"]
    assert program.ask("audit", "verify", *village[1:])["ok"]
