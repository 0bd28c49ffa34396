"""A list by pages asks for more at its end, once, and keeps ticks."""

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QApplication

from desktop.models.paged import PagedRows
from desktop.widgets.table_model import Cell, Column

TOP = QModelIndex()


def table(asked: list[tuple[str | None, int]], *, ticks: bool = False) -> PagedRows[str]:
    columns: list[Column[str]] = [Column("word", lambda word: Cell(word, "second", strong=True))]
    return PagedRows(columns, key=str, ask=lambda last, count: asked.append((last, count)), checkable=ticks)


def test_it_asks_for_what_follows_the_last_row_and_only_once(qapp: QApplication) -> None:
    asked: list[tuple[str | None, int]] = []
    model = table(asked)
    model.put(["a", "b"], complete=False)
    assert model.canFetchMore(TOP)
    model.fetchMore(TOP)
    model.fetchMore(TOP)
    assert asked == [("b", 2)]
    model.append(["c"], complete=True)
    assert model.rowCount() == 3
    assert not model.canFetchMore(TOP)


def test_a_list_that_is_whole_asks_for_nothing(qapp: QApplication) -> None:
    model = table([])
    model.put(["a"])
    assert not model.canFetchMore(TOP)
    assert model.row_or_none(0) == "a"
    assert model.row_or_none(1) is None
    assert model.row_or_none(None) is None


def test_ticks_stay_with_their_rows(qapp: QApplication) -> None:
    model = table([], ticks=True)
    model.put(["a", "b", "c"])
    model.tick(1)
    model.put(["c", "b"])
    assert model.ticked == ["b"]
    model.put(["c"])
    assert model.ticked == []


def test_a_screen_reader_hears_the_whole_cell(qapp: QApplication) -> None:
    model = table([])
    model.put(["word"])
    heard = str(model.data(model.index(0, 0), Qt.ItemDataRole.AccessibleTextRole))
    assert "word" in heard
    assert "second" in heard
