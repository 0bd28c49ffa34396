"""Ctrl+P, each sheet into a PDF where there is no printer."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from window_driver import WindowDriver

from desktop.pages.paper.page import PrintingPage
from forms.errors import Fault, Kind

SHEETS = ("read_out", "board", "blank", "completed", "keys")


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_sheet_becomes_a_pdf(
    window: WindowDriver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sheet: str
) -> None:
    file = tmp_path / f"{sheet}.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_named: (str(file), ""))
    window.press("Ctrl+P")
    assert isinstance(window.page, PrintingPage)
    text = window.shell.context.text
    window.click(f"{text('pages.save_pdf')} {text(f'printing.{sheet}')}")
    assert file.read_bytes().startswith(b"%PDF")
    assert text("pages.pdf_saved") in window.words()


def test_a_folder_that_takes_nothing_is_named(
    window: WindowDriver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_named: (str(tmp_path), ""))
    window.press("Ctrl+P")
    text = window.shell.context.text
    window.click(f"{text('pages.save_pdf')} {text('printing.keys')}")
    refused = Fault("vault.unwritable", Kind.DAMAGED, path=str(tmp_path))
    assert refused.message(text) in window.words()
    assert refused.remedy(text) in window.words()
