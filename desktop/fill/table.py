"""A repeat of a few short questions as a table: a line an instance, Enter goes to the next cell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from desktop.fill.adding import add_button, move_buttons, noun, remove_button
from desktop.fill.kit import Kit
from desktop.fill.question import QuestionRow
from desktop.fill.rich import plain_words
from desktop.fill.screens import Numbering
from desktop.fill.view import Moved, SeriesView
from desktop.widgets.basics import clear, column, fill, label, reveal, row
from forms.api import Change, Control, Question

MOST_COLUMNS = 3
MOST_LINES = 30  # then cards, of which only one is open
SHORT = frozenset({"string", "int", "decimal", "date", "time", "barcode"})
POSITION = re.compile(r"\[\d+\]")
LONG_LOOKS = ("multiline", "likert", "columns", "image-map", "list", "label", "rating")


def fits_table(kit: Kit, ref: str) -> bool:
    """Whether a repeat holds at most three short questions and nothing else, and not too often."""
    if kit.session.node(ref).count > MOST_LINES:
        return False
    path = POSITION.sub("", ref)
    inside = [each for each in kit.session.form.questions if path in each.repeats and _is_shown(each)]
    return 0 < len(inside) <= MOST_COLUMNS and all(_is_short(each, path) for each in inside)


def _is_shown(question: Question) -> bool:
    return question.control is not None


def _is_short(question: Question, path: str) -> bool:
    if question.repeats[-1] != path or any(group.startswith(f"{path}/") for group in question.groups):
        return False
    if question.note or any(each.startswith(LONG_LOOKS) for each in question.appearance):
        return False
    return question.control is Control.SELECT_ONE or (question.control is Control.INPUT and question.type in SHORT)


class RepeatTable(SeriesView):
    """All instances at once. The head has the questions' labels; a cell says only what is wrong with it."""

    def __init__(self, kit: Kit, ref: str, numbers: Numbering) -> None:
        super().__init__()
        self._kit = kit
        self.ref = ref
        self._numbers = numbers
        self._lines: list[list[QuestionRow]] = []
        scale = kit.theme.scale
        box = column(self, gap=scale.s)
        self._holder = QWidget()
        self._holder.setAccessibleName(noun(kit, ref))
        self._grid = QGridLayout(self._holder)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(scale.s)
        self.add_button = add_button(kit, ref)
        self.add_button.clicked.connect(lambda: self.add.emit(self.ref))
        self.remove_buttons: list[QPushButton] = []
        self.move_buttons: list[tuple[QPushButton, QPushButton]] = []
        line = row(gap=scale.s)
        fill(line, [self.add_button, None])
        fill(box, [self._holder, line])
        self._build()

    def every_row(self) -> Iterator[QuestionRow]:
        for line in self._lines:
            yield from line

    def series(self, _ref: str) -> SeriesView | None:
        return None

    def open_card(self, _ref: str) -> None:
        """All are open."""

    def series_to_grow(self, _here: str) -> str:
        return self.ref

    def take(self, change: Change, numbers: Numbering) -> Moved:
        self._numbers = numbers
        node = self._kit.session.node(self.ref)
        reveal(self, node.relevant)
        if self.ref in change.repeats or len(self._lines) != node.count:
            self._build()
            return Moved()
        moved = Moved()
        touched = change.refs | change.choices
        for cell in self.every_row():
            if cell.ref in touched:
                before = cell.node.relevant
                cell.show_node(self._kit.node(cell.ref), number=numbers[cell.ref])
                if cell.node.relevant != before:
                    (moved.came if cell.node.relevant else moved.went).append(cell)
        return moved

    def focus_first(self) -> None:
        self.focus_instance(self.opened or 0)

    def focus_instance(self, index: int) -> None:
        line = self._lines[index - 1] if 0 < index <= len(self._lines) else []
        first = next((cell for cell in line if cell.can_focus), None)
        if first is not None:
            first.take_focus()
        else:
            self.add_button.setFocus(Qt.FocusReason.TabFocusReason)

    def _build(self) -> None:
        clear(self._grid)
        kit, node = self._kit, self._kit.session.node(self.ref)
        reveal(self, node.relevant)
        reveal(self.add_button, node.can_add)
        self._lines, self.remove_buttons, self.move_buttons = [], [], []
        for index in range(1, node.count + 1):
            cells = [self._cell(ref) for ref in kit.session.children(f"{self.ref}[{index}]")]
            self._lines.append(cells)
            if index == 1:
                self._head(cells)
            name = label(str(index), "small")
            name.setFixedHeight(kit.theme.scale.control)
            self._grid.addWidget(name, index, 0, Qt.AlignmentFlag.AlignTop)
            for at, cell in enumerate(cells, 1):
                self._grid.addWidget(cell, index, at, Qt.AlignmentFlag.AlignTop)
            self._moving(index, at=len(cells) + 1)
            self._removing(index, at=len(cells) + 3)
        for at in range(1, MOST_COLUMNS + 1):
            self._grid.setColumnStretch(at, 1 if self._lines and at <= len(self._lines[0]) else 0)

    def focus_move(self, index: int, by: int) -> None:
        up, down = self.move_buttons[index - 1]
        ways = (up, down) if by < 0 else (down, up)
        next((way for way in ways if way.isEnabled()), self.add_button).setFocus(Qt.FocusReason.TabFocusReason)

    def _moving(self, index: int, *, at: int) -> None:
        pair = move_buttons(self._kit, self.ref, index)
        self.move_buttons.append(pair)
        for nth, (made, by) in enumerate(zip(pair, (-1, 1), strict=True)):
            made.clicked.connect(lambda _checked, by=by: self.shift.emit(self.ref, index, by))
            made.setFixedHeight(self._kit.theme.scale.control)
            reveal(made, self._kit.session.node(self.ref).count > 1)
            self._grid.addWidget(made, index, at + nth, Qt.AlignmentFlag.AlignTop)

    def _removing(self, index: int, *, at: int) -> None:
        made = remove_button(self._kit, self.ref, index)
        made.clicked.connect(lambda: self.remove.emit(self.ref, index))
        made.setFixedHeight(self._kit.theme.scale.control)
        reveal(made, self._kit.session.node(self.ref).can_remove)
        self.remove_buttons.append(made)
        self._grid.addWidget(made, index, at, Qt.AlignmentFlag.AlignTop)

    def _head(self, cells: list[QuestionRow]) -> None:
        for at, cell in enumerate(cells, 1):
            head = row(gap=self._kit.theme.scale.s)
            must = [label(self._kit.text("fill.required_word"), "required")] if cell.node.required else []
            fill(head, [label(plain_words(cell.node.label), "small-strong", wrap=not must), *must, None])
            self._grid.addLayout(head, 0, at, Qt.AlignmentFlag.AlignBottom)

    def _cell(self, ref: str) -> QuestionRow:
        cell = QuestionRow(self._kit, self._kit.node(ref), number=self._numbers[ref], bare=True)
        cell.answered.connect(self.answered)
        cell.confirmed.connect(self.confirmed)
        cell.restore.connect(self.restore)
        return cell
