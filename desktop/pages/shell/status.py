"""What the whole window knows about itself: the counts of the bar, the two word chips."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.pages.exchange.exchange import Exchange
from desktop.services.exchange.hand_over_values import HandOverStatus
from desktop.theme.apply import Theme
from desktop.theme.tokens import Tone
from desktop.widgets.basics import reveal, row
from desktop.widgets.mark import Chip, Mark
from forms.text import Text


@dataclass(frozen=True, slots=True)
class Known:
    """The hand-over's state at the last look; `online`: the last contact of this session succeeded."""

    hand_over: HandOverStatus | None = None
    online: bool = False
    board: int = 0  # requests that wait for this desk
    overdue: int = 0  # requests whose time is over
    inbox: int = 0  # batches of villages that nobody has looked at
    review: int = 0  # what contradicts itself, or was proposed to be one


class Status(QObject):
    """Holds what is known and tells the chips of every page."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.known = Known()

    def put(self, known: Known) -> None:
        if known != self.known:
            self.known = known
            self.changed.emit()


class Chips(QWidget):
    """Connection and waiting count, in words; while a hand-over runs, that it does and how far it is."""

    def __init__(self, status: Status, exchange: Exchange, *, theme: Theme, text: Text) -> None:
        super().__init__()
        self._status, self._exchange, self._text = status, exchange, text
        line = row(self, gap=theme.scale.s)
        self._link, self._waiting = Chip(theme, Mark("")), Chip(theme, Mark(""))
        line.addWidget(self._link)
        line.addWidget(self._waiting)
        status.changed.connect(self._show)
        exchange.changed.connect(self._show_link)
        self._show()

    def _show(self) -> None:
        known, t = self._status.known, self._text
        self._show_link()
        hand_over = known.hand_over
        reveal(self._waiting, hand_over is not None)
        if hand_over is not None and hand_over.waiting:
            self._waiting.set_mark(Mark(t("shell.waiting", count=hand_over.waiting), Tone.WARN, "clock-fill"))
        elif hand_over is not None:
            self._waiting.set_mark(Mark(t("shell.none_waiting"), Tone.OK, "check-circle-fill"))

    def _show_link(self) -> None:
        t, now = self._text, self._exchange.progress
        if self._exchange.running:
            counted = now is not None and now.total > 0
            words = t("exchange.chip_count", n=now.done, m=now.total) if now and counted else t("exchange.chip")
            mark = Mark(words, Tone.INFO, "arrows-left-right")
        elif self._status.known.online:
            mark = Mark(t("shell.online"), Tone.OK, "wifi-high")
        else:
            mark = Mark(t("shell.offline"), Tone.MUTE, "wifi-slash")
        if mark != self._link.mark:
            self._link.set_mark(mark)
