"""Ctrl+K: go anywhere, do anything, by a few letters: pages, what begins, forms, people, requests by their number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QFrame, QWidget

from desktop.pages.parts.page import PageContext
from desktop.pages.parts.places import ICONS, Entry, Name, Place, navigation
from desktop.services.api import Desk
from desktop.services.values import BoardFilter, PersonRow, RequestRow, Tab
from desktop.widgets.basics import column
from desktop.widgets.picker import Offer, PickerPopup
from desktop.widgets.search import SearchBox
from forms.casework.names import Names
from sync.protocol import Role

PEOPLE, REQUESTS = 5, 5  # of each kind at most
WIDTH = 40  # em


@dataclass(frozen=True, slots=True)
class Command:
    """Somewhere to go: `words` are searched by their letters and sounds, `detail` says of what kind it is."""

    words: str
    detail: str
    place: Place
    icon: str
    second: str = ""


def fixed_commands(context: PageContext) -> tuple[Command, ...]:
    """What is always there: the role's pages, settings, and what a village begins."""
    t, role = context.text, context.me.role
    settings = Entry(Name.SETTINGS, ICONS[Name.SETTINGS], "")
    found = [
        Command(
            t(f"shell.nav_{entry.page.value}"),
            " ".join((t("pages.command_go"), entry.key)).strip(),
            Place(entry.page),
            entry.icon,
        )
        for entry in (*navigation(role), settings)
    ]
    if role is Role.VILLAGE:
        begun = (
            ("request", "F3", Place(Name.ASK), "plus-circle"),
            ("visit", "F4", Place(Name.VISIT), "house"),
            ("household", "F5", Place(Name.FORM, "household"), "house-line"),
            ("hazard", "F6", Place(Name.HAZARD), "warning-circle"),
            ("resident", "", Place(Name.FORM, "resident"), "user-plus"),
        )
        for name, key, place, icon in begun:
            detail = " ".join((t("pages.command_do"), key)).strip()
            found.append(Command(t(f"pages.start_{name}"), detail, place, icon))
        found.append(Command(t("training.title"), t("pages.command_go"), Place(Name.TRAINING), "star"))
        found.append(Command(t("visits.title"), t("pages.command_go"), Place(Name.VISITS), "list-bullets"))
    if role in (Role.VILLAGE, Role.TOWNSHIP):
        found.append(Command(t("intake.title"), t("pages.command_go"), Place(Name.INTAKE), "download-simple"))
    if role is not Role.DEPARTMENT:
        found.append(Command(t("workbook.title"), t("pages.command_go"), Place(Name.WORKBOOK), "microsoft-excel-logo"))
    found.append(Command(t("copies.title"), t("pages.command_go"), Place(Name.BACKUP), "floppy-disk"))
    if role in (Role.VILLAGE, Role.TOWNSHIP):
        detail = " ".join((t("pages.command_go"), "Ctrl+P"))
        found.append(Command(t("printing.title"), detail, Place(Name.PRINTING), "printer"))
    if role is not Role.DEPARTMENT:
        detail = " ".join((t("pages.command_do"), "F10"))
        found.append(Command(t("emergency.title"), detail, Place(Name.EMERGENCY), "users"))
    found.append(Command(t("pages.keys"), t("pages.command_go"), Place(Name.SETTINGS, tab="keys"), "keyboard"))
    return tuple(found)


def fitting(commands: Sequence[Command], query: str, spelling: Names) -> tuple[Command, ...]:
    """Those that begin with or hold what was typed, by sign, full pinyin or initials; all for nothing."""
    asked = "".join(query.split()).casefold()

    def fits(command: Command) -> bool:
        plain = "".join(command.words.split()).casefold()
        keys = spelling.keys(command.words)
        return asked in plain or any(key.startswith(asked) for key in (*keys.full, *keys.initials))

    return tuple(command for command in commands if not asked or fits(command))


class CommandBox(QFrame):
    """The box over the page. `chosen(Place)`. Away when something was chosen, with Esc, or when the focus leaves."""

    chosen = Signal(object)

    def __init__(self, context: PageContext, *, over: QWidget) -> None:
        super().__init__(over)
        self._context, self._over = context, over
        self._commands = fixed_commands(context)
        self._places: dict[str, Place] = {}
        self._pending, self._shown = False, "\n"  # nothing was shown yet
        theme = context.theme
        self.setProperty("kind", "popup")
        self.setAccessibleName(context.text("pages.command"))
        inset = theme.scale.s
        lines = column(self, gap=theme.scale.xs, margins=(inset, inset, inset, inset))
        self.box = SearchBox(
            theme, name=context.text("pages.command"), placeholder=context.text("pages.command_hint"), key="Ctrl+K"
        )
        self.list = PickerPopup(theme, name=context.text("pages.command"))
        lines.addWidget(self.box)
        lines.addWidget(self.list)
        self.box.asked.connect(self._ask)
        self.box.moved.connect(self.list.step)
        self.box.confirmed.connect(self._confirm)
        self.box.escaped.connect(self.dismiss)
        self.box.left.connect(self.dismiss)
        self.list.picked.connect(self._choose)
        over.installEventFilter(self)
        self._before: QWidget | None = over.window().focusWidget()
        self.show()
        self._place()
        self.box.setFocus()
        self._ask("")

    def dismiss(self) -> None:
        """Away, and the focus back where it was."""
        if self.isHidden():
            return
        self.hide()
        self.deleteLater()
        if self._before is not None and self._over.isAncestorOf(self._before):
            self._before.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        scale, over = self._context.theme.scale, self._over
        self.setFixedWidth(min(scale.em(WIDTH), over.width() - 2 * scale.l))
        for inner in (self.list.layout(), self.layout()):
            if inner is not None:
                inner.activate()  # the list has another height than a moment ago
        self.adjustSize()
        self.move((over.width() - self.width()) // 2, scale.px(72))
        self.raise_()

    def _ask(self, query: str) -> None:
        commands, role = self._commands, self._context.me.role
        people = Name.PEOPLE in {entry.page for entry in navigation(role)}

        def read(desk: Desk) -> tuple[tuple[Command, ...], tuple[PersonRow, ...], tuple[RequestRow, ...]]:
            fixed = fitting((*commands, *self._forms(desk)), query, Names())
            asked = query.strip()
            if not asked:
                return fixed, (), ()
            found = desk.people.search(asked, limit=PEOPLE) if people else ()
            numbered = any(sign.isdigit() for sign in asked)
            wanted = BoardFilter(tab=Tab.ALL, query=asked, limit=REQUESTS)
            return fixed, found, desk.requests.board(wanted).rows if numbered else ()

        self._context.lanes.read(self, read, lambda found: self._show(query, *found), latest="command")

    def _forms(self, desk: Desk) -> list[Command]:
        """Forms that one may begin; those of the pack stand among what is begun already."""
        if self._context.me.role not in (Role.VILLAGE, Role.TOWNSHIP):
            return []
        begun = {command.place.subject for command in self._commands} | {"request"}
        detail, title = self._context.text("pages.command_do"), self._context.words.form_title
        return [
            Command(title(form.title), detail, Place(Name.FORM, form.form_id), "note-pencil")
            for form in desk.forms.list()
            if form.own and form.form_id not in begun
        ]

    def _show(
        self, query: str, fixed: Sequence[Command], people: Sequence[PersonRow], requests: Sequence[RequestRow]
    ) -> None:
        if query != self.box.query:
            return
        self._shown = query
        every = [*map(self._request, requests), *fixed, *map(self._person, people)]
        self._places = {str(number): command.place for number, command in enumerate(every)}
        offers = [
            Offer(str(number), each.words, each.detail, second=each.second, icon=each.icon)
            for number, each in enumerate(every)
        ]
        self.list.offer(offers, note="" if offers else self._context.text("pages.command_none"))
        self._place()
        if self._pending:
            self._pending = False
            self.list.choose()

    def _person(self, row: PersonRow) -> Command:
        words = self._context.words.person(sex=row.sex, age=row.age, area=row.area_label, house_no=row.house_no)
        return Command(
            row.name, self._context.text("pages.command_person"), Place(Name.RESIDENT, row.uuid), "user", words
        )

    def _request(self, row: RequestRow) -> Command:
        page = Name.REQUESTS if self._context.me.role is Role.VILLAGE else Name.BOARD
        about = f"{row.who} · {row.matter_label}"
        return Command(row.ref, self._context.words.state(row.state), Place(page, row.uuid), "clipboard-text", about)

    def _confirm(self) -> None:
        """Enter before the list has come waits for it."""
        self._pending = self._shown != self.box.query
        if not self._pending:
            self.list.choose()

    def _choose(self, key: str) -> None:
        place = self._places.get(key)
        if place is not None:
            self._before = None
            self.dismiss()
            self.chosen.emit(place)
