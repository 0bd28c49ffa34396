"""What goes on paper: nobody's name on the notice board, every question of a form, masked numbers."""

from dataclasses import replace
from datetime import timedelta

import pytest
from service_world import Filled
from shared_folder import SHARED

from desktop.services.clock import fixed
from desktop.services.desk import make_desk
from desktop.services.paper.sheets import Asked, Heading, Item, Pairs, Passage, Sheet, Table


def asked(sheet: Sheet) -> dict[str, Asked]:
    return {block.label: block for block in sheet.blocks if isinstance(block, Asked)}


def answer(village: Filled) -> None:
    """The township's part, on the village's own desk."""
    from service_world import seen_by

    from sync.protocol import Role

    office = seen_by(village.desk, Role.TOWNSHIP, area="990621101")
    office.requests.update(village.ref, {"action": "receive"})
    office.requests.update(village.ref, {"action": "assign", "dept": "GD", "days": 3})
    office.requests.update(
        village.ref, {"action": "answer", "outcome": "done", "did": "路灯换好了，王建国家门口的也换了"}
    )


def test_answers_are_read_out_with_a_box_to_tick(village: Filled) -> None:
    answer(village)
    (item,) = village.desk.printing.read_out().blocks
    assert isinstance(item, Item)
    assert item.tick
    assert any("路灯换好了" in line for line in item.lines)
    assert not any("15412345678" in line for line in item.lines)


def test_nothing_to_read_out_says_so(village: Filled) -> None:
    (words,) = village.desk.printing.read_out().blocks
    assert isinstance(words, Passage)


def test_the_notice_board_names_nobody(village: Filled) -> None:
    answer(village)
    sheet = village.desk.printing.board()
    (table,) = sheet.blocks
    assert isinstance(table, Table)
    assert [row[0] for row in table.rows] == [village.ref]
    shown = str(sheet)
    for words in ("王建国", "李秀兰", "小学路口", "154", "1号"):
        assert words not in shown


def test_what_is_late_is_listed_for_a_meeting_without_names(village: Filled) -> None:
    from service_world import seen_by

    from sync.protocol import Role

    office = seen_by(village.desk, Role.TOWNSHIP, area="990621101")
    office.requests.update(village.ref, {"action": "receive"})
    (none,) = office.printing.overdue().blocks
    assert isinstance(none, Passage)
    office.requests.update(village.ref, {"action": "assign", "dept": "GD", "days": 1})
    seen = seen_by(village.desk, Role.SUPERVISOR, area="990621101")
    in_two_weeks = fixed((seen.context.clock.now() + timedelta(days=14)).isoformat())
    later = make_desk(replace(seen.context, clock=in_two_weeks), forget=lambda _: None)
    (table,) = later.printing.overdue().blocks
    assert isinstance(table, Table)
    ((ref, *_, late),) = table.rows
    assert ref == village.ref
    assert any(sign.isdigit() for sign in late)
    assert not any(words in str(table) for words in ("王建国", "李秀兰", "小学路口", "154"))


@pytest.mark.parametrize(
    "form",
    ["household", "resident", "request", "visit", "hazard", "opinion", "resident_change", "correction", "headcount"],
)
def test_every_form_of_the_pack_has_a_paper(village: Filled, form: str) -> None:
    sheet = village.desk.printing.blank(form)
    found = asked(sheet)
    for question in village.desk.forms.form(form).questions:
        if question.control is not None and not question.note and not question.calculated:
            label = question.labels["中文 (zh)"]
            assert any(label[:6] in each or "${" in label for each in found), label


def test_choices_are_boxes_to_tick_and_dates_boxes_to_write_in(village: Filled) -> None:
    found = asked(village.desk.printing.blank("visit"))
    assert found["怎么走访"].options[0] == "上门"
    assert not found["怎么走访"].several
    assert found["有没有这些情况"].several
    assert found["日期"].boxes.count(" ") == 8
    assert found["说了什么"].lines > 1
    assert Heading("走访谁") in village.desk.printing.blank("visit").blocks


def test_a_finished_record_is_printed_as_the_screen_shows_it(village: Filled) -> None:
    (first, *_) = village.desk.printing.recent()
    sheet = village.desk.printing.completed(first.instance_id)
    pairs = next(block for block in sheet.blocks if isinstance(block, Pairs))
    said = dict(pairs.rows)
    assert "deviceid" not in said
    assert not any("15412345678" in value for value in said.values())
    assert not any(uuid in str(sheet) for uuid in village.residents)


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize("name", ["all-question-types.xlsx", "all-widgets.xml", "whova_form.xlsx"])
def test_every_question_of_foreign_forms_is_on_paper(village: Filled, name: str) -> None:
    row = village.desk.forms.add(SHARED / "forms" / "samples" / name)
    questions = village.desk.forms.form(row.form_id).questions
    wanted = [each for each in questions if each.control is not None and not each.note and not each.calculated]
    found = [block for block in village.desk.printing.blank(row.form_id).blocks if isinstance(block, Asked)]
    assert len(found) == len(wanted) > 10
