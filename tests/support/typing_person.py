"""A process of its own in which somebody types into a form without pause, and writes down how far they are.

    python typing_person.py FOLDER LOG PER_SECOND
Prints "typing" when the first sign is there. LOG gets a line per sign: how many there are. It never ends by itself.
"""

import os
import sys
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QTimer
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication
from qt_application import new_application
from window_driver import WindowDriver

from desktop.pages.parts.places import Name, Place
from desktop.services.clock import Clock

SIGNS = "村东头小学路口三盏路灯不亮有一个多月了孩子晚上放学看不清希望尽快修好"


def sign(at: int) -> str:
    """The sign at a place of the endless text."""
    return SIGNS[at % len(SIGNS)]


def main(folder: Path, log: Path, per_second: float) -> None:
    app = new_application()
    window = WindowDriver(app, folder, language="zh", settings=log.with_suffix(".json"), clock=replace(Clock()))
    window.unlock()
    window.go(Place(Name.FORM, "request"))
    page = window.page
    page.form.go_to("/data/what/description")  # type: ignore[attr-defined]
    written = 0
    with log.open("w", encoding="utf-8") as notes:

        def type_one() -> None:
            nonlocal written
            event = QInputMethodEvent("", [])
            event.setCommitString(sign(written))
            QApplication.sendEvent(app.focusWidget(), event)
            written += 1
            notes.write(f"{written}\n")
            notes.flush()
            if written == 1:
                print("typing", flush=True)

        timer = QTimer(interval=round(1000 / per_second))
        timer.timeout.connect(type_one)
        timer.start()
        app.exec()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]))
