"""Sheets as the markup that Qt's documents understand."""

from __future__ import annotations

from functools import singledispatch
from html import escape

from PySide6.QtGui import QTextDocument

from desktop.pages.paper.drawing import POINTS, SMALL, layout_of, plain_document
from desktop.pages.paper.output import OnPaper
from desktop.pages.parts.page import PageContext
from desktop.services.paper.sheets import Asked, Block, Heading, Item, Pairs, Paper, Passage, Sheet, Table

BOX, TICK = "□", "☐"
WIDE, NARROW = "cellpadding='4'", "cellpadding='2'"  # of tables on whole and on half pages
TABLE = f"<table width='100%' border='1' cellspacing='0' {WIDE} style='border-collapse:collapse'>"
LINE = "<tr><td style='border-bottom:1px solid #000; font-size:17pt'>&nbsp;</td></tr>"
JOINER = "\u2060"  # no line ends here
LONG = 40  # signs from which an option may go over two lines


def on_paper(context: PageContext, sheet: Sheet) -> OnPaper:
    return OnPaper(
        sheet.name, sheet.title, lambda: document(context, sheet), layout=layout_of(sheet.paper), foot=sheet.foot
    )


def document(context: PageContext, sheet: Sheet) -> QTextDocument:
    required = escape(context.text("printing.required"))
    head = f"<h2>{escape(sheet.title)}</h2>"
    second = f"<p style='font-size:{SMALL}pt'>{escape(sheet.second)}</p>" if sheet.second else ""
    numbered, parts = 0, []
    for block in sheet.blocks:
        if isinstance(block, Asked):
            numbered += 1
            parts.append(asked(block, numbered, required))
        else:
            parts.append(html(block))
    body = "".join(parts)
    if sheet.paper is Paper.A5:
        body = body.replace(WIDE, NARROW)
    points = POINTS if sheet.paper is Paper.A4 else SMALL
    return plain_document(context.theme, f"{head}{second}<hr>{body}", points)


@singledispatch
def html(block: Block) -> str:
    """A block as the markup that Qt's documents understand."""
    raise TypeError(block)


@html.register
def _(block: Heading) -> str:
    return f"<h3>{escape(block.words)}</h3>"


@html.register
def _(block: Passage) -> str:
    size = SMALL if block.small else POINTS
    return f"<p style='font-size:{size}pt'>{escape(_plain(block.words))}</p>"


@html.register
def _(block: Item) -> str:
    box = f"{TICK} " if block.tick else ""
    lines = "".join(f"<br>{escape(line)}" for line in block.lines)
    return f"<p><b>{box}{escape(block.title)}</b>{lines}</p><hr>"


@html.register
def _(block: Pairs) -> str:
    lines = "".join(
        f"<tr><td width='34%'>{escape(name)}</td><td><b>{escape(value) or '&nbsp;'}</b></td></tr>"
        for name, value in block.rows
    )
    return f"{TABLE}{lines}</table><p></p>"


@html.register
def _(block: Table) -> str:
    head = "".join(f"<th align='left'>{escape(each)}</th>" for each in block.head)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(each) or '&nbsp;'}</td>" for each in line) + "</tr>" for line in block.rows
    )
    return f"{TABLE}<tr>{head}</tr>{rows}</table>"


def asked(block: Asked, number: int, required: str) -> str:
    """A numbered question with room for its answer."""
    must = f" <span style='font-size:{SMALL}pt'>（{required}）</span>" if block.required else ""
    hint = f"<br><span style='font-size:{SMALL}pt'>{escape(_plain(block.hint))}</span>" if block.hint else ""
    head = f"<b>{number}. {escape(_plain(block.label))}</b>{must}{hint}"
    if block.options:
        sign = BOX if block.several else "○"
        room = "&nbsp;&nbsp; ".join(f"{sign}&nbsp;{_together(each)}" for each in block.options)
    elif block.boxes:
        room = "".join(f"{BOX}&nbsp;" if each == " " else f"{escape(each)}&nbsp;" for each in block.boxes)
        room = f"<span style='font-size:{POINTS + 4}pt'>{room}</span>"
    else:
        return f"<p>{head}</p><table width='100%' cellspacing='0'>{LINE * block.lines}</table>"
    return f"<p>{head}<br>{room}</p>"


def _together(words: str) -> str:
    """An option that stays on one line, where it is short enough for one."""
    return (
        JOINER.join(escape(sign) if sign != " " else "&nbsp;" for sign in words) if len(words) < LONG else escape(words)
    )


def _plain(words: str) -> str:
    """Without the marks of markdown, which paper would show."""
    return words.replace("**", "").replace("__", "")
