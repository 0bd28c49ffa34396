"""The small things that no style sheet draws: check marks, radio dots, focus, tooltip delay."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QProxyStyle, QPushButton, QStyle, QStyleHintReturn, QStyleOption, QWidget

from desktop.theme.tokens import Tokens


class HamletStyle(QProxyStyle):
    """Fusion with our own indicators; mnemonics are underlined only while Alt is held."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__("Fusion")
        self._tokens = tokens

    def pixelMetric(
        self, metric: QStyle.PixelMetric, option: QStyleOption | None = None, widget: QWidget | None = None
    ) -> int:
        scale = self._tokens.scale
        match metric:
            case (
                QStyle.PixelMetric.PM_IndicatorWidth
                | QStyle.PixelMetric.PM_IndicatorHeight
                | QStyle.PixelMetric.PM_ExclusiveIndicatorWidth
                | QStyle.PixelMetric.PM_ExclusiveIndicatorHeight
            ):
                return scale.px(20)
            case QStyle.PixelMetric.PM_CheckBoxLabelSpacing | QStyle.PixelMetric.PM_RadioButtonLabelSpacing:
                return scale.s
            case QStyle.PixelMetric.PM_SmallIconSize | QStyle.PixelMetric.PM_ButtonIconSize:
                return scale.icon
        return super().pixelMetric(metric, option, widget)

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returnData: QStyleHintReturn | None = None,  # noqa: N803
    ) -> int:
        match hint:
            case QStyle.StyleHint.SH_ComboBox_Popup | QStyle.StyleHint.SH_UnderlineShortcut:
                return 0
            case QStyle.StyleHint.SH_ToolTip_WakeUpDelay:
                return 500
        return super().styleHint(hint, option, widget, returnData)

    def drawPrimitive(
        self,
        element: QStyle.PrimitiveElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        match element:
            case QStyle.PrimitiveElement.PE_IndicatorCheckBox | QStyle.PrimitiveElement.PE_IndicatorItemViewItemCheck:
                self._box(option, painter, round_=False)
            case QStyle.PrimitiveElement.PE_IndicatorRadioButton:
                self._box(option, painter, round_=True)
            case QStyle.PrimitiveElement.PE_FrameFocusRect:
                self._inner_ring(painter, widget)  # the sheet shows focus by the edge
            case _:
                super().drawPrimitive(element, option, painter, widget)

    def _inner_ring(self, painter: QPainter, widget: QWidget | None) -> None:
        """On a coloured button the ring alone is hard to see: a line in the colour of its words goes round inside."""
        if not isinstance(widget, QPushButton):
            return
        if widget.property("kind") != "primary" and widget.property("state") != "first":
            return
        c, scale = self._tokens.colours, self._tokens.scale
        corner = scale.card_radius if widget.property("state") == "first" else scale.radius
        inset = 1.5 * c.ring
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(c.on_primary), c.ring))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        box = QRectF(widget.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(box, corner - inset, corner - inset)
        painter.restore()

    def _box(self, option: QStyleOption, painter: QPainter, *, round_: bool) -> None:
        c, state = self._tokens.colours, option.state  # type: ignore[attr-defined]
        on = bool(state & QStyle.StateFlag.State_On)
        focused = bool(state & QStyle.StateFlag.State_HasFocus)
        enabled = bool(state & QStyle.StateFlag.State_Enabled)
        edge = c.focus if focused else c.primary if on else c.field
        box = QRectF(option.rect).adjusted(1, 1, -1, -1)  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(edge), c.ring if focused else 1.3))
        ground = c.primary if on and not round_ and enabled else c.surface
        painter.setBrush(QColor(ground if enabled else c.sunken))
        corner = box.width() / 2 if round_ else box.width() / 5
        painter.drawRoundedRect(box, corner, corner)
        if on:
            mark = QColor(c.on_primary if not round_ and enabled else c.primary)
            self._dot(painter, box, mark) if round_ else self._tick(painter, box, mark)
        painter.restore()

    def _tick(self, painter: QPainter, box: QRectF, mark: QColor) -> None:
        side = box.width()
        at = [(0.24, 0.52), (0.43, 0.71), (0.77, 0.31)]
        pen = QPen(mark, max(1.6, side / 9))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF([QPointF(box.left() + x * side, box.top() + y * side) for x, y in at]))

    def _dot(self, painter: QPainter, box: QRectF, mark: QColor) -> None:
        inset = box.width() / 4
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mark)
        painter.drawEllipse(box.adjusted(inset, inset, -inset, -inset))
