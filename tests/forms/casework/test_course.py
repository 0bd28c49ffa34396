"""The course of a request: the table, the clock, and what comes too late."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.casework import course as courses
from forms.casework.course import Opened, days_left, fold, overdue, properties
from forms.casework.events import Action, Reaction, RequestEvent, Way, read
from forms.casework.states import LOOKS, SETTLED, Outcome, State, wording
from forms.casework.transitions import TRANSITIONS, allowed
from forms.entities.apply import PROJECTED, REQUESTS
from forms.text import LANGUAGES, Text

DAY = date(2026, 11, 16)
ARRIVED = Opened("r", State.ARRIVED, DAY, days=10, department="GS")


def event(action, after=0, **values):
    return RequestEvent(f"uuid:{action}-{after}", "r", Action(action), DAY + timedelta(after), **values)


RECEIVE = event("receive", 0)
ASSIGN = event("assign", 1, department="GD", days=5)
ANSWER = event("answer", 2, outcome=Outcome.DONE, answer="换了灯泡")
TELL = event("tell", 3, way=Way.FACE, reaction=Reaction.SATISFIED)
AGAIN = event("tell", 3, way=Way.PHONE, reaction=Reaction.UNSATISFIED, why_not="还是不亮", again=True)
CLOSE = event("close", 4, outcome=Outcome.DONE)
RETURN = event("return", 2, text="哪盏灯")
SUPPLEMENT = event("supplement", 8)
FORWARD = event("forward", 2, forward_to="县供电局")
BACK = event("back", 4)


@pytest.fixture
def folded(calendar):
    return lambda *events, opened=ARRIVED: fold(opened, events, calendar)


@pytest.mark.parametrize(
    ("events", "state"),
    [
        ((), State.ARRIVED),
        ((RECEIVE,), State.TAKEN_UP),
        ((ASSIGN,), State.ASSIGNED),
        ((RECEIVE, ASSIGN, ANSWER), State.ANSWERED),
        ((RECEIVE, ASSIGN, ANSWER, TELL), State.TOLD),
        ((RECEIVE, ASSIGN, ANSWER, TELL, CLOSE), State.CLOSED),
        ((RECEIVE, ASSIGN, ANSWER, CLOSE, TELL), State.CLOSED),
        ((RECEIVE, ASSIGN, ANSWER, AGAIN), State.REOPENED),
        ((RECEIVE, ASSIGN, ANSWER, CLOSE, AGAIN), State.REOPENED),
        ((RECEIVE, RETURN), State.RETURNED),
        ((RECEIVE, RETURN, SUPPLEMENT), State.TAKEN_UP),
        ((RECEIVE, FORWARD), State.FORWARDED),
        ((RECEIVE, FORWARD, BACK), State.ASSIGNED),
        ((RECEIVE, FORWARD, event("progress", 3)), State.FORWARDED),
        ((RECEIVE, ASSIGN, ANSWER, event("try", 3, way=Way.NOTFOUND)), State.ANSWERED),
    ],
)
def test_the_way_through_the_table(folded, events, state):
    course = folded(*events)
    assert (course.state, course.late) == (state, ())


def test_told_and_closed_never_conflict(folded):
    told_first, closed_first = folded(ASSIGN, ANSWER, TELL, CLOSE), folded(ASSIGN, ANSWER, CLOSE, TELL)
    for course in (told_first, closed_first):
        assert (course.state, course.told_way, course.reaction) == (State.CLOSED, Way.FACE, Reaction.SATISFIED)
        assert (course.outcome, course.answer) == (Outcome.DONE, "换了灯泡")


def test_an_event_that_does_not_fit_is_late_and_changes_nothing(folded):
    before = folded(ASSIGN, ANSWER)
    for late in (RECEIVE, SUPPLEMENT, BACK, event("progress", 3)):
        course = folded(ASSIGN, ANSWER, late)
        assert course.late == (late.instance_id,)
        assert (course.state, course.due, course.answer, course.changed_on) == (
            before.state,
            before.due,
            before.answer,
            before.changed_on,
        )


def test_it_is_reopened_once(folded):
    second = event("answer", 5, outcome=Outcome.PARTLY, answer="换了线", next_step="等停电")
    course = folded(ASSIGN, ANSWER, AGAIN, second)
    assert (course.state, course.outcome, course.told_on, course.reopened) == (
        State.ANSWERED,
        Outcome.PARTLY,
        None,
        True,
    )
    told = folded(ASSIGN, ANSWER, AGAIN, second, event("tell", 6, way=Way.FACE, again=True))
    assert (told.state, told.late) == (State.TOLD, ())
    township = event("reopen", 7)
    assert folded(ASSIGN, ANSWER, AGAIN, second, event("tell", 6, way=Way.FACE), township).late == (
        township.instance_id,
    )


def test_reopening_starts_half_the_limit_anew_and_clears_the_answer(folded):
    course = folded(ASSIGN, ANSWER, AGAIN)
    assert (course.days, course.start) == (3, AGAIN.on)
    assert (course.answer, course.outcome, course.why_not) == ("", None, "还是不亮")
    assert folded(event("assign", 0, days=9), ANSWER, AGAIN).days == 5


def test_the_published_pause(folded):
    course = folded(event("assign", 0, days=10), RETURN)
    assert (course.paused, course.paused_since, course.returned_text) == (True, date(2026, 11, 18), "哪盏灯")
    back = folded(event("assign", 0, days=10), RETURN, SUPPLEMENT)
    assert (back.paused, back.paused_days, back.due.day) == (False, 4, date(2026, 12, 4))


def test_days_left_and_overdue(folded, calendar):
    course = folded(ASSIGN)
    assert course.due.day == date(2026, 11, 23)
    assert days_left(course, date(2026, 11, 20), calendar) == 1
    assert not overdue(course, date(2026, 11, 23), calendar)
    assert overdue(course, date(2026, 11, 24), calendar)
    for quiet in (folded(ASSIGN, RETURN), folded(ASSIGN, ANSWER), folded(ASSIGN, ANSWER, TELL)):
        assert not overdue(quiet, date(2027, 11, 24), calendar)


def test_without_a_receipt_the_limit_starts_with_the_first_handling(folded):
    course = folded(event("receive", 3), opened=Opened("r", State.READY, days=2))
    assert (course.start, course.due.day) == (date(2026, 11, 19), date(2026, 11, 23))
    assert folded(opened=Opened("r", State.READY, days=2)).due is None


def test_a_clock_that_goes_wrong_moves_no_event_before_the_one_before(folded):
    course = folded(ASSIGN, event("return", -400), event("supplement", 2))
    assert (course.paused_days, course.changed_on) == (1, date(2026, 11, 18))


def test_closing_without_an_answer_keeps_the_one_given(folded):
    course = folded(
        ASSIGN, event("answer", 2, outcome=Outcome.PARTLY, answer="a", next_step="b"), TELL, event("close", 5)
    )
    assert (course.outcome, course.answer, course.next_step) == (Outcome.PARTLY, "a", "b")


def test_properties_are_those_that_only_the_fold_writes(folded):
    written = properties(folded(ASSIGN, ANSWER, TELL))
    assert (written["status"], written["dept"], written["told_way"]) == ("told", "GD", "face")
    assert written["answered_on"] == folded(ASSIGN, ANSWER).answered_on.isoformat()
    assert "days" not in written
    assert "dept" not in properties(folded())
    assert set(written) <= PROJECTED[REQUESTS]
    assert all(type(value) is str or isinstance(value, str) for value in written.values())


EVENTS = st.lists(
    st.builds(
        RequestEvent,
        instance_id=st.uuids().map(str),
        request=st.just("r"),
        action=st.sampled_from(Action),
        on=st.none() | st.dates(DAY, DAY + timedelta(60)),
        days=st.none() | st.integers(1, 60),
        department=st.sampled_from(["", "GD", "MZ"]),
        outcome=st.none() | st.sampled_from(Outcome),
        answer=st.sampled_from(["", "x"]),
        way=st.sampled_from(Way),
        again=st.booleans(),
    ),
    max_size=14,
)


@given(events=EVENTS)
def test_late_events_change_nothing_wherever_they_stand(calendar, events):
    course = fold(ARRIVED, events, calendar)
    fitting = [each for each in events if each.instance_id not in course.late]
    alone = fold(ARRIVED, fitting, calendar)
    assert alone.late == ()
    assert courses.replace(course, late=()) == alone


@given(events=EVENTS)
def test_the_clock_stands_still_exactly_in_the_states_that_pause(calendar, events):
    course = fold(ARRIVED, events, calendar)
    assert course.paused == LOOKS[course.state].paused
    assert (course.paused_since is not None) <= course.paused
    assert course.paused_days >= 0
    assert course.start is None or course.due is not None


@given(events=EVENTS)
def test_what_is_allowed_is_what_fits(calendar, events):
    course = fold(ARRIVED, events, calendar)
    for action in Action:
        after = fold(ARRIVED, [*events, event(action, 99)], calendar)
        fits = after.late == course.late
        assert fits <= (action in allowed(course.state, reopened=course.reopened))


def test_every_state_and_action_has_words_and_a_look():
    assert set(LOOKS) == set(State)
    assert set(TRANSITIONS) == set(Action)
    assert State.ANSWERED in SETTLED
    for language in LANGUAGES:
        text = Text(language)
        for state in State:
            assert text(wording(state))
            assert text(wording(state, township=True))
        for kind, keys in (("outcome", Outcome), ("action", Action), ("way", Way), ("reaction", Reaction)):
            assert all(text(f"casework.{kind}_{key}") for key in keys)


def test_reading_an_update():
    values = {"request": "r", "action": "assign", "dept": "GD", "days": "5", "changed_on": "2026-11-17"}
    assert read("request_update", "uuid:1", values) == RequestEvent(
        "uuid:1", "r", Action.ASSIGN, date(2026, 11, 17), department="GD", days=5
    )


def test_reading_a_telling():
    values = {"request": "r", "way": "phone", "told_on": "2026-11-17", "reaction": "unsatisfied", "again": "yes"}
    told = read("told", "uuid:1", values)
    assert (told.action, told.way, told.reaction, told.again) == (Action.TELL, Way.PHONE, Reaction.UNSATISFIED, True)
    assert read("told", "uuid:1", {**values, "way": "notfound"}).action is Action.TRY


@pytest.mark.parametrize(
    ("form", "values"),
    [
        ("request", {"request": "r", "action": "assign"}),
        ("request_update", {"action": "assign"}),
        ("request_update", {"request": "r", "action": "tell"}),
        ("request_update", {"request": "r", "action": "vanish"}),
        ("told", {"request": "r", "way": "smoke"}),
    ],
)
def test_what_is_no_event(form, values):
    assert read(form, "uuid:1", values) is None
