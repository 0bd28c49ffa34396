"""`form`: checked, added, listed, shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from desktop.cli.invocation import Invocation
from desktop.cli.output import table, told
from desktop.services.filling.forms import checked


def check(call: Invocation) -> int:
    """Compile and lint; 1 where the form cannot be used."""
    report = checked(Path(call.args.file))
    text = call.out.text
    problems = [told(problem, text) for problem in report.problems]
    head = text("cli.form_good" if report.ok else "cli.form_bad", form=report.form_id, version=report.version)
    found = {"ok": report.ok, "form": report.form_id, "version": report.version, "problems": problems}
    call.out.result(found, "\n".join([head, *_lines(problems)]))
    return 0 if report.ok else 1


def _lines(problems: Iterable[Mapping[str, object]]) -> list[str]:
    return [_place(p) + f"{p['message']} {p['remedy']}" for p in problems]


def _place(problem: Mapping[str, object]) -> str:
    parts = [str(problem[part]) for part in ("sheet", "row", "column") if problem[part] is not None]
    return f"[{' '.join(parts)}] " if parts else ""


def list_(call: Invocation) -> int:
    with call.desk() as desk:
        rows = desk.forms.list()
    found = [{"form": row.form_id, "version": row.version, "title": row.title} for row in rows]
    call.out.result({"forms": found, "next": None}, table([(row.form_id, row.version, row.title) for row in rows]))
    return 0


def add(call: Invocation) -> int:
    """Add it, and say what is doubtful about it."""
    file = Path(call.args.file)
    with call.desk(writer=True) as desk:
        row = desk.forms.add(file)
    doubts = [told(problem, call.out.text) for problem in checked(file).problems]
    words = call.out.text("cli.form_added", form=row.form_id, version=row.version)
    found = {"form": row.form_id, "version": row.version, "title": row.title, "problems": doubts}
    call.out.result(found, "\n".join([words, *_lines(doubts)]))
    return 0


def show(call: Invocation) -> int:
    with call.desk() as desk:
        form = desk.forms.form(call.args.form)
    questions = [
        {
            "path": question.path,
            "type": question.type,
            "control": question.control.value if question.control else None,
            "labels": dict(question.labels),
            "choices": [value for value, _ in question.choices],
            "calculated": question.calculated,
        }
        for question in form.questions
    ]
    words = table([(q.path, q.type, next(iter(q.labels.values()), "")) for q in form.questions])
    found = {"form": form.form_id, "version": form.version, "title": form.title, "languages": list(form.languages)}
    call.out.result({**found, "questions": questions}, words)
    return 0
