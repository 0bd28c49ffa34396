"""The resident's slip: on the screen, on paper, as PDF. Number, matter, dates, a QR code; nothing that is secret."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QFont, QPixmap, QTextDocument
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel

from desktop.pages.paper.drawing import POINTS, layout_of
from desktop.pages.paper.output import OnPaper, save
from desktop.pages.paper.qr import qr_image
from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act
from desktop.services.filling.filling_values import Stored
from desktop.services.paper.sheets import Paper
from desktop.widgets.basics import column, fill, frame, label, row
from desktop.widgets.card import Card

QR_SIDE, QR_PAPER = 96, 128  # pixels at 15 px of text; on paper at 96 to the inch
A5 = layout_of(Paper.A5)


def asked_by(stored: Stored) -> str:
    """What the QR code says: number and code, neither name nor telephone."""
    return f"{stored.ref} {stored.code}".strip()


class SlipCard(Card):
    """The slip as it will be printed, with what can be done with it."""

    def __init__(self, context: PageContext, stored: Stored, *, print_it: Callable[[], object]) -> None:
        super().__init__(context.theme, context.text("pages.slip"), second="A5")
        self._context, self._stored = context, stored
        self.add(self._paper())
        line = row(gap=context.theme.scale.s)
        for words, does, icon in (("print", print_it, "printer"), ("save_pdf", self._save, "download-simple")):
            line.addWidget(act(context.theme, context.text(f"pages.{words}"), does, icon=icon, small=True))
        line.addStretch(1)
        self.add(line)

    def _paper(self) -> QFrame:
        t, scale = self._context.text, self._context.theme.scale
        paper = frame("card")
        lines = column(paper, gap=scale.s, margins=(scale.l, scale.m, scale.l, scale.m))
        head = label(t("pages.slip_title", place=self._context.me.area_label), "strong", wrap=True)
        head.setAlignment(Qt.AlignmentFlag.AlignCenter)
        fill(lines, [head, frame("line")])
        for name, value in self._stored.slip:
            line = row(gap=scale.s)
            first = label(name, "small")
            first.setFixedWidth(scale.em(4.6))
            line.addWidget(first, 0, Qt.AlignmentFlag.AlignVCenter)
            line.addWidget(label(value, wrap=True), 1)
            lines.addLayout(line)
        fill(lines, [frame("line"), self._foot()])
        return paper

    def _foot(self) -> QHBoxLayout:
        """The code at the left, beside it what it is good for."""
        t, scale = self._context.text, self._context.theme.scale
        side = scale.px(QR_SIDE)
        code = QLabel()
        ratio = self.devicePixelRatioF()
        smooth = Qt.TransformationMode.SmoothTransformation
        drawn = QPixmap.fromImage(qr_image(asked_by(self._stored))).scaledToWidth(round(side * ratio), smooth)
        drawn.setDevicePixelRatio(ratio)
        code.setPixmap(drawn)
        code.setFixedSize(side, side)
        code.setAccessibleName(t("pages.slip_qr", code=self._stored.code))
        words = column(gap=scale.xs)
        said = [t("pages.slip_foot"), t("pages.slip_code", code=self._stored.code), t("pages.slip_private")]
        fill(words, [None, *(label(each, "small", wrap=True) for each in said), None])
        line = row(gap=scale.m)
        line.addWidget(code, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        return line

    def _save(self) -> None:
        save(self, self._context, on_paper(self._context, self._stored))


def document(context: PageContext, stored: Stored) -> QTextDocument:
    """The slip as a document of one A5 page."""
    t = context.text
    lines = "".join(
        f"<tr><td width='28%'>{escape(name)}</td><td><b>{escape(value)}</b></td></tr>" for name, value in stored.slip
    )
    said = [t("pages.slip_foot"), t("pages.slip_code", code=stored.code), t("pages.slip_private")]
    beside = "".join(f"<p>{escape(each)}</p>" for each in said)
    made = QTextDocument()
    font = QFont(context.theme.font())
    font.setPointSizeF(POINTS)
    made.setDefaultFont(font)
    made.addResource(QTextDocument.ResourceType.ImageResource.value, QUrl("slip:qr"), qr_image(asked_by(stored)))
    made.setHtml(
        f"<h2 align='center'>{escape(t('pages.slip_title', place=context.me.area_label))}</h2><hr>"
        f"<table width='100%' cellpadding='6'>{lines}</table><hr>"
        f"<table cellpadding='6'><tr><td><img src='slip:qr' width='{QR_PAPER}' height='{QR_PAPER}'></td>"
        f"<td valign='middle'>{beside}</td></tr></table>"
    )
    return made


def on_paper(context: PageContext, stored: Stored) -> OnPaper:
    return OnPaper(stored.ref, stored.ref, lambda: document(context, stored), layout=A5)
