"""The workspace's forms: listed, compiled, added."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from forms.check import check

from desktop.services.context import Context
from desktop.services.rights import Actor, Use, needs
from desktop.services.values import FormRow
from forms.api import Form, FormFault
from forms.casework.events import FORMS as EVENT_FORMS
from forms.errors import Fault, Kind
from sync.store.api import FormSource


@dataclass(frozen=True, slots=True)
class FormsDesk:
    context: Context

    @property
    def actor(self) -> Actor:
        return self.context.actor

    @needs(Use.SEE_FORMS)
    def list(self) -> tuple[FormRow, ...]:
        drafts = Counter(draft.form_id for draft in self.context.store.drafts.list())
        return tuple(
            FormRow(
                form_id=row.form_id,
                version=row.version,
                title=row.title,
                drafts=drafts[row.form_id],
                own=row.form_id not in EVENT_FORMS,
            )
            for row in self.context.store.forms.list()
        )

    @needs(Use.SEE_FORMS)
    def form(self, form_id: str, version: str = "") -> Form:
        return self.context.form(form_id, version)

    @needs(Use.SEE_FORMS)
    def xform(self, form_id: str, version: str = "") -> bytes:
        return self.context.source(form_id, version).xform

    @needs(Use.ADD_FORM)
    def add(self, file: Path) -> FormRow:
        self.context.require_writer()
        xform = read_form(file)
        form = self.context.library.form(FormSource(file.stem, "", "", xform))
        row = self.context.store.forms.add(FormSource(form.form_id, form.version, form.title, xform))
        self.context.store.audit.add("form.added", actor=self.actor.user, subject=row.form_id, version=row.version)
        return FormRow(row.form_id, row.version, row.title)


def read_form(file: Path) -> bytes:
    """XForm XML out of an XLSForm or XForm; FormFault with every problem where it is malformed."""
    try:
        data = file.read_bytes()
    except OSError as problem:
        raise Fault("services.no_file", Kind.USAGE, file=str(file), reason=problem.strerror or "") from None
    report = check(data, name=file.name)
    if report.xform is None or not report.ok:
        raise FormFault([p for p in report.problems if p.severity.value == "error"], name=file.name)
    return report.xform
