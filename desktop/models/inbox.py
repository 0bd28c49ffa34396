"""The inbox's lists: batches of villages, and the records of one batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from desktop.services.office.inbox_values import BatchRow, Came, Finding, Verdict
from desktop.theme.tokens import Tone
from desktop.widgets.mark import Mark
from desktop.widgets.table_model import Cell, Column, RowsModel
from forms.text import Text

VERDICTS: Mapping[Verdict, tuple[Tone, str]] = {
    Verdict.OPEN: (Tone.INFO, "tray"),
    Verdict.ACCEPTED: (Tone.OK, "check-circle-fill"),
    Verdict.RETURNED: (Tone.WARN, "arrow-bend-up-left"),
}


@dataclass(frozen=True, slots=True)
class BatchWords:
    """How the page says when a batch came and how."""

    came: Callable[[BatchRow], str]
    channel: Callable[[BatchRow], Mark]
    title: Callable[[str], str]  # a form's title in the window's language


def batch_table(text: Text, say: BatchWords) -> RowsModel[BatchRow]:
    """Village over who wrote, when it came and how, how many, what became of them."""

    def village(row: BatchRow) -> Cell:
        return Cell(
            row.village, "、".join(row.authors) if text.language == "zh" else ", ".join(row.authors), strong=True
        )

    def count(row: BatchRow) -> Cell:
        done = [
            text("inbox.row_accepted", count=row.accepted) if row.accepted else "",
            text("inbox.row_returned", count=row.returned) if row.returned else "",
        ]
        return Cell(text("inbox.row_total", count=row.total), " · ".join(filter(None, done)))

    def state(row: BatchRow) -> Cell:
        if row.open:
            return Cell(mark=Mark(text("inbox.open", count=row.open), *VERDICTS[Verdict.OPEN]))
        return Cell(mark=Mark(text("inbox.done"), *VERDICTS[Verdict.ACCEPTED]))

    wide = text.language != "zh"
    columns: tuple[Column[BatchRow], ...] = (
        Column(text("pages.village"), village, order=lambda row: row.village),
        Column(text("inbox.came"), lambda row: Cell(say.came(row)), 9.5 if wide else 8, lambda row: str(row.came)),
        Column(text("inbox.how"), lambda row: Cell(mark=say.channel(row)), 7.4 if wide else 6.2),
        Column(text("inbox.count"), count, 10.5 if wide else 8.2, lambda row: row.total),
        Column(text("pages.col_state"), state, 9.5 if wide else 8, lambda row: row.open),
    )
    return RowsModel(columns, key=lambda row: row.key)


def record_table(text: Text, say: BatchWords, findings: Callable[[str], tuple[Finding, ...]]) -> RowsModel[Came]:
    """What it is over what is wrong with it, and its verdict; ticked are those that go back."""

    def what(row: Came) -> Cell:
        found = findings(row.instance_id)
        title = " · ".join(filter(None, (row.ref, row.title or say.title(row.form_title), row.about)))
        return Cell(title, " ".join(each.said for each in found) or text("inbox.sound"), strong=True)

    def state(row: Came) -> Cell:
        found = findings(row.instance_id)
        if row.verdict is Verdict.OPEN and found:
            return Cell(mark=Mark(text(f"inbox.flaw_{found[0].flaw}"), Tone.WARN, "warning-fill"))
        return Cell(mark=Mark(text(f"inbox.verdict_{row.verdict}"), *VERDICTS[row.verdict]))

    columns: tuple[Column[Came], ...] = (
        Column(text("inbox.record"), what),
        Column(text("pages.col_state"), state, 9 if text.language != "zh" else 7.6),
    )
    return RowsModel(columns, key=lambda row: row.instance_id, checkable=True)
