"""What the window says: days, time limits, statuses, people; every status has a word, a tone and an icon."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from desktop.pages.parts.words import KINDS, RECORDS, STATES, Words
from desktop.services.clock import CHINA, fixed
from desktop.services.values import RecordState, RequestRow, RequestState, TimelineKind
from desktop.theme.tokens import Tone
from forms.text import Text
from sync.protocol import Role

CLOCK = fixed("2026-11-21T10:26:00")
ROW = RequestRow(
    ref="QS-SQA-0001-6", uuid="u", instance_id="i", area="1", area_label="3 组", village_label="石桥村", matter="H01",
    matter_label="路灯", category="H", category_label="道路", who="李大成", resident="r", description="不亮",
    urgency="normal", asked_on=None, state=RequestState.ASSIGNED, outcome="", department="E",
    department_label="镇电工组", due=None, provisional=False, overdue=False, days=5, days_left=3, paused=False,
    answer="", next_step="", returned_text="", told_on=None, told_way="", reaction="", tell_by="", phone="",
)  # fmt: skip


def words(language: str = "zh", role: Role = Role.VILLAGE) -> Words:
    return Words(Text(language), CLOCK, role)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 21), "今天"),
        (date(2026, 11, 20), "昨天"),
        (date(2026, 11, 22), "明天"),
        (date(2026, 3, 5), "3月5日"),
        (date(2025, 4, 20), "2025-04-20"),
    ],
)
def test_days_are_said_by_name_while_they_are_near(day: date, said: str) -> None:
    assert words().day(day) == said


def test_a_moment_is_said_in_the_zone_of_the_clock() -> None:
    assert words().moment(datetime.fromisoformat("2026-11-21T02:31:00+00:00")) == "今天 10:31"
    assert words("en").moment(datetime(2026, 11, 18, 16, 20, tzinfo=CHINA)) == "18 November 16:20"


def test_the_lunar_day_stands_beside_the_other_in_chinese_only() -> None:
    assert words().full_day(date(2026, 11, 21)).startswith("11月21日 星期六 · 农历")
    assert words("en").full_day(date(2026, 11, 21)) == "Saturday, 21 November"


@pytest.mark.parametrize(
    ("changes", "said", "tone"),
    [
        ({"days_left": 3}, "还剩 3 天", Tone.MUTE),
        ({"days_left": 1}, "还剩 1 天", Tone.WARN),
        ({"days_left": 0}, "今天到期", Tone.WARN),
        ({"days_left": -2}, "超期 2 天", Tone.BAD),
        ({"days_left": None}, "还没定时限", Tone.MUTE),
        ({"days_left": 9, "provisional": True}, "约还剩 9 天", Tone.MUTE),
        ({"paused": True}, "计时暂停", Tone.MUTE),
        ({"state": RequestState.RETURNED, "days_left": -4}, "计时暂停", Tone.MUTE),
        ({"state": RequestState.ANSWERED, "days_left": -4}, "已答复", Tone.OK),
        ({"state": RequestState.FORWARDED}, "县里计时", Tone.MUTE),
    ],
)
def test_time_limits_in_words(changes: dict[str, object], said: str, tone: Tone) -> None:
    assert words().due(replace(ROW, **changes)) == (said, tone)


def test_one_day_is_not_said_in_the_plural() -> None:
    assert words("en").due(replace(ROW, days_left=1))[0] == "1 day left"
    assert words("en").due(replace(ROW, days_left=-1))[0] == "1 day over"


def test_village_and_township_read_other_words_for_the_same_state() -> None:
    assert words(role=Role.VILLAGE).state(RequestState.RETURNED) == "退回补充"
    assert words(role=Role.TOWNSHIP).state(RequestState.RETURNED) == "等村里补充"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_status_has_word_tone_icon_and_sentence(language: str) -> None:
    assert set(STATES) == set(RequestState)
    assert set(RECORDS) == set(RecordState)
    assert set(KINDS) == set(TimelineKind)
    said = words(language)
    for state in RequestState:
        mark = said.mark(state)
        assert mark.word
        assert mark.icon
        assert said.where(replace(ROW, state=state))
    for record in RecordState:
        assert said.record(record).word


def test_a_title_in_both_languages_is_said_in_one() -> None:
    assert words().form_title("诉求登记 Request") == "诉求登记"
    assert words("en").form_title("诉求登记 Request") == "Request"
    assert words("en").form_title("Household survey") == "Household survey"


def test_a_person_is_said_without_what_is_not_known() -> None:
    assert words().person(sex="m", age=54, area="3 组", house_no="27") == "男 · 54 岁 · 3 组 27 号"
    assert words().person(sex="", age=None, area="3 组", house_no="1号") == "3 组 1 号"


@pytest.mark.parametrize(
    ("number", "zh", "en"),
    [("9", "9 号", "no. 9"), ("9号", "9 号", "no. 9"), ("村东头", "村东头", "村东头"), ("", "", "")],
)
def test_a_door_number_however_it_was_written(number: str, zh: str, en: str) -> None:
    assert words("zh").house(number) == zh
    assert words("en").house(number) == en
