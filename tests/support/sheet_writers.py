"""Writers of workbooks, one a process: `python sheet_writers.py WRITER ROWS TARGET` prints what it cost as JSON.

The cells are the same for all: text, whole numbers, decimals and dates; ours gets them as text, as a store gives them.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path

COLUMNS = 40
_KINDS = ("text",) * 22 + ("whole",) * 10 + ("decimal",) * 4 + ("date",) * 4
_WORDS = (
    "柳树湾村3组",
    "路灯不亮了三天",
    "李大成",
    "男",
    "低保户",
    "因病、因学",
    "已告知",
    "供电所",
    "道路",
    "电话",
    "满意",
)
_DAYS = [date(2026, 1, 1) + timedelta(days=day) for day in range(300)]
_ISO = [day.isoformat() for day in _DAYS]


def headers() -> list[str]:
    return [f"{kind} {at}" for at, kind in enumerate(_KINDS)]


def typed(rows: int) -> Iterator[list[object]]:
    """Rows as the usual writers take them."""
    fixed: list[object] = [_WORDS[at % len(_WORDS)] for at in range(17)]
    for n in range(rows):
        yield [
            *fixed, *(f"{n}号：小学路口的路灯坏了{at}" for at in range(5)), *(n * 7 + at for at in range(10)),
            *((n * 10 + at) / 4 for at in range(4)), *(_DAYS[(n + at) % 300] for at in range(4)),
        ]  # fmt: skip


def lexical(rows: int) -> Iterator[list[str]]:
    """The same rows as text, as records hold them."""
    fixed = [_WORDS[at % len(_WORDS)] for at in range(17)]
    for n in range(rows):
        yield [
            *fixed, *(f"{n}号：小学路口的路灯坏了{at}" for at in range(5)), *(str(n * 7 + at) for at in range(10)),
            *(str((n * 10 + at) / 4) for at in range(4)), *(_ISO[(n + at) % 300] for at in range(4)),
        ]  # fmt: skip


def ours(rows: int, target: Path) -> None:
    from forms.export.types import Cell
    from forms.export.xlsx import Header, Workbook

    made = [Header(label, Cell(kind), 16) for label, kind in zip(headers(), _KINDS, strict=True)]
    with target.open("wb") as file, Workbook(file) as book:
        sheet = book.sheet("t", made)
        sheet.extend(lexical(rows))
        sheet.close()


def rust(rows: int, target: Path) -> None:
    names = headers()
    dicts = (dict(zip(names, row, strict=True)) for row in typed(rows))
    import_module("rustpy_xlsxwriter").write_worksheet(dicts, str(target))


def xlsxwriter(rows: int, target: Path) -> None:
    book = import_module("xlsxwriter").Workbook(str(target), {"constant_memory": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("t")
    sheet.write_row(0, 0, headers())
    for at, row in enumerate(typed(rows), 1):
        sheet.write_row(at, 0, row[:36])
        for place in range(36, COLUMNS):
            sheet.write_datetime(at, place, row[place], day)
    book.close()


def openpyxl(rows: int, target: Path) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("t")
    sheet.append(headers())
    for row in typed(rows):
        sheet.append(row)
    book.save(target)


def rows_only(rows: int, target: Path) -> None:
    for _ in typed(rows):
        pass


WRITERS: dict[str, Callable[[int, Path], None]] = {
    each.__name__: each for each in (ours, rust, xlsxwriter, openpyxl, rows_only)
}


def spent() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak() -> float:
    """The most memory held so far, in MB."""
    return _held("VmHWM")


def idle_now() -> float:
    """The memory held now, in MB; from here on `peak` counts anew."""
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    return _held("VmRSS")


def _held(name: str) -> float:
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


if __name__ == "__main__":
    writer, count, place = WRITERS[sys.argv[1]], int(sys.argv[2]), Path(sys.argv[3])
    writer(2, place)  # so that imports weigh on neither figure
    began, idle = spent(), idle_now()
    writer(count, place)
    size = place.stat().st_size / 1e6 if place.exists() else 0.0
    json.dump({"cpu": spent() - began, "memory": peak() - idle, "file": size}, sys.stdout)
