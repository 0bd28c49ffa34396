"""One question: number, label, hint, field, and what is to be mended, which shows after leaving it."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from desktop.fill.fields.base import Field
from desktop.fill.fields.make import maker
from desktop.fill.kit import Kit
from desktop.fill.rich import plain_words, rich
from desktop.fill.screens import is_note
from desktop.theme.apply import restyle
from desktop.widgets.basics import button, column, fill, label, row
from forms.api import Node


class Standing(Enum):
    """How the question stands on the screen; the value is the sheet's state."""

    PLAIN = ""
    NEW = "new"  # it came with an answer elsewhere
    BAD = "bad"


class QuestionRow(QFrame):
    """Kept in step with one node by `show_node`. `answered(ref, value)`, `confirmed(ref)`: Enter, `left(ref)`."""

    answered = Signal(str, str)
    confirmed = Signal(str)
    restore = Signal(str)

    def __init__(self, kit: Kit, node: Node) -> None:
        super().__init__()
        self._kit = kit
        self.ref = node.ref
        self.node = node
        self.number = ""
        self._told = False  # whether what is wrong may be said
        self._reason = ""
        self._was_shown = False
        self.setProperty("kind", "question")
        scale = kit.theme.scale
        self.reason = label("", "reason", wrap=True)
        self.stays = label(kit.text("fill.new_stays"), "small", wrap=True)
        self.stays.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.heading = QLabel()
        self.heading.setTextFormat(Qt.TextFormat.RichText)
        self.heading.setWordWrap(True)
        self.hint = label("", "small", wrap=True)
        self.message = label("", "error", wrap=True)
        self._warning = QLabel()
        self._warning.setPixmap(kit.theme.pixmap("warning-fill", "bad", size=scale.px(17)))
        self._warning.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.field: Field | None = None
        self._field_kind: object = None
        self._box = column(gap=scale.px(5))
        self._build()
        self.show_node(node)

    def _build(self) -> None:
        kit, scale = self._kit, self._kit.theme.scale
        self._open = QWidget()
        self._open.setLayout(self._box)
        above = row(gap=scale.m)
        fill(above, [self.reason, self.stays])
        wrong = row(gap=scale.xs)
        fill(wrong, [self._warning, self.message])
        wrong.setStretch(1, 1)
        self._slot = column()
        fill(self._box, [above, self.heading, self.hint, self._slot, wrong])
        self._gone = QWidget()
        gone = row(self._gone, gap=scale.s)
        self.gone_words = label("", "small", wrap=True)
        self.restore_button = button(kit.theme, kit.text("fill.restore"), kind="link", small=True)
        self.restore_button.clicked.connect(lambda: self.restore.emit(self.ref))
        fill(gone, [self.gone_words, self.restore_button, None])
        self._whole = column(self)
        fill(self._whole, [self._open, self._gone])
        self._gone.setVisible(False)

    def show_node(self, node: Node, *, number: str = "") -> None:
        """Bring everything in step with the node."""
        self.node = node
        self.number = number or self.number
        self._head()
        self.hint.setText(plain_words(node.hint))
        self.hint.setVisible(bool(node.hint) and not is_note(node))
        if node.relevant:
            self._was_shown = True
            self._show_field(node)
        self._show_standing()

    def explain(self, reason: str) -> None:
        """Say why the question is here now; "" when it is no news any more."""
        self._reason = reason
        self._show_standing()

    def tell(self, *, told: bool = True) -> None:
        """Let what is wrong be said, or not yet."""
        self._told = told
        self._show_standing()

    def take_focus(self) -> None:
        if self.field is not None and self.node.relevant:
            self.field.take_focus()

    @property
    def can_focus(self) -> bool:
        return self.field is not None and self.node.relevant and not self.node.readonly

    @property
    def standing(self) -> Standing:
        if self.wrong:
            return Standing.BAD
        return Standing.NEW if self._reason else Standing.PLAIN

    @property
    def wrong(self) -> str:
        """What is to be mended in words, "" while nothing is or it is too early to say."""
        if not self._told or self.node.valid or not self.node.relevant:
            return ""
        if self.node.message:
            return plain_words(self.node.message)
        name = plain_words(self.node.label) or self.node.name
        return self._kit.text(f"fill.wrong_{self.node.violation or 'type'}", label=name)

    def _head(self) -> None:
        node, colours = self.node, self._kit.theme.colours
        words = rich(node.label)
        if is_note(node):
            self.heading.setText(words)
            self.heading.setAccessibleName(plain_words(node.label))
            return
        number = f"{self.number}&ensp;" if self.number else ""
        must = ""
        if node.required and not node.readonly:
            size = self._kit.theme.scale.small
            word = self._kit.text("fill.required_word")
            must = f'&ensp;<span style="color:{colours.bad};font-size:{size}px"><b>{word}</b></span>'
        self.heading.setText(f"<b>{number}{words}</b>{must}")
        self.heading.setAccessibleName(f"{self.number} {plain_words(node.label)}".strip())

    def _show_field(self, node: Node) -> None:
        if is_note(node) and not node.value:
            restyle(self, kind="note")
            margin = self._kit.theme.scale.s
            self._whole.setContentsMargins(margin, margin, margin, margin)
            return
        kind = maker(self._kit, node)
        if self.field is None or kind is not self._field_kind:
            had_focus = self.field is not None and self.field.isAncestorOf(self.focusWidget() or self)
            if self.field is not None:
                self._slot.removeWidget(self.field)
                self.field.hide()
                self.field.deleteLater()
            self._field_kind = kind
            self.field = kind(self._kit, node)
            self._slot.addWidget(self.field)
            self.field.answered.connect(lambda value: self.answered.emit(self.ref, value))
            self.field.confirmed.connect(lambda: self.confirmed.emit(self.ref))
            self.field.describe(plain_words(node.label), plain_words(node.hint))
            if had_focus:
                self.field.take_focus()
        self.field.show_node(node)

    def _show_standing(self) -> None:
        shown = self.node.relevant
        collapsed = not shown and self._was_shown and bool(self.node.value)
        self._open.setVisible(shown)
        self._gone.setVisible(collapsed)
        self.setVisible(shown or collapsed)
        if collapsed:
            name = plain_words(self.node.label)
            self.gone_words.setText(self._kit.text("fill.gone", number=self.number, label=name).strip())
        self.reason.setText(self._reason)
        for each in (self.reason, self.stays):
            each.setVisible(bool(self._reason))
        words = self.wrong
        self.message.setText(words)
        self.message.setVisible(bool(words))
        self._warning.setVisible(bool(words))
        if self.field is not None:
            self.field.mark(bad=bool(words))
        if self.property("kind") == "question":
            standing = self.standing
            restyle(self, state=standing.value)
            inset = self._kit.theme.scale.m if standing is not Standing.PLAIN else 0
            above = self._kit.theme.scale.s if standing is Standing.NEW else 0
            self._whole.setContentsMargins(inset, above, inset if standing is Standing.NEW else 0, above)
