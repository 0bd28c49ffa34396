"""The supervisor's table in the window: every mark by key, its table beside it, its list behind it, and on paper."""

import shutil
from pathlib import Path

import pytest
from crawler import crawl
from layout_check import complaints
from lived_in import LivedIn
from office_data import fill_office
from PySide6.QtCore import QPoint, QRectF
from PySide6.QtGui import QImage, QPainter
from service_world import PASSPHRASE as OPENED_WITH
from service_world import TOWNSHIP, clock, workspace
from window_driver import WindowDriver

from desktop.pages.overview.opinions import OpinionsPage
from desktop.pages.overview.page import OverviewPage
from desktop.pages.overview.paper import MAP, OverviewOnPaper, pages
from desktop.pages.overview.publication import PublicationPage
from desktop.pages.overview.say import Sayings
from desktop.pages.paper.output import write_pdf
from desktop.pages.parts.places import Name, Place
from desktop.widgets.charts.pens import Pens
from sync.protocol import Role


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A township with twenty months behind it."""
    folder = tmp_path_factory.mktemp("table") / "township"
    opened = workspace(folder, role=Role.TOWNSHIP, area=TOWNSHIP)
    desk = opened.desk(writer=True)
    fill_office(
        desk.context.store, requests=900, months=20, today=desk.context.today(), households=120, surges=((1, "H"),)
    )
    desk.close()
    opened.lock()
    return folder


@pytest.fixture
def table(open_window, filled: Path, tmp_path: Path, language: str) -> WindowDriver:
    folder = tmp_path / "workspace"
    shutil.copytree(filled, folder)
    window = open_window(folder, language=language, clock=clock())
    window.unlock(OPENED_WITH)
    window.go(Place(Name.OVERVIEW))
    assert isinstance(window.page, OverviewPage)
    return window


def overview(window: WindowDriver) -> OverviewPage:
    page = window.page
    assert isinstance(page, OverviewPage)
    return page


def test_arrows_go_over_the_marks_and_enter_opens_the_list(table: WindowDriver) -> None:
    heat = overview(table).cards["needs"].chart
    assert table.focus is heat
    heat.grab()
    first = heat.accessibleDescription()
    table.press("Right")
    second = heat.accessibleDescription()
    table.press("Down")
    assert len({first, second, heat.accessibleDescription()}) == 3
    table.press("Return")
    listed = overview(table)._list
    assert listed.isVisible()
    said = heat.hits[heat._at].words
    assert str(listed._model.rowCount()) in said
    table.press("Return")
    assert table.here.page is Name.BOARD
    table.press("Alt+Left")
    assert table.here.page is Name.OVERVIEW


def test_escape_goes_back_to_the_charts(table: WindowDriver) -> None:
    table.press("Return")
    assert overview(table)._list.isVisible()
    table.press("Esc")
    assert overview(table)._list.isHidden()
    assert table.focus is overview(table).cards["needs"].chart


def test_every_chart_has_a_table_that_says_the_same(table: WindowDriver) -> None:
    page = overview(table)
    table.press("Ctrl+T")
    for key, card in page.cards.items():
        assert card.table is not None
        assert card.table.isVisible(), key
        assert card.table.model().columnCount() == len(card.twin_rows.heads)
    shown = page.shown
    assert shown is not None
    assert sum(int(row.cells[2].title) for row in page.cards["needs"].twin_rows.rows) == shown.total
    assert [row.cells[1].title for row in page.cards["trend"].twin_rows.rows] == [str(p.count) for p in shown.trend]
    _sorted_and_copied(table, page)
    table.press("Ctrl+T")
    assert page.cards["needs"].chart.isVisible()


def _sorted_and_copied(window: WindowDriver, page: OverviewPage) -> None:
    """By a click on a heading, also when new figures come; back to the order of the chart; and out to a spreadsheet."""
    twin = page.cards["needs"].table
    assert twin is not None
    clicked = twin.horizontalHeader().sectionClicked
    clicked.emit(2)
    clicked.emit(2)
    counts = [int(twin.row_at(at).cells[2].title) for at in range(twin.model().rowCount())]
    assert counts == sorted(counts, reverse=True)
    here = twin.selected()
    page.refresh()
    window.settle()
    assert page.cards["needs"].table is twin
    assert [int(twin.row_at(at).cells[2].title) for at in range(len(counts))] == counts
    assert twin.selected() == here
    twin.setFocus()
    window.press("Ctrl+C")
    copied = [line.split("\t") for line in window.app.clipboard().text().splitlines()]
    assert copied[0] == list(page.cards["needs"].twin_rows.heads)
    assert [int(line[2]) for line in copied[1:]] == counts
    clicked.emit(0)
    assert [twin.row_at(at) for at in range(len(counts))] == list(page.cards["needs"].twin_rows.rows)
    months = page.cards["trend"].table
    assert months is not None
    months.horizontalHeader().sectionClicked.emit(1)
    shown = [int(months.row_at(at).cells[1].title) for at in range(months.model().rowCount())]
    assert shown == sorted(shown)


def _ink(image: QImage, at: QPoint) -> int:
    """How black a patch of 24 pixels square is."""
    return sum(image.pixelColor(at + QPoint(x, y)).black() for x in range(24) for y in range(24))


def test_a_map_where_outlines_are_given(table: WindowDriver) -> None:
    """Off until asked for; reached by keys, opened as a list, told as a table, and told apart without colours."""
    page = overview(table)
    card = page.map_card
    assert card.isHidden()
    assert pages(page.cards) == [0, 1]
    assert pages({**page.cards, MAP: card}) == [0, 1, 2]
    page.switch_map(on=True)
    table.settle()
    assert card.isVisible()
    chart = card.chart
    image = QImage(600, 400, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    hits = chart.draw(painter, QRectF(0, 0, 600, 400), Pens(page.context.theme, paper=True))
    painter.end()
    shown = page.shown
    assert shown is not None
    assert len(hits) == len(shown.lines) == 4
    pairs = zip(chart._shapes.shapes, hits, strict=True)
    darkness = {shape.grade: _ink(image, hit.box.topLeft().toPoint() + QPoint(25, 25)) for shape, hit in pairs}
    assert len(set(darkness.values())) == len(darkness) > 1
    chart.setFocus()
    chart.grab()
    first = chart.accessibleDescription()
    table.press("Right")
    assert chart.accessibleDescription() != first
    table.press("Return")
    assert page._list.isVisible()
    table.press("Esc")
    table.press("Ctrl+T")
    assert card.table is not None
    assert [row.cells[1].title for row in card.twin_rows.rows] == [
        str(sum(cell.count for cell in row)) for row in shown.cells
    ]


def test_what_stands_out_is_said_in_words_too(table: WindowDriver) -> None:
    page = overview(table)
    page.cards["needs"].chart.grab()
    shown = page.shown
    assert shown is not None
    surges = [cell for row in shown.cells for cell in row if cell.surge]
    assert surges
    usual = f"{surges[0].expected.mean:.1f}"  # type: ignore[union-attr]
    assert any(usual in hit.words for hit in page.cards["needs"].chart.hits)


def test_black_and_white_on_paper(table: WindowDriver, tmp_path: Path) -> None:
    """Two pages of a PDF; and drawn for paper no pixel has a colour."""
    page = overview(table)
    assert page.shown is not None
    file = tmp_path / "overview.pdf"
    paper = OverviewOnPaper(page.context, page.cards, Sayings(page.context.text, page.shown))
    assert write_pdf(page.context, paper, file) == 2
    assert file.read_bytes().count(b"/Type /Page\n") == 2
    for card in page.cards.values():
        image = QImage(600, 400, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0xFFFFFFFF)
        painter = QPainter(image)
        card.chart.draw(painter, QRectF(0, 0, 600, 400), Pens(page.context.theme, paper=True))
        painter.end()
        inks = {image.pixelColor(x, y).getRgb()[:3] for x in range(0, 600, 2) for y in range(0, 400, 2)}  # type: ignore[index]
        assert all(red == green == blue for red, green, blue in inks)
        assert (0, 0, 0) in inks


def test_a_new_record_shows_by_itself(table: WindowDriver) -> None:
    page = overview(table)
    before = page.shown
    assert before is not None
    assert table.window.lanes is not None

    def write(desk: object) -> None:
        context = desk.context  # type: ignore[attr-defined]
        with context.store._context.database.write() as connection:
            connection.exec_driver_sql(
                "UPDATE request SET recorded_on = ? WHERE id = (SELECT id FROM request ORDER BY recorded_on LIMIT 1)",
                (context.today().isoformat(),),
            )

    table.window.lanes.write(table.window, write)
    table.settle()
    page._look()
    table.settle()
    after = page.shown
    assert after is not None
    assert after.trend[-1].count == before.trend[-1].count + 1


@pytest.mark.parametrize("size", [15, 22, 30])
def test_nothing_is_cut_and_everything_is_reached(
    open_window, filled: Path, tmp_path: Path, language: str, size: int
) -> None:
    folder = tmp_path / "workspace"
    shutil.copytree(filled, folder)
    window = open_window(folder, language=language, clock=clock(), size=size)
    window.unlock(OPENED_WITH)
    faults: list[str] = []
    for name, keys in (
        (Name.OVERVIEW, ("", "Ctrl+T", "Ctrl+T", "Return")),
        (Name.OPINIONS, ("",)),
        (Name.PUBLICATION, ("",)),
    ):
        window.go(Place(name))
        for key in keys:
            if key == "Return":
                overview(window).cards["needs"].chart.setFocus()
            if key:
                window.press(key)
            faults += [f"{name} {key}: {fault}" for fault in complaints(window.window)]
    if size == 15:
        for name in (Name.OVERVIEW, Name.OPINIONS, Name.PUBLICATION):
            window.go(Place(name))
            faults += [f"{name}: {fault}" for fault in crawl(window).faults]
    assert not faults, "\n".join(faults)


def test_a_sheet_is_proposed_and_waits_for_a_second_person(table: WindowDriver) -> None:
    table.go(Place(Name.PUBLICATION))
    page = table.page
    assert isinstance(page, PublicationPage)
    table.click(table.shell.context.text("publication.span_quarter"))
    table.click(table.shell.context.text("publication.propose"))
    assert page._second.isVisible()
    assert page._files.isHidden()
    assert table.shell.context.text("publication.stage_proposed") in [
        page._state(page._model.row_at(0)).mark.word  # type: ignore[union-attr]
    ]


def test_opinions_without_any_say_so(table: WindowDriver) -> None:
    table.go(Place(Name.OPINIONS))
    assert isinstance(table.page, OpinionsPage)
    assert table.shell.context.text("opinions.empty") in table.words()


def test_a_supervisor_begins_here(open_window, lived_in: LivedIn, tmp_path: Path, language: str) -> None:
    folder = tmp_path / "supervisor"
    shutil.copytree(lived_in.folder("supervisor"), folder)
    window = open_window(folder, language=language, clock=lived_in.clock)
    window.unlock()
    assert window.here.page is Name.OVERVIEW
    seen = overview(window)._tiles[-1]  # households that nobody has seen, and who lives there
    seen.setFocus()
    window.press("Return")
    assert overview(window)._list.isVisible()
    window.press("Return")
    assert window.here.page is Name.RESIDENT
    window.press("Alt+Left")
    assert window.here.page is Name.OVERVIEW
