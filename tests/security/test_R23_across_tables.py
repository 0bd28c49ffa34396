"""R23: tables that count the same things in different ways, at different times, in different words, held together."""

import os
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from pathlib import Path

import pytest
from outsider import Attacker, said

from desktop.services.sheets.export_values import ExportOrder
from desktop.services.sheets.leaving import evened
from forms.casework.areas import Areas
from forms.casework.disclosure import Level
from forms.errors import Fault
from forms.export import Column, Order, Table
from forms.export.releases import Release
from forms.export.sheet import MERGED, make_sheet
from forms.export.statistics import HIDDEN, counts
from forms.export.suppress import LEAST, stuck, suppress
from forms.export.types import Cell

OFFICES = max(6, int(os.environ.get("HAMLET_TABLES", "100")) // 12)
NAMES = {"zh": {"v1": "东村", "v2": "西村", "v3": "南村"}, "en": {"v1": "East", "v2": "West", "v3": "South"}}
MATTERS = {"A1": "A", "A2": "A", "A3": "A", "B1": "B", "B2": "B", "C1": "C"}


MONTHS, STATES = ("2026-01", "2026-02", "2026-03"), ("open", "done", "told")


@dataclass(frozen=True, order=True)
class Sort:
    """Requests that nobody can tell apart; `batch` says after how many tables they came."""

    month: str
    village: str
    matter: str
    state: str
    batch: int = 0

    @property
    def category(self) -> str:
        return MATTERS[self.matter]


class Office:
    """Lets tables out, one after the other, and remembers them; `known` is what anybody can read in them."""

    def __init__(self, sizes: Mapping[Sort, int]) -> None:
        self.sizes = Counter(sizes)
        self.batch = 0
        self.earlier: list[Release] = []
        self.known: list[tuple[frozenset[Sort], int]] = []

    def export(self, *wanted: str, months: str = "123", language: str = "zh") -> int:
        """How many tables left with numbers in them."""
        names = NAMES[language]
        columns = (
            Column("village", "village", counted=True, codes={name: code for code, name in names.items()}),
            *(Column(key, key, counted=True) for key in ("matter", "state", "category")),
            Column("on", "on", Cell.DATE),
        )
        rows = [
            (names[each.village], each.matter, each.state, each.category, f"{each.month}-05")
            for each in self._inside(months)
            for _ in range(self.sizes[each])
        ]
        table = Table("requests", "t", columns, lambda: rows, period="on", finest=("category", "matter"))
        order = Order(Path("x.csv"), Level.STATISTICS, language=language, columns=wanted, earlier=tuple(self.earlier))
        made = counts([table], order, iter)
        shown = [each for each in made.tables if len(each.columns) > 2]
        for each in shown:
            lines = [[column.label for column in each.columns], *map(list, each.rows())]
            self._hear(lines, months, each.key.removeprefix("requests_"), names)
        self.earlier.append(made.release)
        return len(shown)

    def publish(self, months: str) -> bool:
        counted = Counter[tuple[str, str, str, str]]()
        for each in self._inside(months):
            counted[each.month, each.village, each.category, each.matter] += self.sizes[each]
        try:
            sheet = make_sheet(counted, villages=tuple(NAMES["zh"]), categories="ABC", earlier=self.earlier)
        except Fault:
            return False
        words = [[HIDDEN if cell is None else str(cell) for cell in line] for line in sheet.cells]
        lines = [["", *("其他" if each == MERGED else each for each in sheet.columns), "sum"]]
        for row, line, whole in zip(sheet.rows, words, sheet.row_totals, strict=True):
            lines.append(["其他" if row == MERGED else row, *line, str(whole)])
        lines.append(["sum", *map(str, sheet.column_totals), str(sheet.total)])
        self._hear(lines, months, "category", {each: each for each in NAMES["zh"]})
        self.earlier.append(sheet.release)
        return True

    def grow(self, more: Mapping[Sort, int]) -> None:
        self.batch += 1
        self.sizes.update({replace(each, batch=self.batch): count for each, count in more.items()})

    def found(self) -> list[tuple[object, int]]:
        """Groups of 1 to 4 requests that follow from all that was said."""
        signs: dict[Sort, frozenset[int]] = defaultdict(frozenset)
        for at, (counted, number) in enumerate(self.known):
            assert sum(self.sizes[each] for each in counted) == number
            for each in counted:
                signs[each] |= {at}
        alike = Counter(signs.values())
        attacker = Attacker({signs[each] for each in counted} for counted, _ in self.known)
        found = []
        for name, group in self._groups(signs).items():
            size, inside = sum(self.sizes[each] for each in group), Counter(signs[each] for each in group)
            if 0 < size < LEAST and all(alike[sign] == n for sign, n in inside.items()) and attacker.knows(inside):
                found.append((name, size))
        return found

    def _groups(self, sorts: Iterable[Sort]) -> dict[object, list[Sort]]:
        """Whom an outsider would ask about: a village, a matter, a state, in a month or in all, and what came late."""
        groups: dict[object, list[Sort]] = defaultdict(list)
        for each in sorts:
            for when in ((each.month,), (), (each.month, each.batch), (each.batch,), ("late", each.batch > 0)):
                for what in ("", each.matter, each.category, each.state):
                    groups[when, what, each.village].append(each)
                    groups[when, what, ""].append(each)
        return groups

    def _inside(self, months: str) -> list[Sort]:
        """All that there could be by now, whether there is any or not: nobody outside knows that."""
        every = product((each for each in MONTHS if each[-1] in months), NAMES["zh"], MATTERS, STATES)
        return [Sort(*each, batch) for each in every for batch in range(self.batch + 1)]

    def _hear(self, lines: Sequence[Sequence[str]], months: str, way: str, names: Mapping[str, str]) -> None:
        inside = self._inside(months)
        numbers = said(lines, [names[each.village] for each in inside], [getattr(each, way) for each in inside])
        self.known += [(frozenset(inside[at] for at in each), number) for each, number in numbers]


def many(*groups: tuple[str, str, str, str, int]) -> dict[Sort, int]:
    return {Sort(f"2026-0{month}", village, matter, state): n for month, village, matter, state, n in groups}


def busy(chance: random.Random, mean: float) -> dict[Sort, int]:
    return {Sort(*each): int(chance.expovariate(1 / mean)) for each in product(MONTHS, NAMES["zh"], MATTERS, STATES)}


LEAKS = {
    "another language": lambda office: (
        office.export("state"),
        office.grow(many(("1", "v1", "A1", "open", 2))),
        office.export("state", language="en"),
    ),
    "two ways to count": lambda office: (
        office.export("state"),
        office.grow(many(("1", "v1", "A1", "open", 2))),
        office.export("matter"),
    ),
    "the paper on the board and the file": lambda office: (
        office.publish("1"),
        office.grow(many(("1", "v2", "A1", "open", 3))),
        office.export("state", months="1"),
    ),
    "the file and the paper on the board": lambda office: (
        office.export("matter", months="12"),
        office.grow(many(("1", "v2", "A1", "open", 3))),
        office.publish("12"),
    ),
}


@pytest.mark.parametrize("way", LEAKS)
def test_what_came_between_two_tables_does_not_follow(way: str) -> None:
    """Ten of everything everywhere; then two or three requests, in one village and one matter."""
    all_alike = [
        (m, v, matter, s, 10) for m in "123" for v in NAMES["zh"] for matter in MATTERS for s in ("open", "done")
    ]
    office = Office(many(*all_alike))
    LEAKS[way](office)
    assert office.known
    assert office.found() == []


def test_a_matter_is_not_what_its_category_leaves_over() -> None:
    """Two of a matter are hidden among the matters; the category, of that and one that is shown, would say it."""
    rows = [("1", v, m, "open", 20) for v in NAMES["zh"] for m in MATTERS]
    office = Office(many(*rows[:1], ("1", "v1", "A2", "open", 2), ("1", "v1", "B1", "open", 3), *rows[5:]))
    assert office.export("matter", "category") >= 1
    assert office.found() == []
    alone = Office(office.sizes)
    alone.export("matter")
    alone.publish("1")  # which counts by category
    assert alone.found() == []


def test_a_street_is_not_what_its_town_leaves_over() -> None:
    """In a form of anybody's own, too: two answers where one follows from the other are never counted apart."""
    columns = (Column("village", "v", counted=True), *(Column(key, key, counted=True) for key in ("street", "town")))
    rows = [(v, f"{t}{s}", t) for v in "abc" for t in "ST" for s in "123" for _ in range(20)]
    rows += [("a", "S4", "S")] * 2 + [("b", "S4", "S")] * 7 + [("a", "T4", "T")] * 9 + [("b", "T4", "T")] * 9
    known: list[tuple[frozenset[tuple[str, str]], int]] = []
    earlier: tuple[Release, ...] = ()
    cells = sorted({(row[0], row[1]) for row in rows})
    for way in ("street", "town"):  # in two files
        order = Order(Path("x.csv"), Level.STATISTICS, columns=(way,), earlier=earlier)
        made = counts([Table("own", "t", columns, lambda: rows)], order, iter)
        earlier = (*earlier, made.release)
        for each in made.tables:
            lines = [[column.label for column in each.columns], *map(list, each.rows())]
            if len(lines[0]) > 2:
                ways = [street if way == "street" else street[0] for _, street in cells]
                numbers = said(lines, [village for village, _ in cells], ways)
                known += [(frozenset(cells[at] for at in places), number) for places, number in numbers]
    assert len(known) > 20
    assert not Attacker(counted for counted, _ in known).knows({("a", "S4")})


def test_february_is_not_what_two_overlapping_spans_have_in_common() -> None:
    """January and February, February and March, all three: what is in two of them and not in the third is February."""
    rows = [(m, v, matter, "open", 12) for m in "13" for v in NAMES["zh"] for matter in MATTERS]
    office = Office(
        many(*rows, ("2", "v1", "A1", "open", 3), ("2", "v2", "B1", "open", 9), ("2", "v3", "A1", "open", 9))
    )
    for months in ("12", "23", "123"):
        office.export("matter", months=months)
    assert office.found() == []


def test_nobody_learns_a_small_group_from_whatever_left() -> None:
    """Offices that export and publish as it comes, in both languages, while requests keep coming."""
    chance, tables = random.Random(8), 0
    for _ in range(OFFICES):
        office = Office(busy(chance, chance.choice((1.0, 2.5, 6.0))))
        for _ in range(5):
            months = chance.choice(("1", "12", "23", "123"))
            if chance.random() < 0.3:
                tables += office.publish(months)
            else:
                wanted = chance.sample(("matter", "state", "category"), chance.randint(1, 3))
                tables += office.export(*wanted, months=months, language=chance.choice(("zh", "en")))
            if chance.random() < 0.4:
                office.grow(Counter(chance.choices(office._inside("123"), k=chance.randint(1, 30))))
        assert office.found() == []
    assert tables > OFFICES


def test_statistics_leave_by_whole_months_and_villages() -> None:
    """A day more, or a group without its village, would be told apart by nothing that is remembered."""
    rows = [{"name": "T", "parent": "", "level": "township"}, {"name": "V", "parent": "T", "level": "village"}]
    areas = Areas([*rows, {"name": "V1", "parent": "V", "level": "group"}])
    order = ExportOrder("requests", Path("x.csv"), since=date(2026, 2, 9), until=date(2026, 2, 27), area="V1")
    evened_ = evened(replace(order, level=Level.STATISTICS), areas)
    assert (evened_.since, evened_.until, evened_.area) == (date(2026, 2, 1), date(2026, 2, 28), "V")
    assert evened(replace(order, level=Level.HANDLING), areas).area == "V1"
    assert evened(ExportOrder("requests", Path("x.csv"), level=Level.STATISTICS, area="T"), areas).area == "T"


def test_a_hidden_cell_does_not_follow_where_all_hidden_count_something() -> None:
    """Six hidden cells in a ring, of which each second one has nothing to give: every one of them was known."""
    ring = [[1, 5, 0, 30], [0, 5, 1, 30], [5, 0, 5, 30], [30, 30, 30, 30]]
    six = {(0, 0), (0, 1), (1, 1), (1, 2), (2, 0), (2, 2)}
    assert stuck(ring, six) == {(0, 0), (1, 2)}
    assert not stuck(ring, suppress(ring))
