"""R27: nothing of a person in audit entries, logs, error messages, traces, temporary files, names of files."""

import logging
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from store_samples import Village, new_village, submission

from desktop.cli.frame import run
from forms.errors import Fault
from sync.store.api import Draft, NewAttachment

MARKS = ("标记甲乙丙", "15400007788", "99062119570101003X", "水泥路面塌了")


def fill(village: Village) -> str:
    house = village.household(MARKS[0], phone=MARKS[1])
    person = village.resident(MARKS[0], house, phone=MARKS[1], id_no=MARKS[2])
    village.request(person, label=MARKS[0], description=MARKS[3])
    draft = village.store.drafts.save(Draft("", "request", "1", MARKS[0], MARKS[3].encode()))
    village.store.drafts.attach(draft, NewAttachment(f"{MARKS[0]}.jpg", MARKS[3].encode() * 500))
    return person


def marked(text: str) -> list[str]:
    return [mark for mark in MARKS if mark in text]


def test_audit_entries_hold_codes_and_identifiers_only(tmp_path: Path) -> None:
    village = new_village(tmp_path / "v")
    fill(village)
    entries = village.store.audit.list(limit=1000)
    assert len(entries) >= 3
    for entry in entries:
        assert marked(f"{entry.action} {entry.subject} {dict(entry.detail)}") == []
    village.store.close()


def test_forced_errors_say_nothing_of_anybody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    village = new_village(tmp_path / "v")
    fill(village)
    said = []
    with caplog.at_level(logging.DEBUG):
        for work in (
            lambda: village.put("request", submission("request", {"description": MARKS[3]}, instance="")),
            lambda: village.store.drafts.attachment("none", MARKS[0]),
            lambda: village.store.records.attachment("uuid:none", MARKS[0]),
            lambda: _broken(village),
        ):
            with pytest.raises((Fault, LookupError, Exception)) as caught:
                work()
            said.append(str(caught.value) if not isinstance(caught.value, LookupError) else "")
    assert marked("\n".join(said)) == []
    assert marked(caplog.text) == []
    village.store.close()


def _broken(village: Village) -> None:
    """A statement that fails with personal values among its parameters."""
    with village.store._context.database.write() as connection:
        connection.exec_driver_sql("INSERT INTO setting (name, value) VALUES (?, ?)", ("x", MARKS[0]))
        connection.exec_driver_sql("INSERT INTO setting (name, value) VALUES (?, ?)", ("x", MARKS[0]))


def test_a_bug_on_the_command_line_shows_a_place_and_no_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def bug(*_: object, **__: object) -> None:
        raise ValueError(f"could not read {MARKS[2]} of {MARKS[0]}")

    monkeypatch.setattr("desktop.cli.forms.list_", bug)
    assert run(["form", "list", "--workspace", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert marked(said.out + said.err) == []
    assert "ValueError" in said.err


def test_no_temporary_file_and_no_name_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    monkeypatch.setattr(tempfile, "tempdir", None)
    village = new_village(tmp_path / "v")
    fill(village)
    village.store.copy_to_file(village.key, tmp_path / "b")
    village.store.copy_to_place(village.key, tmp_path / "disk", today="2026-11-20")
    list(village.store.people.search(MARKS[0]))
    village.store.close()
    for path in tmp_path.rglob("*"):
        assert marked(path.name) == []
        if path.is_file():
            data = path.read_bytes()
            assert [mark for mark in MARKS if mark.encode() in data] == []


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="core files")
def test_a_process_that_dies_leaves_no_dump(tmp_path: Path) -> None:
    """An aborted process may write its memory to the disk; ours forbids it before it opens anything."""
    code = (
        "import resource; most = resource.getrlimit(resource.RLIMIT_CORE)[1];"
        "resource.setrlimit(resource.RLIMIT_CORE, (most, most));"
        "from desktop.main import main; import sys; sys.argv = ['hamlet', '--version'];\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0, 'dumps are on'\n"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
