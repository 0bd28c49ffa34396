"""What stands beside the lists of the hand-over: what needs somebody, where a record is, what was signed for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QPushButton, QWidget

from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act, picture, two_lines
from desktop.pages.parts.places import CORRECT, Name, Place
from desktop.services.exchange.bundles import Place as Station
from desktop.services.exchange.bundles import Whereabouts
from desktop.services.exchange.hand_over_values import HandOverStatus
from desktop.services.filling.filling_values import RecordRow
from desktop.services.filling.records import reason_words
from desktop.services.values import RecordState, RequestRow
from desktop.theme.tokens import Tone
from desktop.widgets.basics import clear, column, fill, label, reveal, row, rule
from desktop.widgets.card import Card
from sync.protocol import Role

SHOWN = 4  # troubles before the rest is only counted
ICONS = {
    Station.SAVED: ("floppy-disk", Tone.MUTE),
    Station.STICK: ("usb", Tone.INFO),
    Station.HUB: ("seal-check-fill", Tone.OK),
    Station.HELD: ("clock", Tone.WARN),
    Station.REFUSED: ("x-circle-fill", Tone.BAD),
}


def problems_card(
    context: PageContext,
    problems: Sequence[RecordRow],
    returned: Sequence[RequestRow],
    names: Mapping[str, str],
) -> Card:
    """What was not taken, and what came back for more; each with what one does about it."""
    t = context.text
    card = Card(context.theme, t("pages.needs_you"))
    if card.header is not None:
        card.header.set_count(len(problems) + len(returned), tone=Tone.BAD)
    parts = [_returned(context, request) for request in returned[:SHOWN]]
    parts += [_refused(context, record, names) for record in problems[: SHOWN - len(parts)]]
    for number, part in enumerate(parts):
        if number:
            card.add(rule())
        card.add(part)
    left = len(problems) + len(returned) - len(parts)
    if left:
        card.add(label(t("exchange.more", count=left), "small"))
    return card


def _returned(context: PageContext, request: RequestRow) -> QWidget:
    known = (("request", request.uuid), ("action", "supplement"))
    there = Place(Name.FORM, "request_update", known=known)
    title = context.text("exchange.returned", ref=request.ref)
    button = act(context.theme, context.text("pages.supplement"), partial(context.go, there), small=True)
    button.setAccessibleName(f"{button.text()} {request.ref}")
    return _trouble(context, "arrow-bend-up-left", Tone.WARN, title, context.words.where(request), button)


def _refused(context: PageContext, record: RecordRow, names: Mapping[str, str]) -> QWidget:
    title = " · ".join(filter(None, (record.ref, record.title or names.get(record.form_id, ""))))
    mark = context.words.record(record.state)
    button = None
    if record.state is RecordState.REJECTED and context.me.role in (Role.VILLAGE, Role.TOWNSHIP):
        there = Place(Name.FORM, record.form_id, tab=f"{CORRECT}{record.instance_id}")
        button = act(context.theme, context.text("pages.change_it"), partial(context.go, there), small=True)
        button.setAccessibleName(f"{button.text()} {title}")
    return _trouble(context, mark.icon, mark.tone, title, record.reason or mark.word, button)


def _trouble(
    context: PageContext, icon: str, tone: Tone, title: str, detail: str, button: QPushButton | None
) -> QWidget:
    made = QWidget()
    line = row(made, gap=context.theme.scale.m)
    line.addWidget(picture(context.theme, icon, tone.value), 0, Qt.AlignmentFlag.AlignTop)
    words = column(gap=context.theme.scale.xs)
    words.addWidget(two_lines(title, detail, wrap=True))
    if button is not None:
        foot = row()
        fill(foot, [None, button])
        words.addLayout(foot)
    line.addLayout(words, 1)
    return made


def receipts_card(context: PageContext, status: HandOverStatus, answers: Sequence[RequestRow]) -> Card:
    """What the township has signed for, and what came back from it."""
    theme, t = context.theme, context.text
    card = Card(theme, t("pages.receipts"))
    when = context.words.moment(status.last_contact) if status.last_contact else ""
    if status.acknowledged:
        card.add(_line(context, "check-circle-fill", "ok", t("pages.receipt_taken", count=status.acknowledged), when))
    else:
        card.add(_line(context, "hourglass", "text2", t("pages.receipt_none"), when))
    if answers:
        title = context.text("pages.receipt_answers", count=len(answers))
        card.add(_line(context, "megaphone-fill", "tell", title, t("pages.receipt_answers_detail")))
        there = Place(Name.REQUESTS, tab="to_tell")
        card.add(act(theme, t("pages.go_tell"), partial(context.go, there), kind="tell", small=True))
    return card


def _line(context: PageContext, icon: str, role: str, title: str, detail: str) -> QLayout:
    line = row(gap=context.theme.scale.m)
    line.addWidget(picture(context.theme, icon, role))
    line.addWidget(two_lines(title, detail, wrap=True), 1)
    return line


def note_card(context: PageContext) -> Card:
    """That whoever finds the laptop or a stick reads nothing."""
    card = Card(context.theme, sunken=True)
    t = context.text
    card.add(_line(context, "lock-key", "primary", t("pages.encrypted"), t("pages.encrypted_detail")))
    return card


class WhereCard(Card):
    """Where the chosen record is: its stations, each with what proves it."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context.theme, context.text("exchange.where"))
        self._context, self.record = context, ""
        self._title = label("", "small", wrap=True)
        self._stations = column(gap=context.theme.scale.s)
        self.add(self._title)
        self.add(self._stations)

    def look(self, record: RecordRow, title: str) -> None:
        """Ask where it is; what was shown stays until it is known."""
        wanted = self.record = record.instance_id
        self._title.setText(" · ".join(filter(None, (record.ref, title))))
        self._context.lanes.read(self, lambda desk: desk.bundles.where(wanted), self.show_stations, latest="where")

    def show_stations(self, stations: Sequence[Whereabouts]) -> None:
        clear(self._stations)
        for station in stations:
            icon, tone = ICONS[station.place]
            self._stations.addLayout(_line(self._context, icon, tone.value, self._words(station), self._proof(station)))
        reveal(self, stations)

    def _words(self, station: Whereabouts) -> str:
        name = station.name or self._context.me.hub_name
        return self._context.text(f"bundle.place_{station.place.value}", name=name)

    def _proof(self, station: Whereabouts) -> str:
        t = self._context.text
        when = self._context.words.moment(datetime.fromisoformat(station.at)) if station.at else ""
        signed = t("exchange.signed", n=station.n) if station.signed else ""
        return " · ".join(filter(None, (when, signed, reason_words(station.reason, t))))
