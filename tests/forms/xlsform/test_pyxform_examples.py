"""pyxform's own example workbooks: what pyxform compiles is filled in and validates; the rest is told with its place.

They are in the source distribution of an older pyxform, which pip fetches into the environment's folder.
"""

from __future__ import annotations

import io
import random
import sys
import tarfile
from pathlib import Path

import pytest
from odk_sessions import run
from random_answers import fill
from small_forms import world

from forms.api import FormFault, Mode
from forms.check import check
from forms.errors import Fault
from forms.load import load_form
from forms.sheets import is_old_workbook
from forms.text import LANGUAGES, Text
from forms.xlsform import convert

RELEASE = "1.4.0"
NO_XPATH = frozenset({"bad_calc.xlsx", "xl_date_ambiguous.xlsx"})
"""Compiled by pyxform, which looks at no expression, though one of theirs is none in XPath: refused with its cell."""
KEPT = Path(__file__).parents[3] / ".venv" / "pyxform-examples"


def workbooks() -> dict[str, bytes]:
    """Example workbooks by name."""
    archive = KEPT / f"pyxform-{RELEASE}.tar.gz"
    if not archive.exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        run(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-build-isolation", "--no-binary",
            "pyxform", f"pyxform=={RELEASE}", folder=KEPT)  # fmt: skip
    found: dict[str, bytes] = {}
    with tarfile.open(archive) as opened:
        for member in opened.getmembers():
            content = opened.extractfile(member) if member.name.endswith((".xls", ".xlsx")) else None
            if content is not None:
                found[member.name.partition("/")[2]] = content.read()
    return found


def compiles(workbook: bytes) -> bool:
    """Whether pyxform by itself makes an XForm of it."""
    from pyxform.xls2xform import convert as xls2xform

    try:
        xls2xform(io.BytesIO(workbook), file_type=".xls" if is_old_workbook(workbook) else ".xlsx", form_name="data")
    except Exception:
        return False
    return True


def used(workbook: bytes, name: str) -> str:
    """Loads, fills in at random, finalises, and opens the record again; "" or what went wrong."""
    try:
        form = load_form(convert(workbook, name=name).xform, name=name)
    except FormFault as fault:
        return "; ".join(f"{p.code} {dict(p.values)}" for p in fault.problems)
    session = form.open(world())
    fill(session, random.Random(name))
    left = session.problems()
    if left:
        return "; ".join(f"{p.ref} {p.code}" for p in left)
    submission = session.finalise()
    again = form.open(world(), instance=submission.xml, mode=Mode.EDIT)
    return "; ".join(f"again: {p.ref} {p.code}" for p in again.problems())


def untold(workbook: bytes, name: str) -> str:
    """What is missing in the reasons for refusing a workbook; "" where each has words and one has a place."""
    try:
        checked = check(workbook, name=name)
    except Fault as fault:
        return "" if all(fault.message(Text(language)) for language in LANGUAGES) else fault.code
    errors = [problem for problem in checked.problems if problem.severity.value == "error"]
    placed = any(problem.sheet or problem.path for problem in errors)
    words = all(p.message(Text(language)) and p.remedy(Text(language)) for p in errors for language in LANGUAGES)
    return "" if placed and words else f"{[(p.code, dict(p.values)) for p in errors]}"


@pytest.mark.deep
@pytest.mark.timeout(1_200)
def test_pyxform_examples(capsys: pytest.CaptureFixture[str]) -> None:
    good: list[str] = []
    refused: list[str] = []
    wrong: dict[str, str] = {}
    for name, workbook in workbooks().items():
        compiled = compiles(workbook) and name.rpartition("/")[2] not in NO_XPATH
        fault = used(workbook, name) if compiled else untold(workbook, name)
        if fault:
            wrong[name] = fault
        (good if compiled else refused).append(name)
    with capsys.disabled():
        print(f"\npyxform's examples: {len(good)} compile, {len(refused)} refused, {len(wrong)} not as they should")
    assert len(good) > 30
    assert wrong == {}
