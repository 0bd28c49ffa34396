"""R17: archives are bounded, and no name in them is ever a path: workbooks of anybody, and a hub's backups.

A laptop's own copies are in `tests/sync/store/test_copies.py`.
"""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
from pathlib import Path

import openpyxl
import pytest

from forms.errors import Fault
from forms.xlsform import convert
from sync.hub import copies

SHEETS, SURVEY = "xl/workbook.xml", "xl/worksheets/sheet1.xml"
LAUGHS = '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'


def archive(entries: list[tuple[zipfile.ZipInfo | str, bytes]], *, level: int = 9) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as out:
        for name, data in entries:
            out.writestr(name, data)
    return made.getvalue()


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return info


def overlapping() -> bytes:
    """Two entries of the directory that mean the same bytes."""
    data = bytearray(archive([("a", b"x" * 1_000), ("b", b"x" * 1_000)]))
    end = data.rfind(b"PK\5\6")
    start = int.from_bytes(data[end + 16 : end + 20], "little")
    second = data.index(b"PK\1\2", start + 4)
    data[second + 42 : second + 46] = data[start + 42 : start + 46]
    return bytes(data)


HOSTILE = {
    "nested": archive([("inner.zip", archive([(SHEETS, b"x")]))]),
    "bomb": archive([(SHEETS, bytes(200 * 1024 * 1024))]),
    "many": archive([(f"{number}", b"") for number in range(20_000)], level=1),
    "overlapping": overlapping(),
    "link": archive([(link(SHEETS), b"/etc/passwd")]),
    "upwards": archive([("../../../evil.xml", b"x")]),
    "absolute": archive([("/evil.xml", b"x"), ("C:\\evil.xml", b"x")]),
    "cut": archive([(SHEETS, b"x" * 1_000)])[:-30],
    "empty": archive([]),
}


def sound() -> dict[str, bytes]:
    """The parts of a form that converts: what is hostile below is so in one thing only."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "survey"
    for row in (("type", "name", "label"), ("text", "a", "A")):
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    with zipfile.ZipFile(file) as made:
        return {name: made.read(name) for name in made.namelist()}


def spoilt(*more: tuple[zipfile.ZipInfo | str, bytes], survey: bytes = b"") -> bytes:
    """The sound form with another survey, and with further entries."""
    parts = sound()
    return archive([*{**parts, SURVEY: survey or parts[SURVEY]}.items(), *more], level=6)


def typed(encoding: str, before: str) -> bytes:
    """The survey with a document type behind `before`."""
    text = sound()[SURVEY].decode("utf-8")
    text = text[text.index("<worksheet") :]
    return f'<?xml version="1.0" encoding="{encoding}"?>{before}{LAUGHS}{text}'.encode(encoding)


SPOILT = {
    "a part that swells": spoilt(survey=sound()[SURVEY] + b" " * 30 * 1024 * 1024),
    "parts that swell together": spoilt(*((f"xl/{number}.bin", bytes(1024 * 1024)) for number in range(101))),
    "too many parts": spoilt(*((f"xl/{number}.bin", b"") for number in range(2_000))),
    "a document type": spoilt(survey=typed("utf-8", "")),
    "a document type far down": spoilt(survey=typed("utf-8", f"<!--{'x' * 20_000}-->")),
    "a document type in another encoding": spoilt(survey=typed("utf-16", "")),
}


def test_the_sound_form_converts() -> None:
    assert b"<a/>" in convert(spoilt(), name="sound.xlsx").xform


@pytest.mark.parametrize("name", SPOILT)
def test_a_form_that_is_hostile_in_one_thing_is_refused_for_it(name: str) -> None:
    with pytest.raises(Fault) as fault:
        convert(SPOILT[name], name="hostile.xlsx")
    assert fault.value.code == "check.bomb"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice_is_refused() -> None:
    with pytest.raises(Fault) as fault:
        convert(spoilt((SURVEY, b"<worksheet/>")), name="hostile.xlsx")
    assert fault.value.code == "check.bomb"


def test_no_name_in_it_is_ever_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Links and names that lead elsewhere stay names: nothing is laid down anywhere."""
    here = tmp_path / "a" / "b"
    here.mkdir(parents=True)
    monkeypatch.chdir(here)
    names = ("../evil.xml", "../../evil.xml", str(tmp_path / "evil.xml"), "C:\\evil.xml")
    converted = convert(spoilt((link("xl/away"), b"/etc/passwd"), *((each, b"<x/>") for each in names)), name="x.xlsx")
    assert b"<a/>" in converted.xform
    assert [files for _, _, files in os.walk(tmp_path) if files] == []


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_is_refused_with_a_reason(name: str) -> None:
    try:
        converted = convert(HOSTILE[name], name="hostile.xlsx")
    except Fault as fault:
        assert fault.code.startswith(("forms.", "check."))  # noqa: PT017 - told or raised, both are a refusal
    else:
        assert converted.problems
        assert not converted.xform


def entry(name: str, kind: bytes = tarfile.REGTYPE) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, copies.DATABASE if kind != tarfile.REGTYPE else ""
    return made


BACKUPS = {
    "upwards": entry("../evil"),
    "upwards inside": entry("blobs/../../evil"),
    "absolute": entry("/evil"),
    "another name": entry("evil"),
    "a link": entry(copies.MANIFEST, tarfile.SYMTYPE),
    "a hard link": entry(copies.MANIFEST, tarfile.LNKTYPE),
    "a device": entry(copies.MANIFEST, tarfile.CHRTYPE),
    "a folder": entry(copies.MANIFEST, tarfile.DIRTYPE),
    "twice": entry(copies.DATABASE),
}


@pytest.mark.parametrize("name", BACKUPS)
def test_a_hub_s_backup_that_is_hostile_is_refused_and_lays_nothing_down_elsewhere(name: str, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "backup", "w") as archive:
        archive.addfile(entry(copies.DATABASE))
        archive.addfile(BACKUPS[name])
    place = tmp_path / "a" / "b"
    place.mkdir(parents=True)
    with pytest.raises(Fault, match=r"vault\.damaged"):
        copies.unpack(tmp_path / "backup", place)
    laid = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert laid == {"backup", f"a/b/{copies.DATABASE}"}
