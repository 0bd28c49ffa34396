"""Sessions of the pack's forms on a few invented residents, and keys as people press them."""

from datetime import datetime, timedelta, timezone
from importlib.resources import files
from itertools import count

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from forms.api import Environment, Form, Mode, Session
from forms.load import load_form
from forms.rows import read_csv

NOW = datetime(2026, 11, 21, 10, 26, tzinfo=timezone(timedelta(hours=8)))
PEOPLE = ["李大成", "陈桂芳", "周小梅", "王建军", "单国庆"]
RESIDENTS = "name,label,area,phone,household,state,__version\n" + "\n".join(
    f"u{at},{name},99062110120103,1380000{at:04d},h0,active,1" for at, name in enumerate(PEOPLE)
)

HOUSEHOLDS = "name,label,area,house_no,__version\nh0,李大成家,99062110120103,27,1\n"
REQUESTS = (
    "name,label,status,request_no,matter,area,resident,answer,next_step,reopened,told_on,received_on,department,__version"
    "\nr0,QS-SQA-0424-3 路灯,answered,QS-SQA-0424-3,H05,99062110120103,u0,修好了,没有,,,2026-11-01,D05,1\n"
)
LISTS = {"residents.csv": RESIDENTS, "households.csv": HOUSEHOLDS, "requests.csv": REQUESTS}


def now() -> datetime:
    return NOW


def load(name: str) -> Form:
    return load_form((files("resources") / "xforms" / f"{name}.xml").read_bytes(), name=name)


def open_session(form: Form, *, draft: bytes | None = None) -> Session:
    numbers = count(1)
    rows = {}
    for external in form.externals:
        source = files("resources") / "pack" / external.name
        if source.is_file():
            rows[external.id] = read_csv(source.read_bytes())
        elif external.name in LISTS:
            rows[external.id] = read_csv(LISTS[external.name].encode())
    environment = Environment(
        now=now,
        uuid=lambda: f"00000000-0000-4000-8000-{next(numbers):012d}",
        random=lambda: 0.5,
        username="王秀兰",
        number=lambda kind: f"{kind}-SQA-0424-3",
    )
    if draft is None:
        return form.open(environment, rows=rows)
    return form.open(environment, rows=rows, instance=draft, mode=Mode.RESTORE)


def focus() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def say(words: str) -> None:
    """Commit words through the input method, as Chinese is typed."""
    event = QInputMethodEvent()
    event.setCommitString(words)
    QApplication.sendEvent(focus(), event)


def compose(letters: str) -> None:
    """Letters that are being composed and not yet text."""
    QApplication.sendEvent(focus(), QInputMethodEvent(letters, []))


def press(*keys: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    for key in keys:
        QTest.keyClick(focus(), key, held)


def letters(words: str) -> None:
    QTest.keyClicks(focus(), words)
