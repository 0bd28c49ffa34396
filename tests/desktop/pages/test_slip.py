"""The slip: what its code says, and that it becomes a page of PDF."""

import re
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
import segno
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from qt_application import new_application

from desktop.pages.paper.output import write_pdf
from desktop.pages.paper.qr import QUIET, qr_image
from desktop.pages.paper.slip import asked_by, document, on_paper
from desktop.services.filling.filling_values import Step, Stored
from desktop.theme.apply import Theme
from desktop.theme.tokens import Look
from forms.text import Text

STORED = Stored(
    "uuid:1",
    "QS-SQA-0424-7",
    "request",
    "路灯亮化维护",
    "1",
    steps=(Step("村里登记", "刚刚", "done", date(2026, 11, 21)),),
    slip=(("编号", "QS-SQA-0424-7"), ("事项", "路灯<亮化>")),
    who="李大成",
    code="T9YDXA",
)


@pytest.fixture
def context() -> SimpleNamespace:
    found = QApplication.instance() or new_application()
    assert found is not None
    return SimpleNamespace(
        text=Text("zh"), theme=Theme(Look.LIGHT, 15), me=SimpleNamespace(area_label="石桥村"), practice=False
    )


def test_the_code_says_number_and_signs_and_nobodys_name() -> None:
    assert asked_by(STORED) == "QS-SQA-0424-7 T9YDXA"


def test_every_square_of_the_code_is_drawn_inside_a_white_edge() -> None:
    image = qr_image("QS-SQA-0424-7 T9YDXA", module=2)
    matrix = segno.make_qr("QS-SQA-0424-7 T9YDXA", error="m").matrix
    assert image.width() == image.height() == 2 * (len(matrix) + 2 * QUIET)
    for y, line in enumerate(matrix):
        for x, dark in enumerate(line):
            shown = QColor(image.pixel((x + QUIET) * 2, (y + QUIET) * 2))
            assert shown == QColor("black" if dark else "white")
    assert QColor(image.pixel(0, 0)) == QColor("white")


def test_the_slip_is_one_page_of_pdf(context: SimpleNamespace, tmp_path: Path) -> None:
    file = tmp_path / "slip.pdf"
    write_pdf(context, on_paper(context, STORED), file)
    written = file.read_bytes()
    assert written.startswith(b"%PDF")
    assert len(re.findall(rb"/Type /Page\b", written)) == 1


def test_what_is_on_paper_is_plain_words_without_the_name(context: SimpleNamespace) -> None:
    words = document(context, STORED).toPlainText()
    assert "路灯<亮化>" in words
    assert "T9YDXA" in words
    assert STORED.who not in words


def test_a_folder_that_is_not_there_is_said(context: SimpleNamespace, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        write_pdf(context, on_paper(context, STORED), tmp_path / "gone" / "slip.pdf")
