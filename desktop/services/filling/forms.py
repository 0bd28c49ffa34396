"""The workspace's forms: listed, compiled, added."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from desktop.services.context import Context
from desktop.services.exchange import publishing
from desktop.services.filling.filling_values import FormRow
from desktop.services.given_file import read_given
from desktop.services.rights import Actor, Use, needs
from forms.api import Form, FormFault, FormProblem
from forms.casework.erasing import ERASURE
from forms.casework.events import FORMS as EVENT_FORMS
from forms.casework.merging import DECISION
from forms.casework.publishing import OFFICE as OFFICE_FORMS
from forms.check import Checked, check
from forms.load import load_form
from forms.sheets import looks_like_workbook
from forms.text import Text
from forms.xlsform import convert
from sync.store.api import FormSource

BATCH_CHECK, HEADCOUNT = "batch_check", "headcount"
FROM_ELSEWHERE = EVENT_FORMS | OFFICE_FORMS | {DECISION, BATCH_CHECK, HEADCOUNT, ERASURE}
"""Forms that begin from a request, a pair, a batch, a roll or a sheet, never from the list of forms."""


@dataclass(frozen=True, slots=True)
class FormsDesk:
    context: Context

    @property
    def actor(self) -> Actor:
        return self.context.actor

    @needs(Use.SEE_FORMS)
    def list(self) -> tuple[FormRow, ...]:
        """What can be begun here; what a platform offers no more is left out."""
        drafts = Counter(draft.form_id for draft in self.context.store.drafts.list())
        handed_in = self.context.store.records.own_by_form()
        retired = self.context.store.platforms.retired()
        return tuple(
            FormRow(
                form_id=row.form_id,
                version=row.version,
                title=row.title,
                drafts=drafts[row.form_id],
                records=handed_in.get(row.form_id, 0),
                own=row.form_id not in FROM_ELSEWHERE,
            )
            for row in self.context.store.forms.list()
            if row.form_id not in retired
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
        publishing.note(self.context.store, row.form_id, row.version)
        self.context.store.audit.add("form.added", actor=self.actor.user, subject=row.form_id, version=row.version)
        return FormRow(row.form_id, row.version, row.title)


def checked(file: Path) -> Checked:
    """Convert, compile and lint an XLSForm or XForm."""
    return check(read_given(file), name=file.name)


def read_form(file: Path) -> bytes:
    """XForm XML out of an XLSForm or XForm; Malformed with every problem where it cannot be used."""
    data = read_given(file)
    try:
        xform = convert(data, name=file.name).xform if looks_like_workbook(data) else data
        load_form(xform, name=file.name)
    except FormFault as fault:
        raise Malformed(fault.problems, name=file.name) from None
    return xform


class Malformed(FormFault):
    """A FormFault whose message says every problem with its place."""

    def message(self, text: Text) -> str:
        lines = [f"{_place(problem)}{problem.message(text)} {problem.remedy(text)}" for problem in self.problems]
        return "\n".join([super().message(text), *lines])


def _place(problem: FormProblem) -> str:
    parts = [str(part) for part in (problem.sheet, problem.row, problem.column) if part is not None]
    return f"[{' '.join(parts)}] " if parts else ""
