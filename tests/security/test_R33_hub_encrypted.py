"""R33: the hub's database, files and keys are encrypted at rest, and it does not start without its passphrase."""

from __future__ import annotations

import io
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import plain_records
import pytest
from hub_world import PASSPHRASE, VILLAGE, World
from system_keyring import Kept

from desktop.main import main
from forms.errors import Fault, Kind
from forms.load import load_form
from sync import crypto
from sync.hub import admin, opening
from sync.protocol import Attachment, Role

MARKS = [f"标记{number}丙丁戊" for number in range(8)]


def fill(world: World) -> list[bytes]:
    """Marks in answers, authors, file names, photographs, refused records and lists; returns secrets beside them."""
    laptop = world.laptop()
    photo = (MARKS[0] * 9_000).encode()
    file = Attachment(f"{MARKS[1]}.jpg", crypto.digest(photo), len(photo))
    part = Attachment("part.jpg", crypto.digest(photo), len(photo))
    taken = laptop.envelope(
        plain_records.request(laptop.chance, text=MARKS[2]), author=MARKS[3], attachments=(file, part)
    )
    laptop.push(taken)
    laptop.transport.attach(laptop.part(taken, file.name, data=photo))
    laptop.transport.attach(laptop.part(taken, "part.jpg", data=photo[:5_000]))
    laptop.hand_in(plain_records.request(laptop.chance, area="99062110120201", text=MARKS[4]))  # refused, kept aside
    laptop.hand_in(plain_records.household(laptop.chance, name=MARKS[5]), form="household")
    world.hub.publish_list("extra.csv", f"name\n{MARKS[6]}\n".encode())
    code = admin.invite(world.hub, area=VILLAGE, role=Role.VILLAGE).code
    return [world.hub.identity.key.seed(), world.hub.identity.tls_password, code.replace("-", "").encode()]


def leaks(folder: Path, secrets: list[bytes]) -> list[str]:
    wanted = [spelt for mark in MARKS for spelt in (mark.encode(), mark.encode("utf-16-le"), mark.encode("gb18030"))]
    found = []
    for path in folder.rglob("*"):
        if any(mark in path.name for mark in MARKS):
            found.append(path.name)
        if path.is_file() and any(one in path.read_bytes() for one in [*wanted, *secrets]):
            found.append(path.name)
    return found


def test_nothing_is_readable_while_it_runs_and_after(world: World) -> None:
    secrets = fill(world)
    assert (world.folder / "hub.db-wal").exists()
    assert leaks(world.folder, secrets) == []
    assert b"ENCRYPTED PRIVATE KEY" in (world.folder / "certificate_key.pem").read_bytes()
    world.reopen()
    assert leaks(world.folder, secrets) == []
    assert admin.stats(world.hub).records == 2


def test_stock_sqlite_opens_nothing(world: World) -> None:
    fill(world)
    for path in world.folder.glob("*.db*"):
        with pytest.raises(sqlite3.DatabaseError):
            sqlite3.connect(path).execute("SELECT count(*) FROM sqlite_master").fetchone()


def test_it_does_not_start_without_its_passphrase(world: World, tmp_path: Path) -> None:
    with pytest.raises(Fault, match=r"vault\.wrong_passphrase") as caught:
        opening.unlock(world.folder, "four quiet rivers meat")
    assert caught.value.kind is Kind.DENIED
    with pytest.raises(Fault, match=r"hub\.no_hub"):
        opening.unlock(tmp_path / "nowhere", PASSPHRASE)
    other = opening.DataKey(bytes(32))
    with pytest.raises(Fault, match=r"vault\.wrong_key"):
        opening.open_hub(world.folder, other, load=load_form, clock=world.clock)


def asked(folder: Path, *command: str) -> int:
    """A command of the hub's without passphrase and terminal, as a service starts it."""
    return main(["hub", *command[:1], str(folder), *command[1:], "--json"])


@pytest.fixture
def nobody_there(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HAMLET_PASSPHRASE", "CREDENTIALS_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO())


@pytest.mark.usefixtures("nobody_there")
def test_an_unattended_start_takes_its_key_from_systemd(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(world.folder, "stats") == Kind.USAGE.value
    assert "cli.no_passphrase" in capsys.readouterr().out
    given = tmp_path / "credentials"
    given.mkdir()
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(given))
    assert asked(world.folder, "stats") == Kind.USAGE.value, "other services have credentials too"
    (given / "hamlet-hub").write_text(f"{PASSPHRASE}\n", "utf-8")
    capsys.readouterr()
    assert asked(world.folder, "stats") == 0
    assert "records" in capsys.readouterr().out
    (given / "hamlet-hub").write_text("four quiet rivers meat", "utf-8")
    assert asked(world.folder, "stats") == Kind.DENIED.value
    (given / "hamlet-hub").write_bytes(b"\xff")
    assert asked(world.folder, "stats") == Kind.USAGE.value


@pytest.mark.usefixtures("nobody_there")
def test_an_unattended_start_takes_its_key_from_the_systems_keyring(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keyring

    file = tmp_path / "passphrase"
    file.write_text(PASSPHRASE, "utf-8")
    once = ("--passphrase-file", str(file))
    backend = Kept()
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
    assert asked(world.folder, "remember", *once) == Kind.USAGE.value, "what the system does not protect keeps nothing"
    assert backend.secrets == {}
    backend = type("Keyring", (Kept,), {"__module__": "keyring.backends.SecretService"})()
    assert asked(world.folder, "remember") == Kind.USAGE.value
    assert asked(world.folder, "remember", *once) == 0
    assert asked(world.folder, "stats") == 0
    assert asked(world.folder, "remember", "--forget") == 0
    assert asked(world.folder, "stats") == Kind.USAGE.value
    assert backend.secrets == {}


def test_a_damaged_or_newer_store_is_refused_and_never_made_anew(world: World) -> None:
    world.hub.close()
    key = opening.unlock(world.folder, PASSPHRASE)
    path = world.folder / "hub.db"
    whole = path.read_bytes()
    for bad in (whole[:5_000], whole[:4096] + b"\0" * 4096 + whole[8192:], b""):
        path.write_bytes(bad)
        (world.folder / "hub.db-wal").unlink(missing_ok=True)
        with pytest.raises(Fault) as caught:
            opening.open_hub(world.folder, key, load=load_form, clock=world.clock)
        assert caught.value.code in ("vault.damaged", "vault.wrong_key", "vault.io")
        assert path.read_bytes()[: len(bad)] == bad
    path.unlink()
    with pytest.raises(Fault, match=r"vault\.missing"):
        opening.open_hub(world.folder, key, load=load_form, clock=world.clock)
    assert not path.exists()
    path.write_bytes(whole)
    world.hub = opening.open_hub(world.folder, key, load=load_form, clock=world.clock)


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path[:0] = {paths!r}
import test_R33_hub_encrypted as me
from hub_world import World, Clock, PASSPHRASE
from sync.hub import opening
from forms.load import load_form
folder = Path({folder!r})
clock = Clock()
hub = opening.open_hub(folder, opening.unlock(folder, PASSPHRASE), load=load_form, clock=clock)
secrets = me.fill(World(folder, clock, hub))
print(",".join(secret.hex() for secret in secrets), flush=True)
os.kill(os.getpid(), signal.SIGKILL) if hasattr(signal, "SIGKILL") else os._exit(9)
"""


def test_nothing_is_readable_after_a_kill(world: World, tmp_path: Path) -> None:
    world.hub.close()
    here = Path(__file__).parent
    paths = [str(here), str(here.parent / "support"), str(here.parents[1])]
    script = KILLED.format(paths=paths, folder=str(world.folder))
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "TMPDIR": str(temporary), "TEMP": str(temporary)},
    )
    assert done.returncode != 0
    secrets = [bytes.fromhex(one) for one in done.stdout.strip().split(",")]
    assert len(secrets) == 3, done.stderr
    assert leaks(world.folder, secrets) == []
    assert leaks(temporary, secrets) == []
    key = opening.unlock(world.folder, PASSPHRASE)
    world.hub = opening.open_hub(world.folder, key, load=load_form, clock=world.clock)
    assert admin.stats(world.hub).records == 2
