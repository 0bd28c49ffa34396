"""Every question type and appearance of ODK's two showcase forms: entered by keys, stored, shown again, exported.

`pytest -s` prints the tables. `docs/question-types.md` holds them; the test keeps it true.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import openpyxl
import pytest
from form_pages import open_session
from key_person import KeyPerson
from lxml import etree
from PySide6.QtGui import QColor, QImage
from shared_folder import SHARED

from desktop.fill.page import FormPage
from forms.api import Form, Node
from forms.casework.areas import Areas
from forms.casework.disclosure import Level
from forms.export import Order, Record, form_tables, write
from forms.load import load_form
from forms.text import Text

pytestmark = [pytest.mark.shared, pytest.mark.slow]
SAMPLES = SHARED / "forms" / "samples"
DOCUMENT = Path(__file__).parents[3] / "docs" / "question-types.md"
FORMS = {"all-question-types-v2024091201-3": "all-question-types", "all-widgets": "all-widgets"}
NOT_HERE = {"osm_building", "map"}  # a map of another program, a choice whose list the form has not with it


@dataclass(frozen=True, slots=True)
class Line:
    """One question: what it is, which field it got, what was stored, whether it was shown again, what was exported."""

    name: str
    kind: str
    field: str
    stored: str
    shown: bool
    exported: str


def kind(node: Node) -> str:
    what = node.control.value if node.control is not None else ""
    return " ".join(each for each in (what, node.type, *node.appearance) if each)


def exported(form: Form, xml: bytes, target: Path) -> dict[str, str]:
    """The cells of the first sheet by the question's name."""
    areas = Areas.read((files("resources") / "pack" / "areas.csv").read_bytes())
    tables = form_tables(form, lambda: [Record(xml, "uuid:1")], text=Text("en"), areas=areas, total=1)
    write(Order(target, level=Level.FULL, language="en"), tables)
    first = openpyxl.load_workbook(target).worksheets[0]
    keys = [column.key for column in tables[0].columns]
    cells = [cell.value for cell in next(iter(first.iter_rows(min_row=2, max_row=2)))]
    return {key: "" if cell is None else str(cell) for key, cell in zip(keys, cells, strict=True)}


def lines(path: Path, open_page, tmp_path: Path) -> Sequence[Line]:
    form = load_form(path.read_bytes(), name=path.stem)
    session = open_session(form)
    page: FormPage = open_page(session)
    image = QImage(40, 30, QImage.Format.Format_RGB888)
    image.fill(QColor("white"))
    image.save(str(tmp_path / "a.png"))
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.4 nothing")
    person = KeyPerson(page, tmp_path / "a.png", tmp_path / "b.pdf")
    person.fill()
    assert person.hand_in() == []
    xml = session.finalise().xml
    again: FormPage = open_page(open_session(form, draft=session.draft()), attachments=page.files.all())
    root = etree.fromstring(xml)
    cells = exported(form, xml, tmp_path / "t.xlsx")
    found = []
    for ref, field in person.answered.items():
        again.go_to(ref)
        row = next(each for each in again.stage.rows() if each.ref == ref)
        path_in = "./" + "/".join(ref.split("/")[2:])
        stored = root.findtext(path_in) or ""
        same = row.node.value == stored and type(row.field).__name__ == field and not row.wrong
        name = ref.rpartition("/")[2]
        cell = next((value for key, value in cells.items() if key == name or key.startswith(f"{name}-")), "")
        found.append(Line(name, kind(row.node), field, stored, same, cell))
    return found


def table(found: Sequence[Line]) -> str:
    rows = ["| question | type and appearance | field | stored | shown again | exported |", "|---|---|---|---|---|---|"]
    rows += [
        f"| {each.name} | {each.kind} | {each.field} | {_short(each.stored)} | {'the same' if each.shown else 'no'}"
        f" | {_short(each.exported)} |"
        for each in found
    ]
    return "\n".join(rows) + "\n"


def _short(words: str) -> str:
    words = "a file" if words.startswith("file-") else words.replace("|", "/")
    return words if len(words) <= 40 else words[:39] + "…"


@pytest.mark.parametrize("name", FORMS)
def test_entered_stored_shown_again_exported(name: str, open_page, tmp_path: Path) -> None:
    path = SAMPLES / f"{name}.xml"
    found = lines(path, open_page, tmp_path)
    print(f"\n{table(found)}")
    asked = [
        question.name
        for question in load_form(path.read_bytes(), name=name).questions
        if question.control is not None and not question.note and "label" not in question.appearance
    ]
    assert set(asked) - {each.name for each in found} <= NOT_HERE
    for each in found:
        assert each.stored, each
        assert each.shown, each
        assert each.exported, each
    assert f"\n## {FORMS[name]}\n\n{table(found)}" in DOCUMENT.read_text("utf-8")
