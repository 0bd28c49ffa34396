"""What the village prints: answers to read out, a sheet for the notice board, forms empty and filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from desktop.services.context import Context, in_language
from desktop.services.filling.filling import FillingDesk, Numbers
from desktop.services.filling.filling_values import RecordRow
from desktop.services.filling.library import AREAS, MATTERS, form_language
from desktop.services.filling.records import RecordsDesk
from desktop.services.paper.sheets import Asked, Block, Heading, Item, Pairs, Passage, Sheet, Table
from desktop.services.requests.requests import RequestsDesk
from desktop.services.rights import Actor, Use, needs
from desktop.services.values import BoardFilter, Fact, RequestRow, RequestState, Tab
from forms.api import Control, Form, Node, NodeKind, Question, Session

MOST, BOARD_DAYS, RECENT = 200, 60, 12
SHOWN = (RequestState.ANSWERED, RequestState.TOLD, RequestState.CLOSED)
DATE, TIME = "    -  -  ", "  :  "
DIGITS = "      "
FREE, SHORT, OPTIONS = 4, 1, 40  # lines for long and short answers, choices that are printed at most


@dataclass(frozen=True, slots=True)
class Printable:
    """A finished record that can be printed."""

    instance_id: str
    form_title: str
    ref: str
    finalised: str


@dataclass(frozen=True, slots=True)
class PrintingDesk:
    context: Context
    filling: FillingDesk
    records: RecordsDesk
    requests: RequestsDesk

    @property
    def actor(self) -> Actor:
        return self.context.actor

    @needs(Use.SEE_REQUESTS)
    def read_out(self) -> Sheet:
        """Answers that residents were not told yet, to be read to them as they stand, each with a box to tick."""
        rows = self.requests.board(BoardFilter(Tab.TO_TELL, limit=MOST)).rows
        text = self.context.text
        items = tuple(self._to_read(row) for row in rows)
        empty = (Passage(text("printing.read_out_none")),)
        second = text("printing.read_out_second", count=len(rows))
        return self._sheet("read_out", items or empty, second=second, foot=text("printing.private"))

    @needs(Use.SEE_REQUESTS)
    def board(self) -> Sheet:
        """What became of requests, for everybody to see: neither names nor words of anybody, nothing that is sealed."""
        text, matters = self.context.text, self.context.table(MATTERS)
        since = self.context.today() - timedelta(days=BOARD_DAYS)
        rows = tuple(
            (row.ref, row.matter_label, self._day(row), self._outcome(row))
            for row in self.requests.board(BoardFilter(Tab.ALL, limit=MOST, newest=True)).rows
            if row.state in SHOWN
            and row.asked_on is not None
            and row.asked_on >= since
            and matters.get(row.matter, {}).get("sensitive") == "0"
        )
        head = tuple(text(f"printing.board_{name}") for name in ("ref", "matter", "day", "outcome"))
        table: Block = Table(head, rows) if rows else Passage(text("printing.board_none"))
        second = text("printing.board_second", days=BOARD_DAYS)
        return self._sheet("board", (table,), second=second, foot=text("printing.board_foot"))

    @needs(Use.SEE_REQUESTS)
    def overdue(self) -> Sheet:
        """Whose time is over, the longest first, with whom each is: for a meeting, without names and words."""
        text = self.context.text
        found = self.requests.board(BoardFilter(Tab.OVERDUE, limit=MOST))
        rows = tuple(
            (row.ref, row.matter_label, row.area_label, row.department_label, self._late(row)) for row in found.rows
        )
        head = tuple(text(f"printing.overdue_{name}") for name in ("ref", "matter", "village", "department", "late"))
        table: Block = Table(head, rows) if rows else Passage(text("board.none_overdue"))
        count = found.counts.get(Tab.OVERDUE, len(rows))
        second = text("printing.overdue_second", count=count, shown=len(rows))
        return self._sheet("overdue", (table,), second=second, foot=text("printing.overdue_foot"))

    @needs(Use.SEE_FORMS)
    def blank(self, form_id: str) -> Sheet:
        """A form of any XLSForm to be filled in with a pen, in the language of the window where the form has it."""
        source = self.context.source(form_id)
        form = self.context.library.form(source)
        language = form_language(form, self.context.language)
        session = form.open(self.filling.environment(Numbers()), rows={}, language=language)
        blocks = tuple(_blocks(session, form, self.context, form.root))
        return Sheet(
            f"{form.form_id}-{form.version}",
            form.title,
            blocks,
            second=self.context.text("printing.blank_second", version=form.version),
            foot=self.context.text("printing.blank_foot"),
        )

    @needs(Use.SEE_RECORDS)
    def completed(self, instance_id: str) -> Sheet:
        """A finished record with what it says; masked as on the screen."""
        row, facts = self.records.show(instance_id)
        source = self.context.source(row.form_id, row.version)
        when = self.context.local(row.finalised)
        about = " · ".join(filter(None, (row.ref, f"{when:%Y-%m-%d %H:%M}" if when else "")))
        form = self.context.form(row.form_id, row.version)
        lists = {question.name: question.itemset for question in form.questions if question.itemset}
        said = ((fact.label, self._said(lists.get(fact.name, ""), fact)) for fact in facts if fact.label != fact.name)
        pairs = Pairs(tuple(said))
        signed = Pairs(tuple((self.context.text(f"printing.{name}"), "") for name in ("signed_by", "signed_on")))
        return Sheet(
            row.ref or f"{row.form_id}-{instance_id[-6:]}",
            source.title,
            (pairs, signed),
            second=about,
            foot=self.context.text("printing.private"),
        )

    @needs(Use.SEE_RECORDS)
    def recent(self) -> tuple[Printable, ...]:
        """What was finished last, the newest first."""
        titles = {row.form_id: row.title for row in self.context.store.forms.list()}
        since = (self.context.today() - timedelta(days=BOARD_DAYS)).isoformat()
        rows: tuple[RecordRow, ...] = ()
        after = ""
        while True:
            page = self.records.list(since=since, after=after)
            rows = (*rows, *page.rows)[-RECENT:]
            if page.next is None:
                break
            after = page.next
        return tuple(
            Printable(row.instance_id, titles.get(row.form_id, row.form_id), row.ref, row.finalised)
            for row in reversed(rows)
        )

    def _said(self, listed: str, fact: Fact) -> str:
        """What was chosen from a list outside the form, by its label."""
        if fact.masked or not listed:
            return fact.value
        if listed == AREAS:
            return self.context.area_label(fact.value)
        dataset = listed.removesuffix(".csv")
        found = (self.context.store.entities.get(uuid, dataset) for uuid in fact.value.split())
        return "、".join(item.label for item in found if item is not None) or fact.value

    def _sheet(self, name: str, blocks: tuple[Block, ...], *, second: str, foot: str) -> Sheet:
        title = self.context.text(f"printing.{name}_title", place=self.context.me.area_label)
        return Sheet(f"{name}-{self.context.today():%Y%m%d}", title, blocks, second=second, foot=foot)

    def _to_read(self, row: RequestRow) -> Item:
        text = self.context.text
        said = (
            " · ".join(filter(None, (row.ref, row.area_label, row.phone))),
            text("printing.answer", answer=row.answer) if row.answer else "",
            text("printing.next_step", next_step=row.next_step) if row.next_step else "",
        )
        return Item(f"{row.who} · {row.matter_label}", tuple(filter(None, said)), tick=True)

    def _outcome(self, row: RequestRow) -> str:
        return self.context.text(f"casework.outcome_{row.outcome}") if row.outcome else ""

    def _late(self, row: RequestRow) -> str:
        return self.context.text("printing.overdue_days", count=-(row.days_left or 0))

    def _day(self, row: RequestRow) -> str:
        return f"{row.asked_on:%m-%d}" if row.asked_on else ""


def _blocks(session: Session, form: Form, context: Context, ref: str) -> Iterator[Block]:
    """Everything that a person may be asked, whatever was answered before: paper cannot hide a question."""
    questions = {question.path: question for question in form.questions}
    for child in session.children(ref):
        node = session.node(child)
        if node.kind is NodeKind.REPEAT:
            yield from _repeat(session, form, context, node)
        elif node.kind is not NodeKind.QUESTION:
            if node.label:
                yield Heading(node.label)
            yield from _blocks(session, form, context, child)
        else:
            question = questions.get(_path(child))
            if question is not None:
                yield from _asked(node, question, form, context)


def _repeat(session: Session, form: Form, context: Context, node: Node) -> Iterator[Block]:
    """Once, with the words that more of them go on another sheet."""
    yield Heading(node.label or node.name)
    instances = session.children(node.ref)
    if instances:
        yield from _blocks(session, form, context, instances[0])
    else:
        for question in form.questions:
            if question.repeats and question.repeats[-1] == _path(node.ref):
                yield from _asked(None, question, form, context)
    yield Passage(context.text("printing.more_of_these"), small=True)


def _asked(node: Node | None, question: Question, form: Form, context: Context) -> Iterator[Block]:
    label = (node.label if node is not None else "") or in_language(dict(question.labels), form, context.language)
    if not label or (question.control is None and not question.note) or (question.calculated and not question.note):
        return
    if question.note:
        yield Passage(label, small=True)
        return
    hint = node.hint if node is not None else ""
    options = tuple(in_language(dict(by), form, context.language) or value for value, by in question.choices)
    common: Mapping[str, object] = {"label": label, "hint": hint, "required": node is not None and node.required}
    if options and len(options) <= OPTIONS:
        yield Asked(**common, options=options, several=_several(node))  # type: ignore[arg-type]
        return
    yield Asked(**common, boxes=_boxes(question.type), lines=_lines(question))  # type: ignore[arg-type]


def _several(node: Node | None) -> bool:
    return node is not None and node.control is Control.SELECT_MULTIPLE


def _boxes(kind: str) -> str:
    return {"date": DATE, "time": TIME, "dateTime": f"{DATE}/{TIME}", "int": DIGITS}.get(kind, "")


def _lines(question: Question) -> int:
    if _boxes(question.type):
        return 0
    return FREE if "multiline" in question.appearance or question.type == "binary" else SHORT


def _path(ref: str) -> str:
    """A reference without the positions of instances."""
    return "/".join(part.partition("[")[0] for part in ref.split("/"))
