"""Where a command's results go: standard output for what was asked, standard error for everything else."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO

from forms.api import FormProblem
from forms.errors import Fault
from forms.text import Text


@dataclass(frozen=True, slots=True)
class Output:
    """`json` prints objects as JSON, one line each; else the words for people."""

    text: Text
    json: bool
    to: IO[str]
    messages: IO[str]

    def result(self, value: Mapping[str, object], words: str = "") -> None:
        """The result of a command: the whole of `value` as JSON, or `words` for people."""
        if self.json:
            self.to.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
        elif words:
            self.to.write(words + "\n")
        self.to.flush()

    def line(self, words: str) -> None:
        """One line on standard output, at once."""
        self.to.write(words + "\n")
        self.to.flush()

    def message(self, key: str, **values: object) -> None:
        """Words for people, which are not the result."""
        self.messages.write(self.text(key, **values) + "\n")
        self.messages.flush()

    def say(self, words: str) -> None:
        self.messages.write(words + "\n")
        self.messages.flush()

    def fault(self, fault: Fault) -> None:
        """The error object on standard output with --json, and always the words on standard error."""
        message, remedy = fault.message(self.text), fault.remedy(self.text)
        if self.json:
            error = {"code": fault.code, "message": message, "remedy": remedy}
            self.to.write(json.dumps({"error": error}, ensure_ascii=False) + "\n")
            self.to.flush()
        self.messages.write(f"{message}\n{remedy}\n")
        self.messages.flush()

    def raw(self, data: bytes) -> None:
        """Exact bytes and nothing else."""
        self.to.flush()
        stream = getattr(self.to, "buffer", None)
        if stream is None:
            self.to.write(data.decode("utf-8"))
        else:
            stream.write(data)
            stream.flush()


def told(problem: FormProblem, text: Text) -> dict[str, object]:
    """A form's problem as an object: where, why, and what to do. In an XForm, which has no sheets, the message begins
    with the path."""
    where = f"{problem.path}: " if problem.path and problem.sheet is None else ""
    return {
        "severity": problem.severity.value,
        "code": problem.code,
        "sheet": problem.sheet,
        "row": problem.row,
        "column": problem.column,
        "message": where + problem.message(text),
        "remedy": problem.remedy(text),
    }


def standard(text: Text, *, json: bool) -> Output:
    """The process's own streams, in UTF-8 whatever the console says."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
    return Output(text, json, sys.stdout, sys.stderr)


def table(rows: list[tuple[str, ...]]) -> str:
    """Columns aligned with spaces; wide characters count two."""
    if not rows:
        return ""
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell + " " * (widths[column] - _width(cell)) for column, cell in enumerate(row)).rstrip()
        for row in rows
    )


def _width(cell: str) -> int:
    return sum(2 if ord(sign) >= 0x1100 and not 0x2000 <= ord(sign) < 0x2E80 else 1 for sign in cell)
