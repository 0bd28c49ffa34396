"""A first map for a department's workbook, guessed from its title and headings; a person looks it over once."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from forms.foreign.layout import Heading, Layout, plain
from forms.foreign.mapping import ColumnMap, WorkbookMap

_OF_ANOTHER = re.compile(
    r"父|母|照护人|照看人|照料人|监护人|联系人|配偶|子女|责任|包保|负责人|经办|father|mother|guardian|contact|spouse"
)
"""Groups of columns that speak of another person than the line does: its 姓名 and 电话 are not the line's."""
_PHONE = re.compile(r"电话|手机|phone")
_ASIDE = re.compile(r"[（(【\[].*?[）)】\]]")


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of headings.csv: in sheets whose lines are `lines` ("" any), which heading means which fact."""

    lines: str
    headings: tuple[str, ...]
    column: ColumnMap


@dataclass(frozen=True, slots=True)
class Subject:
    """One line of workbooks.csv: a word in the title, what the lines of such a sheet are, and which of them."""

    words: tuple[str, ...]
    lines: str
    where: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Hints:
    """How departments name things: data, which a township can replace by its own."""

    rules: tuple[Rule, ...]
    subjects: tuple[Subject, ...]

    @classmethod
    def read(cls, headings: bytes, workbooks: bytes) -> Hints:
        """From headings.csv (lines, heading, fact, has, words, key, optional, ask) and workbooks.csv (words, lines,
        fact, values); alternatives are parted by `|`, words are `ours=theirs`."""
        return cls(
            tuple(_rule(row) for row in _rows(headings)),
            tuple(
                Subject(
                    tuple(row["words"].split("|")),
                    row["lines"],
                    {row["fact"]: tuple(row["values"].split())} if row["fact"] else {},
                )
                for row in _rows(workbooks)
            ),
        )


def _rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def _rule(row: Mapping[str, str]) -> Rule:
    words = dict(pair.split("=", 1) for pair in row["words"].split("|") if "=" in pair)
    column = ColumnMap(
        heading="",
        fact=row["fact"],
        has=row["has"],
        words=words,
        key=row["key"] == "1",
        optional=row["optional"] == "1",
        ask=row["ask"],
    )
    return Rule(row["lines"], tuple(row["heading"].split("|")), column)


def subject_of(layout: Layout, hints: Hints) -> Subject:
    """What the lines of a sheet are, by the first word found in its title that its headings do not gainsay.

    Headings that name a person or a head of household say so themselves; which lines of these, the title says.
    """
    title, lines = plain(layout.title), _lines_of(layout, hints)
    named = [each for each in hints.subjects if any(plain(word) in title for word in each.words)]
    for each in named:
        if not lines or each.lines == lines:
            return each
    return Subject((), lines or "residents", {})


def _lines_of(layout: Layout, hints: Hints) -> str:
    """`residents` where a column is a person's name, `households` where one is that of a head, else ""."""
    own = [plain(each.path[-1]) for each in layout.headings if not _is_of_another(each, layout)]
    of_heads = [text for text in own if "户主" in text or "headofhousehold" in text]
    if any(text in _names(hints, "residents") for text in own):
        return "residents"
    return "households" if any(text in _names(hints, "households") for text in of_heads) else ""


def _names(hints: Hints, lines: str) -> set[str]:
    """What the key column of such lines is called."""
    return {plain(each) for rule in hints.rules if rule.lines == lines and rule.column.key for each in rule.headings}


def suggest(layout: Layout, sheet: str, hints: Hints, subject: Subject, facts: Collection[str]) -> WorkbookMap:
    """A map for `layout`, whose lines are `subject` with these facts. Columns without a fact are to be asked."""
    columns = [
        _column(heading, _is_of_another(heading, layout), subject.lines, hints.rules, facts)
        for heading in layout.headings
        if heading.column not in layout.computed
        and not heading.is_running_number
        and layout.column(heading.text) == heading.column
    ]
    where = {key: values for key, values in subject.where.items() if key in facts}
    return WorkbookMap(sheet, subject.lines, tuple(columns), where)


def _is_of_another(heading: Heading, layout: Layout) -> bool:
    """Whether a column speaks of somebody else: by its group, or a telephone right after their name."""
    if any(_OF_ANOTHER.search(plain(each)) for each in heading.path[:-1]):
        return True
    before = next((each for each in layout.headings if each.column == heading.column - 1), None)
    return bool(before and _PHONE.search(plain(heading.path[-1])) and _OF_ANOTHER.search(plain(before.path[-1])))


def _column(heading: Heading, of_another: bool, lines: str, rules: Sequence[Rule], facts: Collection[str]) -> ColumnMap:
    for rule in rules:
        if rule.lines not in ("", lines) or (rule.column.fact and rule.column.fact not in facts):
            continue
        if any(_fits(heading, of_another, wanted) for wanted in rule.headings):
            column = rule.column
            return ColumnMap(
                heading.text, column.fact, column.has, column.words, column.key, column.optional, column.ask
            )
    return ColumnMap(heading.text)


def _fits(heading: Heading, of_another: bool, wanted: str) -> bool:
    """`group/name` wants a group that holds the word; a bare name wants a column that speaks of the line itself."""
    group, _, name = wanted.rpartition("/")
    groups = [plain(each) for each in heading.path[:-1]]
    leaf = heading.path[-1]
    if plain(name) not in (plain(leaf), plain(_ASIDE.sub("", leaf))):
        return False
    if group:
        return any(plain(group) in each for each in groups)
    return not of_another
