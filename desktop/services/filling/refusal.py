"""Answers that a form does not take, as one error with a line for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from desktop.services.filling.library import form_language
from forms.api import AnswerProblem, Session
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


def refusal(session: Session, language: str, problems: Sequence[AnswerProblem] = ()) -> Refused:
    """Why the session's answers cannot be handed in, in the asker's language; what is recorded keeps the form's own.

    Without `problems` they are what the form itself finds.
    """
    session.set_language(form_language(session.form, language))
    return Refused([_relabelled(problem, session) for problem in problems] or session.problems())


def _relabelled(problem: AnswerProblem, session: Session) -> AnswerProblem:
    try:
        return replace(problem, label=session.node(problem.ref).label or problem.label)
    except LookupError:
        return problem


def lines(problems: Sequence[AnswerProblem], text: Text) -> list[dict[str, str]]:
    """The refusals as `record add --json` prints them."""
    return [{"ref": p.ref, "code": p.code, "message": p.message(text)} for p in problems]
