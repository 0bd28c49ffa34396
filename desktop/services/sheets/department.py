"""A department's own workbook filled from what the workspace knows, and what is missing in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from desktop.services.context import Context
from desktop.services.given_file import read_given
from desktop.services.keeping.approval import approve
from desktop.services.rights import Actor, Use, needs
from desktop.services.sheets.department_facts import Facts, selected
from desktop.services.sheets.department_values import WorkbookFilled, WorkbookLook, WorkbookOrder
from desktop.services.sheets.exporting import USES, ExportDesk
from desktop.services.sheets.hints import read_hints
from desktop.services.values import Level, Progress
from forms.casework.disclosure import Level as Needed
from forms.errors import Fault, Kind
from forms.export.department import Disclosure, Filled, fill
from forms.export.place import placed
from forms.foreign import Book, Layout, Subject, WorkbookMap, read_layout, read_map, subject_of, suggest, write_map
from forms.foreign.layout import plain
from forms.text import Text

_CHINESE = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class DepartmentDesk:
    context: Context
    exports: ExportDesk

    @property
    def actor(self) -> Actor:
        return self.context.actor

    @needs(Use.EXPORT_HANDLING)
    def look(self, workbook: Path, *, sheet: str = "", lines: str = "") -> WorkbookLook:
        """What a workbook asks for, and the map that was looked over before, else a suggested one.

        `lines` says what one line is where that was not guessed right. Raises Fault for what is no workbook or has no
        headings.
        """
        book = _book(workbook)
        name = sheet or _first_readable(book)
        layout = read_layout(book.sheet(name))
        facts = self._facts("", layout)
        hints = read_hints(self.context)
        remembered = self._remembered(layout, lines)
        subject = Subject((), lines, {}) if lines else subject_of(layout, hints)
        columns = facts.known(remembered.lines if remembered else subject.lines).columns
        mapping = remembered or suggest(layout, name, hints, subject, columns)
        own = Facts(self.context, self.exports, "").known(mapping.lines).columns  # in the language of who looks
        return WorkbookLook(layout, mapping, facts.kinds(), {key: each.label for key, each in own.items()})

    @needs(Use.EXPORT_HANDLING)
    def write_map(self, look: WorkbookLook, to: Path) -> None:
        """Keep a map as a file, to be looked over and used again."""
        with placed([to]) as (file,):
            file.write(write_map(look.mapping))

    @needs(Use.EXPORT_HANDLING)
    def fill(
        self,
        order: WorkbookOrder,
        *,
        progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> WorkbookFilled:
        """Fill the workbook; the original stays as it is, and nothing partial is left."""
        if order.level is Level.STATISTICS:
            raise Fault("services.department_level", Kind.USAGE)
        self.actor.require(USES[order.level])
        if order.to.suffix.lower() != ".xlsx":
            raise Fault("services.department_ending", Kind.USAGE, file=order.to.name)
        if order.to.exists() and order.to.samefile(order.workbook):
            raise Fault("services.department_same", Kind.USAGE, file=order.to.name)
        book, mapping = _book(order.workbook), _map(order.mapping)
        approve(self.context, order.level, order.reason, order.approver, order.approver_passphrase)
        filled = self._fill(order, book, mapping, progress, cancelled)
        with placed([order.to]) as (file,):
            book.save(file)
        self.context.audit(
            "export",
            what=f"department:{mapping.lines}",
            level=order.level.value,
            rows=str(filled.lines),
            approver=order.approver,
        )
        return WorkbookFilled(order.to, filled.lines, filled.cells, filled.added, filled.missing)

    @needs(Use.EXPORT_HANDLING)
    def preview(self, order: WorkbookOrder, *, cancelled: Callable[[], bool] | None = None) -> Filled:
        """Which cells would change, and which would stay blank; of the full level no more than of handling is shown."""
        if order.level is Level.STATISTICS:
            raise Fault("services.department_level", Kind.USAGE)
        shown = replace(order, level=Level.HANDLING)
        return self._fill(shown, _book(order.workbook), _map(order.mapping), None, cancelled)

    @needs(Use.EXPORT_HANDLING)
    def remember(self, look: WorkbookLook, mapping: WorkbookMap) -> None:
        """Keep a map that a person has looked over for the next workbook with these headings."""
        self.context.require_writer()
        self.context.store.settings.put(_key(look.layout), write_map(mapping).decode())

    def _remembered(self, layout: Layout, lines: str) -> WorkbookMap | None:
        kept = self.context.store.settings.get(_key(layout))
        found = read_map(kept.encode()) if kept else None
        return found if found is not None and lines in ("", found.lines) else None

    def _fill(
        self,
        order: WorkbookOrder,
        book: Book,
        mapping: WorkbookMap,
        progress: Callable[[Progress], None] | None,
        cancelled: Callable[[], bool] | None,
    ) -> Filled:
        layout = read_layout(book.sheet(mapping.sheet or book.names[0]))
        facts = self._facts(order.area, layout)
        known = facts.known(mapping.lines)
        unknown = sorted(set(mapping.where) - set(known.columns))
        if unknown:
            raise Fault("foreign.map_fact", Kind.USAGE, fact=unknown[0], known=", ".join(sorted(known.columns)))
        lines = selected(known.lines(), mapping.where)

        def report(done: int, total: int) -> None:
            if progress is not None:
                progress(Progress("write", done, total))

        disclosure = Disclosure(Needed(order.level.value), facts.lookup, facts.joint)
        return fill(book, mapping, known.columns, lines, disclosure, progress=report, cancelled=cancelled)

    def _facts(self, area: str, layout: Layout) -> Facts:
        """What is known, in the language in which the workbook is written."""
        language = "zh" if any(_CHINESE.search(heading.text) for heading in layout.headings) else "en"
        context = replace(self.context, text=Text(language))
        return Facts(context, replace(self.exports, context=context), area)


def _key(layout: Layout) -> str:
    """The setting for workbooks with these headings."""
    headings = "\n".join(plain(heading.text) for heading in layout.headings)
    return f"workbook.{sha256(headings.encode()).hexdigest()[:24]}"


def _first_readable(book: Book) -> str:
    """The first sheet that people see and in which headings are found; the first of all where there is none."""
    for name in book.shown:
        try:
            read_layout(book.sheet(name))
        except Fault:
            continue
        return name
    return book.shown[0]


def _book(path: Path) -> Book:
    return Book(read_given(path), name=path.name)


def _map(given: Path | WorkbookMap) -> WorkbookMap:
    return given if isinstance(given, WorkbookMap) else read_map(read_given(given), name=given.name)
