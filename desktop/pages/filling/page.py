"""The form page in the window: opened with what is known, kept as a draft while one writes, handed in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.fill.images import Photos
from desktop.fill.kit import Lookup
from desktop.fill.known import Known
from desktop.fill.page import FormPage
from desktop.pages.filling.aside import AlikeCard, PersonCard, RequestCard
from desktop.pages.filling.camera import CameraFolder, photos_of
from desktop.pages.filling.same import SameCard
from desktop.pages.filling.typed_ahead import TypedAhead
from desktop.pages.parts.notice import Notice
from desktop.pages.parts.page import Page, PageContext
from desktop.pages.parts.places import CORRECT, Name, Place
from desktop.pages.shell.presenter import present
from desktop.services.api import Desk
from desktop.services.filling.filling import Started
from desktop.services.filling.filling_values import DraftRow, DraftSave, Opening, Stored
from desktop.services.keeping.choices import OWN_POINT
from desktop.services.people.newcomer import is_short
from desktop.services.values import BoardFilter, Person, PersonRow, RequestRow, Tab
from desktop.theme.tokens import Tone
from desktop.widgets.basics import column, label, polished
from desktop.widgets.picker import Offer
from forms.api import NodeKind, NotReady, Session
from sync.protocol import Role

THEN_REQUEST = "then_request"  # a resident is registered so that their request can be
UPDATE = "request_update"
RETURNING = ("told", UPDATE)  # one comes back to the list that it began from
SUPPLEMENT = "supplement"  # as the action of a step of handling
BRIEF = "request"  # is checked where it is filled in, while few questions are asked
NUMBER = "hamlet:number"
PEOPLE = "residents.csv"  # the list from which people are chosen
FOUND = 30  # people that a search shows
RECENT, OFTEN = 200, 12  # requests that are looked at, and matters that come first


@dataclass(frozen=True, slots=True)
class Begun:
    """A form that was opened on the READ lane: `snapshot` needs no store and belongs to the session's thread."""

    opening: Opening
    snapshot: Callable[..., DraftSave]
    files: Mapping[str, bytes]
    person: Person | None
    request: RequestRow | None  # that a step of handling or a telling is about
    often: Mapping[str, Sequence[str]]  # what is chosen most here, by question
    usual: Mapping[str, str]  # which department handles a matter, in words
    liked: Mapping[str, bool]  # how this person likes forms
    photos: Photos = field(default_factory=Photos)
    own_point: str = ""


class FormHost(Page):
    """Picture 02. The session belongs to the window's thread, except while it is being handed in."""

    kept = False
    bare = True

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._place = Place(Name.FORM)
        self._begun: Begun | None = None
        self._form: FormPage | None = None
        self._alike: AlikeCard | None = None
        self._same: SameCard | None = None
        self._saved = False  # whether there is a draft
        self._kept_at = self._kept_in = ""  # the place that was kept with it, and the form's language
        self._over = False  # handed in or thrown away: nothing is kept any more
        self._stack = QStackedWidget()
        self._wait = label(self.t("pages.form_loading"), "second")
        self._wait.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack.addWidget(self._wait)
        column(self).addWidget(self._stack)
        self._ahead = TypedAhead(self)
        self._camera = CameraFolder(self, context.lanes)

    @property
    def form(self) -> FormPage | None:
        """The form page, once it has been opened."""
        return self._form

    def visit(self, place: Place) -> None:
        self._place = place
        self._ahead.listen()
        self.context.lanes.read(self, lambda desk: _begin(desk, place), self._opened, failed=self._not_opened)

    def leave(self) -> None:
        if self._form is None or self._over:
            return
        self._form.flush()
        there = self._form.place_when_left
        if self._saved and (there, self._form.spoken) != (self._kept_at, self._kept_in):
            self._keep(there)  # to come back to the same field and cursor

    def place_to_resume(self, here: Place) -> Place:
        if self._begun is None or not self._saved:
            return here
        return Place(Name.FORM, here.subject, tab=self._begun.opening.draft)

    def escape(self) -> bool:
        if self._form is not None and not self._over:
            self._form.escape()
        return self._form is not None

    # opening

    def _opened(self, begun: Begun) -> None:
        opening = begun.opening
        if is_short(opening.place):
            self.context.instead(Place(Name.ASK, tab=opening.draft))
            return
        self._begun = begun
        self._saved = not opening.fresh or self._place.tab == opening.draft
        self.context.lanes.in_slices(self, self._pieces(begun))

    def _pieces(self, begun: Begun) -> Iterator[None]:
        """Build the form page a little at a time; it is shown when it is whole, and typed into what was typed since."""
        opening = begun.opening
        start = opening.place or first_open(opening.session, opening.prefilled)
        form = self._page_of(begun, start)
        yield
        self._stack.addWidget(form)
        yield from polished(form)
        for piece in form.pieces():
            yield from polished(piece)
        beside = self._aside_of(begun)
        if beside is not None:
            form.set_aside(beside[0], name=beside[1])
            yield from polished(beside[0])
        self._form = form
        self._connect(form, opening)
        self._camera.watch(form, begun.photos.folder)
        self._stack.setCurrentWidget(form)
        if start:
            form.go_to(start)  # a focus that was asked for before it was shown is lost
        else:
            form.focus_first()
        self._ahead.release()
        self._say_what_is_wanted(begun)

    def _say_what_is_wanted(self, begun: Begun) -> None:
        """Why the township sent a request back stands above the page where one adds what is missing."""
        request = begun.request
        if request is not None and request.returned_text and _answer(begun.opening.session, "action") == SUPPLEMENT:
            self.context.warn(Notice(Tone.WARN, self.t("pages.township_says"), request.returned_text))

    def _connect(self, form: FormPage, opening: Opening) -> None:
        version = form.header.menu.addAction(self.t("pages.form_version", version=opening.form.version))
        version.setEnabled(False)
        form.draft_changed.connect(self._keep)
        form.finalise_requested.connect(self._hand_in)
        form.left.connect(self.context.back)
        form.discard_requested.connect(self._discard)
        form.files.added.connect(self._attach)
        form.preferred.connect(self._prefer)

    def _page_of(self, begun: Begun, start: str) -> FormPage:
        opening, context = begun.opening, self.context
        return FormPage(
            opening.session,
            context.theme,
            context.text,
            now=context.clock.now,
            new_name=lambda ending: f"{context.clock.uuid()}{ending}",
            title=self._title(opening),
            subtitle=self._subtitle(opening),
            known=self._known(begun),
            start=start,
            language=_language(opening),
            one_by_one=begun.liked["one_by_one"],
            digits=begun.liked["digits"],
            brief=opening.form.form_id == BRIEF,
            whole=False,
        )

    def _title(self, opening: Opening) -> str:
        """The form's; of a step that a village takes for the township what the village does."""
        if opening.form.form_id == UPDATE and _answer(opening.session, "action") == SUPPLEMENT:
            return self.t("pages.supplement_title")
        return self.context.words.form_title(opening.form.title)

    def _known(self, begun: Begun) -> Known:
        opening = begun.opening
        return Known(
            attachments=begun.files,
            media=opening.media if isinstance(opening, Started) else {},
            lookups=self._lookups(opening),
            often=begun.often,
            details={ref: self._who_handles(begun.usual) for ref in begun.often},
            near=self._household(begun),
            photos=begun.photos,
            own_point=begun.own_point,
            outlines=opening.outlines if isinstance(opening, Started) else {},
        )

    def _household(self, begun: Begun) -> dict[str, Sequence[Offer]]:
        """Who lives in the same house stands beside every question that asks for somebody."""
        person = begun.person
        if person is None or len(person.members) < 2:
            return {}
        offers = [Offer(member.uuid, member.name, self._short(member)) for member in person.members]
        return dict.fromkeys(self._lookups(begun.opening), offers)

    def _short(self, person: PersonRow) -> str:
        return self.context.words.person(sex=person.sex, age=person.age, area="")

    def _who_handles(self, usual: Mapping[str, str]) -> dict[str, str]:
        return {matter: self.t("drafts.usual", department=department) for matter, department in usual.items()}

    def _aside_of(self, begun: Begun) -> tuple[QWidget, str] | None:
        """Whom it is about; or, for somebody new, who may be there already; with its name."""
        if begun.person is not None:
            return self._beside(begun), begun.person.row.name
        if begun.request is not None:
            return self._beside(begun), begun.request.ref
        if self._place.subject == "resident" and begun.opening.fresh:
            self._alike = AlikeCard(self.context)
            self._alike.taken.connect(self._take_instead)
            self._look_for_alike()
            return self._alike, self.t("pages.alike_short")
        return None

    def _beside(self, begun: Begun) -> QWidget:
        """What and whom it is about; while a request is written, who may have reported the same."""
        made, opening = QWidget(), begun.opening
        lines = column(made, gap=self.context.theme.scale.m)
        if begun.request is not None:
            lines.addWidget(RequestCard(self.context, begun.request))
        if begun.person is not None:
            lines.addWidget(PersonCard(self.context, begun.person))
        if opening.form.form_id == "request" and opening.fresh:
            self._same = SameCard(self.context)
            lines.addWidget(self._same)
            self._look_for_same()
        return made

    def _look_for_same(self) -> None:
        if self._same is not None and self._begun is not None:
            session = self._begun.opening.session
            resident, area, place = (_answer(session, name) for name in ("resident", "area", "place"))
            self._same.look(_answer(session, "matter"), resident=resident, area=area, place=place)

    def _lookups(self, opening: Opening) -> dict[str, Lookup]:
        """Who is chosen is searched in the store: by sound, house, telephone, and thousands of them."""
        return {
            question.path: self._find_person
            for question in opening.form.questions
            if question.itemset == PEOPLE and question.control is not None
        }

    def _find_person(self, query: str, found: Callable[[Sequence[Offer]], None]) -> None:
        def search(desk: Desk) -> Sequence[PersonRow]:
            return desk.people.search(query, limit=FOUND) if query.strip() else desk.people.list(limit=FOUND)

        self.context.lanes.read(
            self, search, lambda rows: found([self._offer(row) for row in rows]), latest="who is chosen"
        )

    def _offer(self, row: PersonRow) -> Offer:
        words = self.context.words.person(sex=row.sex, age=row.age, area=row.area_label, house_no=row.house_no)
        return Offer(row.uuid, row.name, words)

    def _subtitle(self, opening: Opening) -> str:
        """The number, or when there will be one, or that nothing written is lost."""
        if not any(NUMBER in question.attributes for question in opening.form.questions):
            return self.t("pages.form_kept_here")
        number = "" if opening.fresh else _answer(opening.session, "request_no")
        return number or self.t("pages.form_number_later")

    def _not_opened(self, error: BaseException) -> None:
        self.context.back()
        self.context.failed(error)

    def _prefer(self, name: str, on: bool) -> None:
        key, value = _liking(name, self.context.me.user), "yes" if on else ""
        self.context.lanes.write(self.context.status, lambda desk: desk.settings.put(key, value))

    # keeping

    def _keep(self, place: str) -> None:
        """Take what is written and let the WRITE lane keep it."""
        if self._begun is None or self._over:
            return
        self._saved, self._kept_at = True, place
        self._look_for_alike()
        self._look_for_same()
        self._kept_in = self._form.spoken if self._form is not None else _language(self._begun.opening)
        taken = replace(self._begun.snapshot(self._begun.opening, place=place), language=self._kept_in)
        self.context.lanes.write(self, lambda desk: desk.filling.save(taken), self._kept, failed=self._not_kept)

    def _kept(self, draft: DraftRow) -> None:
        if self._form is not None:
            self._form.show_kept(f"{self.context.clock.now():%H:%M}")

    def _not_kept(self, error: BaseException) -> None:
        notice = present(error, self.context.text)
        if self._form is not None and notice is not None:
            self._form.show_not_kept(
                self.t("pages.autosave_failed"), f"{notice.title} {self.t('pages.autosave_failed_detail')}"
            )

    def _look_for_alike(self) -> None:
        """Who has this name already, while it is being written."""
        if self._alike is None or self._begun is None:
            return
        alike, name = self._alike, _answer(self._begun.opening.session, "name").strip()
        if not name:
            alike.show_people(())
            return
        self.context.lanes.read(self, lambda desk: desk.people.search(name, limit=4), alike.show_people, latest="alike")

    def _take_instead(self, uuid: str) -> None:
        """It is somebody who is registered already: their request, or their page."""
        if self._form is not None:
            self._form.flush()
        self._over = True
        if self._place.tab == THEN_REQUEST:
            known = (("requester", "person"), ("resident", uuid))
            self.context.instead(Place(Name.FORM, "request", known=known))
        else:
            self.context.instead(Place(Name.RESIDENT, uuid))
        self._offer_back()

    def _attach(self, name: str, data: bytes) -> None:
        """The draft first, then the file that belongs to it: the WRITE lane keeps the order."""
        if self._begun is None or self._form is None:
            return
        draft = self._begun.opening.draft
        self._keep(self._form.place)
        self.context.lanes.write(
            self, lambda desk: desk.filling.attach(draft, name=name, data=data), failed=self._not_kept
        )

    def _discard(self) -> None:
        if self._form is not None:
            self._form.flush()
        self._over = True
        self.context.back()
        self._offer_back()

    def _offer_back(self) -> None:
        """The draft is away at once, and thrown out when nobody took it back within ten seconds."""
        if self._begun is None or not self._saved:
            return
        context, opening = self.context, self._begun.opening
        resume = Place(Name.FORM, self._place.subject, tab=opening.draft)
        title = context.words.form_title(opening.title or opening.form.title)
        toast = context.toast(self.t("pages.discarded", title=title), lambda: context.go(resume))
        toast.expired.connect(
            lambda: context.lanes.write(
                context.status, lambda desk: desk.filling.discard(opening.draft), lambda _: context.changed()
            )
        )

    # handing in

    def _hand_in(self) -> None:
        """The session goes to the WRITE lane; until it is back nobody can type."""
        if self._begun is None or self._over:
            return
        opening = self._begun.opening
        self._over = True
        self._wait.setText(self.t("pages.form_storing"))
        self._stack.setCurrentWidget(self._wait)
        self.context.lanes.write(self, lambda desk: desk.filling.finish(opening), self._done, failed=self._not_done)

    def _not_done(self, error: BaseException) -> None:
        self._over = False
        if self._form is None:
            return
        self._stack.setCurrentWidget(self._form)
        if isinstance(error, NotReady):
            self._form.show_problems()
            return
        notice = present(error, self.context.text)
        if notice is not None:
            self._form.show_not_kept(notice.title, notice.detail)

    def _done(self, stored: Stored) -> None:
        form_id = stored.form_id
        if self._place.tab == THEN_REQUEST:
            known = (("requester", "person"), ("resident", stored.uuid))
            self.context.instead(Place(Name.FORM, "request", known=known))
            self.context.changed()
        elif stored.then is not None:
            self.context.instead(Place(Name.FORM, stored.then.form_id, known=stored.then.known))
            self.context.warn(Notice(Tone.OK, self.t("pages.done_visit"), self.t("pages.done_visit_then")))
            self.context.changed()
        elif form_id in RETURNING:
            self.context.back()
            self.context.warn(Notice(Tone.OK, self.t(f"pages.done_{form_id}"), stored.title))
            self.context.changed()
        else:
            self.context.registered(stored, self._place.known)


def _begin(desk: Desk, place: Place) -> Begun:
    """On the READ lane: the session, the files of the draft, the person it is about."""
    known = dict(place.known)
    if place.tab.startswith(CORRECT):
        opening = desk.filling.correct(place.tab.removeprefix(CORRECT))
    elif place.tab and place.tab != THEN_REQUEST:
        opening = desk.filling.resume(place.tab)
    else:
        opening = desk.filling.start(place.subject, known=known)
    files = {name: desk.filling.attachment(opening.draft, name) for name in _file_names(opening.session, place)}
    request = _asked_for(desk, opening.session)
    uuid = known.get("resident") or _answer(opening.session, "resident") or (request.resident if request else "")
    person = desk.people.person(uuid) if uuid and desk.me.role is not Role.DEPARTMENT else None  # which sees no people
    often = _often(desk, opening)
    usual = desk.requests.usual() if often else {}
    liked = {name: desk.settings.get(_liking(name, desk.me.user)) == "yes" for name in ("one_by_one", "digits")}
    photos, point = photos_of(desk.settings.get), desk.settings.get(OWN_POINT)
    return Begun(opening, desk.filling.snapshot, files, person, request, often, usual, liked, photos, point)


def _liking(name: str, user: str) -> str:
    """The setting in which it stands."""
    return f"form.{name}.{user}"


def _asked_for(desk: Desk, session: Session) -> RequestRow | None:
    """Which request a step of handling or telling is about."""
    request = _answer(session, "request")
    return desk.requests.show(request).row if request else None


def _file_names(session: Session, place: Place) -> list[str]:
    """Names of files that a resumed draft already has."""
    if not place.tab or place.tab == THEN_REQUEST or place.tab.startswith(CORRECT):
        return []
    return [node.value for node in session.walk() if node.type == "binary" and node.value]


def _often(desk: Desk, opening: Opening) -> dict[str, Sequence[str]]:
    """The matters that are asked most here come first."""
    if opening.form.form_id != "request":
        return {}
    rows = desk.requests.board(BoardFilter(tab=Tab.ALL, limit=RECENT)).rows
    found = Counter(row.matter for row in rows if row.matter)
    matters = tuple(matter for matter, _ in found.most_common(OFTEN))
    return {node.ref: matters for node in opening.session.walk() if node.name == "matter" and node.control is not None}


def _language(opening: Opening) -> str:
    """The language that was chosen for the form before, if one was."""
    return opening.language if isinstance(opening, Started) else ""


def _answer(session: Session, name: str) -> str:
    return next((node.value for node in session.walk() if node.name == name), "")


def first_open(session: Session, known: frozenset[str]) -> str:
    """Where a form with known answers begins: what must be answered and is not, else what was not known."""
    asked = [node for node in session.walk() if node.kind is NodeKind.QUESTION and node.control is not None]
    open_ = next((node.ref for node in asked if node.required and not node.value), "")
    if open_ or not known:
        return open_
    return next((node.ref for node in asked if node.ref not in known and not node.readonly), "")
