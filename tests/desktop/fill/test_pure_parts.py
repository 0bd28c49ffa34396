"""Screens, search among choices, labels and answers in words: the parts without widgets."""

import pytest
from form_pages import load, open_session
from pack_forms import answer, entity_list, open_pack

from desktop.fill.index import ChoiceIndex
from desktop.fill.keeping import keep, put_back
from desktop.fill.kit import Unread, language_of
from desktop.fill.rich import noun_of, plain_words, rich
from desktop.fill.say import said, summary
from desktop.fill.screens import State, heading, is_asked, is_shown, numbering, one_by_one, progress, screens
from forms.api import Choice, Form
from forms.casework.names import Names
from forms.text import Text


def test_loose_questions_join_their_neighbours(forms: dict[str, Form]) -> None:
    parts = screens(open_session(forms["request"]))
    assert [part.title for part in parts] == ["/data/who", "/data/what"]
    assert parts[1].refs[-2:] == ("/data/tell_by", "/data/notice")


def test_a_question_that_joined_a_group_stays_when_the_group_goes() -> None:
    requests = entity_list({"name": "r-1", "label": "QS-1", "status": "returned", "request_no": "QS-1"})
    session = answer(open_pack("request_update", requests=requests), request="r-1", action="supplement")
    parts = screens(session)
    (last,) = [part for part in parts if part.holds("/data/note_text")]
    assert last.title == "/data/answer"
    assert not session.node("/data/answer").relevant
    assert is_shown(session, last)
    assert heading(session, last) == ""
    assert [part.title for part in parts if is_shown(session, part)] == ["/data/which", "/data/answer"]
    assert numbering(session, parts)["/data/note_text"] == "2.1"


def test_a_repeat_is_a_screen_of_its_own(forms: dict[str, Form]) -> None:
    parts = screens(open_session(forms["household"]))
    assert parts[0].refs[0] == "/data/notice"
    assert ("/data/member",) in [part.refs for part in parts]
    assert parts[-1].refs == ("/data/remark",)


def test_a_repeat_that_only_computes_has_no_screen() -> None:
    parts = screens(open_session(load("resident_change")))
    assert not {"/data/person", "/data/dwelling"} & {ref for part in parts for ref in part.refs}
    assert "/data/remark" in {ref for part in parts for ref in part.refs}


def test_one_question_a_screen(forms: dict[str, Form]) -> None:
    session = open_session(forms["request"])
    parts = one_by_one(session, screens(session))
    asked = [[ref for ref in part.refs if is_asked(session.node(ref))] for part in parts]
    assert all(len(refs) == 1 for refs in asked)
    assert [ref for part in parts for ref in part.refs] == [ref for part in screens(session) for ref in part.refs]


def test_every_question_is_on_one_screen(forms: dict[str, Form]) -> None:
    for form in forms.values():
        session = open_session(form)
        parts = screens(session)
        for node in session.walk():
            assert sum(part.holds(node.ref) or part.title == node.ref for part in parts) >= 1, node.ref


def test_progress_goes_from_untouched_to_done(forms: dict[str, Form]) -> None:
    session = open_session(forms["told"])
    parts = screens(session)

    def state(*, visited: bool = False) -> State:
        return progress(session, parts[0], {each.ref: each for each in session.problems()}, visited=visited).state

    assert state() in (State.UNTOUCHED, State.PART)
    assert state(visited=True) in (State.PART, State.DONE)


def test_numbers_of_members(forms: dict[str, Form]) -> None:
    session = open_session(forms["household"])
    parts = screens(session)
    numbers = numbering(session, parts)
    place = numbers["/data/member[1]/name"]
    assert place.count(".") == 2
    assert place.endswith(".1.1")
    assert numbers["/data/nowhere"] == ""


CHOICES = [
    Choice("H05", "路灯亮化维护"),
    Choice("G01", "停水"),
    Choice("L01", "邻里、宅基地边界纠纷"),
    Choice("B01", "Street lamps"),
]


@pytest.mark.parametrize(
    ("query", "first"),
    [("ld", "H05"), ("路灯", "H05"), ("ludeng", "H05"), ("H05", "H05"), ("h0", "H05"), ("ts", "G01"),
     ("tingshui", "G01"), ("宅基地", "L01"), ("street", "B01"), ("sl", "B01"), ("ＬＤ", "H05"), (" ld ", "H05")],
)  # fmt: skip
def test_choices_are_found(names: Names, query: str, first: str) -> None:
    assert ChoiceIndex(CHOICES, names).find(query)[0].key == first


def test_what_was_typed_is_marked(names: Names) -> None:
    offer = ChoiceIndex(CHOICES, names).find("ld")[0]
    assert offer.title[slice(*offer.hit)] == "路灯"


def test_nothing_is_found(names: Names) -> None:
    assert ChoiceIndex(CHOICES, names).find("qqq") == []


def test_often_chosen_ones_come_first(names: Names) -> None:
    offers = ChoiceIndex(CHOICES, names, often=("L01", "G01")).find("")
    assert [offer.key for offer in offers] == ["L01", "G01", "H05", "B01"]


@pytest.mark.parametrize(
    ("surname", "query"), [("单国庆", "sgq"), ("仇和", "qh"), ("曾小红", "zxh"), ("区志明", "ozm"), ("解晓东", "xxd"),
                           ("查良", "zl"), ("盖丽", "gl")]
)  # fmt: skip
def test_surnames(names: Names, surname: str, query: str) -> None:
    assert ChoiceIndex([Choice("1", surname)], names).find(query)


@pytest.mark.parametrize(
    ("label", "html"),
    [
        ("**告知**：只用于办理", "<b>告知</b>：只用于办理"),
        ("a < b & c", "a &lt; b &amp; c"),
        ("# 标题\n正文", "<b>标题</b><br>正文"),
        ("<img src='file:///etc/passwd'>看", "看"),
        ("![x](file:///etc/passwd)", "!x"),
        ("[here](https://example.org)", "here"),
        ("_轻_ 2_3_4", "<i>轻</i> 2_3_4"),
    ],
)
def test_labels_are_safe(label: str, html: str) -> None:
    assert rich(label) == html


def test_labels_for_lists() -> None:
    assert plain_words("**告知**：\n只用于 <b>办理</b>") == "告知： 只用于 办理"


def test_answers_in_words(forms: dict[str, Form]) -> None:
    session = open_session(forms["household"])
    text = Text("zh")
    session.set("/data/member[1]/name", "何家明")
    session.set("/data/member[1]/birth", "1980-03-05")
    session.set("/data/member[1]/sex", session.choices("/data/member[1]/sex")[0].value)
    assert said(session, session.node("/data/member[1]/birth"), text) == "1980年3月5日（周三）"
    assert summary(session, "/data/member[1]", text) == "何家明，男，1980年3月5日（周三）"


def test_an_instance_comes_back_with_its_answers(forms: dict[str, Form]) -> None:
    session = open_session(forms["household"])
    session.add_repeat("/data/member")
    session.set("/data/member[1]/name", "何家明")
    session.set("/data/member[2]/name", "何小芳")
    kept = keep(session, "/data/member", 1)
    session.remove_repeat("/data/member", 1)
    change = put_back(session, kept)
    assert [session.node(f"/data/member[{n}]/name").value for n in (1, 2)] == ["何家明", "何小芳"]
    assert "/data/member" in change.repeats


def test_unread_words_follow_their_instance() -> None:
    unread = Unread()
    for at in (1, 2, 3):
        unread.note(f"/data/m[{at}]/birth", f"w{at}")
    unread.note("/data/other", "x")
    gone = unread.removed("/data/m", 2)
    assert unread.words == {"/data/m[1]/birth": "w1", "/data/m[2]/birth": "w3", "/data/other": "x"}
    unread.put_back("/data/m", 2, gone)
    assert unread.words["/data/m[2]/birth"] == "w2"
    assert unread.words["/data/m[3]/birth"] == "w3"
    unread.removed("/data/m", 2)
    unread.note("/data/other", "")
    assert "/data/other" not in unread.words


def test_nouns_of_repeats() -> None:
    assert noun_of("家庭成员（可以不填，以后再补）") == "家庭成员"
    assert noun_of("Members (optional)") == "Members"


def test_languages() -> None:
    assert language_of(("中文 (zh)", "English (en)"), "en", "中文 (zh)") == "English (en)"
    assert language_of(("English", "Français"), "en", "Français") == "English"
    assert language_of(("Français",), "zh", "Français") == "Français"
    assert language_of((), "zh", "default") == "default"
