"""R6: an untouched window locks within ten minutes; the key leaves memory, drafts stay, each with its author."""

import dataclasses
import gc
from datetime import timedelta
from pathlib import Path

import pytest
from service_world import PASSPHRASE, clock, workspace

from desktop.services.clock import Clock
from desktop.services.keeping.idle import MINUTES, Idle, minutes_of
from desktop.services.keeping.users import Users
from desktop.services.keeping.workspace import Interrupted, OpenWorkspace, open_workspace
from desktop.services.sheets.export_values import ExportOrder
from forms.errors import Fault
from sync.vault.keys import DataKey

SECOND = "a second quiet river"


@dataclasses.dataclass
class Desk:
    """Time on a desk: seconds that grow, and a date that may jump."""

    steady: float = 0.0
    date: timedelta = timedelta()

    def clock(self) -> Clock:
        start = clock().instant()
        return dataclasses.replace(
            clock(), steady=lambda: self.steady, instant=lambda: start + timedelta(seconds=self.steady) + self.date
        )


@pytest.fixture
def village(tmp_path: Path) -> OpenWorkspace:
    return workspace(tmp_path / "w")


@pytest.mark.parametrize("minutes", MINUTES)
def test_it_locks_after_the_chosen_minutes_untouched(minutes: int) -> None:
    desk = Desk()
    idle = Idle(desk.clock(), minutes)
    desk.steady += minutes * 60 - 1
    assert not idle.due()
    idle.touched()
    desk.steady += minutes * 60 - 1
    assert not idle.due()
    desk.steady += 1
    assert idle.due()


def test_never_later_than_ten_minutes_and_sleep_counts() -> None:
    desk = Desk()
    idle = Idle(desk.clock(), 60)
    desk.steady += 600
    assert idle.due()
    idle.touched()
    desk.date += timedelta(hours=8)  # the lid was closed
    assert idle.due()
    assert [minutes_of(setting) for setting in ("3", "5", "10", "", "0", "600", "x")] == [3, 5, 10, 10, 10, 10, 10]


def test_locked_nothing_opens_and_drafts_are_there_afterwards(village: OpenWorkspace) -> None:
    desk = village.desk(writer=True)
    opening = desk.filling.start("household")
    saved = desk.filling.save(desk.filling.snapshot(opening, place="/data/where/house_no"))
    desk.close()
    village.lock()
    for work in (lambda: village.desk(), lambda: village.store(writer=False), lambda: village.set_pin("408213")):
        with pytest.raises(Fault, match=r"services\.locked"):
            work()
    village.reopen_with(PASSPHRASE)
    desk = village.desk(writer=True)
    again = desk.filling.resume(saved.id)
    assert again.place == "/data/where/house_no"
    desk.close()


@pytest.mark.parametrize("pin", ["", "408213"])
def test_no_data_key_is_left_once_it_is_locked(village: OpenWorkspace, pin: str) -> None:
    secret = village.key().secret()
    if pin:
        village.set_pin(pin)
    village.desk().close()
    assert [key for key in gc.get_objects() if type(key) is DataKey and key.secret() == secret]
    village.lock()
    gc.collect()
    assert [key for key in gc.get_objects() if type(key) is DataKey and key.secret() == secret] == []


def test_another_users_turn_drops_the_pin_and_shows_no_draft_of_the_first(village: OpenWorkspace) -> None:
    Users(village).add("lin", SECOND)
    village.set_pin("408213")
    desk = village.desk(writer=True)
    saved = desk.filling.save(desk.filling.snapshot(desk.filling.start("household")))
    desk.close()
    village.close()
    with pytest.raises(Fault, match="pin_dropped"):
        village.reopen("408213")
    other = open_workspace(village.folder, user="lin", passphrase=SECOND, clock=clock())
    desk = other.desk(writer=True)
    with pytest.raises(Fault, match="others_draft"):
        desk.filling.resume(saved.id)
    (row,) = desk.filling.drafts()
    assert not row.mine
    assert row.title == ""
    desk.close()


def test_what_the_lock_cut_short_is_told_once_and_keeps_no_passphrase(village: OpenWorkspace) -> None:
    order = ExportOrder("requests", Path("x.xlsx"), approver="lin", approver_passphrase=SECOND)
    village.interrupted(Interrupted())
    village.interrupted(Interrupted(order))
    village.lock()
    village.reopen_with(PASSPHRASE)
    hand_over, export = village.to_resume()
    assert hand_over == Interrupted()
    assert export.order is not None
    assert (export.order.what, export.order.approver_passphrase) == ("requests", "")
    assert village.to_resume() == ()
