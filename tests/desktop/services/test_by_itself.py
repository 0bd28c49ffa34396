"""When a workspace hands over by itself."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.services.exchange.by_itself import FIRST, LONGEST, SELDOM, SOON, STOPPED, ByItself, Ended


@dataclass
class Watch:
    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


def made(watch: Watch) -> ByItself:
    return ByItself(watch, lambda: 0.5)


def test_it_begins_soon_after_unlocking_and_then_seldom() -> None:
    watch = Watch()
    itself = made(watch)
    assert not itself.due(waiting=0)
    watch.now += FIRST
    assert itself.due(waiting=0)
    assert not itself.due(waiting=0, running=True)
    itself.ended(Ended.THROUGH)
    watch.now += SELDOM - 1
    assert not itself.due(waiting=0)
    watch.now += 1
    assert itself.due(waiting=0)


def test_what_is_finished_goes_within_minutes() -> None:
    watch = Watch()
    itself = made(watch)
    itself.ended(Ended.THROUGH)
    assert not itself.due(waiting=1)
    watch.now += SOON
    assert itself.due(waiting=2)


def test_a_line_that_is_not_there_is_tried_less_and_less_often() -> None:
    watch = Watch()
    itself = made(watch)
    pauses = []
    for _ in range(8):
        itself.ended(Ended.UNREACHABLE)
        began = watch.now
        while not itself.due(waiting=3):
            watch.now += 1
        pauses.append(watch.now - began)
    assert pauses == [60, 120, 240, 480, 960, 1_920, 3_600, 3_600]
    assert max(pauses) <= LONGEST
    itself.link_appeared()
    watch.now += FIRST
    assert itself.due(waiting=3)


def test_one_that_was_stopped_is_left_alone_for_a_while() -> None:
    watch = Watch()
    itself = made(watch)
    itself.ended(Ended.STOPPED)
    assert not itself.due(waiting=4)
    watch.now += STOPPED - 1
    assert not itself.due(waiting=4)


def test_what_only_a_person_can_mend_is_not_tried_again() -> None:
    watch = Watch()
    itself = made(watch)
    itself.ended(Ended.REFUSED)
    watch.now += 10 * LONGEST
    assert not itself.due(waiting=5)
    itself.ended(Ended.THROUGH)  # somebody pressed the button, and it went
    watch.now += SELDOM
    assert itself.due(waiting=0)
