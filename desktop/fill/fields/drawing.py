"""A signature, a drawing, or marks on a photograph; a picture from a file is as good."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSize, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from desktop.fill.fields.attaching import FileField
from desktop.fill.fields.writing import Line
from desktop.fill.images import drawn_png, written
from desktop.fill.kit import Kit
from desktop.fill.pad import Pad
from desktop.fill.rich import plain_words
from desktop.widgets.basics import button, column, fill, label, reveal
from desktop.widgets.flow import FlowLayout
from desktop.widgets.say_date import say_date
from forms.api import Node

SIGNATURE = QSize(480, 160)  # at the office size
DRAWING = QSize(560, 320)
MARKED = QSize(640, 420)
WITNESS_EMS = 20
REST_MS = 400  # after a stroke, until the drawing is taken in


class DrawField(FileField):
    """The pad with the buttons of a file; what is drawn is taken in a moment after each stroke, and on leaving."""

    def __init__(self, kit: Kit, node: Node) -> None:
        looks = set(node.appearance)
        self._annotates = "annotate" in looks
        self._signs = "signature" in looks
        size = MARKED if self._annotates else SIGNATURE if self._signs else DRAWING
        ratio = kit.theme.scale.base / 15
        ink = Qt.GlobalColor.red if self._annotates else Qt.GlobalColor.black
        self.pad = Pad(kit.theme, size * ratio, name=plain_words(node.label), ink=ink)
        self._mine = ""  # the file that the pad shows
        super().__init__(kit, node)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self.settle)
        self.pad.drawn.connect(self._drawn)

    def _lay_out(self) -> None:
        kit, scale = self.kit, self.kit.theme.scale
        self.back = button(kit.theme, kit.text("fill.stroke_back"), icon="arrow-counter-clockwise", small=True)
        self.back.setAccessibleDescription(self._name)
        self.back.clicked.connect(self.pad.take_back)
        self._make_witness()
        buttons = QWidget()
        flow = FlowLayout(buttons, gap=scale.s)
        for made in (self.choose, self.spoken, self.back, self.remove, self.restore):
            flow.addWidget(made)
        self.thumb.setVisible(False)
        for unused in (self.turn, self.cover):
            unused.setParent(self)
            unused.setVisible(False)
        how = "fill.annotate_how" if self._annotates else "fill.sign_how" if self._signs else "fill.draw_how"
        box = column(self.area, gap=scale.s, margins=(scale.m, scale.s, scale.m, scale.s))
        fill(box, [label(kit.text(how), "small", wrap=True)])
        box.addWidget(self.pad, 0, Qt.AlignmentFlag.AlignLeft)
        fill(box, [buttons, self.witness, self.words])
        self.box.addWidget(self.area)

    def _make_witness(self) -> None:
        """Who cannot write agrees aloud, before somebody whose name is written."""
        self.spoken = button(self.kit.theme, self.kit.text("fill.sign_spoken"), icon="users", small=True)
        self.spoken.setAccessibleDescription(self._name)
        self.spoken.setCheckable(True)
        self.witness = Line()
        self.witness.setPlaceholderText(self.kit.text("fill.sign_witness"))
        self.witness.setAccessibleName(self.kit.text("fill.sign_witness"))
        self.witness.setMaximumWidth(self.kit.theme.scale.em(WITNESS_EMS))
        self.witness.confirmed.connect(self._witnessed)
        self.spoken.toggled.connect(self._ask_witness)
        reveal(self.spoken, self._signs)
        reveal(self.witness, False)

    def _ask_witness(self, on: bool) -> None:
        reveal(self.witness, on)
        (self.witness if on else self.spoken).setFocus(Qt.FocusReason.TabFocusReason)

    def _witnessed(self) -> None:
        """Enter after the name: the words are the signature."""
        name = self.witness.text().strip()
        if not name:
            return
        today = say_date(self.kit.today(), self.kit.text)
        words = self.kit.text("fill.sign_spoken_words", name=name, day=today)
        self.pad.show_image(written(words, self.kit.theme.font(), self.pad.size()))
        self.spoken.setChecked(False)
        self._keep(drawn_png(self.pad.image()))

    def show_node(self, node: Node) -> None:
        super().show_node(node)
        self.turn.setVisible(False)
        self.cover.setVisible(False)
        self.spoken.setEnabled(not node.readonly)
        self.pad.lock(locked=node.readonly or (self._annotates and not node.value))
        reveal(self.pad, not self._annotates or bool(node.value))
        self.remove.setText(self.kit.text("fill.clear_drawing"))
        if node.value != self._mine:
            self._mine = node.value
            data = self.kit.files.get(node.value) if node.value else None
            self.pad.show_image(QImage.fromData(QByteArray(data)) if data else None, locked=node.readonly)
        reveal(self.back, self.pad.strokes > 0)

    def settle(self) -> None:
        """Take in what was drawn since."""
        if self._rest.isActive() or self.sender() is self._rest:
            self._rest.stop()
            self._take_drawing()

    def _drawn(self) -> None:
        reveal(self.back, self.pad.strokes > 0)
        self._rest.start()

    def _take_drawing(self) -> None:
        if self.pad.strokes == 0 and not self._annotates:
            self._removed()
            return
        self._keep(drawn_png(self.pad.image()))

    def _keep(self, data: bytes) -> None:
        """In the place of what was there before."""
        old = self._value
        name = self.kit.new_name(".png")
        self._mine = name  # the pad shows it already, with strokes that can be taken back
        self.kit.files.add(name, data)
        self._value, self._taken = name, None
        self.answered.emit(name)
        if old:
            self.kit.files.remove(old)

    def _show_thumb(self, _data: bytes | None) -> bool:
        return True
