"""More lines in a sheet than its department drew: put in below the last one, alike in look, formulas and rules."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator

from lxml import etree
from openpyxl.formula.translate import Translator as Translated
from openpyxl.formula.translate import TranslatorError
from openpyxl.utils import get_column_letter

from forms.errors import Fault, Kind
from forms.export.department import moved
from forms.export.department.moved import Insertion
from forms.foreign.book import WORKBOOK, Book
from forms.foreign.sheet import Sheet
from forms.xml import Element, local

MAX_ROW = 1_048_576
_RANGES = {"mergeCell": "ref", "hyperlink": "ref", "autoFilter": "ref", "protectedRange": "sqref", "dimension": "ref"}
_RULES = ("dataValidation", "conditionalFormatting", "ignoredError")
_OF_ONE_ROW = frozenset({"hidden", "collapsed"})
_FORMULAS = ("formula1", "formula2", "formula")


def insert_lines(book: Book, insertion: Insertion) -> None:
    """Put lines below the last one of a sheet; everything below moves, and every reference in the book follows."""
    sheet = book.sheet(insertion.sheet)
    if sheet.last_row + insertion.count > MAX_ROW:
        raise Fault("export.department_rows", Kind.DAMAGED, name=book.name, rows=sheet.last_row + insertion.count)
    for name in book.names:
        _unshare(book.sheet(name))
    like = insertion.last if insertion.last >= insertion.first else insertion.first
    template = [(column, copy.deepcopy(cell)) for column, cell in _cells(sheet, like)]
    attributes = _attributes(sheet, like)
    if like != insertion.last:
        template = [(column, _bare(cell)) for column, cell in template]
    single = [each for each in sheet.merged if each.top == each.bottom == insertion.last]
    for name in book.names:
        _move_formulas(book.sheet(name), insertion)
    _move_rows(sheet, insertion)
    _move_rules(sheet, insertion)
    _add(sheet, insertion, attributes, template)
    _merge(sheet, insertion, [(each.left, each.right) for each in single])
    for each in book.defined_names():
        each.text = moved.formula(each.text or "", "", insertion)
    for part, kind in book.related(book.sheet_part(sheet.name)).items():
        _move_part(book, part, kind, insertion)
    _move_charts(book, insertion)
    _move_pivots(book, insertion)
    sheet.reindex()


def _cells(sheet: Sheet, row: int) -> Iterator[tuple[int, Element]]:
    return ((column, cell) for (number, column), cell in sheet.cells.items() if number == row)


def _attributes(sheet: Sheet, row: int) -> dict[str, str]:
    """Height and style of a row."""
    if row not in sheet.rows:
        return {}
    return {str(key): str(value) for key, value in sheet.rows[row].attrib.items() if key not in _OF_ONE_ROW}


def _bare(cell: Element) -> Element:
    """A cell's look alone."""
    for child in list(cell):
        cell.remove(child)
    return cell


def _formulas(sheet: Sheet) -> Iterator[tuple[int, int, Element]]:
    for (row, column), cell in sheet.cells.items():
        for each in cell:
            if local(each.tag) == "f":
                yield row, column, each


def _unshare(sheet: Sheet) -> None:
    """Every formula written out where it stands: one shared over a range cannot follow when lines come between."""
    masters: dict[str, tuple[str, str]] = {}
    for row, column, element in _formulas(sheet):
        if element.get("t") == "shared" and element.text:
            masters[element.get("si") or ""] = ("=" + element.text, f"{get_column_letter(column)}{row}")
    for row, column, element in _formulas(sheet):
        if element.get("t") != "shared":
            continue
        master = masters.get(element.get("si") or "")
        if master and not element.text:
            element.text = _translated(master[0], master[1], f"{get_column_letter(column)}{row}")
        for attribute in ("t", "si", "ref"):
            element.attrib.pop(attribute, "")


def _translated(formula: str, origin: str, place: str) -> str:
    try:
        return str(Translated(formula, origin=origin).translate_formula(place)).removeprefix("=")
    except TranslatorError:
        return formula.removeprefix("=")


def _move_formulas(sheet: Sheet, insertion: Insertion) -> None:
    for row, _, element in _formulas(sheet):
        if element.text:
            element.text = moved.formula(element.text, sheet.name, insertion, row=row)
        if element.get("ref") and sheet.name == insertion.sheet:
            element.set("ref", moved.area(element.get("ref") or "", insertion))


def _move_rows(sheet: Sheet, insertion: Insertion) -> None:
    for number, row in sheet.rows.items():
        if number <= insertion.last:
            continue
        row.set("r", str(insertion.row(number)))
        for cell in row:
            if local(cell.tag) == "c" and cell.get("r"):
                cell.set("r", re.sub(r"\d+", str(insertion.row(number)), cell.get("r") or ""))
    for each in sheet.root.iter():
        if local(each.tag) == "brk" and local(_parent(each).tag) == "rowBreaks":
            each.set("id", str(insertion.row(int(each.get("id") or 0))))


def _parent(element: Element) -> Element:
    parent = element.getparent()
    return element if parent is None else parent


def _move_rules(sheet: Sheet, insertion: Insertion) -> None:
    """Merged areas, links, filters; drop-downs and colours by rule, those of later editions of Excel too."""
    for each in sheet.root.iter():
        name = local(each.tag)
        if name in _RANGES and each.get(_RANGES[name]):
            each.set(_RANGES[name], moved.areas(each.get(_RANGES[name]) or "", insertion))
        elif name in _RULES and each.get("sqref"):
            each.set("sqref", moved.areas(each.get("sqref") or "", insertion))
        elif name == "sqref" and each.text:
            each.text = moved.areas(each.text, insertion)
        elif (name in _FORMULAS or (name == "f" and local(_parent(each).tag) != "c")) and each.text:
            each.text = moved.formula(each.text, sheet.name, insertion)


def _add(sheet: Sheet, insertion: Insertion, attributes: dict[str, str], template: list[tuple[int, Element]]) -> None:
    """New rows like the last one: its style and its formulas, none of its values."""
    place = list(sheet.data).index(sheet.rows[insertion.last]) + 1 if insertion.last in sheet.rows else len(sheet.data)
    for number in range(insertion.last + 1, insertion.last + insertion.count + 1):
        row = etree.Element(f"{{{sheet.namespace}}}row", {**attributes, "r": str(number)})
        for column, cell in template:
            row.append(_alike(cell, insertion.last, number, column, sheet.namespace))
        sheet.data.insert(place + number - insertion.last - 1, row)


def _alike(cell: Element, last: int, row: int, column: int, namespace: str) -> Element:
    letter = get_column_letter(column)
    made = etree.Element(f"{{{namespace}}}c", r=f"{letter}{row}")
    if cell.get("s"):
        made.set("s", cell.get("s") or "")
    formula = next((each for each in cell if local(each.tag) == "f"), None)
    if formula is not None and formula.text:
        text = _translated("=" + formula.text, f"{letter}{last}", f"{letter}{row}")
        etree.SubElement(made, f"{{{namespace}}}f").text = text
    return made


def _merge(sheet: Sheet, insertion: Insertion, columns: list[tuple[int, int]]) -> None:
    """Cells merged side by side in the last line are merged in the new ones."""
    merges = next((each for each in sheet.root if local(each.tag) == "mergeCells"), None)
    if merges is None or not columns:
        return
    for each in list(merges):
        if each.get("ref") in {_row_of(left, right, insertion.last, insertion.count) for left, right in columns}:
            merges.remove(each)
    for row in range(insertion.last, insertion.last + insertion.count + 1):
        for left, right in columns:
            reference = f"{get_column_letter(left)}{row}:{get_column_letter(right)}{row}"
            etree.SubElement(merges, f"{{{sheet.namespace}}}mergeCell", ref=reference)
    merges.set("count", str(len(merges)))


def _row_of(left: int, right: int, row: int, count: int) -> str:
    return f"{get_column_letter(left)}{row}:{get_column_letter(right)}{row + count}"


def _move_part(book: Book, part: str, kind: str, insertion: Insertion) -> None:
    """What hangs on a sheet by rows: tables, comments and their boxes, pictures and charts."""
    if kind in ("table", "comments", "threadedComment"):
        for each in book.tree(part).iter():
            if each.get("ref"):
                each.set("ref", moved.area(each.get("ref") or "", insertion))
    elif kind == "drawing":
        _move_pictures(book, part, insertion)
    elif kind == "vmlDrawing":
        _move_boxes(book.tree(part), insertion)


def _move_pictures(book: Book, part: str, insertion: Insertion) -> None:
    for each in book.tree(part).iter():
        if local(each.tag) == "row" and (each.text or "").isdigit():
            each.text = str(insertion.row(int(each.text or 0) + 1) - 1)


def _move_charts(book: Book, insertion: Insertion) -> None:
    """Charts of every sheet: a summary often stands apart from its lines."""
    for name in book.names:
        for drawing, kind in book.related(book.sheet_part(name)).items():
            for chart, inner in book.related(drawing).items() if kind == "drawing" else ():
                for each in book.tree(chart).iter() if inner == "chart" else ():
                    if local(each.tag) == "f" and each.text:
                        each.text = moved.formula(each.text, "", insertion)


def _move_pivots(book: Book, insertion: Insertion) -> None:
    """What pivot tables are computed from."""
    for part, kind in book.related(WORKBOOK).items():
        for each in book.tree(part).iter() if kind == "pivotCacheDefinition" else ():
            if local(each.tag) == "worksheetSource" and each.get("sheet") == insertion.sheet and each.get("ref"):
                each.set("ref", moved.area(each.get("ref") or "", insertion))


def _move_boxes(tree: Element, insertion: Insertion) -> None:
    for each in tree.iter():
        name, text = local(each.tag), each.text or ""
        if name == "Row" and text.isdigit():
            each.text = str(insertion.row(int(text) + 1) - 1)
        elif name == "Anchor":
            numbers = [one.strip() for one in text.split(",")]
            for at in (2, 6):
                if at < len(numbers) and numbers[at].isdigit():
                    numbers[at] = str(insertion.row(int(numbers[at]) + 1) - 1)
            each.text = ", ".join(numbers)
