"""Filling in a form: opened with what is known, kept as a draft, handed in once and for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from desktop.services.context import Context
from desktop.services.filling.answers import lexical
from desktop.services.filling.filling_values import DraftRow, DraftSave, Opening, Stored
from desktop.services.filling.forms import read_form
from desktop.services.filling.library import AREAS, form_language
from desktop.services.filling.receipt import bare, receipt
from desktop.services.filling.sealing import sealer
from desktop.services.rights import Actor, Use, needs
from forms.api import Environment, Form, Mode, Node, NodeKind, Rows, Session
from forms.casework import outlines
from forms.casework.events import REQUEST_UPDATE, TOLD
from forms.casework.outlines import Ring
from forms.casework.publishing import FORM as PUBLICATION
from forms.entities import EntityChange, changes
from forms.errors import Fault, Kind
from forms.rows import read_geojson, read_xml
from sync import crypto
from sync.store.api import Draft, Finalise, Finalised, FormSource, NewAttachment, NumberTaken

REQUEST = "request"  # for a name only it is about a village, whose group comes later
LAST_SAVED = "jr://instance/last-saved"
TRIES = 5  # a number is only taken when another process of this workspace was quicker


@dataclass(slots=True)
class Numbers:
    """Where a session's short numbers come from: nowhere until `finish` lends it the store."""

    context: Context | None = None
    fixed: str = ""  # instead of the store's next one

    def __call__(self, kind: str) -> str:
        if self.context is None:
            raise RuntimeError("a number was asked for before the form was handed in")
        return self.fixed or self.context.store.records.peek_number(kind)


@dataclass(frozen=True, slots=True)
class Started(Opening):
    """An opening with what only this module needs."""

    numbers: Numbers | None = None
    editing: str = ""
    created: str = ""
    language: str = ""  # of the form, where a draft was left in one that had been chosen
    media: Mapping[str, bytes] = field(default_factory=dict)  # the form's own pictures and lists, by file name
    outlines: Mapping[str, tuple[Ring, ...]] = field(default_factory=dict)  # by area, where a place is asked


@dataclass(frozen=True, slots=True)
class FillingDesk:
    context: Context

    @property
    def actor(self) -> Actor:
        return self.context.actor

    @needs(Use.SEE_FORMS)
    def start(self, form_id: str, *, known: Mapping[str, str] | None = None, language: str = "") -> Started:
        self._may(form_id)
        opening = self._open(self.context.source(form_id), language=language, draft=self.context.clock.uuid())
        prefilled = _enter(opening.session, opening.form, known or {})
        return Started(
            opening.form,
            opening.session,
            opening.draft,
            self._subject(known or {}) or opening.title,
            prefilled=prefilled,
            numbers=opening.numbers,
            media=opening.media,
            outlines=opening.outlines,
        )

    @needs(Use.ADD_FORM)
    def trial(self, file: Path) -> Started:
        """A form out of a file, on this workspace's lists: for somebody to try, nothing of it is kept.

        Faults as `forms.read_form`.
        """
        xform = read_form(file)
        form = self.context.library.form(FormSource(file.stem, "", "", xform))
        return self._open(FormSource(form.form_id, form.version, form.title, xform), draft="")

    def _subject(self, known: Mapping[str, str]) -> str:
        """Whom or what a form is about, by what is known when it is begun."""
        for name, dataset in (("resident", "residents"), ("household", "households"), ("request", "requests")):
            item = self.context.store.entities.get(known[name], dataset) if known.get(name) else None
            if item is not None:
                return item.properties.get("full_name") or item.label
        return ""

    @needs(Use.SEE_FORMS)
    def prepare(self, form_id: str) -> tuple[FormSource, Form]:
        """A form to be filled in many times with `begin`."""
        self._may(form_id)
        source = self.context.source(form_id)
        return source, self.context.library.form(source)

    def begin(self, form: Form, *, rows: Mapping[str, Rows]) -> Started:
        """A fresh session of a prepared form on lists that were read before, for answers that no page shows."""
        numbers = Numbers()
        versions = self.context.store.entities.versions
        session = form.open(self.environment(numbers), rows=rows, entity_versions=versions)
        return Started(form, session, "", form.title, numbers=numbers)

    @needs(Use.SEE_FORMS)
    def resume(self, draft: str) -> Started:
        found = self._draft(draft)
        self._may(found.form_id)
        source = self.context.source(found.form_id, found.form_version)
        return self._open(
            source,
            language=found.language,
            draft=found.id,
            instance=found.xml,
            mode=Mode.RESTORE,
            title=found.title,
            place=found.place,
            editing=found.editing,
            created=found.created_at,
        )

    @needs(Use.SEE_FORMS)
    def correct(self, instance_id: str) -> Started:
        record = self.context.store.records.get(instance_id)
        if record is None:
            raise Fault("services.unknown_record", Kind.USAGE, id=instance_id)
        self.actor.require_area(record.row.area)
        self._may(record.row.form_id)
        if record.row.form_id in (REQUEST_UPDATE, TOLD) or record.row.superseded_by:
            raise Fault("services.not_to_correct", Kind.USAGE, id=instance_id)
        if not record.xml:
            raise Fault("services.let_go", Kind.USAGE, id=instance_id)
        source = self.context.source(record.row.form_id, record.row.form_version)
        return self._open(
            source, draft=self.context.clock.uuid(), instance=record.xml, mode=Mode.EDIT, editing=instance_id
        )

    @needs(Use.SEE_FORMS)
    def drafts(self, *, form_id: str = "") -> tuple[DraftRow, ...]:
        return tuple(self._row(draft) for draft in self.context.store.drafts.list(form_id=form_id))

    def snapshot(self, opening: Opening, *, place: str = "") -> DraftSave:
        session = opening.session
        asked = [node for node in session.walk() if node.kind is NodeKind.QUESTION and node.control is not None]
        return DraftSave(
            id=opening.draft,
            form_id=opening.form.form_id,
            version=opening.form.version,
            xml=session.draft(),
            place=place,
            title=_named_person(asked) or opening.title,
            filled=sum(bool(node.value) for node in asked),
            asked=len(asked),
            language=session.language,
            editing=opening.editing if isinstance(opening, Started) else "",
        )

    @needs(Use.SEE_FORMS)
    def save(self, draft: DraftSave) -> DraftRow:
        self.context.require_writer()
        self._may(draft.form_id)
        before = self.context.store.drafts.get(draft.id)
        if before is not None and before.author != self.actor.user:
            raise Fault("services.others_draft", Kind.DENIED, author=before.author)
        now = self.context.clock.utc()
        kept = Draft(
            id=draft.id,
            form_id=draft.form_id,
            form_version=draft.version,
            title=draft.title,
            xml=draft.xml,
            language=draft.language,
            place=draft.place,
            editing=draft.editing,
            author=self.actor.user,
            filled=draft.filled,
            total=draft.asked,
            created_at=before.created_at if before is not None else now,
            saved_at=now,
        )
        self.context.store.drafts.save(kept)
        return self._row(kept)

    @needs(Use.SEE_FORMS)
    def discard(self, draft: str) -> None:
        self.context.require_writer()
        self._draft(draft)
        self.context.store.drafts.discard(draft)

    @needs(Use.SEE_FORMS)
    def attach(self, draft: str, *, name: str, data: bytes) -> str:
        self.context.require_writer()
        found = self._draft(draft)
        kept = free_name(plain_name(name), set(found.files))
        self.context.store.drafts.attach(draft, NewAttachment(kept, data))
        return kept

    @needs(Use.SEE_FORMS)
    def attachment(self, draft: str, name: str) -> bytes:
        self._draft(draft)
        try:
            return b"".join(self.context.store.drafts.attachment(draft, name))
        except LookupError:
            raise Fault("services.unknown_file", Kind.USAGE, name=name, id=draft) from None

    @needs(Use.SEE_FORMS)
    def finish(self, opening: Opening) -> Stored:
        return receipt(self._hand_in(opening), opening, self.context)

    @needs(Use.SEE_FORMS)
    def hand_in(self, opening: Opening, attachments: tuple[NewAttachment, ...] = ()) -> Stored:
        """As `finish`, with files that lie in no draft and without words for a resident: for many records."""
        finalised = self._hand_in(opening, attachments)
        return bare(finalised, opening)

    def _hand_in(self, opening: Opening, attachments: tuple[NewAttachment, ...] = ()) -> Finalised:
        self.context.require_writer()
        self._may_finish(opening)
        numbers = opening.numbers if isinstance(opening, Started) else None
        if numbers is not None:
            numbers.context = self.context
        try:
            return self._store(opening, attachments)
        finally:
            if numbers is not None:
                numbers.context = None

    def _store(self, opening: Opening, attachments: tuple[NewAttachment, ...]) -> Finalised:
        for _ in range(TRIES):
            submission = opening.session.finalise()
            asked = changes(opening.form, submission.xml) if opening.form.entities else ()
            self._check_areas(asked)
            record = Finalise(
                submission,
                opening.form,
                author=self.actor.user,
                attachments=attachments,
                draft="" if attachments else opening.draft,
                changes=asked,
            )
            try:
                return self.context.store.records.finalise(record)
            except NumberTaken:
                continue
        raise Fault("services.busy", Kind.DAMAGED)

    def _check_areas(self, asked: Sequence[EntityChange]) -> None:
        """Nothing is created or changed outside the own area."""
        for change in asked:
            if change.create and (code := change.properties.get("area")):
                self.actor.require_area(self.context.areas().path(code))
            if change.update:
                self._check_change(change.dataset, change.uuid)

    def _check_change(self, dataset: str, uuid: str) -> None:
        request = self.context.store.requests.get(uuid) if dataset == "requests" else None
        known = self.context.store.entities.get(uuid, dataset)
        if request is not None:
            self.actor.require_area(request.item.area, request.item.department)
        elif known is not None:
            self.actor.require_area(known.area)

    def _may(self, form_id: str) -> None:
        if form_id == TOLD:
            self.actor.require(Use.TELL)
        elif form_id == PUBLICATION:
            self.actor.require(Use.PUBLISH)
        elif form_id != REQUEST_UPDATE:
            self.actor.require(Use.FILL)

    def _may_finish(self, opening: Opening) -> None:
        self._may(opening.form.form_id)
        if opening.form.form_id != REQUEST_UPDATE:
            return
        action = next((n.value for n in opening.session.walk() if n.name == "action"), "")
        if action in Use.__members__.values():
            self.actor.require(Use(action))

    def _open(
        self,
        source: FormSource,
        *,
        draft: str,
        language: str = "",
        instance: bytes | None = None,
        mode: Mode = Mode.NEW,
        title: str = "",
        place: str = "",
        editing: str = "",
        created: str = "",
    ) -> Started:
        form = self.context.library.form(source)
        numbers = Numbers()
        session = form.open(
            self.environment(numbers),
            rows=self.rows(form, source),
            language=form_language(form, language) if language else None,
            instance=instance,
            mode=mode,
            entity_versions=self.context.store.entities.versions,
        )
        return Started(
            form,
            session,
            draft,
            title or form.title,
            place=place,
            fresh=mode is Mode.NEW,
            numbers=numbers,
            editing=editing,
            created=created,
            language=language if mode is Mode.RESTORE else "",
            media=source.media,
            outlines=self._outlines(form),
        )

    def _outlines(self, form: Form) -> dict[str, tuple[Ring, ...]]:
        """Of the lowest areas within the own one that have any, by name; only where the form asks for a place."""
        data = self.context.list_bytes(outlines.NAME) if any(q.type == "geopoint" for q in form.questions) else None
        if not data:
            return {}
        areas = self.context.areas()
        known = {code: rings for code, rings in self.context.library.outlines(data).items() if areas.get(code)}
        mine = {code: rings for code, rings in known.items() if self.actor.sees(areas.path(code))}
        parents = {area.parent for code in mine if (area := areas.get(code)) is not None}
        return {areas.label(code, self.context.language): rings for code, rings in mine.items() if code not in parents}

    def environment(self, numbers: Numbers) -> Environment:
        clock = self.context.clock
        return Environment(
            now=clock.now,
            uuid=clock.uuid,
            random=clock.random,
            device_id=self.context.me.device,
            username=self.actor.user,
            number=numbers,
            signed=crypto.foreign,
            seal=sealer(self.context),
        )

    def rows(self, form: Form, source: FormSource, only: frozenset[str] | None = None) -> dict[str, Rows]:
        """A snapshot of each list that the form reads from outside, entities cut to what it reads and to the area.

        `only` limits it to these instance ids.
        """
        found: dict[str, Rows] = {}
        for external in form.externals:
            if only is not None and external.id not in only:
                continue
            saved = external.src == LAST_SAVED
            rows = self._last(form.form_id) if saved else self._list(external.name, source, external.columns)
            if rows is not None:
                found[external.id] = rows
        return found

    def _last(self, form_id: str) -> Rows | None:
        """What this person saved last of the form, finished or not: ODK XForms, URIs, jr://instance/last-saved."""
        store, user = self.context.store, self.actor.user
        record = store.records.latest(form_id, author=user)
        drafts = (store.drafts.get(row.id) for row in store.drafts.list(form_id=form_id) if row.author == user)
        draft = next(drafts, None)
        if draft is not None and (record is None or draft.saved_at > record.row.finalised_at):
            return read_xml(draft.xml)
        return read_xml(record.xml) if record is not None and record.xml else None

    def _list(self, name: str, source: FormSource, columns: frozenset[str]) -> Rows | None:
        if name in source.media:
            return _media(name, source.media[name], self.context)
        if name == AREAS:
            data = self.context.list_bytes(AREAS) or b""
            villages = source.form_id == REQUEST
            return self.context.library.areas_within(data, self.actor.area, villages=villages)
        if (listed := self.context.list_bytes(name)) is not None:
            return self.context.library.rows(listed)
        if not name.endswith(".csv"):
            return None
        return self.context.store.entities.rows(name.removesuffix(".csv"), columns=columns)

    def _draft(self, draft: str) -> Draft:
        found = self.context.store.drafts.get(draft)
        if found is None:
            raise Fault("services.unknown_draft", Kind.USAGE, id=draft)
        if found.author != self.actor.user:
            raise Fault("services.others_draft", Kind.DENIED, author=found.author)
        return found

    def _row(self, draft: Draft) -> DraftRow:
        source = self.context.store.forms.get(draft.form_id)
        saved = self.context.local(draft.saved_at) or self.context.clock.now()
        mine = draft.author == self.actor.user
        return DraftRow(
            id=draft.id,
            form_id=draft.form_id,
            form_title=source.title if source is not None else draft.form_id,
            title=draft.title if mine else "",
            author=draft.author,
            saved=saved,
            filled=draft.filled,
            asked=draft.total,
            mine=mine,
        )


def _named_person(asked: Sequence[Node]) -> str:
    """The name that was typed in, where a form begins with somebody who is in no list yet."""
    return next((node.value for node in asked if node.name in ("visitor_name", "head_name", "name") and node.value), "")


def _media(name: str, data: bytes, context: Context) -> Rows:
    if name.endswith(".xml"):
        return read_xml(data)
    if name.endswith((".geojson", ".json")):
        return read_geojson(data)
    return context.library.rows(data)


def _enter(session: Session, form: Form, known: Mapping[str, str]) -> frozenset[str]:
    """Answer by question name or path what is known already; what the form does not take is left out."""
    done = set()
    for name, value in known.items():
        ref = name if name.startswith("/") else named(form, name)
        if ref and session.set(ref, lexical(value)).skipped is None:
            done.add(ref)
    return frozenset(done)


def named(form: Form, name: str) -> str:
    """The path of the only question called `name`; "" where there is none or more than one."""
    paths = [question.path for question in form.questions if question.name == name]
    return paths[0] if len(paths) == 1 else ""


def plain_name(name: str) -> str:
    """A file name without folders or signs that mean something to a file system."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(sign for sign in last if sign.isprintable() and sign not in '<>:"|?*').strip(" .")
    return kept[-120:] or "file"


def free_name(name: str, taken: set[str]) -> str:
    stem, dot, ending = name.rpartition(".")
    number, wanted = 1, name
    while wanted in taken:
        number += 1
        wanted = f"{stem}-{number}{dot}{ending}" if dot else f"{name}-{number}"
    return wanted
