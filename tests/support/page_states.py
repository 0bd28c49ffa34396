"""Pages in the states in which people meet them: filled, empty, busy, with something wrong."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from office_states import office_states, review_states
from overview_states import overview_states
from sheet_states import sheet_states
from window_driver import WindowDriver

from desktop.pages.parts.places import Name, Place
from desktop.pages.shell.gallery import Known, look_around, pictures
from desktop.services.values import Tab
from desktop.tasks import NET_THREADS, Lane
from forms.casework.headcount import Headcount, code_of
from sync.protocol import Role

VILLAGE_TABS = ("to_tell", "returned", "handed_over", "waiting", "drafts", "ended")
PATIENCE = 20.0  # seconds until a lane that is held lets go by itself


@dataclass(frozen=True, slots=True)
class State:
    """A picture: `arrange` brings the window there; `held` are lanes that are busy meanwhile."""

    name: str
    arrange: Callable[[WindowDriver], None]
    held: tuple[Lane, ...] = ()


@contextmanager
def holding(window: WindowDriver, lanes: tuple[Lane, ...]) -> Iterator[None]:
    """These lanes have something to do that takes long, as on a slow laptop."""
    gate = threading.Event()
    found = window.window.lanes
    assert found is not None
    owner = window.window
    for lane in lanes:
        if lane is Lane.READ:
            found.read(owner, lambda _desk: gate.wait(PATIENCE), lambda _: None)
        elif lane is Lane.WRITE:
            found.write(owner, lambda _desk: gate.wait(PATIENCE))
        elif lane is Lane.LONG:
            found.long(owner, lambda _desk, _ticket: gate.wait(PATIENCE), lambda _: None)
        else:
            for _ in range(NET_THREADS):
                found.net(owner, lambda _ticket: gate.wait(PATIENCE), lambda _: None)
    try:
        yield
    finally:
        gate.set()
        window.settle()


def known_of(window: WindowDriver) -> Known:
    """Whom and what the states can be about."""
    found: list[Known] = []
    assert window.window.lanes is not None
    window.window.lanes.read(window.window, look_around, found.append)
    window.settle()
    return found[0]


def states(window: WindowDriver) -> list[State]:
    """Every state of every page of the role that is in."""
    role, known = window.shell.context.me.role, known_of(window)
    found = [State(picture.name, _as_in_the_story(picture)) for picture in pictures(role, known)]
    found += [State("keys", _at(Place(Name.SETTINGS, tab="keys"))), State("failed", _failed)]
    found += [State("backup", _at(Place(Name.BACKUP))), State("backup-done", _at(Place(Name.BACKUP, tab="run")))]
    found += [State("backup-back", _go_back)]
    named = {state.name for state in found}  # whoever has no page for taking in has no file on it
    found += [State(name, arrange) for name, arrange in sheet_states() if name.removesuffix("-looked") in named]
    found += [State("hand-over-busy", _hand_over, (Lane.NET,)), State("hand-over-error", _hand_over)]
    if role is Role.VILLAGE:
        found += _village(known)
    else:
        found += _township(window, role)
    return found


def _village(known: Known) -> list[State]:
    found = [State(f"requests-{tab}", _at(Place(Name.REQUESTS, tab=tab))) for tab in VILLAGE_TABS]
    found += [State(f"{page.value}-busy", _quickly(Place(page)), (Lane.READ,)) for page in (Name.TODAY, Name.PEOPLE)]
    found += [State("visits-old", _at(Place(Name.VISITS, tab="old"))), State("training", _at(Place(Name.TRAINING)))]
    found += [State("emergency-reported", _count_heads), State("people-look", _quick_look)]
    found += [State("household-errors", _incomplete(Place(Name.FORM, "household")))]
    found += [State("newcomer", _newcomer()), State("newcomer-errors", _newcomer("Ctrl+Return"))]
    found += [State("by-name-only", _by_name_only)]
    if known.resident:
        about = (("requester", "person"), ("resident", known.resident))
        found += [State("request-errors", _incomplete(Place(Name.FORM, "request", known=about)))]
        said = (*about, ("matter", "H05"), ("description", "村东头小学路口三盏路灯不亮，有一个多月了，孩子晚上看不清"))
        found += [State("visit-form", _visit), State("supplement", _supplement)]
        found += [State("registered", _hand_in(Place(Name.FORM, "request", known=said)))]
    return found


def _township(window: WindowDriver, role: Role) -> list[State]:
    found = [State(f"board-{tab.value}", _at(Place(Name.BOARD, tab=tab.value))) for tab in (Tab.OPEN, Tab.OVERDUE)]
    found += [State("board-busy", _quickly(Place(Name.BOARD)), (Lane.READ,))]
    found += [State("export-busy", _export, (Lane.LONG,))]
    if role is Role.TOWNSHIP:
        found += [State("board-bulk", _tick_and("")), State("board-preview", _tick_and("A"))]
        found += [State("board-return", _tick_and("R"))]
        found += [State("board-result", _assign_many), State("board-answer", _answer), State("inbox-sticks", _sticks)]
        found += [State(name, arrange) for name, arrange in review_states()]
        found += [State(name, arrange) for name, arrange in office_states(window)]
    if role is Role.DEPARTMENT:
        found += [State("board-answer", _answer), State("board-drawer", _open_first)]
    else:
        found.append(State("export-full", _export_full))
    if role in (Role.TOWNSHIP, Role.SUPERVISOR):
        found.append(State("emergency", _at(Place(Name.EMERGENCY))))
    if role is Role.TOWNSHIP:
        found += [State("emergency-codes", _tell_codes), State("printing", _at(Place(Name.PRINTING)))]
    found.append(State("board-nothing-fits", _find_nothing))
    found += [State(name, arrange) for name, arrange in overview_states()]
    if role in (Role.TOWNSHIP, Role.SUPERVISOR):
        found.append(State("opinions-open", _read_opinion))
    if role is Role.TOWNSHIP:
        found.append(State("publication-proposed", _propose))
    return found


def _read_opinion(window: WindowDriver) -> None:
    """The one that needs most care is the first of those flagged."""
    window.go(Place(Name.OPINIONS))
    window.press("Return")


def _propose(window: WindowDriver) -> None:
    """Made, and waiting for a second person."""
    window.go(Place(Name.PUBLICATION))
    text = window.shell.context.text
    if text("publication.propose") in window.buttons():
        window.click(text("publication.propose"))


def _answer(window: WindowDriver) -> None:
    """An answer with a template, and a slot that is still open."""
    window.go(Place(Name.BOARD, tab=Tab.IN_PROGRESS.value))
    window.press("D")
    window.press("Ctrl+Return")


def _sticks(window: WindowDriver) -> None:
    window.go(Place(Name.INBOX, tab="sticks"))


def _as_in_the_story(picture: object) -> Callable[[WindowDriver], None]:
    def arrange(window: WindowDriver) -> None:
        window.go(picture.place)  # type: ignore[attr-defined]
        if picture.do is not None:  # type: ignore[attr-defined]
            picture.do(window.shell)  # type: ignore[attr-defined]
            window.settle()

    return arrange


def _newcomer(*keys: str) -> Callable[[WindowDriver], None]:
    """Somebody who is in no list, being registered in a few answers."""

    def arrange(window: WindowDriver) -> None:
        window.go(Place(Name.ASK))
        window.commit("何家明")
        for key in ("Return", *keys):
            window.press(key)

    return arrange


def _visit(window: WindowDriver) -> None:
    """The form of a visit, with the household that was not seen for longest."""
    window.go(Place(Name.VISIT))
    window.press("Return")


def _supplement(window: WindowDriver) -> None:
    """What the township wants to know of a request, where there is one that it sent back."""
    for request in window.rows(Tab.RETURNED)[:1]:
        window.go(Place(Name.FORM, "request_update", known=(("request", request.uuid), ("action", "supplement"))))


def _quick_look(window: WindowDriver) -> None:
    """Somebody looked at beside the list."""
    window.go(Place(Name.PEOPLE))
    window.press("Shift+Return")


def _by_name_only(window: WindowDriver) -> None:
    """The day's page after a request for a name only."""
    said = (("matter", "H05"), ("description", "村东头小学路口三盏路灯不亮，有一个多月了"))
    who = (("requester", "visitor"), ("visitor_name", "何家明"), ("area_asked", window.shell.context.me.area))
    _hand_in(Place(Name.FORM, "request", known=(*who, *said)))(window)
    window.go(Place(Name.TODAY))


def _at(place: Place) -> Callable[[WindowDriver], None]:
    return lambda window: window.go(place)


def _quickly(place: Place) -> Callable[[WindowDriver], None]:
    """Opened, and nothing has been read yet."""

    def arrange(window: WindowDriver) -> None:
        window.shell.go(place)
        window.app.processEvents()

    return arrange


def _incomplete(place: Place) -> Callable[[WindowDriver], None]:
    def arrange(window: WindowDriver) -> None:
        window.go(place)
        window.press("Ctrl+Return")

    return arrange


def _hand_in(place: Place) -> Callable[[WindowDriver], None]:
    def arrange(window: WindowDriver) -> None:
        window.go(place)
        window.press("Ctrl+Return")
        window.press("Return")

    return arrange


def _failed(window: WindowDriver) -> None:
    window.go(Place(Name.HAND_OVER))
    window.shell.failed(RuntimeError("something that nobody foresaw"))
    window.settle()


def _hand_over(window: WindowDriver) -> None:
    """Nobody answers at the hub's address; with the network's lane held it is still asking."""
    window.shell.go(Place(Name.HAND_OVER, tab="run"))
    for _ in range(5):
        window.app.processEvents()


def _go_back(window: WindowDriver) -> None:
    window.go(Place(Name.BACKUP, tab="run"))
    window.click(window.shell.context.text("copies.back"))


def _tell_codes(window: WindowDriver) -> None:
    """A code that is right and one that is not."""
    window.go(Place(Name.EMERGENCY))
    window.commit(f"{code_of(Headcount('20101', 58, 2, 1))}\n20102-0040-000-000-00")
    window.press("Ctrl+Return")


def _count_heads(window: WindowDriver) -> None:
    """One is missing, the rest are there, and it was reported."""
    window.go(Place(Name.EMERGENCY))
    window.press("4")
    window.press("Ctrl+R")
    window.press("Ctrl+Return")


def _find_nothing(window: WindowDriver) -> None:
    window.go(Place(Name.BOARD))
    window.press("F2")
    window.commit("没有这样的字")


def _tick_and(key: str) -> Callable[[WindowDriver], None]:
    def arrange(window: WindowDriver) -> None:
        window.go(Place(Name.BOARD, tab=Tab.OPEN.value))
        window.press("Ctrl+A")
        if key:
            window.press(key)

    return arrange


def _assign_many(window: WindowDriver) -> None:
    """Ticked, assigned, and one of them was taken meanwhile."""
    _tick_and("A")(window)
    window.press("Ctrl+Return")
    assert window.window.lanes is not None

    def take(desk: object) -> None:
        waiting = desk.requests.board(_to_assign()).rows  # type: ignore[attr-defined]
        for request in waiting[:1]:
            desk.requests.assign([request.ref])  # type: ignore[attr-defined]

    window.window.lanes.write(window.window, take)
    window.page.leave()
    window.settle()


def _to_assign() -> object:
    from desktop.services.values import BoardFilter

    return BoardFilter(tab=Tab.TO_ASSIGN)


def _export(window: WindowDriver) -> None:
    window.shell.go(Place(Name.EXPORT))
    for _ in range(5):
        window.app.processEvents()
    window.press_only("Ctrl+Return")


def _open_first(window: WindowDriver) -> None:
    """Who asked, with the telephone covered."""
    window.go(Place(Name.BOARD))
    window.press("Return")


def _export_full(window: WindowDriver) -> None:
    window.go(Place(Name.EXPORT))
    window.click(window.shell.context.text("pages.level_full"))
