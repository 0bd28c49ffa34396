"""What the township's day begins with: which requests want something, those whose time ends first by name."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QFrame

from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act, work_row
from desktop.pages.parts.places import Name, Place
from desktop.pages.parts.words import STATES
from desktop.services.keeping.today_values import Today
from desktop.services.values import RequestRow, Tab
from desktop.theme.tokens import Tone
from desktop.widgets.basics import rule
from desktop.widgets.card import Card, SectionHeader

SHOWN = 5  # requests by name


def board_card(context: PageContext, today: Today) -> Card:
    """How many are overdue and how many nobody has yet, each with its way to the board."""
    theme, t = context.theme, context.text
    card = _listing(context, t("pages.board_today"), today.open)
    for tab, number, tone, icon in (
        (Tab.OVERDUE, today.overdue, Tone.BAD, "warning-fill"),
        (Tab.TO_ASSIGN, today.to_assign, Tone.INFO, "circle-half-fill"),
    ):
        if number:
            go = partial(context.go, Place(Name.BOARD, tab=tab.value))
            title = t(f"pages.board_today_{tab.value}", count=number)
            open_ = act(theme, t("pages.open"), go, small=True)
            open_.setAccessibleName(f"{open_.text()} {title}")
            detail = t(f"pages.board_today_{tab.value}_detail")
            card.add(rule())
            card.add(work_row(theme, icon=icon, tone=tone, title=title, detail=detail, buttons=(open_,)))
    return card


def fresh_card(context: PageContext, rows: tuple[RequestRow, ...]) -> Card:
    """What was given to a department that has done nothing with it yet."""
    card = _listing(context, context.text("pages.fresh"), len(rows))
    for request in rows[:SHOWN]:
        card.add(rule())
        card.add(_request(context, request))
    return card


def next_due_card(context: PageContext, rows: tuple[RequestRow, ...]) -> Card:
    """The open requests whose time ends first."""
    card = _listing(context, context.text("pages.next_due"), 0)
    for request in rows[:SHOWN]:
        card.add(rule())
        card.add(_request(context, request))
    return card


def _request(context: PageContext, request: RequestRow) -> QFrame:
    limit, tone = context.words.due(request)
    look = act(
        context.theme,
        context.text("pages.look"),
        partial(context.go, Place(Name.BOARD, request.uuid, tab=Tab.OPEN.value)),
        small=True,
    )
    look.setAccessibleName(f"{look.text()} {request.ref} {request.who}")
    return work_row(
        context.theme,
        icon=STATES[request.state].icon,
        tone=tone,
        title=" · ".join(filter(None, (request.matter_label, request.who))),
        detail=" · ".join(filter(None, (limit, request.department_label, request.village_label, request.ref))),
        buttons=(look,),
    )


def _listing(context: PageContext, title: str, count: int) -> Card:
    scale = context.theme.scale
    card = Card(context.theme)
    card.flush()
    header = SectionHeader(context.theme, title)
    header.set_count(count, tone=Tone.INFO)
    header.setContentsMargins(scale.l, scale.xs, scale.s, scale.xs)
    header.setMinimumHeight(scale.px(43))
    card.add(header)
    card.setAccessibleName(title)
    return card
