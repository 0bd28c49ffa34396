"""The words that a department's drop-downs allow, and which of them says what we know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from openpyxl.formula.tokenizer import Tokenizer

from forms.foreign.book import Book
from forms.foreign.layout import plain
from forms.foreign.sheet import Area, Sheet
from forms.xml import Element, local

_MOST_WORDS = 2_000
YES = ("是", "有", "√", "yes", "y", "1")
NO = ("否", "无", "没有", "×", "no", "n", "0")


def allowed(book: Book, sheet: Sheet, row: int, column: int) -> tuple[str, ...]:
    """The words of the drop-down of a cell, in its order; () where there is none, or none that can be read."""
    for ranges, formula in _lists(sheet):
        if any((row, column) in area for each in ranges.split() if (area := Area.read(each))):
            return tuple(_words(book, sheet, formula))
    return ()


def _lists(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """(ranges, formula) of each drop-down, those that point to other sheets (Excel 2010's extension) too."""
    for each in sheet.root.iter():
        if local(each.tag) != "dataValidation" or each.get("type") != "list":
            continue
        ranges = each.get("sqref") or _text(each, "sqref")
        formula = _text(each, "formula1")
        if ranges and formula:
            yield ranges, formula


def _text(element: Element, name: str) -> str:
    for each in element:
        if local(each.tag) == name:
            return "".join(str(text) for text in each.itertext()).strip()
    return ""


def _words(book: Book, sheet: Sheet, formula: str) -> Iterator[str]:
    if formula.startswith('"'):
        yield from (each.strip() for each in formula.strip('"').replace('""', '"').split(",") if each.strip())
        return
    for each in book.defined_names():
        if (each.get("name") or "").lower() == formula.lower() and each.text:
            formula = each.text
            break
    tokens = Tokenizer("=" + formula.removeprefix("=")).items
    if len(tokens) != 1:
        return
    name, mark, reference = str(tokens[0].value).rpartition("!")
    title = name.strip("'").replace("''", "'") if mark else sheet.name
    area = Area.read(reference.replace("$", ""))
    if area is None or title not in book.names or (area.bottom - area.top) > _MOST_WORDS:
        return
    source = book.sheet(title)
    for row in range(area.top, area.bottom + 1):
        for column in range(area.left, area.right + 1):
            if value := source.value(row, column).strip():
                yield value


def choose(value: str, label: str, words: Sequence[str], own: Mapping[str, str]) -> str | None:
    """The word for a stored `value` with our `label`; None where none or more than one would fit.

    `own` are the map's words, which decide. Without a drop-down any word will do.
    """
    if value in own:
        return own[value] if not words or own[value] in words else None
    if not words:
        return label or value
    said = plain(label)
    short = plain(label.partition("（")[0].partition("(")[0])
    plainly = {word: plain(word) for word in words}
    for fits in (
        [word for word, each in plainly.items() if each in (said, short)],
        [word for word, each in plainly.items() if each in said],
        [word for word, each in plainly.items() if short in each],
    ):
        if fits:
            return fits[0] if len(fits) == 1 else None
    return None


def yes_or_no(value: bool, words: Sequence[str]) -> str | None:
    """The drop-down's word for whether something is so; 1 and 0 where there is none."""
    if not words:
        return "1" if value else "0"
    wanted = YES if value else NO
    return next((word for word in words if plain(word) in wanted), None)
