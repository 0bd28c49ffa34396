"""Find a person: type letters, digits or characters, the list narrows, Enter takes the first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.pages.parts.page import PageContext
from desktop.services.values import PersonRow
from desktop.widgets.basics import column
from desktop.widgets.guards import keeps_escape
from desktop.widgets.picker import Offer, PickerPopup
from desktop.widgets.search import SearchBox

SHOWN = 8
Tail = Callable[[str, int], Sequence[Offer]]


class PersonFinder(QWidget):
    """A search box with its list. `tail(query, found)` gives what may be done besides taking a person.

    With `inline` the list stands in the page under the box, else it floats over what is below.
    `picked(PersonRow)`: a person; `other(str, str)`: key of a tail's offer, and what was typed.
    """

    picked = Signal(object)
    other = Signal(str, str)

    def __init__(
        self, context: PageContext, *, placeholder: str, key: str = "", tail: Tail | None = None, inline: bool = False
    ) -> None:
        super().__init__()
        self._context, self._tail = context, tail
        self._people: dict[str, PersonRow] = {}
        self._pending_enter = False
        theme, name = context.theme, context.text("pages.find_name")
        self.box = SearchBox(theme, name=name, placeholder=placeholder, key=key)
        self.popup = PickerPopup(theme, name=context.text("pages.find_list"))
        lines = column(self, gap=theme.scale.xs)
        lines.addWidget(self.box)
        if inline:
            lines.addWidget(self.popup)
        else:
            self.popup.attach(self.box)
            self.box.left.connect(self.popup.dismiss)
        self.box.asked.connect(self._ask)
        self.box.moved.connect(self.popup.step)
        self.box.confirmed.connect(self._confirm)
        self.box.escaped.connect(self._escape)
        self.popup.picked.connect(self._choose)
        self.box.installEventFilter(self)
        self.setFocusProxy(self.box)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While something is typed Esc takes the list away, then the words; after that it is the window's."""
        return bool(watched is self.box and self.box.query and keeps_escape(event))

    def clear(self) -> None:
        self.box.put("")
        self.popup.dismiss()

    def _ask(self, query: str) -> None:
        self._pending_enter = False
        if not query.strip():
            self.popup.dismiss()
            return
        self._context.lanes.read(
            self,
            lambda desk: desk.people.search(query.strip(), limit=SHOWN),
            lambda rows: self._show(query, rows),
            latest="find",
        )

    def _show(self, query: str, rows: Sequence[PersonRow]) -> None:
        if query != self.box.query:
            return
        self._people = {row.uuid: row for row in rows}
        offers = [self._offer(row) for row in rows]
        tail = list(self._tail(query.strip(), len(rows))) if self._tail else []
        note = "" if rows or tail else self._context.text("pages.find_none")
        self.popup.offer(offers + tail, note=note)
        if self._pending_enter:
            self._pending_enter = False
            self.popup.choose()

    def _offer(self, row: PersonRow) -> Offer:
        words = self._context.words
        who = words.person(sex=row.sex, age=row.age, area=row.area_label, house_no=row.house_no)
        last = self._context.text("pages.last_contact", day=words.day(row.last_contact)) if row.last_contact else ""
        return Offer(row.uuid, row.name, last, second=" · ".join(filter(None, (who, row.phone))))

    def _confirm(self) -> None:
        """Enter before the list has come waits for it: fast typists lose no key."""
        if not self.popup.choose():
            self._pending_enter = bool(self.box.query.strip())

    def _choose(self, key: str) -> None:
        person = self._people.get(key)
        if person is not None:
            self.picked.emit(person)
        else:
            self.other.emit(key, self.box.query.strip())

    def _escape(self) -> None:
        if self.popup.isVisible():
            self.popup.dismiss()
        else:
            self.clear()
