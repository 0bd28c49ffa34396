"""The window's keys; every F-key has a twin with Alt and its number, for keyboards without F-keys of their own."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtGui import QKeySequence


class Key(StrEnum):
    """What a key does anywhere in the window; the value is its key in shell.json."""

    HELP = "help"
    FIND = "find"
    REQUEST = "request"
    VISIT = "visit"
    HOUSEHOLD = "household"
    HAZARD = "hazard"
    HAND_OVER = "hand_over"
    EMERGENCY = "emergency"
    PRINT = "print"
    COMMAND = "command"
    BACK = "back"
    FORWARD = "forward"
    LOCK = "lock"
    LARGER = "larger"
    SMALLER = "smaller"
    NORMAL = "normal"
    ESCAPE = "escape"


SEQUENCES: dict[Key, tuple[str, ...]] = {
    Key.HELP: ("F1", "Alt+1"),
    Key.FIND: ("F2", "Alt+2"),
    Key.REQUEST: ("F3", "Alt+3"),
    Key.VISIT: ("F4", "Alt+4"),
    Key.HOUSEHOLD: ("F5", "Alt+5"),
    Key.HAZARD: ("F6", "Alt+6"),
    Key.HAND_OVER: ("F9", "Alt+9"),
    Key.EMERGENCY: ("F10", "Alt+0"),
    Key.PRINT: ("Ctrl+P",),
    Key.COMMAND: ("Ctrl+K",),
    Key.BACK: ("Alt+Left",),
    Key.FORWARD: ("Alt+Right",),
    Key.LOCK: ("Ctrl+L",),
    Key.LARGER: ("Ctrl++", "Ctrl+="),
    Key.SMALLER: ("Ctrl+-",),
    Key.NORMAL: ("Ctrl+0",),
    Key.ESCAPE: ("Esc",),
}


def sequences(key: Key) -> list[QKeySequence]:
    return [QKeySequence(words) for words in SEQUENCES[key]]
