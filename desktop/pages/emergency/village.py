"""F10: a head count of a group, one digit a household; told in a code, shown in a QR code, first in a hand-over."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QBoxLayout, QLineEdit, QWidget
from shiboken6 import isValid

from desktop.models.roll import RollRow, roll_table
from desktop.pages.emergency.parts import RollTable, TellCard, marked_with, numbers
from desktop.pages.parts.menu import ChoiceButton
from desktop.pages.parts.notice import Notice
from desktop.pages.parts.page import Page, PageContext
from desktop.pages.parts.parts import act
from desktop.pages.parts.places import Name, Place
from desktop.services.api import Desk
from desktop.services.filling.filling_values import Stored
from desktop.services.people.emergency_values import EVENTS, Found, Mark, Roll, Situation, Sums, sums_of
from desktop.theme.tokens import Tone, Width
from desktop.widgets.basics import clear, column, fill, label, row
from desktop.widgets.card import Card, KeyHint
from desktop.widgets.flow import FlowLayout
from desktop.widgets.frame import ScrollBody
from desktop.widgets.notices import UndoToast

GROUP = "group"  # in a place's tab: its subject is the group, "" for all
WINDOW = 1366  # pixels for which the columns are laid out, as today is
NAME_AND_NUMBERS = 52  # em of a page whose roll has its telephones and its numbers side by side
LINES_AT_LEAST = 5  # of the roll, however large the text is


class EmergencyPage(Page):
    """1 all there, 2 away but reached, 3 one more needs help, 4 one more is missing; Ctrl+Enter reports."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        theme, t = context.theme, context.text
        self._roll: Roll | None = None
        self._situation = Situation((), Sums(), ())
        self._told = False  # whether a count was reported just now, and nobody has been counted since
        self._toast: UndoToast | None = None
        self._frame = self.frame_in(t("emergency.title"), t("emergency.detail"), scrolls=False)
        self._group = ChoiceButton(theme, name=t("emergency.group_name"))
        self._event = ChoiceButton(theme, name=t("emergency.event_name"))
        self._event.offer([(each, t(f"emergency.event_{each}")) for each in EVENTS])
        self._group.chosen.connect(self._open)
        self._event.chosen.connect(lambda _: self._keep())
        top = QWidget()
        line = FlowLayout(top, gap=theme.scale.s)
        rest = act(theme, t("emergency.rest"), self._rest, icon="check", tip="Ctrl+R")
        for each in (self._group, self._event, rest):
            line.addWidget(each)
        self._frame.body.addWidget(top)
        cramped = theme.scale.em(NAME_AND_NUMBERS) > WINDOW
        self._model = roll_table(t, house=context.words.house, cramped=cramped)
        self._table = RollTable(context, self._model, on_mark=self._mark, name=t("emergency.title"))
        self._table.opened.connect(self._confirm)
        self._aside = column(gap=theme.scale.m)
        self._frame.body.addLayout(self._middle(), 1)
        self._who, self._needs = QLineEdit(), QLineEdit()
        for keys, does in (("Ctrl+Return", self._report), ("Ctrl+R", self._rest)):
            QShortcut(QKeySequence(keys), self).activated.connect(does)

    def visit(self, place: Place) -> None:
        def read(desk: Desk) -> tuple[tuple[tuple[str, str], ...], Situation]:
            return desk.emergency.groups(), desk.emergency.situation()

        def show(found: tuple[tuple[tuple[str, str], ...], Situation]) -> None:
            groups, self._situation = found
            every = (("", self.t("emergency.every_group")),) if len(groups) != 1 else ()
            self._group.offer((*every, *groups))
            if place.tab == GROUP:
                self._group.choose(place.subject)
            self._open(self._group.value)

        self.context.lanes.read(self, read, show, latest="groups")

    def leave(self) -> None:
        self._told = False
        self._keep()

    def _middle(self) -> QBoxLayout:
        """The roll with the numbers at its right; where text is large below it, and the page scrolls."""
        theme = self.context.theme
        card = Card(theme)
        card.flush()
        card.add(self._table)
        if theme.tokens.width(WINDOW) is not Width.WIDE:
            self._table.setMinimumHeight(LINES_AT_LEAST * theme.scale.row_two + theme.scale.row)
            below = column(gap=theme.scale.m)
            fill(below, [card, self._aside])
            return below
        beside = row(gap=theme.scale.m)
        right = ScrollBody(gap=theme.scale.m)
        right.setFixedWidth(theme.scale.px(316))
        fill(right.body, [self._aside, None])
        fill(beside, [card, right])
        beside.setStretch(0, 1)
        return beside

    def _open(self, group: str) -> None:
        self._keep()
        self._roll = None
        if self._group.choices:
            self.context.lanes.read(self, lambda desk: desk.emergency.roll(group), self._opened, latest="roll")

    def _opened(self, roll: Roll) -> None:
        self._roll = roll
        self._event.choose(roll.event or EVENTS[0])
        self._show(0)
        self._table.setFocus()

    def _show(self, at: int) -> None:
        if self._roll is not None:
            self._model.put([RollRow(home, self._roll.marks.get(home.uuid)) for home in self._roll.homes])
            self._table.choose(min(at, len(self._roll.homes) - 1))
            self._show_numbers()

    def _mark(self, at: int, found: Found | None) -> None:
        """A household that is all there, or away, leads to the next; the others can be counted up."""
        if self._roll is None:
            return
        home = self._roll.homes[at]
        marks = dict(self._roll.marks)
        self._told = False
        if found is None:
            marks.pop(home.uuid, None)
        else:
            marks[home.uuid] = marked_with(marks.get(home.uuid), found, home.people)
        self._put(marks, at + 1 if found in (Found.ALL, Found.AWAY) else at)

    def _confirm(self, at: int) -> None:
        """Enter: all there where nothing was said, and on."""
        if self._roll is not None and self._roll.homes[at].uuid in self._roll.marks:
            self._table.choose(at + 1)
        else:
            self._mark(at, Found.ALL)

    def _rest(self) -> None:
        """Whoever was not counted yet is there."""
        if self._roll is not None:
            before, marks = dict(self._roll.marks), dict(self._roll.marks)
            for home in self._roll.homes:
                marks.setdefault(home.uuid, Mark(Found.ALL))
            self._put(marks, self._table.selected() or 0)
            self._toast = self.context.toast(self.t("emergency.rest_done"), lambda: self._put(before, 0))

    def _put(self, marks: dict[str, Mark], at: int) -> None:
        if self._roll is not None:
            self._roll = replace(self._roll, marks=marks)
            self._show(at)
            self._keep()

    def _keep(self) -> None:
        if self._roll is not None:
            kept = self._roll = replace(self._roll, event=self._event.value)
            self.context.lanes.write(self, lambda desk: desk.emergency.keep(kept), failed=self.context.failed)

    def _report(self) -> None:
        if self._roll is None:
            return
        roll = replace(self._roll, event=self._event.value)
        who, wanted = self._who.text().strip(), self._needs.text().strip()

        def write(desk: Desk) -> Stored:
            return desk.emergency.report(roll, who_missing=who, needs_=wanted)

        self._roll = None
        if self._toast is not None and isValid(self._toast):
            self._toast.dismiss()  # what was reported is not taken back by it
        self.context.lanes.write(
            self, write, lambda _: self._reported(roll), failed=lambda e: self._not_reported(roll, e)
        )

    def _not_reported(self, roll: Roll, error: BaseException) -> None:
        self._roll = roll
        self.context.failed(error)

    def _reported(self, roll: Roll) -> None:
        t = self.context.text
        self.context.warn(Notice(Tone.OK, t("emergency.reported", group=roll.label), t("emergency.reported_detail")))
        self.context.changed()
        self._told = True
        self.visit(Place(Name.EMERGENCY, roll.group, tab=GROUP))

    def _show_numbers(self) -> None:
        if self._roll is None:
            return
        who, wanted = self._who.text(), self._needs.text()
        clear(self._aside)
        self._who, self._needs = QLineEdit(who), QLineEdit(wanted)
        self._aside.addWidget(self._sums_card(self._roll))
        groups = {self._roll.group} if self._roll.group else {home.group for home in self._roll.homes}
        codes = [each.code for each in self._situation.counts if each.group in groups]
        if codes:
            tell = TellCard(self.context, codes=codes, qr=self._situation.qr)
            self._aside.insertWidget(0 if self._told else 1, tell)
            if self._told:  # without a network it is wanted now, wherever large text has put it
                QTimer.singleShot(0, tell, lambda: self._bring_up(tell))
        self._aside.addWidget(self._keys_card())

    def _bring_up(self, card: QWidget) -> None:
        """Scroll the page to the head of a card."""
        scroller = self._frame.scroller
        inside = scroller.widget()
        if inside.isAncestorOf(card):
            scroller.verticalScrollBar().setValue(card.mapTo(inside, QPoint(0, 0)).y())

    def _sums_card(self, roll: Roll) -> Card:
        """How many were counted, who is missing, and the button that reports it."""
        sums, t, theme = sums_of(roll), self.context.text, self.context.theme
        card = Card(theme, roll.label)
        counted = label(t("emergency.counted", counted=sums.counted, households=sums.households), "small")
        card.add(counted)
        card.add(numbers(self.context, sums))
        for field, key, shown in (
            (self._who, "who_missing", sums.missing),
            (self._needs, "needs", sums.missing + sums.need_help),
        ):
            field.setPlaceholderText(t(f"emergency.{key}"))
            field.setAccessibleName(t(f"emergency.{key}"))
            if shown:
                card.add(field)
        report = act(theme, t("emergency.report"), self._report, kind="primary", icon="megaphone")
        report.setEnabled(bool(sums.counted))
        foot = row(gap=theme.scale.s)
        fill(foot, [report, KeyHint("Ctrl+Enter"), None])
        card.add(foot)
        return card

    def _keys_card(self) -> Card:
        t, theme = self.context.text, self.context.theme
        keys = Card(theme, t("emergency.keys"), sunken=True)
        for key in ("1", "2", "3", "4"):
            one = row(gap=theme.scale.s)
            fill(one, [KeyHint(key), label(t(f"emergency.key_{key}"), "small"), None])
            keys.add(one)
        return keys
