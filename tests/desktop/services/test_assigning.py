"""Assigning many with what each came to, the board page by page, and an export's preview."""

from pathlib import Path

from service_world import TOWNSHIP, Filled, request, seen_by

from desktop.services.sheets.export_values import ExportOrder
from desktop.services.values import BoardFilter, Level, RequestState, Tab
from sync.protocol import Role


def test_what_somebody_has_already_is_left_alone(village: Filled) -> None:
    second = village.desk.batch("request").add(request(village.residents[0], "水渠堵了", "G05"), base=Path())
    office = seen_by(village.desk, Role.TOWNSHIP, area=TOWNSHIP)
    office.requests.assign([village.ref])
    done = office.requests.assign([village.ref, second.ref], department="MZ", fresh=True)
    assert done[second.ref] == ""
    assert done[village.ref]
    assert office.requests.show(second.ref).row.department == "MZ"
    assert office.requests.show(village.ref).row.department != "MZ"


def test_many_go_back_with_the_question_named_and_those_that_cannot_say_why(village: Filled) -> None:
    second = village.desk.batch("request").add(request(village.residents[0], "水渠堵了", "G05"), base=Path())
    office = seen_by(village.desk, Role.TOWNSHIP, area=TOWNSHIP)
    missing = office.requests.missing()
    assert {value for value, _ in missing.why} >= {"who", "place", "photo"}
    place = next(words for path, words in missing.questions if path.endswith("/place"))
    said = f"请补「{place}」。哪一盏？"
    done = office.requests.send_back([village.ref, second.ref], why=["place", "photo"], said=said)
    assert set(done.values()) == {""}
    for ref in (village.ref, second.ref):
        row = office.requests.show(ref).row
        assert (row.state, row.returned_text) == (RequestState.RETURNED, said)
    again = office.requests.send_back([village.ref, "QS-XXA-0001-1"], why=["place"], said=said)
    assert all(again.values()), "returned already, and unknown"
    assert not any(office.requests.assign([second.ref]).values())


def test_the_board_comes_page_by_page(village: Filled) -> None:
    batch = village.desk.batch("request")
    for number in range(5):
        batch.add(request(village.residents[0], f"第 {number} 件"), base=Path())
    office = seen_by(village.desk, Role.TOWNSHIP, area=TOWNSHIP)
    refs, after = [], ""
    while True:
        page = office.requests.board(BoardFilter(tab=Tab.ALL, limit=2, after=after))
        assert len(page.rows) <= 2
        refs += [row.ref for row in page.rows]
        after = page.next
        if not after:
            break
    assert len(refs) == len(set(refs)) == 6


def test_a_proposal_names_department_and_days(village: Filled) -> None:
    office = seen_by(village.desk, Role.TOWNSHIP, area=TOWNSHIP)
    proposal = office.requests.show(village.ref).proposal
    assert proposal is not None
    assert proposal.department
    ends = [end for _, end in proposal.limits]
    assert ends == sorted(ends)
    assert village.desk.requests.show(village.ref).proposal is None


def test_a_preview_is_what_the_file_will_have(village: Filled, tmp_path: Path) -> None:
    order = ExportOrder("requests", tmp_path / "x.xlsx", level=Level.HANDLING)
    preview = village.desk.exports.preview(order)
    assert village.ref in preview.rows[0]
    assert len(preview.rows[0]) == len(preview.columns)
    full = village.desk.exports.preview(ExportOrder("requests", tmp_path / "x.xlsx", level=Level.FULL))
    assert not any("15412345678" in cell for row in full.rows for cell in row)
    assert not list(tmp_path.glob("*.xlsx"))
