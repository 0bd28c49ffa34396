"""Somebody who fills in any form by keys alone: looks at the question that has the focus, answers it, presses Enter."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from form_pages import letters, press, say
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from desktop.fill.fields.attaching import FileField
from desktop.fill.fields.choosing import AcknowledgeField, ButtonsField
from desktop.fill.fields.counting import StarsField
from desktop.fill.fields.measuring import RankField
from desktop.fill.fields.placing import PlacesField
from desktop.fill.fields.searching import SearchField
from desktop.fill.fields.ticking import PicksField, TicksField
from desktop.fill.page import FormPage
from desktop.fill.question import QuestionRow, row_of

ENTER, CTRL, ALT = Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
WORDS = {
    "int": ("2", "1", "30", "100", "2020", "13", "0"),
    "decimal": ("1.5", "3", "30"),
    "date": ("20261015", "20260101", "19800101", "今天", "20261201"),
    "time": ("0830",),
    "dateTime": ("20261015",),
    "geopoint": ("26.5812 106.7203",),
    "barcode": ("6901234567892",),
    "string": ("三组老桥头", "13800000001", "2", "110101199001011237", "Some words, many of them"),
}
MOST_STEPS = 4_000


@dataclass
class KeyPerson:
    """Fills in `page`; `answered` are the references that they answered, `kinds` the field of each.

    `picture` and `document` are files that they have in the clipboard when a question asks for one. A question of
    `values` gets that answer as words.
    """

    page: FormPage
    picture: Path
    document: Path
    values: dict[str, str] = field(default_factory=dict)
    answered: dict[str, str] = field(default_factory=dict)

    def fill(self) -> None:
        """From the first question to the button that checks."""
        for _ in range(MOST_STEPS):
            row = row_of(QApplication.focusWidget(), within=self.page)
            if row is None:
                if QApplication.focusWidget() is self.page.footer.check:
                    return
                press(Qt.Key.Key_PageDown)
                continue
            self.answer(row)
        raise AssertionError(f"they never came to the end, at {self.page.place}")

    def hand_in(self) -> list[str]:
        """Ctrl+Enter, mend what the check page lists, Ctrl+Enter twice; the references of what stays wrong."""
        for _ in range(30):
            press(ENTER, held=CTRL)
            problems = [problem.ref for problem in self.page._answers.problems]
            if not problems:
                press(ENTER, held=CTRL)
                return []
            press(Qt.Key.Key_Space)  # the first link of the list
            row = row_of(QApplication.focusWidget(), within=self.page)
            if row is None:
                return problems
            self.answer(row)
            press(Qt.Key.Key_Escape) if self.page.body.check is not None else None
        return [problem.ref for problem in self.page._answers.problems]

    def answer(self, row: QuestionRow) -> None:
        """Answer one question and go on with Enter."""
        made, ref = row.field, row.ref
        if not row.node.value or not row.node.valid:
            if isinstance(made, SearchField):
                self._search(ref)
            elif isinstance(made, PicksField):
                press(Qt.Key.Key_Down, ENTER)
            elif isinstance(made, ButtonsField | TicksField | StarsField):
                press(Qt.Key.Key_1)
            elif isinstance(made, AcknowledgeField):
                press(Qt.Key.Key_Space)
            elif isinstance(made, RankField):
                press(Qt.Key.Key_Down, held=ALT)
            elif isinstance(made, FileField):
                self._paste(made)
            else:
                self._write(row)
        here = row_of(QApplication.focusWidget(), within=self.page)
        if here is not None and here.ref == ref:
            press(ENTER)
        if self._there(ref) and self.page.session.node(ref).value:
            self.answered[ref] = type(made).__name__

    def _there(self, ref: str) -> bool:
        try:
            return bool(self.page.session.node(ref).ref)
        except LookupError:
            return False

    def _search(self, ref: str) -> None:
        """The first of the list, or the next where that is wrong."""
        for steps in (1, 2, 2):
            press(*[Qt.Key.Key_Down] * steps, ENTER)
            if not self._there(ref) or self.page.session.node(ref).valid:
                return
            self.page.go_to(ref)

    def _paste(self, made: FileField) -> None:
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(self.picture if made._picture else self.document))])
        QGuiApplication.clipboard().setMimeData(mime)
        press(Qt.Key.Key_V, held=CTRL)

    def _write(self, row: QuestionRow) -> None:
        node, name = row.node, row.ref.rpartition("/")[2]
        kind = node.type if node.type in WORDS else "string"
        choices = (self.values[name],) if name in self.values else WORDS[kind]
        if isinstance(row.field, PlacesField):
            for line in ("26.1 106.1", "26.2 106.1", "26.2 106.2"):
                letters(line)
                press(ENTER)
            return
        for words in choices:
            press(Qt.Key.Key_A, held=CTRL)
            say(words)
            if node.type == "dateTime":
                press(ENTER)
                letters("0830")
            elif node.type in ("date", "time"):
                row.field.settle()  # type: ignore[union-attr]
            now = self.page.session.node(row.ref)
            if now.value and now.valid:
                return
