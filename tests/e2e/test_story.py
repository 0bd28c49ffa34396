"""`try --headless`: the whole story by itself, with its workbook, its pictures and its report."""

import json
from pathlib import Path

import pytest
from hamlet_program import Program
from openpyxl import load_workbook


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_story_plays_by_itself(tmp_path: Path, language: str) -> None:
    program = Program(tmp_path, extra={"QT_QPA_PLATFORM": "offscreen"}, outside=True)
    out = tmp_path / "out"
    done = program.run("try", "--headless", "--out", str(out), "--language", language)
    assert done.code == 0, done
    story = json.loads((out / "story.json").read_text("utf-8"))
    assert story.keys() == {"requests", "pngs", "workbook"}
    assert len(story["requests"]) == 3
    for request in story["requests"]:
        assert request["ref"].startswith("QS-")
        assert request["instanceID"].startswith("uuid:")
        assert (request["recorded_offline"], request["acks"]) == (True, 1)
        assert request["answered"]
        assert request["told"]
    assert story["pngs"]
    for name in story["pngs"]:
        assert (out / name).read_bytes().startswith(b"\x89PNG")
    assert all(name.endswith(f"-{language}.png") for name in story["pngs"])
    book = load_workbook(out / story["workbook"]["path"], read_only=False)
    rows = {sheet.title: sheet.max_row - 1 for sheet in book}
    assert rows == story["workbook"]["sheets"]
    refs = {str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row}
    assert {request["ref"] for request in story["requests"]} <= refs
