"""The reception of this computer as the window sees it: begun with the first unlocking, ended with the program."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from desktop.services.clock import Clock
from desktop.services.keeping.autostart import AutoStart
from desktop.services.office.place import place_of
from desktop.services.rights import Actor
from desktop.services.values import Me
from desktop.tasks import Lane, Lanes
from forms.errors import Fault
from forms.text import Text
from sync.store.api import Store

if TYPE_CHECKING:
    from pathlib import Path

    from desktop.services.api import Desk
    from desktop.services.office.founding import Founded
    from desktop.services.office.office import Office
    from desktop.services.office.reception import Reception
    from desktop.tasks import Ticket

T = TypeVar("T")


class Receiving(QObject):
    """`changed`: it began or ended to receive. `starting`: whether the program opens with the
    computer. `problem` is why it could not begin, None where nothing is wrong.

    It goes on while the window is locked: villages hand over at lunch too.
    """

    changed = Signal()

    def __init__(self, folder: Path, clock: Clock, starting: AutoStart) -> None:
        super().__init__()
        self._folder, self._clock = folder, clock
        self.starting = starting
        self._reception: Reception | None = None
        self.problem: Fault | None = None
        self.sheet: Founded | None = None  # of the office that was just set up, until it is on paper or in a file

    @property
    def reception(self) -> Reception:
        """The network's libraries are loaded when it is first asked for."""
        if self._reception is None:
            from desktop.services.office.reception import Reception

            self._reception = Reception(place_of(self._folder), self._clock)
        return self._reception

    @property
    def running(self) -> bool:
        return self._reception is not None and self._reception.running

    def come_in(self, lanes: Lanes[Desk]) -> None:
        """Somebody has unlocked: begin to receive, where this computer does."""
        if not self.running:
            lanes.net(self, lambda _: self._begin(lanes), self._began, failed=self._refused)

    def found(self, lanes: Lanes[Desk], *, user: str, name: str, done: Callable[[Founded], None]) -> Ticket:
        """Set the office up on this computer."""

        def work(_ticket: Ticket) -> Founded:
            from desktop.services.office.founding import found

            return found(_on_store(lanes), self.reception, user=user, name=name)

        def show(founded: Founded) -> None:
            self.problem, self.sheet = None, founded
            self.changed.emit()
            done(founded)

        return lanes.net(self, work, show, failed=self._refused)

    def stop(self) -> None:
        """The program ends, or a person wants it."""
        if self._reception is not None:
            self._reception.stop()
        self.changed.emit()

    def office(self, me: Me, text: Text) -> Office:
        """What this person may do with it."""
        from desktop.services.office.office import Office

        actor = Actor(me.user, me.role, me.area, me.departments)
        return Office(self.reception, actor, text, self._clock, own=me.device)

    def _begin(self, lanes: Lanes[Desk]) -> bool:
        if not lanes.on_lane(Lane.WRITE, lambda desk: bool(desk.settings.get("office_reception"))):
            return False
        from desktop.services.office.founding import begin

        return begin(_on_store(lanes), self.reception)

    def _began(self, began: bool) -> None:
        self.problem = None
        if began:
            self.changed.emit()

    def _refused(self, error: BaseException) -> None:
        if not isinstance(error, Fault):
            raise error
        self.problem = error
        self.changed.emit()


class _on_store:  # noqa: N801  reads as a function
    """Runs a piece of work on the WRITE lane's store."""

    def __init__(self, lanes: Lanes[Desk]) -> None:
        self._lanes = lanes

    def __call__(self, work: Callable[[Store], T], /) -> T:
        return self._lanes.on_lane(Lane.WRITE, lambda desk: desk.hand_over.here(work))
