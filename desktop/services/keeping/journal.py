"""What went wrong in this run of the program, in words that name nobody: for whoever mends it."""

from __future__ import annotations

import logging
import traceback
from collections import deque
from datetime import datetime
from pathlib import Path

OURS = ("hamlet", "desktop", "sync", "forms")
MOST = 300
FRAMES = 12


class Journal(logging.Handler):
    """The last 300 warnings and errors. Of each: time, where, the author's sentence without what was filled in.

    Of an exception its kind and its way through the program, never its message, which may hold what somebody wrote.
    Of libraries only that they said something.
    """

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._lines: deque[str] = deque(maxlen=MOST)

    def emit(self, record: logging.LogRecord) -> None:
        mine = record.name.split(".")[0] in OURS and isinstance(record.msg, str)
        said = record.msg if mine else ""
        when = datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="seconds")
        self._lines.append(f"{when} {record.levelname} {record.name} {said}".rstrip())
        error = record.exc_info[1] if record.exc_info else None
        while error is not None:
            self._lines.append(f"  {type(error).__module__}.{type(error).__qualname__}")
            for frame in traceback.extract_tb(error.__traceback__)[-FRAMES:]:
                self._lines.append(f"    {_module(frame.filename)}:{frame.lineno} {frame.name}")
            error = error.__cause__ or error.__context__

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(self._lines)


def _module(file: str) -> str:
    """The last parts of a path: what stands before them names the person whose computer it is."""
    return "/".join(Path(file).parts[-3:])
