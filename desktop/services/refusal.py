"""Answers that a form does not take, as one error with a line for each."""

from __future__ import annotations

from collections.abc import Sequence

from forms.api import AnswerProblem
from forms.errors import Fault, Kind
from forms.text import Text


class Refused(Fault):
    """Nothing was stored; `problems` in document order."""

    def __init__(self, problems: Sequence[AnswerProblem], /) -> None:
        super().__init__("services.refused", Kind.DAMAGED, count=len(problems))
        self.problems = tuple(problems)

    def message(self, text: Text) -> str:
        lines = [f"{problem.ref}: {problem.message(text)}" for problem in self.problems]
        return "\n".join([super().message(text), *lines])


def lines(problems: Sequence[AnswerProblem], text: Text) -> list[dict[str, str]]:
    """The refusals as `record add --json` prints them."""
    return [{"ref": p.ref, "code": p.code, "message": p.message(text)} for p in problems]
