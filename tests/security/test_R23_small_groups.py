"""R23: an attacker with linear algebra recovers no hidden cell, from one table or from several that overlap."""

import os
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from outsider import Attacker
from service_world import household, workspace

from desktop.services.sheets.export_values import ExportOrder
from forms.casework.disclosure import Level
from forms.errors import Fault
from forms.export import Column, Order, Table
from forms.export.releases import Release, group, leaks
from forms.export.sheet import Sheet, make_sheet
from forms.export.statistics import HIDDEN, counts
from forms.export.suppress import LEAST

TABLES = int(os.environ.get("HAMLET_TABLES", "100"))
VILLAGES = tuple("abcdefgh")
CATEGORIES = tuple("ABCDEFGHJKLM")
Counts = Mapping[tuple[str, str, str, str], int]
"""(month, village, category, matter) -> requests."""


def grid(chance: random.Random) -> list[list[int]]:
    """A table as villages and matters make it: a few large cells, many small ones, empty ones."""
    rows, columns = chance.randint(1, 9), chance.randint(1, 12)
    mean = chance.choice((1, 3, 6, 15, 60))
    return [
        [0 if chance.random() < 0.25 else int(chance.expovariate(1 / mean)) for _ in range(columns)]
        for _ in range(rows)
    ]


def exported(cells: Sequence[Sequence[int]]) -> tuple[list[list[str]], list[list[int]]]:
    """The table of counts that leaves at level statistics, and the true cells in its lines."""
    columns = (
        Column("village", "village", counted=True, level=Level.STATISTICS),
        Column("matter", "matter", counted=True, level=Level.STATISTICS),
    )
    rows = [(f"v{r}", f"m{c}") for r, line in enumerate(cells) for c, count in enumerate(line) for _ in range(count)]
    made = counts([Table("t", "t", columns, lambda: rows)], Order(Path("x.csv"), Level.STATISTICS), iter)
    table = made.tables[0]
    shown = [list(row) for row in table.rows()]
    labels = [column.label for column in table.columns]
    if len(labels) < 3:
        return [], []
    named = {f"m{c}" for c in range(len(cells[0]))}
    true = []
    for row in shown[:-1]:
        inside = [int(row[0][1:])] if row[0].startswith("v") else [
            r for r in range(len(cells)) if f"v{r}" not in {line[0] for line in shown}
        ]  # fmt: skip
        true.append(
            [
                sum(cells[r][int(label[1:])] for r in inside)
                if label in named
                else sum(cells[r][c] for r in inside for c in range(len(cells[0])) if f"m{c}" not in labels)
                for label in labels[1:-1]
            ]
        )
    return shown, true


def equations(shown: Sequence[Sequence[int | None]]) -> list[frozenset[object]]:
    """Every number of a table with totals, over the cells."""
    rows, columns = range(len(shown)), range(len(shown[0]))
    found = [frozenset({(r, c)}) for r in rows for c in columns if shown[r][c] is not None]
    found += [frozenset((r, c) for c in columns) for r in rows]
    found += [frozenset((r, c) for r in rows) for c in columns]
    return [frozenset(each) for each in found]


def test_of_random_tables_of_the_statistics_export_no_hidden_cell_is_recovered() -> None:
    chance, hidden, recovered, small = random.Random(23), 0, 0, 0
    for _ in range(TABLES):
        shown, true = exported(grid(chance))
        if not shown:
            continue
        body = [[None if cell == HIDDEN else int(cell or 0) for cell in row[1:-1]] for row in shown[:-1]]
        attacker = Attacker(equations(body))
        for r, line in enumerate(body):
            for c, cell in enumerate(line):
                assert cell is None or cell == true[r][c]
                small += cell is not None and 0 < cell < LEAST
                hidden += cell is None
                recovered += cell is None and attacker.knows({(r, c)})
    assert hidden > TABLES
    assert (recovered, small) == (0, 0)


def month_counts(chance: random.Random, months: Iterable[str]) -> dict[tuple[str, str, str, str], int]:
    mean = chance.choice((0.5, 2, 6))
    return {
        (month, village, category, ""): int(chance.expovariate(1 / mean))
        for month in months
        for village in VILLAGES[:5]
        for category in CATEGORIES[:5]
    }


def publish(counted: Counts, months: Iterable[str], earlier: Sequence[Release]) -> Sheet | None:
    wanted = set(months)
    inside = {key: count for key, count in counted.items() if key[0] in wanted}
    try:
        return make_sheet(inside, villages=VILLAGES, categories=CATEGORIES, earlier=earlier)
    except Fault as fault:
        if fault.code not in ("publication.follows", "publication.too_few"):
            raise
        return None


def test_sheets_that_overlap_do_not_give_away_what_each_hides() -> None:
    """Months, quarters, growing years, and the same month again with what came late."""
    chance, recovered, sheets = random.Random(5), 0, 0
    for _ in range(max(10, TABLES // 5)):
        counted = month_counts(chance, ("01", "02", "03", "04"))
        late = dict(counted)
        for key in chance.sample(sorted(counted), 6):
            late[key] += chance.randint(1, 3)
        published: list[Release] = []
        asked = [(["01"], counted), (["01", "02"], counted), (["02"], counted), (["01"], late)]
        asked += [(["01", "02", "03"], late), (["03", "04"], late), (["01", "02", "03", "04"], late)]
        chance.shuffle(asked)
        asked.sort(key=lambda each: each[1] is late)  # what came late was not there before
        for months, known in asked:
            sheet = publish(known, months, published)
            if sheet is not None:
                published.append(sheet.release)
                sheets += 1
        attacker, size = over_people(published, counted, late)
        groups = [{person} for person in size] + lines(size)
        recovered += sum(0 < sum(size[each] for each in some) < LEAST and attacker.knows(some) for some in groups)
    assert sheets > 20
    assert recovered == 0


def lines(size: Mapping[object, int]) -> list[set[object]]:
    """What came late in all, to a village, to a category; and a month of a village."""
    found: dict[object, set[object]] = {}
    for key, when in size:
        _, _, village, category, _, month = key.split("\t")
        if size[key, when]:
            for line in ((when,), (when, village), (when, category), (when, month), (when, month, village)):
                found.setdefault(line, set()).add((key, when))
    return list(found.values())


def over_people(published: Sequence[Release], counted: Counts, late: Counts) -> tuple[Attacker, dict[object, int]]:
    """Unknowns: what each finest group had at first, and what came late to it."""
    size: dict[object, int] = {}
    for key, count in counted.items():
        size[group("requests", *key), "first"] = count
        size[group("requests", *key), "late"] = late[key] - count
    made = []
    for release in published:
        for keys in release.sums:
            parts: set[object] = set()
            for key in keys:
                parts.add((key, "first"))
                if release.counts[key] != size[key, "first"]:
                    parts.add((key, "late"))
            made.append(frozenset(part for part in parts if size[part]))
    return Attacker(made), size


def test_a_year_that_grew_by_three_is_not_published_beside_the_one_before() -> None:
    before = {("01", "a", "A", ""): 20, ("01", "b", "A", ""): 30, ("01", "a", "B", ""): 9, ("01", "b", "B", ""): 9}
    first = make_sheet(before, villages="ab", categories="AB", earlier=())
    after = {**before, ("02", "a", "A", ""): 3}
    with pytest.raises(Fault) as refused:
        make_sheet(after, villages="ab", categories="AB", earlier=(first.release,))
    assert refused.value.code == "publication.follows"
    alone = make_sheet({**before, ("02", "a", "A", ""): 30}, villages="ab", categories="AB", earlier=(first.release,))
    assert alone.total == 98


def test_the_same_sheet_again_says_nothing_new() -> None:
    before = {("01", v, c, ""): 1 + ord(v) % 7 + ord(c) % 5 for v in VILLAGES for c in CATEGORIES}
    first = make_sheet(before, villages=VILLAGES, categories=CATEGORIES, earlier=())
    again = make_sheet(before, villages=VILLAGES, categories=CATEGORIES, earlier=(first.release,))
    assert again == first


def test_an_export_that_grew_by_a_few_hides_where_they_are() -> None:
    """The same statistics a week later, with three requests more: neither sheet says in which cell they are."""
    columns = (Column("village", "v", counted=True), Column("matter", "m", counted=True))
    rows = [(v, m) for v in "abcd" for m in "ABCD" for _ in range(10)]
    order = Order(Path("x.csv"), Level.STATISTICS)
    first = counts([Table("t", "t", columns, lambda: rows)], order, iter)
    later = Order(Path("x.csv"), Level.STATISTICS, earlier=(first.release,))
    more = [*rows, *[("a", "B")] * 3, *[(v, m) for v in "bcd" for m in "ACD" for _ in range(6)]]
    second = counts([Table("t", "t", columns, lambda: more)], later, iter)
    assert [column.label for column in second.tables[0].columns] == ["t：按m"]  # the totals would say it: left out
    grown = [*rows, *[(v, m) for v in "abcd" for m in "ABCD" for _ in range(6)]]
    third = counts([Table("t", "t", columns, lambda: grown)], later, iter)
    assert third.suppressed == 0
    assert third.tables[0].total == 5


def test_three_sheets_that_give_away_a_month_between_them() -> None:
    """January to March and February to April leave nothing small; January to April beside them would."""
    keys = {month: frozenset({month}) for month in ("01", "02", "03", "04")}
    size = {"01": 2, "02": 30, "03": 30, "04": 40}

    def over(*months: str) -> Release:
        return Release({m: size[m] for m in months}, (frozenset().union(*(keys[m] for m in months)),))

    assert leaks([over("01", "02", "03")], over("02", "03", "04")) == ()
    found = leaks([over("01", "02", "03"), over("02", "03", "04")], over("01", "02", "03", "04"))
    assert [leak.size for leak in found] == [2]


@pytest.mark.slow
def test_a_thousand_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """As above, on as many as the requirement names."""
    monkeypatch.setitem(globals(), "TABLES", 1000)
    test_of_random_tables_of_the_statistics_export_no_hidden_cell_is_recovered()


def test_the_programs_own_export_remembers_what_left(tmp_path: Path) -> None:
    """The same statistics again are the same file; with two requests more the table says why it is not there."""
    desk = workspace(tmp_path / "w").desk(writer=True)
    homes, order = desk.batch("household"), ExportOrder("households", tmp_path / "a.csv", level=Level.STATISTICS)
    for _ in range(12):
        homes.add(household(), base=Path())
    desk.exports.run(order)
    desk.exports.run(replace(order, to=tmp_path / "b.csv"))
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    for _ in range(2):
        homes.add(household(), base=Path())
    desk.exports.run(replace(order, to=tmp_path / "c.csv"))
    assert "相减" in (tmp_path / "c.csv").read_text("utf-8-sig")
    assert len(desk.context.store.releases.list(kinds=("export:households",))) == 1
    shown = desk.overview.show()
    assert sum(line.households for line in shown.covered) == 14, "on the office's own screen counts are true"
    desk.close()
