"""A time limit says when half and most of it is gone."""

import dataclasses

import pytest

from desktop.models.requests import Sayings, board_table, used
from desktop.services.values import RequestRow, RequestState
from desktop.theme.tokens import Tone
from desktop.widgets.mark import Mark
from desktop.widgets.table_model import Cell
from forms.text import Text

DUE = 4  # column of the board


def row(**changes: object) -> RequestRow:
    names = [field.name for field in dataclasses.fields(RequestRow) if field.default is dataclasses.MISSING]
    values: dict[str, object] = dict.fromkeys(names, "")
    values |= {"state": RequestState.ASSIGNED, "days": 10, "days_left": 9, "paused": False, "overdue": False}
    return RequestRow(**{**values, **changes})  # type: ignore[arg-type]


def cell(shown: RequestRow, tone: Tone = Tone.MUTE) -> Cell:
    say = Sayings(state=lambda _: Mark(""), due=lambda _: ("x", tone), asked=lambda _: "", where=lambda _: "")
    model = board_table(Text("zh"), say=say, ask=lambda _last, _count: None, ticks=False)
    return model.columns[DUE].cell(shown)


@pytest.mark.parametrize(
    ("left", "said", "tone"),
    [(9, "", None), (5, "half_used", None), (3, "half_used", None), (2, "most_used", Tone.WARN)],
)
def test_reminders(qapp: object, left: int, said: str, tone: Tone | None) -> None:
    found = cell(row(days_left=left))
    assert found.second == (Text("zh")(f"board.{said}") if said else "")
    assert found.tone is tone


def test_a_clock_that_stands_still_reminds_nobody(qapp: object) -> None:
    assert used(row(days_left=1, paused=True)) == 0
    assert used(row(days=None, days_left=None)) == 0
    assert cell(row(days_left=1), Tone.BAD).second == ""
