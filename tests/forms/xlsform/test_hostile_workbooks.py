"""Files that are no workbook, or one that would do harm: a clear refusal, quickly."""

import contextlib
import io
import random
import zipfile

import pytest
from sheets_of import form

from forms.api import FormFault
from forms.errors import Fault
from forms.sheets import read_sheets
from forms.text import LANGUAGES, Text
from forms.xlsform import convert

GOOD = form(["text", "a", "A"])


def repacked(change):
    """The good workbook with `change(name, content)` applied to each part."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, change(name, source.read(name)))
    return out.getvalue()


def with_doctype(name, content):
    if not name.endswith("sheet1.xml"):
        return content
    bomb = b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 100 + b'">]>'
    return content.replace(b"<worksheet", bomb + b"<worksheet", 1)


def bloated(name, content):
    return content + b" " * 60_000_000 if name.endswith("sheet1.xml") else content


def plain_zip():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "a")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "check.not_a_workbook"),
        (b"type,name\ntext,a\n", "check.not_a_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "check.damaged"),
        (b"PK\x03\x04" + b"\0" * 100, "check.damaged"),
        (GOOD[: len(GOOD) // 2], "check.damaged"),
        (plain_zip(), "check.not_a_workbook"),
        (repacked(with_doctype), "check.bomb"),
        (repacked(bloated), "check.bomb"),
        (repacked(lambda name, content: b"<broken" if name.endswith("workbook.xml") else content), "check.damaged"),
    ],
)
def test_it_is_refused_in_words(content, code):
    with pytest.raises(Fault) as raised:
        convert(content, name="t.xlsx")
    assert raised.value.code == code
    for language in LANGUAGES:
        assert "t.xlsx" in raised.value.message(Text(language))
        assert raised.value.remedy(Text(language))


@pytest.mark.parametrize("seed", range(60))
def test_flipped_bytes_never_end_in_another_exception(seed):
    chance = random.Random(seed)
    content = bytearray(GOOD)
    for _ in range(chance.randint(1, 30)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    with contextlib.suppress(Fault, FormFault):
        convert(bytes(content), name="t.xlsx")


def test_values_are_read_as_forms_mean_them():
    from sheets_of import workbook

    sheets = read_sheets(workbook(Choices=[["list_name", " name "], ["a", 1.0], ["a", True], ["a", "x\u00a0y "]]))
    assert [row.get("name") for row in sheets["choices"].rows] == ["1", "TRUE", "x y"]
