"""What pages say about visits: how many households were visited, whose turn it is."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.pages.parts.meter import Meter
from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act, work_row
from desktop.pages.parts.places import Name, Place
from desktop.pages.visits.words import unseen
from desktop.services.people.visit_values import Coverage, House, Unseen
from desktop.services.people.visiting import MONTHS_LOOKED_AT
from desktop.theme.tokens import Tone
from desktop.widgets.basics import label, row
from desktop.widgets.card import Card


class CoverageCard(Card):
    """How many households were visited in half a year, and how many are missing to the line."""

    def __init__(self, context: PageContext, coverage: Coverage) -> None:
        super().__init__(context.theme)
        fill_coverage(self, context, coverage, beside=True)


def fill_coverage(card: Card, context: PageContext, coverage: Coverage, *, beside: bool) -> None:
    """Words, bar and what is missing; side by side where there is room, else below each other."""
    t, scale = context.text, context.theme.scale
    shares = t("visits.share", percent=coverage.percent, visited=coverage.visited, households=coverage.households)
    head = row(gap=scale.m)
    head.addWidget(label(t("visits.half_year", months=MONTHS_LOOKED_AT), "small"))
    bar = Meter(
        context.theme,
        percent=coverage.percent,
        target=coverage.target,
        name=f"{t('visits.half_year', months=MONTHS_LOOKED_AT)} {shares}",
    )
    wanted = -(-coverage.households * coverage.target // 100)
    left = max(0, wanted - coverage.visited)
    said = t("visits.target_left", target=coverage.target, count=left) if left else t("visits.target_met")
    if beside:
        head.addWidget(bar, 1)
        head.addWidget(label(shares, "small-strong"))
        head.addWidget(label(said, "small"))
        card.body.addLayout(head)
        return
    head.addStretch(1)
    head.addWidget(label(shares, "small-strong"))
    card.body.addLayout(head)
    card.add(bar)
    foot = row(gap=scale.s)
    foot.addWidget(label(said, "small", wrap=True), 1)
    foot.addWidget(visits_button(context))
    card.add(foot)


def visits_button(context: PageContext) -> QWidget:
    """To the list, from the page of the day."""
    place = Place(Name.VISITS)
    return act(
        context.theme,
        context.text("visits.see_list"),
        lambda: context.go(place),
        kind="link",
        small=True,
        icon="list-bullets",
    )


def visits_due_card(context: PageContext, count: int, first: House) -> Card:
    """Whose turn it is this month, and whom nobody saw for the longest."""
    t, words = context.text, context.words
    card = Card(context.theme)
    card.flush()
    house = " ".join(filter(None, (first.area_label, words.house(first.house_no), first.head_name)))
    place = Place(Name.VISITS, tab=Unseen.OLD.value)
    button = act(context.theme, t("visits.arrange"), lambda: context.go(place), small=True)
    title, detail = (
        words.text("visits.due_old", count=count),
        t("visits.due_first", house=house, when=unseen(words, first)),
    )
    card.add(work_row(context.theme, icon="house", tone=Tone.OK, title=title, detail=detail, buttons=(button,)))
    card.setAccessibleName(title)
    return card
