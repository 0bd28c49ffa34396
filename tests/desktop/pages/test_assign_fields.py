"""To whom a request is given: what its chosen department will not be able to read is said before."""

from datetime import date
from types import SimpleNamespace

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from qt_application import new_application

from desktop.pages.board.proposal import AssignFields
from desktop.services.values import Proposal
from desktop.theme.apply import Theme
from desktop.theme.tokens import Look
from forms.text import Text

DEPARTMENTS = (("PC", "派出所"), ("FL", "妇联"))


@pytest.fixture(params=["zh", "en"])
def fields(request: pytest.FixtureRequest) -> AssignFields:
    assert QApplication.instance() or new_application()
    words = SimpleNamespace(long_day=date.isoformat)
    return AssignFields(SimpleNamespace(text=Text(request.param), theme=Theme(Look.LIGHT, 15), words=words))  # type: ignore[arg-type]


def said(fields: AssignFields) -> str:
    shown = [each for each in fields.findChildren(QLabel) if not each.isHidden()]
    return "\n".join(each.text() for each in shown)


def give_to(fields: AssignFields, department: str) -> None:
    fields.who._take(department)


def test_one_that_is_sealed_for_somebody_else(fields: AssignFields) -> None:
    proposal = Proposal("PC", "派出所", 0, None, ((3, date(2026, 11, 25)),), ())
    fields.offer_one(DEPARTMENTS, proposal, sealed_for=("PC",))
    warned = fields._context.text("board.sealed_for_other", count=1, readers="派出所", department="妇联")
    assert warned not in said(fields)
    give_to(fields, "FL")
    assert warned in said(fields)
    give_to(fields, "PC")
    assert warned not in said(fields)
    give_to(fields, "FL")
    fields.offer_one(DEPARTMENTS, proposal)
    assert warned not in said(fields), "another request, which is open"


def test_of_many_how_many_and_whom_they_are_for(fields: AssignFields) -> None:
    fields.offer_many(DEPARTMENTS, (3, 5), sealed_for=("PC", "FL", "PC"))
    warned = fields._context.text("board.sealed_for_other", count=2, readers="派出所", department="妇联")
    assert warned not in said(fields), "each to its own department, which reads it"
    give_to(fields, "FL")
    assert warned in said(fields)
