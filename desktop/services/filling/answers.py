"""Answers that come as data instead of from a person: checked as strictly, applied until nothing changes any more.

A key is a path (`/data/member[2]/age`, or without the root `member[2]/age`) or a name nested in its group's object;
a list of objects is a repeat, a list of texts a choice of several, `{"file": path}` a picture or document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Protocol

from forms.api import AnswerProblem, Control, Form, NodeKind, Question, Session, Skipped
from forms.codecs.values import normal

ROUNDS = 12  # a form whose triggers still move after so many passes never settles
_POSITION = re.compile(r"\[([0-9]+)\]")
_STEP = re.compile(r"^([^\[\]/]+)(?:\[([1-9][0-9]*)\])?$")


class Attach(Protocol):
    """Keeps a file with the record; answers the name that becomes the question's value."""

    def __call__(self, source: Path) -> str: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """One wanted answer; `file` is a path to attach whose name becomes the value.

    `normal` is how the question writes the value (2 as 2.0), `several` whether it is a choice of several.
    """

    ref: str
    value: str
    file: str | None = None
    normal: str = ""
    several: bool = False

    def is_said_by(self, held: str) -> bool:
        """Whether what stands there is the answer; a choice of several is one in any order."""
        if held in (self.value, self.normal or self.value):
            return True
        return self.several and sorted(held.split()) == sorted(self.value.split())


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an answers object asks for. `exact` says how many instances a repeat given as a list must have."""

    answers: tuple[Answer, ...]
    exact: Mapping[str, int] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Places:
    """Paths of a form: its questions in their order, and which elements on the way are repeats."""

    questions: Mapping[str, tuple[int, Question]]
    repeats: frozenset[str]

    @classmethod
    def of(cls, form: Form) -> Places:
        """To be asked once where many records are filled in."""
        questions = {question.path: (place, question) for place, question in enumerate(form.questions)}
        return cls(questions, frozenset(repeat for question in form.questions for repeat in question.repeats))


def read(answers: Mapping[str, object], form: Form, places: Places | None = None) -> Wanted:
    """Flatten an answers object into references of the form, in document order."""
    places = places or Places.of(form)
    found: list[tuple[tuple[int, tuple[int, ...]], Answer]] = []
    exact: dict[str, int] = {}
    unknown = []
    for given, value in _flatten(answers, form.root):
        if isinstance(value, _Count):
            exact[given] = value.count
            continue
        ref, path, positions = _placed(given, places)
        place, question = places.questions.get(path, (len(places.questions), None))
        if question is None:
            unknown.append(ref)
        found.append(((place, positions), _answer(ref, value, question)))
    found.sort(key=itemgetter(0))
    return Wanted(tuple(answer for _, answer in found), exact, tuple(unknown))


def apply(session: Session, wanted: Wanted, attach: Attach | None = None) -> tuple[AnswerProblem, ...]:
    """Fill `session`; what could not be answered, each with a code and words. Nothing is finalised."""
    if wanted.unknown:
        return tuple(AnswerProblem(ref, "unknown", label=ref) for ref in wanted.unknown)
    answers, problems = _with_files(wanted.answers, attach)
    if problems:
        return problems
    for _ in range(ROUNDS):
        moved = _pass(session, answers)
        moved |= _trim(session, wanted.exact)
        if not moved:
            break
    return tuple(problem for answer in answers if (problem := _why_not(session, answer)) is not None)


@dataclass(frozen=True, slots=True)
class _Count:
    count: int


def _flatten(value: object, ref: str) -> Iterator[tuple[str, object]]:
    """(reference, leaf) pairs; a list of objects counts its instances from 1."""
    if isinstance(value, Mapping) and not _is_file(value):
        for key, inner in value.items():
            yield from _flatten(inner, key if key.startswith("/") else f"{ref}/{key}")
    elif isinstance(value, list) and (not value or isinstance(value[0], Mapping)) and ref:
        yield ref, _Count(len(value))
        for number, inner in enumerate(value, start=1):
            yield from _flatten(inner, f"{ref}[{number}]")
    else:
        yield ref, value


def _is_file(value: Mapping[str, object]) -> bool:
    return set(value) == {"file"}


def _answer(ref: str, value: object, question: Question | None) -> Answer:
    if isinstance(value, Mapping):
        return Answer(ref, "", file=str(value["file"]))
    written = lexical(value)
    if question is None:
        return Answer(ref, written)
    several = question.control is Control.SELECT_MULTIPLE
    return Answer(ref, written, normal=normal(question.type, written), several=several)


def lexical(value: object) -> str:
    """The lexical XML value of a JSON one: lists are choices of several, whole floats lose their point."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return " ".join(lexical(each) for each in value)
    return str(value)


def _placed(ref: str, places: Places) -> tuple[str, str, tuple[int, ...]]:
    """`ref` with a position on every repeat instance and on nothing else (the first where none is given), its path
    without positions, and those positions."""
    path, made, positions = "", "", []
    for step in ref.strip("/").split("/"):
        parts = _STEP.match(step)
        if parts is None:
            return ref, _POSITION.sub("", ref), ()
        name, number = parts.group(1), parts.group(2)
        path = f"{path}/{name}"
        if path in places.repeats:
            made = f"{made}/{name}[{number or 1}]"
            positions.append(int(number or 1))
        else:
            made = f"{made}/{step}" if number not in (None, "1") else f"{made}/{name}"
    return made, path, tuple(positions)


def _with_files(
    answers: tuple[Answer, ...], attach: Attach | None
) -> tuple[tuple[Answer, ...], tuple[AnswerProblem, ...]]:
    done, problems = [], []
    for answer in answers:
        if answer.file is None:
            done.append(answer)
            continue
        try:
            name = attach(Path(answer.file)) if attach is not None else Path(answer.file).name
        except OSError:
            problems.append(AnswerProblem(answer.ref, "file", label=answer.ref, values={"file": answer.file}))
            continue
        done.append(Answer(answer.ref, name))
    return tuple(done), tuple(problems)


def _pass(session: Session, answers: tuple[Answer, ...]) -> bool:
    """Set once, in document order, every answer that is not there yet; whether anything changed."""
    moved = False
    for answer in answers:
        held = _value(session, answer.ref)
        if held is None:
            moved |= _grow(session, answer.ref)
            held = _value(session, answer.ref)
        if held is None or answer.is_said_by(held):
            continue
        moved |= session.set(answer.ref, answer.value).skipped is None
    return moved


def _value(session: Session, ref: str) -> str | None:
    """What stands there now; None where there is no such place."""
    try:
        return session.value(ref)
    except LookupError:
        return None


def _grow(session: Session, ref: str) -> bool:
    """Add instances until every repeat on the way to `ref` has the one that is asked for."""
    grown = False
    for found in _POSITION.finditer(ref):
        series, asked = ref[: found.start()], int(found.group(1))
        if _value(session, series) is None:
            return grown
        while (count := len(session.children(series))) < asked:
            if session.add_repeat(series).skipped is not None or len(session.children(series)) <= count:
                return grown
            grown = True
    return grown


def _trim(session: Session, exact: Mapping[str, int]) -> bool:
    """Make a repeat given as a list exactly as long as the list, where a person could."""
    moved = False
    for ref, count in exact.items():
        if _value(session, ref) is None or session.node(ref).kind is not NodeKind.REPEAT:
            continue
        while (there := len(session.children(ref))) > count:
            if session.remove_repeat(ref, there).skipped is not None:
                break
            moved = True
        while len(session.children(ref)) < count:
            if session.add_repeat(ref).skipped is not None:
                break
            moved = True
    return moved


CODES = {
    Skipped.MISSING: "repeat",
    Skipped.IRRELEVANT: "irrelevant",
    Skipped.READONLY: "readonly",
    Skipped.NOT_A_CONTROL: "calculated",
    Skipped.NOT_A_CHOICE: "not_a_choice",
    Skipped.NO_CHOICES: "not_a_choice",
    Skipped.CONTROLLED: "repeat",
}


def _why_not(session: Session, answer: Answer) -> AnswerProblem | None:
    """Why the answer does not stand in the session now; None where it does."""
    held = _value(session, answer.ref)
    if held is None:
        return AnswerProblem(answer.ref, "repeat", label=answer.ref)
    if session.refusal(answer.ref) is None and answer.is_said_by(held):
        return None
    node = session.node(answer.ref)
    if not node.relevant:
        code = "irrelevant"
    elif node.control is None or (node.calculated and node.readonly):
        code = "calculated"
    elif node.readonly:
        code = "readonly"
    else:
        skipped = session.set(answer.ref, answer.value).skipped
        code = CODES[skipped] if skipped is not None else "calculated"
    return AnswerProblem(answer.ref, code, label=node.label or answer.ref, values={"value": answer.value})
