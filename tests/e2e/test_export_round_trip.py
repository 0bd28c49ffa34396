"""Random fillings of other people's forms: synced, exported by the township, read back by openpyxl, equal."""

from __future__ import annotations

import json
from collections.abc import Container, Iterator, Mapping
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest
from hamlet_program import PASSPHRASE, World
from lxml import etree
from odk_sessions import Trial, played
from openpyxl import load_workbook
from shared_folder import SHARED

from desktop.services.clock import CHINA, Clock
from desktop.services.keeping.workspace import open_workspace
from desktop.services.sheets.export_values import ExportOrder
from desktop.services.values import Level
from forms.api import Form, Question, Submission
from forms.export import Words
from forms.export.columns import question_column
from forms.export.types import Cell
from forms.load import load_form
from forms.xlsform import convert
from sync.store.api import Finalise

SAMPLES = SHARED / "forms" / "samples"
ALL = sorted(path.name for path in SAMPLES.glob("*.x*") if path.suffix in (".xml", ".xlsx")) if SAMPLES.is_dir() else []
SHARE = "ifrc-distribution-site-assessment-v1.xml"
SOME = [pytest.param(SHARE, 3), *(pytest.param(name, 20, marks=pytest.mark.deep) for name in ALL)]
Instance = tuple[str, str, Mapping[str, str]]
"""Parent, own key, values by path."""


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize(("name", "each"), SOME)
def test_what_was_filled_in_stands_in_the_workbook(world: World, tmp_path: Path, name: str, each: int) -> None:
    source = (SAMPLES / name).read_bytes()
    xform = tmp_path / "forms" / f"{Path(name).stem}.xml"
    xform.parent.mkdir()
    xform.write_bytes(convert(source, name=name).xform if name.endswith(".xlsx") else source)
    form = load_form(xform.read_bytes())
    trial = Trial(tmp_path)
    trial.generate([xform], seed=7, each=each)
    village, township = ["--workspace", str(world.village)], ["--workspace", str(world.township)]
    world.program.ask("form", "add", str(xform), *township)
    world.program.ask("sync", *township)
    world.program.ask("sync", *village)

    filled = fill(world.village, form, trial)
    assert len(filled) == each
    assert world.program.ask("sync", *village)["pushed"] >= each
    world.program.ask("sync", *township)
    second = tmp_path / "second"
    second.write_text("another four offered words", "utf-8")
    world.program.ask("workspace", "user", "add", "zhao", "--new-passphrase-file", str(second), *township)
    target = tmp_path / "out.xlsx"
    sheets = exported(world.township, form, target)

    book = load_workbook(target)
    repeats = list(dict.fromkeys(path for question in form.questions for path in question.repeats))
    for at, path in enumerate(["", *repeats]):
        questions = [q for q in form.questions if (q.repeats[-1] if q.repeats else "") == path and not q.note]
        expected = {row[1]: row for key, xml in filled.items() for row in instances(form, key, xml, path, questions)}
        sheet = book.worksheets[at]
        assert sheets[at] == len(expected), sheet.title
        headers, *rows = sheet.iter_rows(values_only=True)
        assert len(rows) == len(expected)
        for row in rows:
            parent, _, values = expected.pop(str(row[-1]))
            if path:
                assert row[0] == parent
            for question, cell in zip(questions, row[-1 - len(questions) : -1], strict=True):
                assert cell == typed(question, values.get(question.path, "")), (question.path, headers)
        assert not expected


def fill(folder: Path, form: Form, trial: Trial) -> dict[str, str]:
    """instanceID -> XML of every session, finalised in the workspace."""
    opened = open_workspace(folder, user="wang", passphrase=PASSPHRASE, clock=Clock(zone=CHINA))
    desk = opened.desk(writer=True)
    found = {}
    try:
        for path in trial.sessions:
            result: Any = played(json.loads(path.read_text("utf-8")), path.parent)
            assert result["status"] == "ok", result
            key = next(
                node.text
                for node in etree.fromstring(result["xml"].encode()).iter()
                if node.tag.rpartition("}")[2] == "instanceID"
            )
            assert key
            made = Submission(
                xml=result["xml"].encode(),
                instance_id=key,
                form_id=form.form_id,
                form_version=form.version,
                attachments=(),
            )
            desk.context.store.records.finalise(Finalise(submission=made, form=form, author="wang"))
            found[key] = result["xml"]
    finally:
        desk.close()
        opened.close()
    return found


def exported(folder: Path, form: Form, target: Path) -> list[int]:
    opened = open_workspace(folder, user="lin", passphrase=PASSPHRASE, clock=Clock(zone=CHINA))
    desk = opened.desk(writer=True)
    try:
        order = ExportOrder(
            form.form_id, target, level=Level.FULL, reason="核对", approver="zhao",
            approver_passphrase="another four offered words", words=Words.NAMES,
        )  # fmt: skip
        return list(desk.exports.run(order).sheets.values())
    finally:
        desk.close()
        opened.close()


def instances(form: Form, key: str, xml: str, path: str, questions: list[Question]) -> Iterator[Instance]:
    """What the submission holds for the table of the repeat at `path`, read without the export's code."""
    if not path:
        yield "", key, leaves(etree.fromstring(xml.encode()), form.root)
        return
    outer = {each for question in form.questions for each in question.repeats}
    asked = [question.path for question in questions if question.control is not None]
    for parent, own, element in walked(etree.fromstring(xml.encode()), form.root, key, path, outer):
        values = leaves(element, path)
        if not asked or any(values.get(each) for each in asked):
            yield parent, own, values


def walked(
    element: etree._Element, at: str, holder: str, path: str, outer: Container[str]
) -> Iterator[tuple[str, str, etree._Element]]:
    """Instances of `path` below `element`, with the key of the instance they lie in and their own."""
    counts: dict[str, int] = {}
    for child in element:
        name = child.tag.rpartition("}")[2]
        below = f"{at}/{name}"
        counts[name] = counts.get(name, 0) + 1
        if below == path:
            yield holder, f"{holder}/{name}[{counts[name]}]", child
        elif path.startswith(below + "/"):
            inner = f"{holder}/{name}[{counts[name]}]" if below in outer else holder
            yield from walked(child, below, inner, path, outer)


def leaves(element: etree._Element, at: str) -> dict[str, str]:
    found = {}
    for child in element:
        below = f"{at}/{child.tag.rpartition('}')[2]}"
        if len(child):
            found |= {path: value for path, value in leaves(child, below).items() if path not in found}
        else:
            found[below] = child.text or ""
    return found


def typed(question: Question, value: str) -> object:
    """As a spreadsheet has it: numbers and days as such where it can hold them, else the text."""
    if not value:
        return None
    kind = question_column(question, "en").cell
    if kind is Cell.WHOLE and str(value).lstrip("-").isdigit() and len(value) <= 15 and str(int(value)) == value:
        return int(value)
    if kind is Cell.DECIMAL:
        try:
            return float(value) if "e" not in value.lower() and "n" not in value.lower() else value
        except ValueError:
            return value
    if kind is Cell.DATE:
        return datetime.combine(datetime.fromisoformat(value[:10]).date(), time())
    if kind is Cell.MOMENT:
        at = datetime.fromisoformat(value)
        return (at.astimezone(CHINA) if at.tzinfo else at).replace(microsecond=0, tzinfo=None)
    return value.replace("\r\n", "\n").replace("\r", "\n")
