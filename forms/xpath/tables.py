"""Secondary instances as nodes, and the lookup `instance('x')/root/item[column = value]` by equality index."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from forms.xpath.functions.naming import NAMING
from forms.xpath.nodes import Context, Node, StringsOf, Table
from forms.xpath.paths import PathCode
from forms.xpath.syntax import Call, Comparison, Expression, Literal, Logic, Number, Path, Step
from forms.xpath.values import to_number


class TableDocument(Node):
    """A table as a document `/root/item/column`; item and cell nodes are made when a path asks for them."""

    __slots__ = ("item", "root_name", "table")

    def __init__(self, table: Table, root: str = "root", item: str = "item") -> None:
        self.table = table
        self.root_name = root
        self.item = item

    @property
    def text(self) -> str:
        return "".join(row.text for row in self.rows())

    @property
    def name(self) -> str:
        return ""

    @property
    def relevant(self) -> bool:
        return True

    def above(self) -> Node | None:
        return None

    def elements(self) -> Iterable[Node]:
        return (TableRoot(self),)

    def rows(self) -> list[Node]:
        return [Row(self, at) for at in range(len(self.table))]

    def field(self, name: str) -> Node | None:
        return None

    def fields(self) -> Iterable[Node]:
        return ()

    def order(self) -> tuple[object, ...]:
        return (id(self),)


class TableRoot(Node):
    __slots__ = ("document",)

    def __init__(self, document: TableDocument) -> None:
        self.document = document

    @property
    def text(self) -> str:
        return self.document.text

    @property
    def name(self) -> str:
        return self.document.root_name

    @property
    def relevant(self) -> bool:
        return True

    def above(self) -> Node | None:
        return self.document

    def elements(self) -> Iterable[Node]:
        return self.document.rows()

    def field(self, name: str) -> Node | None:
        return None

    def fields(self) -> Iterable[Node]:
        return ()

    def order(self) -> tuple[object, ...]:
        return (id(self.document), -1)


class Row(Node):
    """One item of a table."""

    __slots__ = ("at", "document")

    def __init__(self, document: TableDocument, at: int) -> None:
        self.document = document
        self.at = at

    @property
    def text(self) -> str:
        table = self.document.table
        return "".join(table.cell(self.at, column) for column in table.columns)

    @property
    def name(self) -> str:
        return self.document.item

    @property
    def relevant(self) -> bool:
        return True

    def above(self) -> Node | None:
        return TableRoot(self.document)

    def elements(self) -> Iterable[Node]:
        table = self.document.table
        return [Cell(self, column) for column in table.columns if self.at not in gaps(table, column)]

    def named(self, name: str) -> Iterable[Node]:
        found = self.field(name)
        return (found,) if found is not None else ()

    def field(self, name: str) -> Node | None:
        table = self.document.table
        return Cell(self, name) if name in table.columns and self.at not in gaps(table, name) else None

    def fields(self) -> Iterable[Node]:
        return self.elements()

    def order(self) -> tuple[object, ...]:
        return (id(self.document), self.at)


class Cell(Node):
    """One value of a table."""

    __slots__ = ("column", "row")

    def __init__(self, row: Row, column: str) -> None:
        self.row = row
        self.column = column

    @property
    def text(self) -> str:
        return self.row.document.table.cell(self.row.at, self.column)

    @property
    def name(self) -> str:
        return self.column

    @property
    def relevant(self) -> bool:
        return True

    def above(self) -> Node | None:
        return self.row

    def elements(self) -> Iterable[Node]:
        return ()

    def field(self, name: str) -> Node | None:
        return None

    def fields(self) -> Iterable[Node]:
        return ()

    def order(self) -> tuple[object, ...]:
        table = self.row.document.table
        columns = list(table.columns)
        place = columns.index(self.column) if self.column in columns else 0
        return (*self.row.order(), place)


def gaps(table: Table, column: str) -> Collection[int]:
    """The rows that have no such element, so that it equals nothing, not even a blank."""
    known = getattr(table, "gaps", None)
    return known.get(column, ()) if known else ()


def whole_column(table: Table, name: str) -> Sequence[str] | None:
    """A column at once, where the table has it so."""
    whole: Callable[[str], Sequence[str] | None] | None = getattr(table, "column", None)
    return whole(name) if whole is not None else None


def cells(table: Table, rows: Sequence[int], name: str) -> Sequence[str]:
    """What these rows, in ascending order, have in a column."""
    column = whole_column(table, name)
    if column is None:
        return [table.cell(row, name) for row in rows]
    return column if len(rows) == len(column) else [column[row] for row in rows]


def _there(rows: Sequence[int], table: Table, column: str) -> Sequence[int]:
    missing = gaps(table, column)
    return [row for row in rows if row not in missing] if missing else rows


@dataclass(slots=True)
class Lookup:
    """An equality that an index answers: `column` equals one of `values`, as strings or as numbers."""

    column: str
    values: StringsOf
    numbers: Callable[[Context], float] | None = None


@dataclass(slots=True)
class RowFilter:
    """One predicate: lookups first, then `rest` for each row that is left, which may ask for its position."""

    lookups: tuple[Lookup, ...]
    rest: Callable[[list[Node], Context], list[Node]] | None
    positional: bool = False


def shape(path: Path) -> tuple[str, Step, str | None] | None:
    """(instance id, item step, column or None) of a path `instance('x')/root/item[...]/column`."""
    start = path.start
    if not isinstance(start, Call) or start.name != "instance" or len(start.arguments) != 1:
        return None
    identifier = start.arguments[0]
    if not isinstance(identifier, Literal) or len(path.steps) not in (2, 3):
        return None
    root, item, *column = path.steps
    plain = root.axis == "child" and not root.predicates and item.axis == "child" and not item.test.endswith(")")
    if not plain or root.test.endswith(")"):
        return None
    if not column:
        return identifier.value, item, None
    last = column[0]
    if last.axis not in ("child", "attribute") or last.predicates or last.test == "*" or last.test.endswith(")"):
        return None
    return identifier.value, item, last.test


def column_of(expression: Expression) -> str | None:
    """The column that a relative path of one plain step names."""
    if isinstance(expression, Path) and expression.start is None and len(expression.steps) == 1:
        step = expression.steps[0]
        if step.axis in ("child", "attribute") and not step.predicates and step.test[-1] not in "*)":
            return step.test
    return None


_OF_CONTEXT = frozenset({"position", "last", "lang"})
_OF_CONTEXT_BARE = frozenset({"string", "number", "string-length", "normalize-space", "once", *NAMING})


def independent(expression: Expression) -> bool:
    """Whether an expression means the same for every item of the list that it filters."""
    if isinstance(expression, (Literal, Number)):
        return True
    if isinstance(expression, Path):
        return expression.start == "/" or (isinstance(expression.start, Call) and independent(expression.start))
    if isinstance(expression, Call):
        if expression.name in _OF_CONTEXT or expression.name == "once":
            return False
        if not expression.arguments and expression.name in _OF_CONTEXT_BARE:
            return False
        return all(independent(argument) for argument in expression.arguments)
    operands = getattr(expression, "operands", None)
    if operands is not None:
        return all(independent(operand) for operand in operands)
    return False


def calls(expression: object, names: tuple[str, ...]) -> bool:
    """Whether a function of these names is called anywhere inside; without recursion, however deep that is."""
    waiting = [expression]
    while waiting:
        at = waiting.pop()
        if isinstance(at, tuple):
            waiting.extend(at)
            continue
        if isinstance(at, Call) and at.name in names:
            return True
        waiting.extend(getattr(at, slot) for slot in getattr(type(at), "__slots__", ()))
    return False


def conjuncts(expression: Expression) -> tuple[Expression, ...]:
    if isinstance(expression, Logic) and expression.operator == "and":
        return tuple(part for operand in expression.operands for part in conjuncts(operand))
    return (expression,)


def equality(expression: Expression) -> tuple[str, Expression] | None:
    """(column, the other side) of `column = independent expression`."""
    if not isinstance(expression, Comparison) or expression.operator != "=":
        return None
    for one, other in ((expression.left, expression.right), (expression.right, expression.left)):
        column = column_of(one)
        if column is not None and independent(other):
            return column, other
    return None


def rows_by(filters: Sequence[RowFilter], document: TableDocument, c: Context) -> Sequence[int]:
    """Row numbers that pass all filters."""
    table = document.table
    rows: Sequence[int] | None = None  # all of them
    for step in filters:
        if step.lookups:
            rows = _looked_up(step.lookups, table, rows, c)
        if step.rest is not None:
            kept = step.rest([Row(document, at) for at in (range(len(table)) if rows is None else rows)], c)
            rows = [node.at for node in kept if isinstance(node, Row)]
    return range(len(table)) if rows is None else rows


def _looked_up(lookups: Sequence[Lookup], table: Table, among: Sequence[int] | None, c: Context) -> Sequence[int]:
    rest: Sequence[Lookup]
    if among is not None and len(among) < _FEW:
        rows, rest = among, lookups
    elif among is None and len(lookups) == 1:
        rows, rest = _answer(lookups[0], table, c), ()
    else:
        answers = sorted(
            ((_answer(lookup, table, c), at) for at, lookup in enumerate(lookups)), key=lambda a: len(a[0])
        )
        rows, first = answers[0]
        rest = [lookup for at, lookup in enumerate(lookups) if at != first]
        if among is not None:
            wanted = set(among)
            rows = [row for row in rows if row in wanted]
    c.spend(len(rows) + 1)
    for lookup in rest:
        if not rows:
            break
        rows = _among(rows, lookup, table, c)
    return rows


_FEW = 16


def _among(rows: Sequence[int], lookup: Lookup, table: Table, c: Context) -> Sequence[int]:
    """Those of the rows that a lookup accepts, by looking at their cells."""
    name = lookup.column
    if lookup.numbers is not None:
        number = lookup.numbers(c)
        return [row for row in rows if to_number(table.cell(row, name)) == number]
    values = lookup.values(c)
    if "" in values:
        rows = _there(rows, table, name)
    if len(values) == 1:
        value = values[0]
        if len(rows) == 1:
            return rows if table.cell(rows[0], name) == value else ()
        column = whole_column(table, name)
        if column is not None:
            return [row for row in rows if column[row] == value]
    accepted = set(values)
    return [row for row in rows if table.cell(row, name) in accepted]


def _answer(lookup: Lookup, table: Table, c: Context) -> Sequence[int]:
    if lookup.numbers is not None:
        number = lookup.numbers(c)
        c.spend(len(table))
        return [row for row in range(len(table)) if to_number(table.cell(row, lookup.column)) == number]
    values = lookup.values(c)
    if len(values) == 1:
        found = table.where(lookup.column, values[0])
    else:
        found = sorted({row for value in values for row in table.where(lookup.column, value)})
    return _there(found, table, lookup.column) if "" in values else found


class TablePath:
    """A path into a table, answered by its indexes; `walk` serves where the instance is no table."""

    __slots__ = ("column", "filters", "identifier", "positional", "walk")

    def __init__(self, identifier: str, filters: Sequence[RowFilter], column: str | None, walk: PathCode) -> None:
        self.identifier = identifier
        self.positional = any(step.positional for step in filters)
        self.filters = filters
        self.column = column
        self.walk = walk

    def document(self, c: Context) -> TableDocument | None:
        found = c.world.instance(self.identifier)
        return found if isinstance(found, TableDocument) else None

    def rows(self, c: Context) -> tuple[TableDocument, Sequence[int]] | None:
        """The rows of whole items; None where the path goes on to a column, or the instance is no table."""
        document = self.document(c)
        return None if document is None or self.column is not None else (document, rows_by(self.filters, document, c))

    def nodes(self, c: Context) -> list[Node]:
        document = self.document(c)
        if document is None:
            return self.walk.nodes(c)
        rows = [Row(document, at) for at in rows_by(self.filters, document, c)]
        if self.column is None:
            return list(rows)
        return [cell for row in rows for cell in row.named(self.column)]

    def strings(self, c: Context) -> list[str]:
        document = self.document(c)
        if document is None:
            return self.walk.strings(c)
        rows = rows_by(self.filters, document, c)
        c.spend(len(rows))
        table, column = document.table, self.column
        if column is None:
            return [Row(document, at).text for at in rows]
        return [table.cell(at, column) for at in _there(rows, table, column)] if column in table.columns else []

    def text(self, c: Context) -> str:
        document = c.world.instance(self.identifier)
        if not isinstance(document, TableDocument):
            return self.walk.text(c)
        rows = rows_by(self.filters, document, c)
        if self.column is not None:
            rows = _there(rows, document.table, self.column)
        if not rows:
            return ""
        return Row(document, rows[0]).text if self.column is None else document.table.cell(rows[0], self.column)

    def count(self, c: Context) -> int:
        document = self.document(c)
        if document is None:
            return self.walk.count(c)
        if self.column is not None and self.column not in document.table.columns:
            return 0
        rows = rows_by(self.filters, document, c)
        return len(rows if self.column is None else _there(rows, document.table, self.column))

    def offers(self, c: Context, column: str, value: str) -> bool | None:
        """Whether a row that passes has `value` in `column`, without making the list; None where that is needed."""
        document = c.world.instance(self.identifier)
        if self.column is not None or self.positional or not isinstance(document, TableDocument):
            return None
        table = document.table
        rows = table.where(column, value)
        if value == "":
            rows = _there(rows, table, column)
        for step in self.filters:
            for lookup in step.lookups:
                if not rows:
                    return False
                rows = _among(rows, lookup, table, c)
            if step.rest is not None and rows:
                rows = [node.at for node in step.rest([Row(document, at) for at in rows], c) if isinstance(node, Row)]
        return len(rows) > 0

    def code(self) -> PathCode:
        return PathCode(self.nodes, self.strings, self.text, self.count, table=self)
