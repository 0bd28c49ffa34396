"""Several requests back to their villages: what must be said, and how a question is named."""

from types import SimpleNamespace

import pytest
from PySide6.QtWidgets import QApplication
from qt_application import new_application

from desktop.pages.board.returning import ReturnPlan
from desktop.services.requests.returning import Missing
from desktop.services.values import RequestState
from desktop.theme.apply import Theme
from desktop.theme.tokens import Look
from forms.text import Text

MISSING = Missing(
    (("place", "地点不清"), ("photo", "缺照片")), (("/data/what/place", "地点"), ("/data/what/photo", "照片"))
)


@pytest.fixture(params=["zh", "en"])
def plan(request: pytest.FixtureRequest) -> ReturnPlan:
    assert QApplication.instance() or new_application()
    rows = [
        SimpleNamespace(uuid=str(number), ref=f"QS-{number}", state=state)
        for number, state in enumerate((RequestState.TAKEN_UP, RequestState.ANSWERED, RequestState.ASSIGNED))
    ]
    words = SimpleNamespace(state=lambda state: state.value)
    lanes = SimpleNamespace(read=lambda *_, **__: None)
    context = SimpleNamespace(text=Text(request.param), theme=Theme(Look.LIGHT, 15), words=words, lanes=lanes)
    made = ReturnPlan(context, rows)  # type: ignore[arg-type]
    made._came(MISSING)
    return made


def test_nothing_goes_back_without_a_reason_and_words(plan: ReturnPlan) -> None:
    assert plan.deed() is None
    plan.why.set_values(["place"])
    assert plan.deed() is None
    plan.said.setPlainText("  哪一盏？ ")
    deed = plan.deed()
    assert deed is not None
    assert (deed.refs, deed.why, deed.words) == (("QS-0", "QS-2"), ("place",), "哪一盏？")


def test_what_is_answered_already_stays_and_says_why(plan: ReturnPlan) -> None:
    ((request, why),) = plan.left_out()
    assert request.ref == "QS-1"
    assert RequestState.ANSWERED.value in why


def test_another_question_takes_the_place_of_the_one_before(plan: ReturnPlan) -> None:
    plan.said.setPlainText("写清在谁家门口")
    plan.question._take("/data/what/place")
    plan.question._take("/data/what/photo")
    named = plan.context.text("board.return_named", question="照片")
    assert plan.said.toPlainText() == f"{named}写清在谁家门口"
    plan.question._take("")
    assert plan.said.toPlainText() == "写清在谁家门口"
