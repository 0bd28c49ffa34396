"""R5: five wrong passphrases, then waits of 1 to 60 minutes that survive restarts and a changed date; no wipe."""

import dataclasses
import itertools
from pathlib import Path

import pytest
from service_world import PASSPHRASE, clock, workspace

from desktop.services.keeping import users
from desktop.services.keeping.workspace import open_workspace
from forms.errors import Fault, Kind
from sync.store import access
from sync.vault.throttle import FILE, Now, Throttle, minutes_after

WRONG = "not this one at all"


class Machine:
    """A machine with a date, a clock that only grows, and starts."""

    def __init__(self) -> None:
        self.wall, self.steady, self.boot = 1_700_000_000.0, 1000.0, "first"

    def __call__(self) -> Now:
        return Now(self.wall, self.steady, self.boot)

    def wait(self, minutes: float) -> None:
        self.wall += 60 * minutes
        self.steady += 60 * minutes

    def restart(self) -> None:
        self.boot, self.steady = self.boot + "'", 5.0


def refused(tries: Throttle) -> str:
    with pytest.raises(Fault) as caught, tries.attempt("wang"):
        raise Fault("vault.wrong_passphrase", Kind.DENIED)
    return caught.value.code


def five_wrong(folder: Path, machine: Machine) -> Throttle:
    tries = Throttle(folder, machine)
    assert [refused(tries) for _ in range(5)] == ["vault.wrong_passphrase"] * 5
    return tries


def test_waits_grow_from_one_minute_to_sixty(tmp_path: Path) -> None:
    assert [minutes_after(count) for count in range(14)] == [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]
    machine = Machine()
    tries = five_wrong(tmp_path, machine)
    for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
        machine.wait(minutes - 0.1)
        assert refused(tries) == "vault.wait"
        machine.wait(0.1)
        assert refused(tries) == "vault.wrong_passphrase"


def test_a_right_one_forgets_the_wrong_ones(tmp_path: Path) -> None:
    machine = Machine()
    tries = Throttle(tmp_path, machine)
    for _ in range(4):
        refused(tries)
    with tries.attempt("wang"):
        pass
    five_wrong(tmp_path, machine)
    with tries.attempt("lin"):  # each has their own
        pass


@pytest.mark.parametrize("jump", [-1e9, -3600.0, 3600.0, 1e9])
def test_the_date_changes_nothing_while_the_machine_runs(tmp_path: Path, jump: float) -> None:
    machine = Machine()
    tries = five_wrong(tmp_path, machine)
    machine.wall += jump
    assert refused(tries) == "vault.wait"
    machine.steady += 60
    assert refused(tries) == "vault.wrong_passphrase"


def test_a_restart_forgets_nothing(tmp_path: Path) -> None:
    machine = Machine()
    five_wrong(tmp_path, machine)
    machine.restart()
    tries = Throttle(tmp_path, machine)
    assert refused(tries) == "vault.wait"
    machine.wait(1)
    assert refused(tries) == "vault.wrong_passphrase"


def test_a_date_set_back_over_a_restart_begins_the_wait_anew_and_no_longer(tmp_path: Path) -> None:
    machine = Machine()
    five_wrong(tmp_path, machine)
    machine.restart()
    machine.wall -= 400 * 86_400
    tries = Throttle(tmp_path, machine)
    assert refused(tries) == "vault.wait"
    machine.wait(0.9)
    assert refused(tries) == "vault.wait"
    machine.wait(0.2)
    assert refused(tries) == "vault.wrong_passphrase"


def test_ending_the_process_in_the_middle_of_a_try_does_not_undo_it(tmp_path: Path) -> None:
    class Killed(BaseException):
        pass

    machine = Machine()
    for _ in range(5):
        with pytest.raises(Killed), Throttle(tmp_path, machine).attempt("wang"):
            raise Killed
    assert refused(Throttle(tmp_path, machine)) == "vault.wait"


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"{", b"[]", b'{"wang": 5}', b'{"wang": {"x": 1}}', b"\xff" * 40, b"[" * 5000),
        b'{"wang": {"count": "2", "wall": 0, "steady": 0, "boot": ""}}',
        b'{"wang": {"count": 9, "wall": Infinity, "steady": 0, "boot": ""}}',
        b'{"wang": {"count": 9, "wall": 0, "steady": NaN, "boot": "first"}}',
        b'{"wang": {"count": 0, "wall": 0, "steady": 0}}',
    ],
)
def test_a_spoilt_count_lets_nobody_through_and_nobody_out(tmp_path: Path, data: bytes) -> None:
    (tmp_path / FILE).write_bytes(data)
    machine = Machine()
    tries = Throttle(tmp_path, machine)
    assert refused(tries) == "vault.wait"
    machine.wait(1)
    with tries.attempt("wang"):
        pass
    assert tries.left("wang") == 0


def test_a_workspace_waits_says_so_and_nothing_is_wiped(tmp_path: Path) -> None:
    workspace(tmp_path / "w").close()
    steady = itertools.count(1000.0, 0.001)
    now = dataclasses.replace(clock(), steady=lambda: next(steady))
    for _ in range(5):
        with pytest.raises(Fault, match="wrong_passphrase"):
            open_workspace(tmp_path / "w", passphrase=WRONG, clock=now)
    with pytest.raises(Fault) as caught:
        open_workspace(tmp_path / "w", passphrase=PASSPHRASE, clock=now)
    assert (caught.value.code, caught.value.values["minutes"]) == ("vault.wait", 1)
    assert users.minutes_to_wait(tmp_path / "w", "wang", clock=now) == 1
    later = dataclasses.replace(now, steady=lambda: 2000.0)
    open_workspace(tmp_path / "w", passphrase=PASSPHRASE, clock=later).desk().close()
    assert access.minutes_to_wait(tmp_path / "w", "wang") == 0
