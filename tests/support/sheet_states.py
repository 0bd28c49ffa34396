"""Pages about spreadsheets with a file looked at: a register to take in, a department's workbook to fill."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import openpyxl
from window_driver import WindowDriver

from desktop.pages.parts.places import Name, Place

REGISTER = (
    ("村", "组", "户主姓名", "姓名", "与户主关系", "性别", "出生日期", "电话", "备注"),
    ("石桥村", "1组", "单长福", "单长福", "户主", "男", "1948-03-12", "15412345678", ""),
    ("石桥村", "1组", "单长福", "李小满", "孙女", "女", "2015.7.4", "", "随祖父住"),
    ("石桥村", "1组", "单长福", "单长禄", "其他", "男", "某年", "", ""),
    ("柳树湾村", "3组", "何大成", "何大成", "户主", "男", "1961/5/2", "1541234567", ""),
)
WORKBOOK = (("序号", "姓名", "性别", "出生日期", "学历", "银行账号"), *((n, *[None] * 5) for n in range(1, 9)))


class _TakesFiles(Protocol):
    def take_file(self, file: Path) -> None: ...


def sheet_states() -> list[tuple[str, Callable[[WindowDriver], None]]]:
    """Names, and how the window gets there."""
    return [
        ("intake-looked", partial(_look, page=Name.INTAKE, name="register.xlsx", rows=REGISTER)),
        ("workbook-looked", partial(_look, page=Name.WORKBOOK, name="survey.xlsx", rows=WORKBOOK)),
    ]


def _look(window: WindowDriver, *, page: Name, name: str, rows: Sequence[Sequence[object]]) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    window.go(Place(page))
    found: _TakesFiles = window.page  # type: ignore[assignment]
    with TemporaryDirectory() as folder:
        file = Path(folder) / name
        book.save(file)
        found.take_file(file)
        window.settle()
