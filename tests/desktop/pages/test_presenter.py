"""The error presenter says what happened, that the data is safe, and what to do; never a bare code."""

import pytest

from desktop.pages.shell.presenter import present
from desktop.tasks import Stopped
from desktop.theme.tokens import Tone
from forms.api import AnswerProblem, NotReady
from forms.errors import Fault, Kind
from forms.text import Text


def test_a_fault_is_said_in_its_own_words(text: Text) -> None:
    notice = present(Fault("services.locked", Kind.DENIED), text)
    assert notice is not None
    assert notice.title == text("services.locked")
    assert text("shell.safe") in notice.detail


def test_no_network_is_no_alarm(text: Text) -> None:
    notice = present(Fault("sync.unreachable", Kind.UNREACHABLE, host="hub.example"), text)
    assert notice is not None
    assert notice.tone is Tone.INFO


def test_what_nobody_foresaw_is_said_too(text: Text, caplog: pytest.LogCaptureFixture) -> None:
    notice = present(ZeroDivisionError("division by zero"), text)
    assert notice is not None
    assert "division" not in notice.title + notice.detail
    assert text("shell.safe") in notice.detail
    assert "unexpected" in caplog.text


def test_a_fault_without_words_still_says_something(text: Text) -> None:
    notice = present(Fault("nowhere.unknown", Kind.DAMAGED), text)
    assert notice is not None
    assert "nowhere" not in notice.title


def test_stop_is_no_error(text: Text) -> None:
    assert present(Stopped(), text) is None


def test_missing_answers_name_the_first(text: Text) -> None:
    notice = present(NotReady([AnswerProblem("/data/name", "required", "姓名")]), text)
    assert notice is not None
    assert "姓名" in notice.detail
