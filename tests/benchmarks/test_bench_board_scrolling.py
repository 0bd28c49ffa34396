"""How smoothly the board scrolls through 100,000 requests: gaps of the window's thread, page after page to the end.

HAMLET_BENCH_SCALE (1.0: 100,000 requests) makes it smaller.
"""

from __future__ import annotations

import gc
import os
import time
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from office_data import fill_office
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from qt_application import new_application
from service_world import PASSPHRASE, TOWNSHIP, clock, workspace
from watchdog import Watchdog
from window_driver import WindowDriver

from desktop.garbage import GuiGarbage
from desktop.pages.parts.places import Name, Place
from desktop.services.values import Tab
from desktop.widgets.table import DataTable
from sync.protocol import Role

pytestmark = [pytest.mark.bench, pytest.mark.timeout(3600)]
REQUESTS = int(100_000 * float(os.environ.get("HAMLET_BENCH_SCALE", "1")))
GOAL = 50.0  # milliseconds
BACK = 300  # steps by the wheel and by keys through what was read


@pytest.fixture(scope="module")
def app() -> QApplication:
    found = QApplication.instance()
    return found if isinstance(found, QApplication) else new_application()


def test_to_the_end_and_back(app: QApplication, tmp_path: Path) -> None:
    folder = tmp_path / "office"
    desk = workspace(folder, role=Role.TOWNSHIP, area=TOWNSHIP).desk(writer=True)
    # All are open, so that one list holds them.
    fill_office(desk.context.store, requests=REQUESTS, months=12, today=clock().now().date())
    with desk.context.store._context.database.write() as connection:  # type: ignore[attr-defined]
        connection.exec_driver_sql("UPDATE request SET open = 1, state = 'assigned'")
    desk.close()
    driver = WindowDriver(app, folder, language="zh", settings=tmp_path / "window.json", clock=clock())
    driver.unlock(PASSPHRASE)
    driver.go(Place(Name.BOARD, tab=Tab.OPEN.value))
    table = driver.page.findChild(DataTable)
    assert table is not None
    bar = table.verticalScrollBar()
    garbage = GuiGarbage(app)  # as the program has it,
    gc.collect()  # which would have looked through everything in a pause before
    watchdog = Watchdog()
    watchdog.doing = "to the end"
    began = time.perf_counter()
    while table.model().rowCount() < REQUESTS:
        before = table.model().rowCount()
        until = time.perf_counter() + 20
        while table.model().rowCount() == before and time.perf_counter() < until:
            bar.setValue(bar.maximum())
            app.processEvents()
        assert table.model().rowCount() > before
    seconds = time.perf_counter() - began
    for keys, doing in ((Qt.Key.Key_PageUp, "page up"), (Qt.Key.Key_Up, "line up")):
        watchdog.doing = doing
        for _ in range(BACK):
            QTest.keyClick(table, keys)
            app.processEvents()
    watchdog.doing = "jumps"
    for at in range(BACK):
        bar.setValue(bar.maximum() * at // BACK)
        app.processEvents()
    _report(watchdog, table.model().rowCount(), seconds)
    driver.close()
    garbage.deleteLater()
    gc.enable()


def _report(watchdog: Watchdog, rows: int, seconds: float) -> None:
    gaps = watchdog.gaps
    print(
        f"\nboard of {rows} requests to its end in {seconds:.0f} s: {len(gaps.found)} beats; a gap, the window's work"
    )
    for what, (gap, work) in (("99th percentile", gaps.percentile(99)), ("worst", gaps.worst())):
        print(f"  {what:16} {gap:7.1f} ms {work:7.1f} ms   goal {GOAL:.0f}")
    for gap, work, doing in gaps.longest(6):
        print(f"    {gap:7.1f} ms {work:7.1f} ms  {doing}")
