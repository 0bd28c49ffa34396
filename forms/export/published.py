"""A table as everybody may see it: numbers once, words in every language, as a submission carries it and as csv."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forms.export.inert import inert_csv
from forms.text import Text

Labels = Mapping[str, str]
"""Words by language."""


@dataclass(frozen=True, slots=True)
class Words:
    """What stands around the numbers in one language."""

    title: str
    heads: tuple[str, ...]
    lines: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What was said, as people may read it, with the answer."""

    topic: Labels
    text: str
    answer: str


@dataclass(frozen=True, slots=True)
class Shown:
    """`cells` by line and column are None where hidden."""

    words: Mapping[str, Words]
    cells: tuple[tuple[int | None, ...], ...]
    line_totals: tuple[int, ...]
    totals: tuple[int, ...]
    total: int
    said: tuple[Opinion, ...] = ()

    def words_in(self, language: str) -> Words:
        """In another language where it has none of this."""
        return self.words.get(language) or next(iter(self.words.values()))

    @property
    def hidden(self) -> int:
        return sum(cell is None for line in self.cells for cell in line)


def pack(shown: Shown) -> dict[str, Any]:
    """As JSON values."""
    return {
        "words": {
            language: {"title": w.title, "heads": list(w.heads), "lines": list(w.lines), "notes": list(w.notes)}
            for language, w in shown.words.items()
        },
        "cells": [list(line) for line in shown.cells],
        "line_totals": list(shown.line_totals),
        "totals": list(shown.totals),
        "total": shown.total,
        "said": [[dict(each.topic), each.text, each.answer] for each in shown.said],
    }


def unpack(body: Mapping[str, Any]) -> Shown:
    """ValueError, TypeError, LookupError or AttributeError where it was made by something else."""
    cells = tuple(tuple(None if cell is None else int(cell) for cell in line) for line in body["cells"])
    words = {
        str(language): Words(str(w["title"]), _texts(w["heads"]), _texts(w["lines"]), _texts(w["notes"]))
        for language, w in body["words"].items()
    }
    shown = Shown(
        words,
        cells,
        tuple(map(int, body["line_totals"])),
        tuple(map(int, body["totals"])),
        int(body["total"]),
        tuple(
            Opinion({str(k): str(v) for k, v in t.items()}, str(text), str(answer)) for t, text, answer in body["said"]
        ),
    )
    for each in words.values():
        sizes = (len(each.lines), len(shown.line_totals), len(each.heads), len(shown.totals))
        if sizes != (len(cells), len(cells), len(shown.totals), max(map(len, cells), default=len(shown.totals))):
            raise ValueError("lines, columns and words do not fit each other")
    if not words:
        raise ValueError("no words")
    return shown


def _texts(values: Any) -> tuple[str, ...]:
    return tuple(map(str, values))


def open_data(shown: Shown, text: Text) -> bytes:
    """As csv with a byte order mark; what is hidden is empty."""
    words, total = shown.words_in(text.language), text("publication.total")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([inert_csv(each) for each in (text("publication.village"), *words.heads, total)])
    for label, line, whole in zip(words.lines, shown.cells, shown.line_totals, strict=True):
        writer.writerow([inert_csv(label), *("" if cell is None else cell for cell in line), whole])
    writer.writerow([total, *shown.totals, shown.total])
    return b"\xef\xbb\xbf" + out.getvalue().encode()
