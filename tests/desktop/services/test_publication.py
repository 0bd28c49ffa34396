"""What leaves the office: without names, held against what left, approved by another person, logged."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from office_data import fill_office
from service_world import PASSPHRASE, TOWNSHIP, household, seen_by, workspace

from desktop.services.desk import TheDesk, make_desk
from desktop.services.filling.filling import named
from desktop.services.overview.opinion_values import OpinionFilter, Ruling
from desktop.services.overview.publication_values import Form, PublishOrder, Stage
from desktop.services.overview.releasing import given_away
from forms.casework.opinions import Care, findings, softened
from forms.errors import Fault
from forms.export.suppress import LEAST
from forms.text import Text
from sync.protocol import Role
from sync.store.office_values import ReleaseItem

pytestmark = pytest.mark.together

ORDER = PublishOrder(Form.BOARD, "2026-08", "2026-10")
SECOND = "another four plain words"
SURNAMES = frozenset("王李张刘陈")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[TheDesk]:
    opened = workspace(tmp_path / "w", role=Role.TOWNSHIP, area=TOWNSHIP)
    desk = opened.desk(writer=True)
    fill_office(desk.context.store, requests=900, months=12, today=desk.context.today())
    add_user(desk, opened)
    yield desk
    desk.close()


def add_user(desk: TheDesk, opened: object) -> None:
    from sync.store import opening

    opening.add_user(desk.context.store.folder, opened.key(), user="li", secret=SECOND)  # type: ignore[attr-defined]


def opinion(desk: TheDesk, text: str, *, topic: str = "H", people: int = 3) -> str:
    opening = desk.filling.start("opinion")
    answers = {"topic": topic, "stance": "worry", "text": text, "people": str(people), "source": "visit"}
    for name, value in (answers | {"area": "99062110120101", "named": "no", "reply": "no"}).items():
        opening.session.set(named(opening.form, name), value)
    return desk.filling.finish(opening).instance_id


def test_no_small_cell_and_no_name_is_in_the_sheet(office: TheDesk) -> None:
    draft = office.publication.draft(ORDER)
    assert draft.hidden > 0
    shown = [cell for line in draft.lines for cell in line.cells if cell]
    assert shown
    assert min([*shown, *draft.totals, *(line.total for line in draft.lines)]) >= LEAST
    assert "某人" not in repr(draft)


def test_a_second_person_approves_and_only_then_it_can_be_written(office: TheDesk, tmp_path: Path) -> None:
    made = office.publication.propose(ORDER)
    target = tmp_path / "open.csv"
    with pytest.raises(Fault) as early:
        office.publication.write(made.id, target)
    assert early.value.code == "publication.not_approved"
    with pytest.raises(Fault) as same:
        office.publication.approve(made.id, approver="wang", passphrase=PASSPHRASE)
    assert same.value.code == "publication.same_person"
    with pytest.raises(Fault):
        office.publication.approve(made.id, approver="li", passphrase="not the right four words")
    assert office.publication.list()[0].stage is Stage.PROPOSED
    done = office.publication.approve(made.id, approver="li", passphrase=SECOND)
    assert (done.stage, done.decided_by, done.made_by) == (Stage.APPROVED, "li", "wang")
    office.publication.write(made.id, target)
    rows = list(csv.reader(target.read_text("utf-8-sig").splitlines()))
    assert rows[0][0] == "村"
    assert int(rows[-1][-1]) == made.draft.total
    board = office.publication.write(made.id, tmp_path / "sheet.html").read_text("utf-8")
    assert made.draft.title in board
    actions = [entry.action for entry in office.context.store.audit.list(limit=5000)]
    for action in ("release.proposed", "release.approved", "release.written"):
        assert action in actions


def test_what_was_decided_is_not_decided_again(office: TheDesk) -> None:
    made = office.publication.propose(ORDER)
    office.publication.refuse(made.id, reason="再等等")
    with pytest.raises(Fault) as twice:
        office.publication.approve(made.id, approver="li", passphrase=SECOND)
    assert twice.value.code == "publication.decided"
    assert office.publication.list()[0].reason == "再等等"


def test_one_beside_the_other_gives_nothing_away(office: TheDesk) -> None:
    """The quarter is proposed; the same quarter after two requests came late would show them."""
    office.publication.propose(ORDER)
    assert office.publication.draft(ORDER).total > 0
    with office.context.store._context.database.write() as connection:  # type: ignore[attr-defined]
        connection.exec_driver_sql(
            "UPDATE request SET recorded_on = '2026-10-30' WHERE id IN"
            " (SELECT id FROM request WHERE recorded_on < '2026-08-01' ORDER BY id LIMIT 2)"
        )
    with pytest.raises(Fault) as refused:
        office.publication.draft(ORDER)
    assert refused.value.code == "publication.follows"


@pytest.mark.parametrize(("first", "last"), [("2026-11", "2026-11"), ("2026-10", "2026-09"), ("", "2026-10")])
def test_only_whole_months_that_are_over(office: TheDesk, first: str, last: str) -> None:
    with pytest.raises(Fault) as refused:
        office.publication.draft(PublishOrder(Form.OPEN, first, last))
    assert refused.value.code == "publication.months"


def test_too_few_are_not_published(tmp_path: Path) -> None:
    desk = workspace(tmp_path / "w", role=Role.TOWNSHIP, area=TOWNSHIP).desk(writer=True)
    with pytest.raises(Fault) as refused:
        desk.publication.draft(ORDER)
    assert refused.value.code == "publication.too_few"
    desk.close()


# opinions


@pytest.mark.parametrize(
    ("text", "care"),
    [
        ("我的电话是 138 1234 5678，打给我", Care.PERSONAL),
        ("王书记从来不下组", Care.PERSONAL),
        ("3组27号那家的房子要塌了", Care.PERSONAL),
        ("这些狗日的谁都不管", Care.ABUSE),
        ("They are all idiots and crooks", Care.ABUSE),
        ("听说学校要撤，不知道真假", Care.RUMOUR),
        ("People say the school will close", Care.RUMOUR),
        ("修路的钱被吃了回扣", Care.ACCUSATION),
        ("He took a bribe", Care.ACCUSATION),
    ],
)
def test_what_needs_care_is_found_with_its_words(text: str, care: Care) -> None:
    found = [finding for finding in findings(text, surnames=SURNAMES) if finding.care is care]
    assert found
    assert all(finding.quote for finding in found)


@pytest.mark.parametrize(
    "text", ["自来水一到夏天就停", "大家都盼着修桥", "Please mend the street lamp", "垃圾站离得太近"]
)
def test_plain_words_need_none(text: str) -> None:
    assert findings(text, surnames=SURNAMES) == ()


def test_the_first_draft_names_nobody() -> None:
    text = "王书记说3组27号那家电话13812345678，狗日的"
    made = softened(text, surnames=SURNAMES)
    assert not {"王书记", "27号", "13812345678", "狗日"} & {
        part for part in ("王书记", "27号", "13812345678", "狗日") if part in made
    }
    assert Care.PERSONAL not in {finding.care for finding in findings(made, surnames=SURNAMES)}


def test_registered_names_are_known() -> None:
    assert [f.quote for f in findings("欧阳建国家的鱼塘", names={"欧阳建国"})] == ["欧阳建国"]


def test_who_is_registered_is_known_by_name(office: TheDesk) -> None:
    """Whoever lives here is named in nothing that leaves, with no title beside the name and no family behind it."""
    office.batch("household").add(household("99062110120101", "何大成", "阿依古丽"), base=Path())
    instance = opinion(office, "垃圾费都让何大成拿走了，电话 15411112222，阿依古丽也看见了")
    (row,) = office.opinions.page(OpinionFilter()).rows
    quotes = {finding.quote for finding in row.findings if finding.care is Care.PERSONAL}
    assert quotes == {"何大成", "阿依古丽", "*******2222"}
    assert "何大成" not in row.suggested
    assert "阿依古丽" not in row.suggested
    for words in ({"text": "垃圾费都让何大成拿走了"}, {"text": "垃圾费说不清", "answer": "已经请阿依古丽看过"}):
        with pytest.raises(Fault) as refused:
            office.opinions.decide(instance, Ruling.PUBLISH, **words)
        assert refused.value.code == "opinions.personal"
    office.opinions.decide(instance, Ruling.PUBLISH, text="垃圾费说不清", answer="下月公示收支")


def test_a_person_decides_and_only_clean_words_leave(office: TheDesk) -> None:
    instance = opinion(office, "王书记说路灯归村里管，可是三个月没修")
    (row,) = office.opinions.page(OpinionFilter()).rows
    assert (row.ruling, row.village_label) == (Ruling.OPEN, "柳树湾村")
    with pytest.raises(Fault) as refused:
        office.opinions.decide(instance, Ruling.PUBLISH, text=row.text)
    assert refused.value.code == "opinions.personal"
    with pytest.raises(Fault):
        office.opinions.decide(instance, Ruling.PUBLISH, text=" ")
    assert office.publication.draft(ORDER).said == ()
    office.opinions.decide(instance, Ruling.PUBLISH, text="路灯三个月没修", answer="下周修")
    draft = office.publication.draft(ORDER)
    assert [(said.text, said.answer) for said in draft.said] == [("路灯三个月没修", "下周修")]
    assert "柳树湾" not in repr(draft.said)
    assert office.opinions.page(OpinionFilter()).rows == ()
    assert office.opinions.page(OpinionFilter(Ruling.PUBLISH)).counts[Ruling.PUBLISH] == 1


def test_people_are_summed_by_matter_and_place(office: TheDesk) -> None:
    for people in (3, 4):
        opinion(office, "自来水夏天停水", topic="G", people=people)
    page = office.opinions.page(OpinionFilter(None))
    assert page.people["990621/990621101/990621101201", "G"] == 7
    assert page.against["990621/990621101/990621101201", "G"] == 7
    assert office.opinions.page(OpinionFilter(None, topic="H")).rows == ()


def test_a_supervisor_reads_and_does_not_decide(office: TheDesk) -> None:
    instance = opinion(office, "桥修好了，方便")
    supervisor = seen_by(office, Role.SUPERVISOR)
    assert len(supervisor.opinions.page(OpinionFilter()).rows) == 1
    with pytest.raises(Fault) as refused:
        supervisor.opinions.decide(instance, Ruling.KEEP)
    assert refused.value.code == "services.no_right"


def test_erased_words_are_forgotten_here_too(office: TheDesk) -> None:
    instance = opinion(office, "桥修好了，方便")
    office.opinions.decide(instance, Ruling.PUBLISH, text="桥修好了")
    with office.context.store._context.database.write() as connection:  # type: ignore[attr-defined]
        connection.exec_driver_sql(
            "DELETE FROM payload WHERE record = (SELECT id FROM record WHERE instance_id = ?)", (instance,)
        )
    assert list(office.opinions.published()) == []


def test_what_is_public_is_taken_back_by_one_person_with_a_reason(office: TheDesk) -> None:
    made = office.publication.propose(ORDER)
    with pytest.raises(Fault) as early:
        office.publication.withdraw(made.id, reason="数不对")
    assert early.value.code == "publication.decided"
    assert office.publication.approve(made.id, approver="li", passphrase=SECOND).public
    with pytest.raises(Fault) as silent:
        office.publication.withdraw(made.id, reason=" ")
    assert silent.value.code == "publication.reason"
    gone = office.publication.withdraw(made.id, reason="数不对")
    assert (gone.stage, gone.public, gone.reason) == (Stage.WITHDRAWN, False, "数不对")
    assert list(given_away(office.context))  # it was seen: later ones are held against it still


def test_it_is_said_in_both_languages(office: TheDesk) -> None:
    made = office.publication.propose(ORDER)
    english = make_desk(replace(office.context, text=Text("en")), forget=lambda _: None).publication.list()[0]
    assert (made.draft.lines[0].label, english.draft.lines[0].label) == ("柳树湾村", "Liushuwan Village")
    assert (made.draft.total, english.draft.total) == (made.draft.total,) * 2


def test_what_an_older_program_kept_stays(office: TheDesk, tmp_path: Path) -> None:
    """In the table of its own, in one language: it is listed, decided and written, and later ones held against it."""
    shown = {
        "form": "board", "heads": ["水利"], "lines": [["石桥村", [7], 7]], "totals": [7], "total": 7, "hidden": 0,
        "notes": [], "said": [["路", "路灯坏了", "下周修"]],
    }  # fmt: skip
    item = ReleaseItem(
        "publication-old", "publication", "十月", "proposed", "wang", "2026-11-01T00:00:00Z", shown=shown
    )
    office.context.store.releases.propose(item)
    done = office.publication.approve(item.id, approver="li", passphrase=SECOND)
    assert (done.stage, done.public, done.draft.said[0].answer) == (Stage.APPROVED, False, "下周修")
    assert "石桥村,7,7" in office.publication.write(item.id, tmp_path / "a.csv").read_text("utf-8-sig")
    with pytest.raises(Fault) as only:
        office.publication.withdraw(item.id, reason="数不对")
    assert only.value.code == "publication.only_here"
