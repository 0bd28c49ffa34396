"""The pages of the unlocked window, put together: each is built, and its module loaded, at its first visit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from PySide6.QtCore import QTimer

from desktop.pages.exchange.exchange import Exchange
from desktop.pages.exchange.running import copy_of_the_day, hand_over_on
from desktop.pages.exchange.unattended import Unattended
from desktop.pages.keeping.preferences import Preferences
from desktop.pages.office.receiving import Receiving
from desktop.pages.opening.idle_watch import IdleWatch
from desktop.pages.parts.page import Page, PageContext
from desktop.pages.parts.places import Name, Place, navigation
from desktop.pages.parts.words import Words
from desktop.pages.shell.ahead import load_ahead
from desktop.pages.shell.shell import Builder, Shell
from desktop.pages.shell.status import Status
from desktop.services.api import Desk, Workspace
from desktop.services.clock import Clock
from desktop.services.filling.filling_values import Stored
from desktop.services.keeping.journal import Journal
from desktop.services.trying.practice_place import is_practice
from desktop.services.values import Me, Tab
from desktop.tasks import Lanes
from desktop.theme.apply import Theme
from forms.errors import Fault
from forms.text import Text
from sync.protocol import Role

AHEAD_MS = 700  # the first page is painted by then


@dataclass(frozen=True, slots=True)
class Frame:
    """What the window around the pages does for them.

    `choose` builds it anew with other preferences, `lock` locks it, `idle` locks it untouched; `door` is the
    workspace with who can open it; `replace` opens one that was brought back in the door's stead,
    `practise` the one to practise in. `alone`: a hand-over begins by itself, None where nothing does. `shut_out`: the
    township has shut this computer out, which it knows. Pictures have no window.
    """

    preferences: Preferences = field(default_factory=Preferences)
    choose: Callable[[Preferences], None] = lambda _: None
    lock: Callable[[], None] = lambda: None
    idle: IdleWatch | None = None
    door: Workspace | None = None
    replace: Callable[[Workspace], None] = lambda _: None
    practise: Callable[[], None] = lambda: None
    alone: bool | None = None
    shut_out: bool = False
    receiving: Receiving | None = None
    journal: Journal | None = None  # what went wrong in this run, without anybody in it


@dataclass(slots=True)
class _Around:
    """The shell once there is one, and what was registered last in it."""

    shell: Shell | None = None
    last: tuple[Stored, tuple[tuple[str, str], ...]] | None = None

    def made(self) -> Shell:
        if self.shell is None:
            raise RuntimeError("a page speaks to its shell after it was built")
        return self.shell

    def registered(self, stored: Stored, known: tuple[tuple[str, str], ...]) -> None:
        self.last = (stored, known)
        self.made().instead(Place(Name.REGISTERED, stored.instance_id))
        self.made().recount()

    def registered_page(self, context: PageContext) -> Page:
        """What was registered last; after a lock there is none, and today is shown."""
        from desktop.pages.filling.registered import RegisteredPage

        return RegisteredPage(context, *self.last) if self.last else today(context)


def build_shell(
    *,
    theme: Theme,
    text: Text,
    clock: Clock,
    lanes: Lanes[Desk],
    me: Me,
    place: Place | None = None,
    frame: Frame | None = None,
) -> Shell:
    """The shell with everything that its pages need."""
    frame, around = frame or Frame(), _Around()
    context = _context(theme, text, clock, lanes=lanes, me=me, frame=frame, around=around)
    start = place or Place(navigation(me.role)[0].page)
    pages = {**builders(frame), Name.REGISTERED: around.registered_page}
    practice = frame.door is not None and is_practice(frame.door.folder)
    made = around.shell = Shell(context, builders=pages, start=start, practice=practice)
    context.exchange.setParent(made)
    lanes.unclaimed.connect(made.failed)
    if frame.alone is not None:
        context.exchange.allowed = frame.alone
        made.unattended = Unattended(context, copy_of_the_day(lanes, frame.door), made)
    QTimer.singleShot(AHEAD_MS, made, lambda: lanes.net(made, partial(load_ahead, me.role), lambda _: None))
    return made


def _context(
    theme: Theme, text: Text, clock: Clock, *, lanes: Lanes[Desk], me: Me, frame: Frame, around: _Around
) -> PageContext:
    before = copy_of_the_day(lanes, frame.door)
    return PageContext(
        theme=theme,
        text=text,
        words=Words(text, clock, me.role),
        lanes=lanes,
        me=me,
        clock=clock,
        status=Status(),
        go=lambda to: around.made().go(to),
        back=lambda: around.made().back(),
        instead=lambda to: around.made().instead(to),
        registered=around.registered,
        changed=lambda: around.made().changed(),
        toast=lambda words, undo: around.made().toast(words, undo),
        warn=lambda notice: around.made().warn(notice),
        failed=lambda error: around.made().failed(error),
        lock=frame.lock,
        shut_out=partial(_shut_out, frame),
        restyle=lambda: frame.choose(frame.preferences),
        exchange=Exchange(hand_over_on(lanes, clock, before), clock.steady),
        receiving=frame.receiving,
        practice=frame.door is not None and is_practice(frame.door.folder),
        practise=frame.practise,
    )


def _shut_out(frame: Frame, error: BaseException) -> None:
    """What a desk may is read when it is opened: who is shut out loses what is open with the first word of it."""
    if isinstance(error, Fault) and error.code == "hub.revoked" and not frame.shut_out:
        QTimer.singleShot(0, frame.lock)


def builders(window: Frame) -> dict[Name, Builder]:
    """What makes each page."""
    return {
        Name.TODAY: partial(today, door=window.door),
        Name.PEOPLE: people,
        Name.RESIDENT: resident,
        Name.INTAKE: intake,
        Name.WORKBOOK: workbook,
        Name.OWN_DATA: own_data,
        Name.ASK: ask,
        Name.VISIT: visit,
        Name.VISITS: visits,
        Name.HAZARD: hazard,
        Name.EMERGENCY: emergency,
        Name.PRINTING: printing,
        Name.TRAINING: training,
        Name.FORM: form,
        Name.REQUESTS: requests,
        Name.INBOX: inbox,
        Name.BOARD: board,
        Name.OVERDUE: overdue,
        Name.REVIEW: review,
        Name.OFFICE: office,
        Name.TRIAL: trial,
        Name.FORMS: forms,
        Name.HAND_OVER: partial(hand_over, door=window.door),
        Name.EXPORT: export,
        Name.OVERVIEW: overview,
        Name.OPINIONS: opinions,
        Name.PUBLICATION: publication,
        Name.SETTINGS: partial(settings, window=window),
        Name.BACKUP: partial(backup, window=window),
    }


def today(context: PageContext, *, door: Workspace | None = None) -> Page:
    from desktop.pages.today.page import TodayPage

    return TodayPage(context, door)


def people(context: PageContext) -> Page:
    from desktop.pages.people.page import PeoplePage

    return PeoplePage(context)


def resident(context: PageContext) -> Page:
    from desktop.pages.people.resident import ResidentPage

    return ResidentPage(context)


def intake(context: PageContext) -> Page:
    from desktop.pages.sheets.importing import ImportPage

    return ImportPage(context)


def workbook(context: PageContext) -> Page:
    from desktop.pages.sheets.workbook import WorkbookPage

    return WorkbookPage(context)


def own_data(context: PageContext) -> Page:
    from desktop.pages.people.own_data import OwnDataPage

    return OwnDataPage(context)


def ask(context: PageContext) -> Page:
    from desktop.pages.people.ask import AskPage

    return AskPage(context)


def visit(context: PageContext) -> Page:
    from desktop.pages.visits.visit import VisitPage

    return VisitPage(context)


def visits(context: PageContext) -> Page:
    from desktop.pages.visits.page import VisitsPage

    return VisitsPage(context)


def hazard(context: PageContext) -> Page:
    from desktop.pages.filling.hazard import HazardPage

    return HazardPage(context)


def emergency(context: PageContext) -> Page:
    """A village counts, the offices above sum."""
    if context.me.role is Role.VILLAGE:
        from desktop.pages.emergency.village import EmergencyPage

        return EmergencyPage(context)
    from desktop.pages.emergency.township import EmergencyOfficePage

    return EmergencyOfficePage(context)


def printing(context: PageContext) -> Page:
    from desktop.pages.paper.page import PrintingPage

    return PrintingPage(context)


def training(context: PageContext) -> Page:
    from desktop.pages.keeping.training import TrainingPage

    return TrainingPage(context)


def form(context: PageContext) -> Page:
    from desktop.pages.filling.page import FormHost

    return FormHost(context)


def requests(context: PageContext) -> Page:
    from desktop.pages.filling.requests import RequestsPage

    return RequestsPage(context)


def inbox(context: PageContext) -> Page:
    from desktop.pages.inbox.page import InboxPage

    return InboxPage(context)


def review(context: PageContext) -> Page:
    from desktop.pages.review.page import ReviewPage

    return ReviewPage(context)


def office(context: PageContext) -> Page:
    from desktop.pages.office.page import OfficePage

    return OfficePage(context)


def board(context: PageContext) -> Page:
    from desktop.pages.board.page import BoardPage

    return BoardPage(context)


def overdue(context: PageContext) -> Page:
    from desktop.pages.board.page import BoardPage

    return BoardPage(context, only=Tab.OVERDUE)


def trial(context: PageContext) -> Page:
    from desktop.pages.office.trial import TrialPage

    return TrialPage(context)


def forms(context: PageContext) -> Page:
    from desktop.pages.filling.list import FormsPage

    return FormsPage(context)


def hand_over(context: PageContext, *, door: Workspace | None = None) -> Page:
    from desktop.pages.exchange.page import HandOverPage

    return HandOverPage(context, door)


def overview(context: PageContext) -> Page:
    from desktop.pages.overview.page import OverviewPage

    return OverviewPage(context)


def opinions(context: PageContext) -> Page:
    from desktop.pages.overview.opinions import OpinionsPage

    return OpinionsPage(context)


def publication(context: PageContext) -> Page:
    from desktop.pages.overview.publication import PublicationPage

    return PublicationPage(context)


def export(context: PageContext) -> Page:
    from desktop.pages.sheets.export import ExportPage

    return ExportPage(context)


def settings(context: PageContext, *, window: Frame) -> Page:
    from desktop.pages.keeping.settings import Around, SettingsPage

    around = Around(window.idle, window.door, window.journal)
    return SettingsPage(context, window.preferences, window.choose, around)


def backup(context: PageContext, *, window: Frame) -> Page:
    from desktop.pages.keeping.backup import BackupPage

    return BackupPage(context, window.door, window.replace)
