"""Sheets drawn into PDFs: pages, the foot, the mark of practice."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QSizeF
from PySide6.QtWidgets import QApplication
from qt_application import new_application

from desktop.pages.paper.drawing import keep_together
from desktop.pages.paper.markup import document, on_paper
from desktop.pages.paper.output import practice_words, write_pdf
from desktop.pages.paper.page import key_card
from desktop.services.paper.sheets import Asked, Heading, Item, Pairs, Paper, Passage, Sheet, Table
from desktop.theme.apply import Theme
from desktop.theme.tokens import Look
from forms.text import Text

EVERY = (
    Heading("一"),
    Passage("**告知**：只用于办事。", small=True),
    Item("李大成 · 路灯", ("换好了",), tick=True),
    Pairs((("编号", "QS-1"), ("<x>", ""))),
    Table(("a", "b"), (("1", "2"),)),
    Asked("日期", boxes="    -  -  ", required=True),
    Asked("怎么回事", hint="写清楚", lines=3),
    Asked("哪些", options=("甲", "乙"), several=True),
)


@pytest.fixture(params=["zh", "en"])
def context(request: pytest.FixtureRequest) -> SimpleNamespace:
    assert QApplication.instance() or new_application()
    me = SimpleNamespace(area_label="石桥村")
    return SimpleNamespace(text=Text(request.param), theme=Theme(Look.LIGHT, 15), me=me, practice=False)


def pages(file: Path) -> int:
    return len(re.findall(rb"/Type\s*/Page[^s]", file.read_bytes()))


def test_every_block_is_on_paper(context: SimpleNamespace) -> None:
    words = document(context, Sheet("s", "题目", EVERY, second="小字")).toPlainText()
    for said in ("题目", "小字", "一", "告知", "李大成", "换好了", "QS-1", "<x>", "2", "日期", "写清楚", "甲"):
        assert said in words.replace("\u2060", "")
    assert "**" not in words
    assert "1. 日期" in words
    assert "3. 哪些" in words


def test_long_sheets_go_over_pages(context: SimpleNamespace, tmp_path: Path) -> None:
    file = tmp_path / "long.pdf"
    drawn = write_pdf(context, on_paper(context, Sheet("s", "题目", EVERY * 12, foot="脚")), file)
    assert drawn == pages(file)
    assert drawn > 2


def test_the_key_card_is_half_a_page(context: SimpleNamespace, tmp_path: Path) -> None:
    sheet = key_card(context)
    assert sheet.paper is Paper.A5
    assert write_pdf(context, on_paper(context, sheet), tmp_path / "keys.pdf") == 1


def test_practice_stands_across_the_sheet(context: SimpleNamespace, tmp_path: Path) -> None:
    assert practice_words(context) == ""
    real, practised = tmp_path / "real.pdf", tmp_path / "practised.pdf"
    sheet = Sheet("s", "题目", EVERY)
    write_pdf(context, on_paper(context, sheet), real)
    context.practice = True
    assert practice_words(context)
    write_pdf(context, on_paper(context, sheet), practised)
    assert practised.stat().st_size != real.stat().st_size


def test_a_file_that_cannot_be_written_says_why(context: SimpleNamespace, tmp_path: Path) -> None:
    with pytest.raises(OSError):
        write_pdf(context, on_paper(context, Sheet("s", "题目", EVERY)), tmp_path)


def test_a_question_stands_on_one_page_with_its_lines(context: SimpleNamespace) -> None:
    questions = tuple(Asked(f"第{number}问", lines=4) for number in range(20))
    made = document(context, Sheet("s", "题目", questions))
    made.setPageSize(QSizeF(600, 500))
    keep_together(made)
    layout, height = made.documentLayout(), 500
    block, top = made.begin(), 0.0
    while block.isValid():
        if re.match(r"\d+\. ", block.text()):
            top = layout.blockBoundingRect(block).top()
        elif top:
            assert top // height == (layout.blockBoundingRect(block).bottom() - 1) // height
        block = block.next()
    assert made.pageCount() > 2
