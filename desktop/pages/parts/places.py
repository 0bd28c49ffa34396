"""Where one can be in the window: pages, the places within them, and each role's navigation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sync.protocol import Role


class Name(StrEnum):
    """A page; the value is its key in shell.json and the name of its module's builder in `build.py`."""

    TODAY = "today"
    PEOPLE = "people"
    RESIDENT = "resident"
    INTAKE = "intake"  # a spreadsheet taken in
    WORKBOOK = "workbook"  # a department's own, filled
    OWN_DATA = "own_data"  # what is known of one person, for them
    ASK = "ask"  # whose request is it
    VISIT = "visit"  # which household is visited
    VISITS = "visits"  # whom one has not heard from
    EMERGENCY = "emergency"  # head count
    PRINTING = "printing"
    TRAINING = "training"
    HAZARD = "hazard"  # where the hazard is
    FORM = "form"
    REGISTERED = "registered"
    REQUESTS = "requests"
    INBOX = "inbox"
    BOARD = "board"
    OVERDUE = "overdue"  # the board's late ones alone, for whoever supervises
    REVIEW = "review"  # who is who, which value stands
    OFFICE = "office"
    TRIAL = "trial"  # of a form that nobody has yet
    FORMS = "forms"
    HAND_OVER = "hand_over"
    EXPORT = "export"
    OVERVIEW = "overview"
    OPINIONS = "opinions"  # what people think
    PUBLICATION = "publication"  # what leaves the office
    SETTINGS = "settings"
    BACKUP = "backup"


WRITE = "write"  # as the hand-over's tab: onto a stick
CORRECT = "correct:"  # before an instanceID in a place's tab: a finalised record again


@dataclass(frozen=True, slots=True)
class Place:
    """A page and what it shows: `subject` is a uuid, reference, draft or form id, `tab` a part of the page."""

    page: Name
    subject: str = ""
    tab: str = ""
    known: tuple[tuple[str, str], ...] = ()  # answers that a form begins with, by question name


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the navigation: the page, its icon and its key."""

    page: Name
    icon: str
    key: str


_VILLAGE = (Name.TODAY, Name.PEOPLE, Name.REQUESTS, Name.FORMS, Name.HAND_OVER, Name.OVERVIEW)
_TOWNSHIP = (
    *(Name.TODAY, Name.INBOX, Name.BOARD, Name.PEOPLE, Name.REVIEW, Name.HAND_OVER, Name.EXPORT),
    *(Name.OVERVIEW, Name.FORMS, Name.OFFICE),
)
_SUPERVISOR = (Name.OVERVIEW, Name.OVERDUE, Name.BOARD, Name.EXPORT, Name.PRINTING, Name.HAND_OVER)
_PAGES = {
    Role.VILLAGE: _VILLAGE,
    Role.TOWNSHIP: _TOWNSHIP,
    Role.DEPARTMENT: (Name.TODAY, Name.BOARD, Name.HAND_OVER, Name.EXPORT, Name.OVERVIEW),
    Role.SUPERVISOR: _SUPERVISOR,
}
ICONS = {
    Name.TODAY: "house",
    Name.PEOPLE: "users",
    Name.REQUESTS: "clipboard-text",
    Name.INBOX: "tray",
    Name.BOARD: "clipboard-text",
    Name.OVERDUE: "warning-circle",
    Name.REVIEW: "git-merge",
    Name.OFFICE: "bank",
    Name.FORMS: "note-pencil",
    Name.HAND_OVER: "arrows-left-right",
    Name.EXPORT: "export",
    Name.OVERVIEW: "chart-bar",
    Name.PRINTING: "printer",
    Name.SETTINGS: "gear",
}
_UNDER = {
    Name.RESIDENT: Name.PEOPLE,
    Name.INTAKE: Name.PEOPLE,
    Name.WORKBOOK: Name.EXPORT,
    Name.OWN_DATA: Name.PEOPLE,
    Name.ASK: Name.REQUESTS,
    Name.VISIT: Name.TODAY,
    Name.VISITS: Name.TODAY,
    Name.HAZARD: Name.TODAY,
    Name.PRINTING: Name.TODAY,
    Name.TRAINING: Name.TODAY,
    Name.EMERGENCY: Name.TODAY,
    Name.OPINIONS: Name.OVERVIEW,
    Name.PUBLICATION: Name.OVERVIEW,
    Name.REGISTERED: Name.REQUESTS,
    Name.FORM: Name.FORMS,
    Name.TRIAL: Name.OFFICE,
    Name.BACKUP: Name.SETTINGS,
}


def navigation(role: Role) -> tuple[Entry, ...]:
    """The lines of the left bar for this role, with Ctrl+1 and so on; settings stand below them, without a number."""
    pages = _PAGES.get(role, _VILLAGE)
    return tuple(Entry(page, ICONS[page], f"Ctrl+{at}" if at < 10 else "") for at, page in enumerate(pages, 1))


def entry_of(place: Place, role: Role) -> Name:
    """Which line of the bar is lit at this place."""
    pages = _PAGES.get(role, _VILLAGE)
    page = place.page if place.page in pages else _UNDER.get(place.page, place.page)
    if place.page is Name.FORM and place.subject in ("request", "told", "request_update"):
        page = Name.REQUESTS
    if page is Name.REQUESTS and Name.REQUESTS not in pages:
        page = Name.BOARD
    return page
