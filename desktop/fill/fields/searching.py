"""One of many: found by characters, pinyin, initials or code, in the list or by a search outside the form."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from shiboken6 import isValid

from desktop.fill.fields.listed import ListedField, plain_choice
from desktop.fill.fields.lost import LostChoice
from desktop.fill.fields.near import NearChips
from desktop.fill.index import ChoiceIndex
from desktop.fill.kit import Kit
from desktop.fill.say import label_of, values_of
from desktop.widgets.picker import Offer
from forms.api import Choice, Node

SOON_MS = 60
OTHER = frozenset({"other", "others", "qita", "96"})  # values that stand for anything else
IN_ONE_GO = 500  # choices, some milliseconds


class SearchField(ListedField):
    """One of many: characters, pinyin, initials or code; the list floats under the line."""

    def __init__(self, kit: Kit, node: Node) -> None:
        super().__init__(kit, node, placeholder=kit.text("fill.search_choice"))
        self._place = "/".join(part.split("[")[0] for part in node.ref.split("/"))
        self._value = ""
        self._index: ChoiceIndex | None = None
        self._gathered: list[Choice] = []
        self._count = 0  # of the choices when they were looked at
        self._offered: frozenset[str] | None = None
        self._asked = 0  # searches that are under way have a number: only the last one counts
        self._awaited = False
        self._enters = False  # Enter came before the answer: it takes the first offer when that is here
        self.box.addWidget(self.line)
        self.line.entered.connect(self._enter)
        self.lost = LostChoice(kit)
        self.near = self._chips()
        self.box.addWidget(self.lost)

    def _chips(self) -> NearChips | None:
        offers = self.kit.near.get(self._place)
        if not offers:
            return None
        made = NearChips(self.kit, self._ref, offers, name=self.line.accessibleName())
        made.taken.connect(self._picked)
        self.box.addWidget(made)
        return made

    def show_node(self, node: Node) -> None:
        self._value = node.value
        if self._gathered or self._offered is not None:
            self._forget_old_choices()
        self.line.setReadOnly(node.readonly)
        self.lost.watch(node.value, self._label())
        if self.near is not None:
            self.near.show_for(node.value, readonly=node.readonly)
        if not self.line.hasFocus() or not self._open_now:
            self._show_value()

    def settle(self) -> None:
        self._asked += 1
        self._awaited = self._enters = False
        self._close()
        self._show_value()

    def _is_mine(self, event: QKeyEvent) -> bool:
        """F4, or Alt and Down, open the list."""
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        return event.key() == Qt.Key.Key_F4 or (event.key() == Qt.Key.Key_Down and alt)

    def _pressed(self, event: QKeyEvent) -> None:
        self._open()

    @property
    def index(self) -> ChoiceIndex:
        if self._index is None:
            while self._gather():
                pass
            often, details = self.kit.often.get(self._place, ()), self.kit.details.get(self._place)
            self._index = ChoiceIndex(self._gathered, self.kit.names, often=often, details=details)
        return self._index

    def _forget_old_choices(self) -> None:
        """Where the list is another than before: what was made of it is made anew."""
        values = list(values_of(self.kit.session.choices(self._ref)))
        same = values[: len(self._gathered)] == [each.value for each in self._gathered] and self._count == len(values)
        if same and self._offered in (None, frozenset(values)):
            return
        self._index = self._offered = None
        self._gathered = []

    def _gather(self, *, most: int = IN_ONE_GO) -> bool:
        """Make some of the choices, as ten thousands of labels take their time; false when all are there."""
        choices, done = self.kit.session.choices(self._ref), len(self._gathered)
        self._count = len(choices)
        self._gathered += [plain_choice(choices[at]) for at in range(done, min(done + most, len(choices)))]
        return len(self._gathered) < len(choices)

    def _show_value(self) -> None:
        self.line.put(self._label() or self._value)
        self.line.setCursorPosition(0)

    def _label(self) -> str:
        """Of what is chosen; the list is not made for nothing."""
        return label_of(self.kit.session.choices(self._ref), self._value) if self._value else ""

    def _enter(self) -> None:
        waits = not self.kit.session.choices(self._ref) and self._place not in self.kit.lookups
        self.line.setPlaceholderText(self.kit.text("fill.no_choices_yet" if waits else "fill.search_choice"))
        self.line.selectAll()
        if self._place not in self.kit.lookups:
            QTimer.singleShot(0, self, self._warm)

    def _warm(self) -> None:
        """Make and spell the choices bit by bit while nothing else is to be done."""
        if self._index is None and self._gather():
            QTimer.singleShot(0, self, self._warm)
        elif not self.kit.spelling():
            QTimer.singleShot(SOON_MS, self, self._warm)
        elif self.index.warm():
            QTimer.singleShot(0, self, self._warm)

    def _ask(self, query: str) -> None:
        self._enters = False
        self._search(query)
        if not query and self._value:
            self._value = ""
            self.lost.chose("")
            self.answered.emit("")

    def _search(self, query: str) -> None:
        """Show what there is for `query`, now or when the search outside has it."""
        lookup = self.kit.lookups.get(self._place)
        if lookup is None:
            self._offer(query, self.index.find(query))
            return
        self._asked += 1
        number, self._awaited = self._asked, True

        def found(offers: Sequence[Offer]) -> None:
            if isValid(self) and number == self._asked:
                self._awaited = False
                self._found(query, offers)

        lookup(query, found)

    def _found(self, query: str, offers: Sequence[Offer]) -> None:
        if self._offered is None:
            values = values_of(self.kit.session.choices(self._ref))
            self._offered, self._count = frozenset(values), len(values)
        if not self.line.hasFocus():
            return
        self._offer(query, [offer for offer in offers if offer.key in self._offered])
        if self._enters:
            self._enters = False
            self.popup.choose()

    def _offer(self, query: str, offers: Sequence[Offer]) -> None:
        """Where nothing fits, what stands for anything else is offered."""
        other = self._other() if query and not offers else None
        words = "" if offers else self.kit.text("fill.no_choice_other" if other else "fill.no_choice", query=query)
        self.popup.offer([other] if other else offers, note=words)

    def _other(self) -> Offer | None:
        choices = self.kit.session.choices(self._ref)
        at = next((at for at, value in enumerate(values_of(choices)) if value in OTHER), None)
        return None if at is None else Offer(choices[at].value, plain_choice(choices[at]).label)

    def _open(self) -> None:
        """Everything that can be chosen, what was chosen marked."""
        if not self.line.isReadOnly():
            self._search("")
            self.popup.select(self._value)

    def _confirm(self) -> None:
        if self._awaited and self.line.query != self._label():
            self._enters = True
        else:
            super()._confirm()

    def _picked(self, value: str) -> None:
        changed = value != self._value
        self._value = value
        self._close()
        self._show_value()
        if changed:
            self.answered.emit(value)
        self.confirmed.emit()
