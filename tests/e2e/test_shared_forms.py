"""Two forms that others made: filled from answers, synced, pulled by the township, exported, equal at every step."""

import json
from pathlib import Path

import pytest
from hamlet_program import World
from openpyxl import load_workbook
from shared_folder import SHARED

ANSWERS = Path(__file__).parent / "answers"
FORMS = {
    "ifrc": "ifrc-distribution-site-assessment-v1.xlsx",
    "socio-economic": "socio-economic-survey-v20240515.xlsx",
}


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("added_by", ["township", "village"])
def test_a_form_goes_all_the_way(world: World, name: str, added_by: str) -> None:
    ask, run = world.program.ask, world.program.run
    village, township = ["--workspace", str(world.village)], ["--workspace", str(world.township)]
    file = str(SHARED / "forms" / "samples" / FORMS[name])
    form = ask("form", "add", file, *(township if added_by == "township" else village))["form"]
    ask("sync", *township)
    ask("sync", *village)

    done = run("record", "add", form, "--answers", str(ANSWERS / f"{name}.json"), "--json", *village)
    assert done.code == 0, done
    added, total = done.lines
    assert total == {"added": 1, "refused": 0}
    ask("sync", *village)
    status = ask("workspace", "status", *village)
    assert (status["waiting"], status["acknowledged"], status["held"]) == (0, 1, 0)
    ask("sync", *township)

    here = run("record", "export", added["instanceID"], *village).out
    assert here.startswith(b"<?xml")
    assert here == run("record", "export", added["instanceID"], *township).out
    assert here == run("hub", "record", str(world.hub), "export", added["instanceID"]).out
    for answer in flat(json.loads((ANSWERS / f"{name}.json").read_text("utf-8"))):
        assert escaped(answer).encode() in here

    target = world.program.home / f"{name}.xlsx"
    written = ask("export", form, "--to", str(target), *township)
    book = load_workbook(target)
    sheet = book.worksheets[0]
    assert sheet.max_row == 2
    assert next(iter(written["sheets"].values())) == 1
    cells = {str(cell.value) for row in book.worksheets[0].iter_rows(min_row=2) for cell in row}
    remarks = [answer for answer in flat(json.loads((ANSWERS / f"{name}.json").read_text("utf-8"))) if "\n" in answer]
    assert remarks
    assert all(remark in cells for remark in remarks)


def flat(value: object) -> list[str]:
    if isinstance(value, dict):
        return [leaf for inner in value.values() for leaf in flat(inner)]
    if isinstance(value, list):
        if all(isinstance(inner, str) for inner in value):
            return [" ".join(value)]
        return [leaf for inner in value for leaf in flat(inner)]
    return [str(value)]


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
