"""Tables of a form's submissions: one row a record, and a linked sheet for each repeat."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from forms.api import Form
from forms.casework.areas import Areas
from forms.casework.disclosure import Level
from forms.export.columns import question_column, village_codes
from forms.export.reading import Below, Reader, values
from forms.export.types import Cell, Column, Guard, Record, Table
from forms.text import Text
from forms.xml import harmless_parser

Records = Callable[[], Iterable[Record]]


@dataclass(frozen=True, slots=True)
class _Instance:
    """One element whose questions make a row: the root, or a repeat instance with the key of the one it lies in."""

    element: etree._Element
    key: str
    parent: str
    number: int


def form_tables(form: Form, records: Records, *, text: Text, areas: Areas, total: int = 0) -> tuple[Table, ...]:
    """The root's table and one for each repeat of `form`, linked by the columns `key` and `parent`.

    `records` starts anew at every call; it is read once for each table. Labels are in the language of `text`.
    """
    tables = [_root_table(form, records, text, areas, total)]
    repeats = dict.fromkeys(path for question in form.questions for path in question.repeats)
    tables += [_repeat_table(form, path, records, text) for path in repeats]
    return tuple(tables)


def _root_table(form: Form, records: Records, text: Text, areas: Areas, total: int) -> Table:
    questions = [question for question in form.questions if not question.repeats and not question.note]
    codes = village_codes(areas, text.language)
    lead = (
        Column("ref", text("export.ref"), guard=Guard.NONE),
        Column("village", text("export.village"), level=Level.STATISTICS, counted=True, codes=codes),
        Column("finalised", text("export.finalised"), Cell.MOMENT, Level.STATISTICS),
        Column("state", text("export.record_state"), level=Level.STATISTICS),
        Column("author", text("export.author")),
    )
    columns = (*lead, *(question_column(question, text.language) for question in questions), _key("key", text))
    wanted = {question.path: at for at, question in enumerate(questions)}

    def rows() -> Iterator[Sequence[str]]:
        # The bounds of records were checked when they came in.
        reader = Reader(form.root, wanted, harmless_parser())
        villages: dict[str, str] = {}
        for record in records():
            village = villages.get(record.area)
            if village is None:
                code = areas.village(record.area) or record.area
                village = villages[record.area] = areas.label(code, text.language)
            before = (record.ref, village, record.finalised, record.state, record.author)
            yield (*before, *reader.values(record.xml), record.instance_id)

    return Table(form.form_id, form.title or form.form_id, columns, rows, total, period="finalised")


def _repeat_table(form: Form, path: str, records: Records, text: Text) -> Table:
    """An instance in which nobody has written anything is no row: an optional repeat begins with an empty one."""
    questions = [q for q in form.questions if q.repeats and q.repeats[-1] == path and not q.note]
    lead = (_key("parent", text), Column("number", text("export.number"), Cell.WHOLE, Level.STATISTICS))
    columns = (*lead, *(question_column(question, text.language) for question in questions), _key("key", text))
    wanted = {question.path: at for at, question in enumerate(questions)}
    name = path.rpartition("/")[2]
    asked = [at for at, question in enumerate(questions) if question.control is not None]

    def rows() -> Iterator[Sequence[str]]:
        parser, below = harmless_parser(), Below(path, wanted)
        for record in records():
            for each in _instances(etree.fromstring(record.xml, parser), form, path, record.instance_id):
                found = values(each.element, below, len(wanted))
                if not asked or any(found[at] for at in asked):
                    yield [each.parent, str(each.number), *found, each.key]

    return Table(name, name, columns, rows)


def _key(key: str, text: Text) -> Column:
    return Column(key, text(f"export.{key}"), guard=Guard.NONE, width=14)


def _instances(root: etree._Element, form: Form, path: str, instance_id: str) -> Iterator[_Instance]:
    """Instances of the repeat at `path` in document order, through the repeats that it lies in."""
    outer = _outermost_first(form, path)
    found = [_Instance(root, instance_id, "", 0)]
    base = form.root
    for each in outer:
        steps = each.removeprefix(base).strip("/").split("/")
        found = [inner for holder in found for inner in _inside(holder, steps, each.rpartition("/")[2])]
        base = each
    yield from found


def _inside(holder: _Instance, steps: Sequence[str], name: str) -> Iterator[_Instance]:
    for number, element in enumerate(_find(holder.element, steps), 1):
        yield _Instance(element, f"{holder.key}/{name}[{number}]", holder.key, number)


def _outermost_first(form: Form, path: str) -> tuple[str, ...]:
    chain = next(q.repeats for q in form.questions if path in q.repeats)
    return chain[: chain.index(path) + 1]


def _find(element: etree._Element, steps: Sequence[str]) -> Iterator[etree._Element]:
    if not steps:
        yield element
        return
    for child in element:
        if child.tag.rpartition("}")[2] == steps[0]:
            yield from _find(child, steps[1:])
