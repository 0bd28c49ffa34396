"""The overview's states: tables in the place of charts, the map and its table, the list behind a mark."""

from __future__ import annotations

from collections.abc import Callable

from window_driver import WindowDriver

from desktop.pages.overview.page import OverviewPage
from desktop.pages.parts.places import Name, Place

Arrange = Callable[[WindowDriver], None]


def overview_states() -> list[tuple[str, Arrange]]:
    return [
        ("overview-map", _map),
        ("overview-map-table", _map_table),
        ("overview-tables", _tables),
        ("overview-list", _list),
    ]


def _page(window: WindowDriver) -> OverviewPage:
    window.go(Place(Name.OVERVIEW))
    assert isinstance(window.page, OverviewPage)
    return window.page


def _map(window: WindowDriver) -> None:
    _page(window).switch_map(on=True)
    window.settle()


def _map_table(window: WindowDriver) -> None:
    page = _page(window)
    window.press("Ctrl+T")
    table = page.map_card.table
    assert table is not None
    table.setFocus()
    window.settle()


def _tables(window: WindowDriver) -> None:
    """Still tables, without the map."""
    page = _page(window)
    page.switch_map(on=False)
    page.cards["needs"].take_focus()
    window.settle()


def _list(window: WindowDriver) -> None:
    page = _page(window)
    window.press("Ctrl+T")
    page.cards["needs"].chart.setFocus()
    window.press("Return")
