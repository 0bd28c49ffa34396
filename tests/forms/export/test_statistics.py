"""Counts that leave the office: nothing under five, and nothing that follows from the rest."""

from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from forms.casework.disclosure import Level
from forms.export import Column, Order, Table, write
from forms.export.suppress import LEAST, bridges, suppress

tables = st.tuples(st.integers(2, 6), st.integers(2, 6)).flatmap(
    lambda size: st.lists(
        st.lists(st.integers(0, 12), min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0]
    )
)


def determined(cells, hidden):
    """Hidden places that linear algebra finds from the row and column totals: those of unit rows when reduced."""
    unknown = sorted(hidden)
    rows = []
    for line in [[(r, c) for c in range(len(cells[0]))] for r in range(len(cells))] + [
        [(r, c) for r in range(len(cells))] for c in range(len(cells[0]))
    ]:
        rows.append([Fraction(place in line) for place in unknown])
    at = 0
    for column in range(len(unknown)):
        pivot = next((r for r in range(at, len(rows)) if rows[r][column]), None)
        if pivot is None:
            continue
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [value / rows[at][column] for value in rows[at]]
        for other in range(len(rows)):
            if other != at and rows[other][column]:
                factor = rows[other][column]
                rows[other] = [a - factor * b for a, b in zip(rows[other], rows[at], strict=True)]
        at += 1
    return {
        unknown[next(i for i, value in enumerate(row) if value)]
        for row in rows
        if sum(value != 0 for value in row) == 1
    }


@settings(deadline=None, max_examples=300)
@given(tables)
def test_an_attacker_with_linear_algebra_recovers_nothing(cells):
    hidden = suppress(cells)
    assert all(cells[r][c] == 0 or cells[r][c] >= LEAST or (r, c) in hidden for r, c in places(cells))
    assert determined(cells, hidden) == set()
    assert bridges(hidden) == set()


@settings(deadline=None, max_examples=100)
@given(tables)
def test_bridges_are_what_linear_algebra_finds(cells):
    hidden = {(r, c) for r, c in places(cells) if 0 < cells[r][c] < LEAST}
    assert bridges(hidden) == determined(cells, hidden)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=3, max_size=3))
def test_no_hidden_cell_follows_from_being_positive(cells):
    """Every hidden cell takes at least two values over the tables of non-negative numbers with the same totals."""
    hidden = suppress(cells)
    if not 0 < len(hidden) <= 4:
        return
    order = sorted(hidden)
    seen = {place: set() for place in order}
    bound = max(cells[r][c] for r, c in order) + 3
    for values in product(range(bound), repeat=len(order)):
        trial = [list(row) for row in cells]
        for (r, c), value in zip(order, values, strict=True):
            trial[r][c] = value
        if totals(trial) == totals(cells):
            for place, value in zip(order, values, strict=True):
                seen[place].add(value)
        if all(len(found) > 1 for found in seen.values()):
            break
    assert all(len(found) > 1 for found in seen.values())


def places(cells):
    return product(range(len(cells)), range(len(cells[0])))


def totals(cells):
    return [sum(row) for row in cells], [sum(column) for column in zip(*cells, strict=True)]


def test_nothing_to_hide_hides_nothing():
    assert suppress([[5, 0], [0, 9]]) == set()
    assert suppress([]) == set()


def test_one_line_with_a_small_cell_is_hidden_whole():
    assert suppress([[3, 9]]) == {(0, 0), (0, 1)}


COLUMNS = (
    Column("name", "姓名"),
    Column("village", "村", level=Level.STATISTICS, counted=True),
    Column("state", "状态", level=Level.STATISTICS, counted=True, choices={"a": "甲", "b": "乙", "c": "丙"}),
    Column("remark", "备注"),
)


def export(tmp_path, rows, **order):
    table = Table("t", "诉求", COLUMNS, lambda: rows, len(rows))
    journal = Table("history", "经过", COLUMNS, lambda: rows, history=True)
    return write(Order(tmp_path / "s.xlsx", level=Level.STATISTICS, **order), [table, journal])


def many(*counts):
    return [["陈桂芳", village, state, "15412345678"] for village, state, count in counts for _ in range(count)]


def test_no_row_of_one_record_leaves(tmp_path, rows_of):
    rows = many(("东村", "a", 9), ("东村", "b", 8), ("西村", "a", 7), ("西村", "b", 6))
    written = export(tmp_path, rows)
    assert {name: rows for name, rows in written.sheets.items() if name != "说明"} == {"诉求：按状态": 3}
    assert written.suppressed == 0
    assert rows_of(tmp_path / "s.xlsx", 0) == [
        ["村", "甲", "乙", "合计"],
        ["东村", 9, 8, 17],
        ["西村", 7, 6, 13],
        ["合计", 16, 14, 30],
    ]
    assert "陈桂芳" not in str([rows_of(tmp_path / "s.xlsx", at) for at in range(2)])


def test_small_cells_and_their_complements_are_hidden(tmp_path, rows_of):
    rows = many(
        ("东村", "a", 2), ("东村", "b", 8), ("西村", "a", 9), ("西村", "b", 6), ("南村", "a", 30), ("南村", "b", 40)
    )
    written = export(tmp_path, rows)
    assert written.suppressed == 4
    found = rows_of(tmp_path / "s.xlsx", 0)
    assert found[-1] == ["合计", 41, 54, 95]
    hidden = [cell for row in found for cell in row if cell == "…"]
    assert len(hidden) == 4
    assert all(cell >= LEAST for row in found[1:] for cell in row[1:] if isinstance(cell, int))


def test_small_groups_are_merged_until_nobody_can_be_worked_out(tmp_path, rows_of):
    rows = many(
        ("东村", "a", 20), ("东村", "b", 20), ("西村", "a", 2), ("南村", "b", 1), ("北村", "a", 20), ("北村", "c", 3)
    )
    export(tmp_path, rows)
    found = rows_of(tmp_path / "s.xlsx", 0)
    names = [row[0] for row in found[1:]]
    assert "西村" not in names
    assert "南村" not in names
    assert "丙" not in found[0]
    assert all(row[-1] >= LEAST for row in found[1:])


def test_a_column_in_which_all_say_the_same_makes_no_table(tmp_path, rows_of):
    written = export(tmp_path, many(("东村", "a", 9), ("西村", "a", 7)))
    assert {name: rows for name, rows in written.sheets.items() if name != "说明"} == {"诉求": 3}
    assert rows_of(tmp_path / "s.xlsx", 0) == [["村", "件数"], ["东村", 9], ["西村", 7], ["合计", 16]]


def test_fewer_than_five_are_not_published_at_all(tmp_path, rows_of):
    export(tmp_path, many(("东村", "a", 4)))
    assert rows_of(tmp_path / "s.xlsx", 0)[1] == ["不足 5 条，不公开"]


@settings(deadline=None, max_examples=30)
@given(
    st.lists(
        st.tuples(st.sampled_from(["东", "西", "南", "北"]), st.sampled_from("abc"), st.integers(0, 9)), max_size=14
    )
)
def test_whatever_the_rows_no_number_from_one_to_four_stands_there(tmp_path_factory, counts):
    import openpyxl

    folder = tmp_path_factory.mktemp("s")
    export(folder, many(*counts))
    for sheet in openpyxl.load_workbook(folder / "s.xlsx").worksheets[:-1]:
        for row in sheet.iter_rows(min_row=2, values_only=True):
            assert not [cell for cell in row if isinstance(cell, int) and cell < LEAST]
