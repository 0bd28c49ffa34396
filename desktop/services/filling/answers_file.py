"""Answers files: one JSON object, a list of them, or one a line; read as they arrive, so that a pipe works too."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from desktop.services.given_file import not_opened
from forms.errors import Fault, Kind


@dataclass(frozen=True, slots=True)
class Line:
    """The answers of one record, or why there are none; `number` counts lines, or the list's members, from 1."""

    number: int
    answers: Mapping[str, object] | None
    problem: str = ""


@contextmanager
def opened(name: str) -> Iterator[tuple[Iterator[Line], Path]]:
    """The lines of the file (`-` is standard input) and the folder from which its paths count."""
    if name == "-":
        yield _lines(_decoded(sys.stdin)), Path.cwd()
        return
    path = Path(name)
    try:
        stream = path.open(encoding="utf-8-sig")
    except OSError as problem:
        raise not_opened(name, problem) from None
    with stream:
        yield _lines(stream), path.absolute().parent


def one(name: str) -> Mapping[str, object]:
    """The only answers object of a file."""
    with opened(name) as (lines, _):
        line = next(lines, Line(1, None, "empty"))
    if line.answers is None:
        raise Fault("services.not_answers", Kind.DAMAGED, file=name, line=line.number, reason=line.problem)
    return line.answers


def _decoded(stream: object) -> io.TextIOBase:
    buffer = getattr(stream, "buffer", None)
    return io.TextIOWrapper(buffer, encoding="utf-8-sig") if buffer is not None else stream  # type: ignore[return-value]


def _lines(stream: io.TextIOBase) -> Iterator[Line]:
    """One object a line; where the first line is not a whole one, the file is one JSON text."""
    number = 0
    for text in iter(stream.readline, ""):
        number += 1
        if not text.strip():
            continue
        try:
            value = json.loads(text)
        except ValueError as problem:
            if number == 1:
                yield from _whole(text + stream.read())
                return
            yield Line(number, None, str(problem))
            continue
        if isinstance(value, list) and number == 1:
            yield from _members(value)
        else:
            yield _line(number, value)


def _whole(text: str) -> Iterator[Line]:
    """A text that is no JSON as a whole is taken line by line, so that one bad line refuses itself only."""
    try:
        value = json.loads(text)
    except ValueError as problem:
        rest = text.splitlines()
        if len(rest) > 1 and _looks_like_lines(rest):
            for number, line in enumerate(rest, start=1):
                if line.strip():
                    yield from _single(number, line)
            return
        yield Line(1, None, str(problem))
        return
    if isinstance(value, list):
        yield from _members(value)
    else:
        yield _line(1, value)


def _looks_like_lines(lines: list[str]) -> bool:
    return all(line.startswith("{") for line in lines[1:] if line.strip())


def _single(number: int, text: str) -> Iterator[Line]:
    try:
        yield _line(number, json.loads(text))
    except ValueError as problem:
        yield Line(number, None, str(problem))


def _members(values: list[object]) -> Iterator[Line]:
    for number, value in enumerate(values, start=1):
        yield _line(number, value)


def _line(number: int, value: object) -> Line:
    if isinstance(value, dict):
        return Line(number, value)
    return Line(number, None, f"{type(value).__name__}, not an object")
