"""What both ends of a head count show: the numbers, a code to be told, the QR code of a village."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QPixmap
from PySide6.QtWidgets import QLabel, QLayout, QWidget

from desktop.models.roll import RollRow
from desktop.pages.paper.qr import qr_image
from desktop.pages.parts.page import PageContext
from desktop.services.people.emergency_values import Found, Mark, Sums
from desktop.widgets.basics import column, fill, label, row
from desktop.widgets.card import Card
from desktop.widgets.table import DataTable
from desktop.widgets.table_model import RowsModel

FEW = 2  # codes that are written large
QR_SIDE = 180  # pixels at 15 px of text
KEYS = {Qt.Key.Key_1: Found.ALL, Qt.Key.Key_2: Found.AWAY, Qt.Key.Key_3: Found.HELP, Qt.Key.Key_4: Found.MISSING}


class RollTable(DataTable[RollRow]):
    """One digit a household; see `marked_with`. `on_mark(row, Found or None)`: None takes it back."""

    def __init__(
        self,
        context: PageContext,
        model: RowsModel[RollRow],
        *,
        on_mark: Callable[[int, Found | None], None],
        name: str,
    ) -> None:
        super().__init__(context.theme, model, name=name)
        self._on_mark = on_mark

    def keyPressEvent(self, event: QKeyEvent) -> None:
        at, key = self.selected(), Qt.Key(event.key())
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if at is not None and plain and key in KEYS:
            self._on_mark(at, KEYS[key])
        elif at is not None and plain and key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self._on_mark(at, None)
        else:
            super().keyPressEvent(event)


def marked_with(before: Mark | None, found: Found, people: int) -> Mark:
    """What one more press makes of a household: missing and in need are counted up, never beyond who lives there."""
    most = max(1, people)
    missing, need_help = (before.missing, before.need_help) if before is not None else (0, 0)
    if found is Found.MISSING:
        return Mark(found, missing % most + 1, need_help)
    if found is Found.HELP:
        return Mark(Found.MISSING if missing else found, missing, need_help % most + 1)
    return Mark(found)


def numbers(context: PageContext, sums: Sums) -> QLayout:
    """Present, missing, in need: large, each with its word."""
    t = context.text
    line = row(gap=context.theme.scale.l)
    for value, key, tone in (
        (sums.present, "present", ""),
        (sums.missing, "missing", "bad" if sums.missing else ""),
        (sums.need_help, "need_help", "warn" if sums.need_help else ""),
    ):
        one = column()
        fill(one, [label(str(value), "number", tone=tone), label(t(f"emergency.{key}"), "small")])
        line.addLayout(one, 1)
    return line


class TellCard(Card):
    """The code of a count to be told by telephone or SMS, and the village's QR code to be shown."""

    def __init__(self, context: PageContext, *, codes: Sequence[str], qr: str) -> None:
        super().__init__(context.theme, context.text("emergency.tell"))
        t = context.text
        for code in codes:
            said = label(code, "h2" if len(codes) <= FEW else "strong", selectable=True)
            said.setAlignment(Qt.AlignmentFlag.AlignCenter)
            said.setAccessibleName(f"{t('emergency.code')} {code}")
            self.add(said)
        self.add(label(t("emergency.tell_detail"), "small", wrap=True))
        line = row()
        fill(line, [None, qr_label(context, qr), None])
        self.add(line)
        self.add(label(t("emergency.qr_detail"), "small", wrap=True))


def qr_label(context: PageContext, text: str) -> QWidget:
    made = QLabel()
    side, ratio = context.theme.scale.px(QR_SIDE), made.devicePixelRatioF()
    smooth = Qt.TransformationMode.FastTransformation
    drawn = QPixmap.fromImage(qr_image(text)).scaledToWidth(round(side * ratio), smooth)
    drawn.setDevicePixelRatio(ratio)
    made.setPixmap(drawn)
    made.setFixedSize(side, side)
    made.setAccessibleName(context.text("emergency.qr"))
    return made
