"""Today: what to pass on, what is unfinished, what waits for the hand-over. A work list, not a dashboard."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLayout, QPushButton, QVBoxLayout

from desktop.pages.parts.more import more_of
from desktop.pages.parts.notice import Notice
from desktop.pages.parts.page import Page, PageContext
from desktop.pages.parts.parts import act, picture, work_row
from desktop.pages.parts.places import CORRECT, WRITE, Name, Place, navigation
from desktop.pages.parts.words import STATES
from desktop.pages.people.finder import PersonFinder
from desktop.pages.today.office import board_card, fresh_card, next_due_card
from desktop.pages.today.troubles import notice_of
from desktop.pages.today.unregistered import UnregisteredCard
from desktop.pages.visits.parts import fill_coverage, visits_due_card
from desktop.services.api import Workspace
from desktop.services.exchange.hand_over_values import HandOverStatus
from desktop.services.exchange.sent_back import SentBack
from desktop.services.filling.filling_values import DraftRow
from desktop.services.keeping.health import Trouble, troubles
from desktop.services.keeping.today_values import Today
from desktop.services.keeping.workspace import OpenWorkspace
from desktop.services.values import PersonRow, RequestRow, RequestState, Tab
from desktop.theme.tokens import Tone, Width
from desktop.widgets.basics import clear, column, fill, label, reveal, row, rule
from desktop.widgets.card import Card, EmptyState, KeyHint, SectionHeader
from desktop.widgets.flow import ColumnsLayout, FlowLayout
from sync.protocol import Role

SHOWN = 3  # lines of each list before "all"
SILENT_AFTER = 7  # days without a hand-over before today says so


class StartCard(QPushButton):
    """A large button that begins something: icon, key, what it is, what it covers."""

    def __init__(self, context: PageContext, *, name: str, icon: str, key: str, place: Place, first: bool) -> None:
        super().__init__()
        theme, t, scale = context.theme, context.text, context.theme.scale
        self.setProperty("kind", "start")
        if first:
            self.setProperty("state", "first")
        ink = "on_primary" if first else "primary"
        lines = column(self, gap=scale.xs, margins=(scale.l, scale.m, scale.l, scale.m))
        head = row()
        hint = label(key, "strong", tone="" if first else "ok")
        fill(head, [picture(theme, icon, ink, scale.px(24)), None, hint])
        title = label(t(f"pages.start_{name}"), "h2")
        detail = label(t(f"pages.start_{name}_detail"), "small")
        fill(lines, [head, title, detail])
        for part in (hint, title, detail):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(f"{title.text()} {key}")
        self.setProperty("measure", "free")
        self._inside, self._height = lines, scale.px(104)
        self.clicked.connect(lambda: context.go(place))

    def sizeHint(self) -> QSize:
        return QSize(self._inside.sizeHint().width(), max(self._height, self._inside.sizeHint().height()))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._inside.minimumSize().width(), self.sizeHint().height())


class TodayPage(Page):
    """Picture 01."""

    def __init__(self, context: PageContext, door: Workspace | None = None) -> None:
        super().__init__(context)
        self._door = door
        theme, scale = context.theme, context.theme.scale
        self._frame = self.frame_in(self.t("shell.nav_today"), context.words.full_day(context.words.today()))
        self._finder = PersonFinder(context, placeholder=self.t("pages.find_placeholder"), key="F2")
        self._finder.picked.connect(self._open_person)
        self._finds = Name.PEOPLE in {entry.page for entry in navigation(context.me.role)}
        reveal(self._finder, self._finds)
        self._frame.add(self._finder)
        if context.me.role is Role.VILLAGE:
            self._frame.add(self._make_starts())
        self._grid = QGridLayout()
        self._grid.setSpacing(scale.m)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._left, self._right = column(gap=scale.m), column(gap=scale.m)
        self._frame.add(self._grid)
        self._frame.body.addStretch(1)
        wide = theme.tokens.width(1366) is Width.WIDE
        self._grid.addLayout(self._left, 0, 0)
        self._grid.addLayout(self._right, 0 if wide else 1, 1 if wide else 0)
        if wide:
            self._grid.setColumnStretch(0, 7)
            self._grid.setColumnStretch(1, 3)

    def visit(self, place: Place) -> None:
        self._finder.clear()
        self.find_here()
        self.refresh()

    def refresh(self) -> None:
        self.context.lanes.read(self, lambda desk: desk.today(), self._show, latest="today")
        door = self._door
        if isinstance(door, OpenWorkspace):
            self.context.lanes.long(self, lambda _desk, _ticket: troubles(door), self._warn_of)

    def _warn_of(self, found: tuple[Trouble, ...]) -> None:
        """The worst stands on top."""
        if self.isVisible():
            for trouble in reversed(found):
                self.context.warn(notice_of(self.context, trouble, self.refresh))

    def find_here(self) -> bool:
        """Where nobody is to be found, nothing hears what is typed."""
        (self._finder if self._finds else self).setFocus()
        return self._finds

    def _make_starts(self) -> QLayout:
        starts = (
            ("request", "plus-circle", "F3", Place(Name.ASK)),
            ("visit", "house", "F4", Place(Name.VISIT)),
            ("household", "user-plus", "F5", Place(Name.FORM, "household")),
            ("hazard", "warning-circle", "F6", Place(Name.HAZARD)),
        )
        cards = []
        for number, (name, icon, key, place) in enumerate(starts):
            cards.append(StartCard(self.context, name=name, icon=icon, key=key, place=place, first=number == 0))
        gap, least = self.context.theme.scale.m, max(card.minimumSizeHint().width() for card in cards)
        line = ColumnsLayout(gap=gap, columns=len(cards), least=least)
        for card in cards:
            line.addWidget(card)
        return line

    def _open_person(self, person: PersonRow) -> None:
        self.context.go(Place(Name.RESIDENT, person.uuid))

    def _show(self, today: Today) -> None:
        for side in (self._left, self._right):
            clear(side)
        self._warn_if_silent(today.hand_over)
        if self.context.me.role is Role.VILLAGE:
            self._show_village(today)
        else:
            self._show_township(today)
        self._left.addStretch(1)
        fill(self._right, [self._hand_over_card(today.hand_over), self._month_card(today), more_of(self.context)])
        self._right.addStretch(1)

    def _show_village(self, today: Today) -> None:
        if today.to_tell:
            self._left.addWidget(self._to_tell_card(today.to_tell))
        if today.returned or today.drafts or today.sent_back:
            self._left.addWidget(self._unfinished_card(today))
        unregistered = UnregisteredCard(self.context)
        self._left.addWidget(unregistered)
        visits = today.visits is not None and today.visits.first is not None
        if not (today.to_tell or today.returned or today.drafts or today.sent_back or visits):
            nothing = self._nothing("pages.today_empty", "pages.start_request", Place(Name.ASK))
            unregistered.found.connect(lambda some: reveal(nothing, not some))
            self._left.addWidget(nothing)
        if today.visits is not None and today.visits.first is not None:
            self._left.addWidget(visits_due_card(self.context, today.visits.old, today.visits.first))

    def _show_township(self, today: Today) -> None:
        if today.to_assign or today.overdue:
            self._left.addWidget(board_card(self.context, today))
        if today.fresh:
            self._left.addWidget(fresh_card(self.context, today.fresh))
        known = {request.uuid for request in today.fresh}
        rest = tuple(request for request in today.next_due if request.uuid not in known)
        if rest:
            self._left.addWidget(next_due_card(self.context, rest))
        if today.drafts:
            self._left.addWidget(self._unfinished_card(replace(today, returned=(), sent_back=())))
        if not (today.to_assign or today.overdue or today.drafts or today.next_due):
            self._left.addWidget(self._nothing("pages.today_empty_township", "shell.nav_board", Place(Name.BOARD)))

    def _nothing(self, sentence: str, action: str, place: Place) -> Card:
        card = Card(self.context.theme)
        empty = EmptyState(self.context.theme, self.t(sentence), icon="check", action=self.t(action))
        if empty.action is not None:
            empty.action.clicked.connect(lambda: self.context.go(place))
        card.add(empty)
        return card

    def _list_card(self, title: str, count: int, tone: Tone, all_: Place | None) -> Card:
        """A card whose body is one list under a heading with a count."""
        theme, scale = self.context.theme, self.context.theme.scale
        card = Card(theme)
        card.flush()
        header = SectionHeader(theme, title)
        header.set_count(count, tone=tone)
        if all_ is not None:
            header.add_action(act(theme, self.t("pages.all"), lambda: self.context.go(all_), kind="link", small=True))
        header.setContentsMargins(scale.l, scale.xs, scale.s, scale.xs)
        header.setMinimumHeight(scale.px(43))
        card.add(header)
        card.setAccessibleName(title)
        return card

    def _to_tell_card(self, rows: tuple[RequestRow, ...]) -> Card:
        theme = self.context.theme
        all_ = Place(Name.REQUESTS, tab=Tab.TO_TELL.value) if len(rows) > SHOWN else None
        card = self._list_card(self.t("pages.to_tell"), len(rows), Tone.TELL, all_)
        for request in rows[:SHOWN]:
            told = act(
                theme,
                self.t("shell.state_told"),
                partial(self._tell, request),
                kind="tell",
                icon="check",
                small=True,
            )
            told.setAccessibleName(f"{self.t('shell.state_told')} {request.who} {request.matter_label}")
            look = act(theme, self.t("pages.look"), partial(self._look, request), icon="eye", small=True)
            look.setAccessibleName(f"{self.t('pages.look')} {request.who} {request.matter_label}")
            card.add(rule())
            card.add(
                work_row(
                    theme,
                    icon="megaphone-fill",
                    tone=Tone.TELL,
                    title=f"{request.who} · {request.matter_label}",
                    detail=self.context.words.where(request),
                    buttons=(told, look),
                )
            )
        return card

    def _unfinished_card(self, today: Today) -> Card:
        number = len(today.returned) + len(today.drafts) + len(today.sent_back)
        all_ = Place(Name.REQUESTS, tab=Tab.RETURNED.value) if number > 2 * SHOWN else None
        card = self._list_card(self.t("pages.unfinished"), number, Tone.WARN, all_)
        rows = [self._returned_row(request) for request in today.returned[:SHOWN]]
        rows += [self._sent_back_row(back) for back in today.sent_back[:SHOWN]]
        rows += [self._draft_row(draft) for draft in today.drafts[:SHOWN]]
        for each in rows:
            card.add(rule())
            card.add(each)
        return card

    def _returned_row(self, request: RequestRow) -> QFrame:
        theme, sign = self.context.theme, STATES[RequestState.RETURNED]
        button = act(theme, self.t("pages.supplement"), partial(self._supplement, request), small=True)
        title = self.t("pages.returned_row", who=request.who, matter=request.matter_label)
        detail = self.context.words.where(request)
        return work_row(theme, icon=sign.icon, tone=Tone.BAD, title=title, detail=detail, buttons=(button,))

    def _sent_back_row(self, back: SentBack) -> QFrame:
        theme, sign = self.context.theme, STATES[RequestState.RETURNED]
        mend = act(theme, self.t("pages.mend"), partial(self._mend, back), small=True)
        title = self.t("pages.sent_back_row", form=self.context.words.form_title(back.form_title))
        mend.setAccessibleName(f"{mend.text()} {title}")
        return work_row(theme, icon=sign.icon, tone=Tone.BAD, title=title, detail=back.said, buttons=(mend,))

    def _draft_row(self, draft: DraftRow) -> QFrame:
        theme, words = self.context.theme, self.context.words
        form = words.form_title(draft.form_title)
        title = self.t("pages.draft_row", title=words.form_title(draft.title), form=form)
        if not draft.mine:
            title = self.t("pages.draft_of", who=draft.author, form=form)
        detail = self.t("pages.draft_state", when=words.moment(draft.saved), n=draft.filled, m=draft.asked)
        go_on = act(theme, self.t("pages.go_on"), partial(self._resume, draft), small=True)
        go_on.setEnabled(draft.mine)
        return work_row(theme, icon="note-pencil", tone=Tone.WARN, title=title, detail=detail, buttons=(go_on,))

    def _mend(self, back: SentBack) -> None:
        """The record again, as a new version of it."""
        self.context.go(Place(Name.FORM, back.form_id, tab=f"{CORRECT}{back.instance_id}"))

    def _hand_over_card(self, status: HandOverStatus) -> Card:
        theme, words = self.context.theme, self.context.words
        card = Card(theme, self.t("shell.nav_hand_over"))
        if card.header is not None:
            card.header.add_action(KeyHint("F9"))
        if status.waiting:
            said = words.text("pages.still_here", count=status.waiting)
            if status.attachments:
                said = self.t("pages.still_here_files", count=status.waiting, files=status.attachments)
        else:
            said = self.t("shell.none_waiting")
        card.add(label(said, "strong", wrap=True))
        if not status.hub:
            card.add(label(self.t("pages.no_hub_detail"), "small", wrap=True))
            return card
        card.add(label(words.contact(status.last_contact), "small", wrap=True))
        ways = FlowLayout(gap=theme.scale.s)
        for words_of, tab, icon in (
            ("pages.today_network", "run", "wifi-high"),
            ("pages.today_stick", WRITE, "usb"),
        ):
            go = partial(self.context.go, Place(Name.HAND_OVER, tab=tab))
            ways.addWidget(act(theme, self.t(words_of), go, icon=icon, small=True))
        card.add(ways)
        if status.backup is not None:
            card.add(label(self.t("copies.of", when=words.moment(status.backup)), "small", wrap=True))
        return card

    def _month_card(self, today: Today) -> QFrame:
        theme, scale = self.context.theme, self.context.theme.scale
        card = Card(theme, self.t("pages.this_month", place=self.context.me.area_label))
        numbers: QHBoxLayout = row(gap=scale.l)
        for value, name, tone in (
            (today.month_requests, "registered", ""),
            (today.month_told, "told", ""),
            (today.overdue, "overdue", "bad" if today.overdue else ""),
        ):
            one: QVBoxLayout = column()
            number = label(str(value), "number", tone=tone)
            fill(one, [number, label(self.t(f"pages.month_{name}"), "small")])
            numbers.addLayout(one, 1)
        card.add(numbers)
        if today.visits is not None and today.visits.coverage.households:
            fill_coverage(card, self.context, today.visits.coverage, beside=False)
        return card

    def _warn_if_silent(self, status: HandOverStatus) -> None:
        if status.silent_days is not None and status.silent_days > SILENT_AFTER and status.waiting:
            self.context.warn(
                Notice(
                    Tone.WARN,
                    self.t("pages.silent", days=status.silent_days),
                    self.context.text("pages.silent_detail", count=status.waiting),
                    self.t("pages.hand_over_now"),
                    lambda: self.context.go(Place(Name.HAND_OVER)),
                )
            )

    def _tell(self, request: RequestRow) -> None:
        self.context.go(Place(Name.FORM, "told", known=(("request", request.uuid),)))

    def _look(self, request: RequestRow) -> None:
        self.context.go(Place(Name.REQUESTS, subject=request.uuid, tab=Tab.TO_TELL.value))

    def _supplement(self, request: RequestRow) -> None:
        known = (("request", request.uuid), ("action", "supplement"))
        self.context.go(Place(Name.FORM, "request_update", known=known))

    def _resume(self, draft: DraftRow) -> None:
        self.context.go(Place(Name.FORM, draft.form_id, tab=draft.id))
