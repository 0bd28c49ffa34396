"""Finalised records: listed, shown, and their exact bytes."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.services.context import Context, in_language
from desktop.services.filling.filling_values import RecordPage, RecordRow
from desktop.services.filling.leaves import leaves
from desktop.services.filling.sealing import unsealed
from desktop.services.people.masks import masked
from desktop.services.rights import Actor, Use, needs
from desktop.services.values import Fact, RecordState
from forms.api import Form, Question
from forms.casework.areas import code
from forms.errors import Fault, Kind
from forms.sealed import is_sealed
from forms.text import Text
from sync.store.api import Record
from sync.store.api import RecordRow as StoredRow


@dataclass(frozen=True, slots=True)
class RecordsDesk:
    context: Context

    @property
    def actor(self) -> Actor:
        return self.context.actor

    @needs(Use.SEE_RECORDS)
    def list(
        self,
        *,
        form_id: str = "",
        state: RecordState | None = None,
        since: str = "",
        after: str = "",
        limit: int = 1000,
    ) -> RecordPage:
        if form_id:
            self.context.source(form_id)
        found = self.context.store.records.list(
            form_id=form_id, state=state, since=since, area=self.actor.area, after=after or None, limit=limit
        )
        return RecordPage(tuple(self._row(row) for row in found.rows), found.next)

    @needs(Use.SEE_RECORDS)
    def show(self, instance_id: str) -> tuple[RecordRow, tuple[Fact, ...]]:
        record = self._record(instance_id)
        form = self.context.form(record.row.form_id, record.row.form_version)
        return self._row(record.row), facts(form, record.xml, self.context)

    @needs(Use.EXPORT_RECORD)
    def export(self, instance_id: str) -> bytes:
        record = self._record(instance_id)
        if not record.xml:
            raise Fault("services.let_go", Kind.USAGE, id=instance_id)
        return record.xml

    @needs(Use.SEE_RECORDS)
    def attachment(self, instance_id: str, name: str) -> bytes:
        self._record(instance_id)
        try:
            return b"".join(self.context.store.records.attachment(instance_id, name))
        except LookupError:
            raise Fault("services.unknown_file", Kind.USAGE, name=name, id=instance_id) from None

    def _record(self, instance_id: str) -> Record:
        record = self.context.store.records.get(instance_id)
        if record is None:
            raise Fault("services.unknown_record", Kind.USAGE, id=instance_id)
        self.actor.require_area(record.row.area)
        return record

    def _row(self, row: StoredRow) -> RecordRow:
        return record_row(row, self.context)


def record_row(row: StoredRow, context: Context) -> RecordRow:
    return RecordRow(
        instance_id=row.instance_id,
        form_id=row.form_id,
        version=row.form_version,
        area=code(row.area),
        finalised=row.finalised_at,
        state=row.state,
        ref=row.ref,
        reason=reason_words(row.reason, context.text),
    )


def reason_words(reason: str, text: Text) -> str:
    """Why a record was not taken: a hub's code in words, or what a platform said, with what can be done."""
    platform = f"openrosa.parked_{reason[:3]}"
    if platform in text:
        return text(platform, said=reason)
    known = (key for key in (f"sync.reason_{reason}", f"sync.{reason}") if reason and key in text)
    return next((text(key) for key in known), reason)


def facts(form: Form, xml: bytes, context: Context, *, reveal: bool = False) -> tuple[Fact, ...]:
    """A record's answers for people to read, in document order, blank ones left out."""
    questions = {question.path: question for question in form.questions}
    shown = []
    for path, value in leaves(xml) if xml else ():  # the content of an old record may be on the platform alone
        question = questions.get(path)
        if question is None or not value or question.calculated:
            continue
        label = in_language(dict(question.labels), form, context.language) or question.name
        shut = ""
        if is_sealed(value):
            value, shut = unsealed(value, question, context)
        if shut:
            shown.append(Fact(question.name, label, shut))
            continue
        hidden = "" if reveal else masked(question.name, value, question.attributes)
        shown.append(Fact(question.name, label, hidden or said(question, value, form, context), bool(hidden)))
    return tuple(shown)


def said(question: Question, value: str, form: Form, context: Context) -> str:
    """The value as people say it: the label of a choice, of what a list or register names, else the value itself."""
    if question.itemset and not question.choices:
        return "、".join(_listed(question.itemset, part, context) for part in value.split())
    if not question.choices:
        return value
    labels = {choice: in_language(dict(by), form, context.language) for choice, by in question.choices}
    parts = value.split() if question.type == "string" and " " in value else [value]
    return "、".join(labels.get(part) or part for part in parts)


def _listed(name: str, value: str, context: Context) -> str:
    if context.list_bytes(name) is not None:
        return context.label(name, value)
    item = context.store.entities.get(value, name.removesuffix(".csv"))
    return item.label if item is not None else value
