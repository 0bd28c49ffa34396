"""R17: archives are bounded: a workbook is the only one that is opened, and no name in it is ever a path."""

from __future__ import annotations

import io
import zipfile

import pytest

from forms.errors import Fault
from forms.xlsform import convert

SHEETS = "xl/workbook.xml"


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


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_is_refused_with_a_reason(name: str) -> None:
    try:
        converted = convert(HOSTILE[name], name="hostile.xlsx")
    except Fault as fault:
        assert fault.code.startswith(("forms.", "check."))  # noqa: PT017 - told or raised, both are a refusal
    else:
        assert converted.problems
        assert not converted.xform
