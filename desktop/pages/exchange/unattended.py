"""What the unlocked window does by itself: the second copy of the day, and a hand-over when a line is there.

It never opens a page, never takes the focus: the chips say that it runs, the counts change when something came.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from desktop.pages.exchange.exchange import Ending
from desktop.pages.exchange.running import Before
from desktop.pages.parts.notice import Notice
from desktop.pages.parts.page import PageContext
from desktop.pages.parts.places import Name, Place
from desktop.services.exchange.by_itself import ByItself, Ended
from desktop.theme.tokens import Tone
from forms.errors import Fault, Kind

LOOK_MS = 4_000
COPY_AFTER = 90.0  # seconds after unlocking: the page of the day comes first
COPY_AGAIN = 60 * 60.0
FOR_A_PERSON = (Kind.DENIED, Kind.USAGE)  # trying again mends neither


class Unattended(QObject):
    """Looks every few seconds; `copy` writes the second copy where it is due."""

    def __init__(self, context: PageContext, copy: Before, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._copy = context, copy
        clock = context.clock
        self._by_itself = ByItself(clock.steady, clock.random)
        self._copy_at = clock.steady() + COPY_AFTER
        context.exchange.ended.connect(self._ended)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        QTimer.singleShot(LOOK_MS, self, self._listen)

    def look(self) -> None:
        """Begin now what is due."""
        context, status = self._context, self._context.status.known.hand_over
        running = context.exchange.running
        if context.clock.steady() >= self._copy_at and not running:
            self._copy_at = context.clock.steady() + COPY_AGAIN
            context.lanes.net(self, self._copy, lambda _: None)
        if not context.exchange.allowed or status is None or not status.hub:
            return
        if self._by_itself.due(waiting=status.waiting, running=running):
            context.exchange.begin(alone=True)

    def link_appeared(self) -> None:
        self._by_itself.link_appeared()

    def _ended(self, ending: Ending) -> None:
        self._by_itself.ended(how_it_ended(ending))
        if not ending.alone:
            return  # whoever began it sees it on the page
        context, result = self._context, ending.result
        if isinstance(ending.error, Fault) and ending.error.kind in FOR_A_PERSON:
            context.failed(ending.error)
        elif result is not None and (result.rejected or result.held):
            title = context.text("exchange.some_left", count=result.rejected + result.held)
            there = Place(Name.HAND_OVER)
            look = context.text("pages.look")
            context.warn(Notice(Tone.WARN, title, context.text("shell.safe"), look, lambda: context.go(there)))

    def _listen(self) -> None:
        """Where the system tells that a network came, hear it; elsewhere the next try finds out."""
        try:
            from PySide6.QtNetwork import QNetworkInformation
        except ImportError:
            return
        if not QNetworkInformation.loadBackendByFeatures(QNetworkInformation.Feature.Reachability):
            return
        network = QNetworkInformation.instance()
        network.reachabilityChanged.connect(self._reached)

    def _reached(self, how: object) -> None:
        from PySide6.QtNetwork import QNetworkInformation

        if how in (QNetworkInformation.Reachability.Online, QNetworkInformation.Reachability.Site):
            self.link_appeared()


def how_it_ended(ending: Ending) -> Ended:
    """Whose turn it is now: nobody's, the line's, or the person's."""
    if ending.stopped:
        return Ended.STOPPED
    if ending.error is None:
        return Ended.THROUGH
    refused = isinstance(ending.error, Fault) and ending.error.kind in FOR_A_PERSON
    return Ended.REFUSED if refused else Ended.UNREACHABLE
