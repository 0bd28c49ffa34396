"""A widget that nobody refers to any more ends on the GUI thread, whichever thread makes the garbage."""

import gc
import threading
import weakref

import pytest
from PySide6.QtCore import QObject, QThread, QTimerEvent
from PySide6.QtWidgets import QApplication, QWidget

from desktop.garbage import GuiGarbage, collect_due


class Ring(QWidget):
    """A widget in a cycle, with a timer that would outlive it if another thread destroyed it."""

    def __init__(self) -> None:
        super().__init__()
        self.me = self
        self.startTimer(1)


def test_a_worker_never_destroys_a_widget(qapp: QApplication) -> None:
    assert not gc.isenabled()
    gc.collect()
    ended_on: list[QThread] = []
    rings = [Ring() for _ in range(20)]
    watched = [weakref.ref(ring) for ring in rings]
    for ring in rings:
        ring.destroyed.connect(lambda _gone=None: ended_on.append(QThread.currentThread()))
    del ring
    rings.clear()

    def litter() -> None:
        for _ in range(50_000):
            one: list[object] = []
            one.append(one)

    worker = threading.Thread(target=litter)
    worker.start()
    worker.join()
    assert all(reference() is not None for reference in watched)
    for _ in range(200):
        collect_due()
        litter()
        if not any(reference() is not None for reference in watched):
            break
    assert not any(reference() is not None for reference in watched)
    qapp.processEvents()
    assert set(ended_on) <= {qapp.thread()}


def test_the_application_collects_by_itself(qapp: QApplication) -> None:
    thrown = weakref.ref(Thrown())
    litter = [[] for _ in range(2_000)]  # what makes a collection due
    assert litter
    while thrown() is not None:
        qapp.processEvents()


class Thrown(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.me = self


def test_everything_is_looked_through_in_a_pause_only(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []

    def watch(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            looked.append(info["generation"])

    garbage = GuiGarbage(qapp)
    monkeypatch.setattr("gc.get_count", lambda: (0, 0, 11))
    gc.callbacks.append(watch)
    try:
        garbage.timerEvent(QTimerEvent(0))
        assert looked == []
        monkeypatch.setattr("desktop.garbage.PAUSE", -1.0)
        garbage.timerEvent(QTimerEvent(0))
        assert looked == [2]
        monkeypatch.setattr("gc.get_count", lambda: (701, 11, 11))
        garbage.timerEvent(QTimerEvent(0))
        assert looked == [2, 1]
        monkeypatch.setattr("desktop.garbage.LONGEST", -1.0)
        garbage.timerEvent(QTimerEvent(0))
        assert looked == [2, 1, 1, 2]
    finally:
        gc.callbacks.remove(watch)
        garbage.deleteLater()
