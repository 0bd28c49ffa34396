"""The use cases' signatures, for the window and the command line; their values are in `values.py`.

A `Workspace` is an unlocked folder and may be passed between threads; a `Desk` is the use cases on one connection
and belongs to the thread that asked for it. Every use case checks role and area (`rights.py`) and raises
`forms.errors.Fault` for what a person can mend.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from desktop.services.exchange.bundles import BundleWritten, Whereabouts
from desktop.services.exchange.hand_over_values import HandOverResult, HandOverStatus
from desktop.services.filling.filling_values import DraftRow, DraftSave, FormRow, Opening, RecordPage, RecordRow, Stored
from desktop.services.filling.reported import ReportedDesk
from desktop.services.keeping.interrupted import Interrupted
from desktop.services.keeping.today_values import AuditReport, Today
from desktop.services.office.inbox import InboxDesk
from desktop.services.office.remembered import RememberedDesk
from desktop.services.office.review import ReviewDesk
from desktop.services.overview.figures import Listed, Mark, Overview, Span
from desktop.services.overview.opinion_values import OpinionFilter, OpinionPage, Ruling
from desktop.services.overview.publication_values import Draft, PublishOrder, Released
from desktop.services.paper.printing import PrintingDesk
from desktop.services.people.emergency import EmergencyDesk
from desktop.services.people.narrowing_values import Beside, Narrowings
from desktop.services.people.newcomer import Newcomer
from desktop.services.people.registering import Alike, Home
from desktop.services.people.visiting import VisitingDesk
from desktop.services.requests.returning import Missing
from desktop.services.sheets.api import Departments, Exporting, Importing, Privacy, Schemes
from desktop.services.trying.training import TrainingDesk
from desktop.services.values import (
    Asker,
    Board,
    BoardFilter,
    EntityRow,
    Fact,
    HouseholdRow,
    Me,
    Person,
    PersonRow,
    Progress,
    RecordState,
    RequestDetail,
    RequestRow,
    RequestState,
    Tab,
    TimelineEntry,
)
from forms.api import Form
from forms.casework.outlines import Picture
from sync.store.api import Store

T = TypeVar("T")


class People(Protocol):
    def search(
        self, query: str, *, group: str = "", tag: str = "", months: int = 0, limit: int = 50
    ) -> tuple[PersonRow, ...]:
        """By name, full pinyin, initials, door number, last digits of telephone or identity number.

        The last three arguments are those of `list`.
        """
        ...

    def arriving(self, query: str, *, limit: int = 50) -> tuple[PersonRow, ...]:
        """By name and group, those of whom a first hand-over has not brought the rest yet; nobody at other times."""
        ...

    def list(
        self, *, group: str = "", tag: str = "", months: int = 0, limit: int = 200, after: str = ""
    ) -> tuple[PersonRow, ...]:
        """Residents by village and in the order of arrival, from the one after the uuid `after` on.

        `group`: code of a place; `tag`: a group of people; `months`: in whose home nobody was for so long.
        """
        ...

    def count(self, *, group: str = "", tag: str = "", months: int = 0) -> int: ...
    def narrowings(self) -> Narrowings:
        """What `list` can be narrowed by."""
        ...

    def beside(self, uuid: str, *, query: str = "", group: str = "", tag: str = "", months: int = 0) -> Beside:
        """Where somebody stands in `list`, or with a query in what `search` finds."""
        ...

    def households(self, *, query: str = "", limit: int = 200, after: str = "") -> tuple[HouseholdRow, ...]: ...
    def person(self, uuid: str, *, reveal: bool = False, ages: bool = False) -> Person:
        """`reveal` shows what is masked and writes the look into the audit log (needs the writer's desk).

        `ages` reads since when each fact stands, out of the records about them.
        """
        ...

    def timeline(self, uuid: str) -> tuple[TimelineEntry, ...]:
        """Newest first: requests with their course, registrations and changes."""
        ...


class Forms(Protocol):
    def list(self) -> tuple[FormRow, ...]: ...
    def form(self, form_id: str, version: str = "") -> Form:
        """The compiled form, kept by the hash of its bytes; the newest version without `version`."""
        ...

    def xform(self, form_id: str, version: str = "") -> bytes: ...
    def add(self, file: Path) -> FormRow:
        """An XLSForm or XForm; refused with its problems where it is malformed."""
        ...


class Filling(Protocol):
    """Opening and reading belong on a reader's desk; saving, attaching and finishing on the writer's."""

    def start(self, form_id: str, *, known: Mapping[str, str] | None = None, language: str = "") -> Opening:
        """Begin a form. `known` answers by question name (`resident`: uuid) enter it as if they were picked."""
        ...

    def trial(self, file: Path) -> Opening:
        """A form out of a file, to be tried; it can be neither kept nor handed in."""
        ...

    def resume(self, draft: str) -> Opening: ...
    def correct(self, instance_id: str) -> Opening:
        """A finalised record again, as a new version of it."""
        ...

    def drafts(self, *, form_id: str = "") -> tuple[DraftRow, ...]: ...
    def snapshot(self, opening: Opening, *, place: str = "") -> DraftSave:
        """What autosave has to write; to be called by the thread that owns the session; no store."""
        ...

    def save(self, draft: DraftSave) -> DraftRow: ...
    def discard(self, draft: str) -> None: ...
    def attach(self, draft: str, *, name: str, data: bytes) -> str:
        """Keep a file with the draft, encrypted; answers the name to set as the question's value."""
        ...

    def attachment(self, draft: str, name: str) -> bytes: ...
    def finish(self, opening: Opening) -> Stored:
        """Check, number and store in one transaction. Raises `forms.api.NotReady` and changes nothing then."""
        ...


class Registering(Protocol):
    """Somebody who is in no list yet; see `desktop.services.people.registering`."""

    def start(self, name: str = "", *, about: str = "") -> Newcomer: ...
    def resume(self, draft: str) -> Newcomer: ...
    def snapshot(self, newcomer: Newcomer) -> DraftSave: ...
    def house(self, area: str, house_no: str) -> Home | None: ...
    def alike(
        self, name: str, *, area: str = "", house_no: str = "", phone: str = "", limit: int = 4
    ) -> tuple[Alike, ...]:
        """Who may be meant: by name, sound, house or telephone."""
        ...

    def finish(self, newcomer: Newcomer) -> Stored:
        """Store household and person. Raises `forms.api.NotReady` where an answer is missing; the draft stays."""
        ...

    def link(self, request: str, resident: str) -> Stored: ...
    def unregistered(self, *, limit: int = 20) -> tuple[RequestRow, ...]:
        """Requests for a name only that are not over."""
        ...


class Records(Protocol):
    def list(
        self,
        *,
        form_id: str = "",
        state: RecordState | None = None,
        since: str = "",
        after: str = "",
        limit: int = 1000,
    ) -> RecordPage:
        """In the order of finalising, from the one after `after` on."""
        ...

    def show(self, instance_id: str) -> tuple[RecordRow, tuple[Fact, ...]]: ...
    def export(self, instance_id: str) -> bytes:
        """The exact bytes that were finalised."""
        ...

    def attachment(self, instance_id: str, name: str) -> bytes: ...


class Entities(Protocol):
    def list(self, dataset: str, *, query: str = "") -> tuple[EntityRow, ...]: ...
    def show(self, uuid: str) -> EntityRow: ...


class Requests(Protocol):
    def board(self, wanted: BoardFilter) -> Board:
        """A page of it. Due first: overdue, then by due date, then by age; or the newest first."""
        ...

    def counts(self) -> Mapping[Tab, int]: ...
    def fresh(self) -> tuple[RequestRow, ...]:
        """What was given to a department and nothing has happened to since, the time of the first ends first."""
        ...

    def usual(self) -> Mapping[str, str]:
        """Which department usually handles each matter, in words."""
        ...

    def show(self, ref: str) -> RequestDetail:
        """By short number or uuid."""
        ...

    def reveal(self, ref: str) -> Asker:
        """Who asked, nothing masked; writes the look into the audit log first."""
        ...

    def list(
        self, *, state: RequestState | None = None, overdue: bool = False, department: str = "", query: str = ""
    ) -> tuple[RequestRow, ...]:
        """All that fit, for scripts."""
        ...

    def update(self, ref: str, answers: Mapping[str, object]) -> Stored:
        """One step of handling: `{"action": "assign", "dept": ..., "days": ...}`, through the form request_update."""
        ...

    def tell(self, ref: str, answers: Mapping[str, object]) -> Stored:
        """The resident was told: `{"way": "phone", "reaction": "satisfied"}`, through the form told."""
        ...

    def assign(
        self, refs: Sequence[str], *, department: str = "", days: int | None = None, fresh: bool = False
    ) -> Mapping[str, str]:
        """Many at once; for each reference "" or the words why it was left out.

        Without `department` each goes to its own or its matter's. `fresh` leaves alone what somebody has already.
        """
        ...

    def send_back(self, refs: Sequence[str], *, why: Sequence[str], said: str) -> Mapping[str, str]:
        """Many go back to their villages; for each "" or the words why it was left out. `why` as in `missing`."""
        ...

    def missing(self) -> Missing:
        """What can be missing of a request, and the questions that can be named to its village."""
        ...


class HandingOver(Protocol):
    def status(self) -> HandOverStatus: ...
    def list(self, state: RecordState, *, limit: int = 200) -> tuple[RecordRow, ...]: ...
    def answers(self, *, limit: int = 200) -> tuple[RequestRow, ...]:
        """Answers that came and that the resident was not told yet."""
        ...

    def run(
        self,
        *,
        progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
        budget: int | None = None,
    ) -> HandOverResult:
        """One hand-over, from the writer's desk; stops after the transaction during which `cancelled()` came true.

        A window keeps its writer free meanwhile: in a NET thread it calls `connection.exchange(on_store, clock=...)`
        with `on_store = lambda work: lanes.on_lane(Lane.WRITE, lambda desk: desk.hand_over.here(work))`.
        """
        ...

    def again(self) -> int:
        """What a platform refused goes once more; how many records."""
        ...

    def here(self, work: Callable[[Store], T], /) -> T:
        """Run a piece of a hand-over on this desk's store."""
        ...


class Bundles(Protocol):
    """Sticks. A window calls `bundles.write_bundle` and `read_answer` in a NET thread instead, as with `exchange`."""

    def write(self, path: Path, *, cancelled: Callable[[], bool] = ...) -> BundleWritten:
        """All that has no end-to-end receipt, to a file or into a stick's folder; then read again and verified."""
        ...

    def read(self, path: Path) -> HandOverResult:
        """Apply the township's answer."""
        ...

    def last(self) -> str:
        """When the last bundle was written, ISO 8601, "" before the first."""
        ...

    def where(self, instance_id: str) -> tuple[Whereabouts, ...]:
        """The stations of a record up to now, each with what proves it."""
        ...


class Overviews(Protocol):
    """The supervisor's table; see `desktop.services.overview.overview`."""

    def show(self, span_: Span = Span.FOUR) -> Overview:
        """Everything on the page, from counts alone."""
        ...

    def version(self) -> int:
        """Another number whenever something in the store changed."""
        ...

    def outlines(self) -> Picture:
        """The shapes of the lines by their codes; without any where the township gave none."""
        ...

    def behind(self, mark: Mark) -> Listed:
        """The list of a mark, for those who may see what is in it."""
        ...


class Opinions(Protocol):
    """What people think; see `desktop.services.overview.opinions`."""

    def page(self, wanted: OpinionFilter) -> OpinionPage: ...
    def decide(self, instance_id: str, ruling: Ruling, *, text: str = "", answer: str = "") -> None:
        """A person's decision about one opinion, from the writer's desk."""
        ...


class Publications(Protocol):
    """What leaves the office; see `desktop.services.overview.publication`."""

    def draft(self, order: PublishOrder) -> Draft:
        """As it would be published; nothing is kept."""
        ...

    def propose(self, order: PublishOrder) -> Released: ...
    def list(self) -> tuple[Released, ...]: ...
    def approve(self, id: str, *, approver: str, passphrase: str) -> Released:
        """By somebody else than who proposed it, with their own passphrase."""
        ...

    def refuse(self, id: str, *, reason: str) -> Released: ...
    def withdraw(self, id: str, *, reason: str) -> Released:
        """Take back what is public."""
        ...

    def write(self, id: str, to: Path) -> Path:
        """The approved one as a file: .csv with its description beside it, .html the sheet for the notice board."""
        ...


class Sealing(Protocol):
    """Fields that only one department reads; see `desktop.services.filling.sealing`."""

    def key(self, department: str) -> str:
        """The public half (age1...) of this computer's key; made at the first call."""
        ...

    def announce(self, department: str, recipient: str) -> bytes:
        """Put it into the list of departments, and give the list as csv."""
        ...


class Settings(Protocol):
    def get(self, name: str, default: str = "") -> str: ...
    def put(self, name: str, value: str) -> None: ...


class Batching(Protocol):
    def add(self, answers: Mapping[str, object], *, base: Path) -> Stored:
        """One record from an answers object; `base` is the folder of its files. `refusal.Refused` with every reason."""
        ...


class Desk(Protocol):
    """The use cases on one connection, for the thread that asked for it; `close` ends the connection."""

    @property
    def me(self) -> Me: ...
    @property
    def people(self) -> People: ...
    @property
    def forms(self) -> Forms: ...
    @property
    def filling(self) -> Filling: ...
    @property
    def records(self) -> Records: ...
    @property
    def entities(self) -> Entities: ...
    @property
    def requests(self) -> Requests: ...
    @property
    def registering(self) -> Registering: ...
    @property
    def hand_over(self) -> HandingOver: ...
    @property
    def bundles(self) -> Bundles: ...
    @property
    def exports(self) -> Exporting: ...
    @property
    def departments(self) -> Departments: ...
    @property
    def imports(self) -> Importing: ...
    @property
    def privacy(self) -> Privacy: ...
    @property
    def schemes(self) -> Schemes: ...
    @property
    def overview(self) -> Overviews: ...
    @property
    def opinions(self) -> Opinions: ...
    @property
    def publication(self) -> Publications: ...
    @property
    def sealing(self) -> Sealing: ...
    @property
    def settings(self) -> Settings: ...
    @property
    def remembered(self) -> RememberedDesk: ...
    @property
    def visiting(self) -> VisitingDesk: ...
    @property
    def emergency(self) -> EmergencyDesk: ...
    @property
    def printing(self) -> PrintingDesk: ...
    @property
    def training(self) -> TrainingDesk: ...
    @property
    def reported(self) -> ReportedDesk: ...
    @property
    def inbox(self) -> InboxDesk: ...
    @property
    def review(self) -> ReviewDesk: ...
    def today(self) -> Today: ...
    def audit(self) -> AuditReport: ...
    def batch(self, form_id: str) -> Batching:
        """Many records of one form from answers; the form and its lists are opened once."""
        ...

    def close(self) -> None: ...


class Workspace(Protocol):
    """An unlocked folder. `desktop.services.keeping.workspace` has `create`, `enrol`, `open_workspace` and `users`.

    `desk` is called in the thread that will use it; at most one writer's desk is open at a time.
    """

    @property
    def folder(self) -> Path: ...
    @property
    def user(self) -> str: ...
    def desk(self, *, writer: bool = False, language: str = "zh") -> Desk: ...
    @property
    def locked(self) -> bool: ...
    @property
    def pin_tries(self) -> int:
        """How many tries the PIN of this session has left; 0 where none was set, or it was dropped."""
        ...

    def set_pin(self, pin: str) -> None:
        """Let six digits re-open this session while the program runs. Fault vault.pin_form."""
        ...

    def lock(self) -> None:
        """Let the data key go; with a PIN its wrapped copy stays. Close the desks first, in their threads."""
        ...

    def reopen(self, pin: str) -> None:
        """Go on after `lock`. Faults: vault.pin_form, vault.pin_wrong (`left`), vault.pin_dropped."""
        ...

    def reopen_with(self, passphrase: str) -> None:
        """Go on after `lock` with the passphrase."""
        ...

    def interrupted(self, work: Interrupted) -> None:
        """Remember what the lock cut short. No passphrase is kept."""
        ...

    def to_resume(self) -> tuple[Interrupted, ...]:
        """What the lock cut short, once: to be begun again now that the workspace is open."""
        ...

    def close(self) -> None:
        """Lock for good, for another user's turn or at exit: the PIN is dropped too."""
        ...
