"""R2: passphrases wrap one random data key; a slot changes without re-keying; a PIN re-opens a running session only."""

from pathlib import Path

import pytest
from service_world import PASSPHRASE, clock, fill, workspace
from system_keyring import Kept

from desktop.services.keeping import secret_store, users
from desktop.services.keeping.users import Users
from desktop.services.keeping.workspace import OpenWorkspace, open_workspace
from forms.errors import Fault
from sync.vault import pin, slots, words
from sync.vault.keys import DataKey

SECOND = "a second quiet river"
PIN = "408213"


@pytest.fixture
def village(tmp_path: Path) -> OpenWorkspace:
    opened = workspace(tmp_path / "w")
    desk = opened.desk(writer=True)
    fill(desk)
    desk.close()
    return opened


def database(folder: Path) -> bytes:
    return (folder / "store.db").read_bytes()


def opens(folder: Path, user: str, passphrase: str) -> bool:
    try:
        open_workspace(folder, user=user, passphrase=passphrase, clock=clock()).close()
    except Fault as fault:
        if fault.code not in {"vault.wrong_passphrase", "vault.no_user"}:
            raise
        return False
    return True


def test_slots_change_and_no_page_is_rewritten(village: OpenWorkspace, monkeypatch: pytest.MonkeyPatch) -> None:
    people = Users(village)
    monkeypatch.setattr(OpenWorkspace, "audit", lambda *_, **__: None)  # its line is a page of its own
    before = database(village.folder)
    people.add("lin", SECOND)
    people.change_passphrase(PASSPHRASE, "the third quiet river")
    assert opens(village.folder, "lin", SECOND)
    assert opens(village.folder, "wang", "the third quiet river")
    assert not opens(village.folder, "wang", PASSPHRASE)
    people.remove("lin")
    assert not opens(village.folder, "lin", SECOND)
    assert database(village.folder) == before
    assert sum(path.stat().st_size for path in village.folder.glob("*-wal")) == 0


def test_who_may_open_is_audited_by_name_only(village: OpenWorkspace) -> None:
    people = Users(village)
    people.add("lin", SECOND)
    people.change_passphrase(PASSPHRASE, "the third quiet river")
    people.remove("lin")
    store = village.store(writer=False)
    found = [(entry.action, entry.subject) for entry in store.audit.list(limit=1000) if entry.action[:5] == "user."]
    assert found == [("user.added", "lin"), ("user.passphrase", "wang"), ("user.removed", "lin")]
    assert store.audit.verify().ok
    store.close()


@pytest.mark.parametrize("weak", ["", "123456", PIN, "elevenchars", "one two 3"])
def test_what_opens_a_cold_store_is_no_pin(village: OpenWorkspace, weak: str) -> None:
    with pytest.raises(Fault, match="weak_passphrase"):
        Users(village).add("lin", weak)
    with pytest.raises(Fault, match="weak_passphrase"):
        Users(village).change_passphrase(PASSPHRASE, weak)
    assert village.folder.exists()
    assert [row.name for row in Users(village).list()] == ["wang"]


def test_offered_words_are_accepted_typed_in_letters_and_differ(village: OpenWorkspace) -> None:
    offered = {words.offer(village.entropy) for _ in range(50)}
    assert len(offered) == 50
    one = next(iter(offered))
    assert one.typed.replace(" ", "").isascii()
    assert len(one.shown.split()) == len(one.typed.split()) == words.WORDS
    Users(village).add("lin", one.typed)
    assert opens(village.folder, "lin", one.typed)
    typed = {first[1:] + second[1:] for first in words._FIRST for second in words._SECOND}
    assert len(typed) == 4096


def test_a_pin_reopens_the_running_session_and_leaves_nothing_on_disk(village: OpenWorkspace) -> None:
    before = {path: path.read_bytes() for path in village.folder.rglob("*") if path.is_file()}
    village.set_pin(PIN)
    village.lock()
    with pytest.raises(Fault, match=r"services\.locked"):
        village.desk()
    village.reopen("４０８２１３")  # full width
    village.desk().close()
    after = {path: path.read_bytes() for path in village.folder.rglob("*") if path.is_file()}
    assert {path: data for path, data in after.items() if not path.name.endswith(("-shm", "-wal"))} == {
        path: data for path, data in before.items() if not path.name.endswith(("-shm", "-wal"))
    }
    with pytest.raises(Fault, match="wrong_passphrase"):
        open_workspace(village.folder, passphrase=PIN, clock=clock())


def test_five_wrong_pins_drop_the_key(village: OpenWorkspace) -> None:
    village.set_pin(PIN)
    village.lock()
    for left in (4, 3, 2, 1):
        with pytest.raises(Fault) as caught:
            village.reopen("111112")
        assert (caught.value.code, caught.value.values["left"]) == ("vault.pin_wrong", left)
    for _ in range(2):
        with pytest.raises(Fault, match="pin_dropped"):
            village.reopen("111112")
    with pytest.raises(Fault, match="pin_dropped"):
        village.reopen(PIN)
    village.reopen_with(PASSPHRASE)
    village.desk().close()


def test_the_end_of_the_session_drops_the_pin(village: OpenWorkspace) -> None:
    village.set_pin(PIN)
    village.close()
    with pytest.raises(Fault, match="pin_dropped"):
        village.reopen(PIN)


@pytest.mark.parametrize("bad", ["", "12345", "1234567", "abcdef", "000000", "12 456"])
def test_a_pin_has_six_digits(bad: str) -> None:
    with pytest.raises(Fault, match="pin_form"):
        pin.PinLock(DataKey(bytes(32)), bad, entropy=lambda size: bytes(size))


def test_without_a_system_keyring_nothing_is_kept(village: OpenWorkspace) -> None:
    """As on a machine without a secret service, which is where this runs."""
    if secret_store.available():
        pytest.skip("this machine has a keyring of its own")
    people = Users(village)
    assert not people.can_remember()
    assert not people.remember_here()
    assert users.open_from_keyring(village.folder, user="wang", clock=clock()) is None
    assert slots.load(village.folder).find(slots.SlotKind.KEYRING) is None


@pytest.mark.parametrize("module", ["keyring.backends.fail", "keyring.backends.null", "keyrings.alt.file", "x"])
def test_a_back_end_that_the_system_does_not_protect_counts_as_none(
    module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keyring

    backend = type("Keyring", (Kept,), {"__module__": module})()
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
    assert not secret_store.available()
    assert not secret_store.keep("x", "y")


def test_the_keyring_is_a_convenience(village: OpenWorkspace, monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring

    backend = type("Keyring", (Kept,), {"__module__": "keyring.backends.SecretService"})()
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
    people = Users(village)
    assert people.remember_here()
    assert [row.remembered for row in people.list()] == [True]
    (kept,) = backend.secrets.values()
    assert village.key().secret().hex() not in kept
    opened = users.open_from_keyring(village.folder, user="wang", clock=clock())
    assert opened is not None
    opened.desk().close()

    backend.broken = True
    assert users.open_from_keyring(village.folder, user="wang", clock=clock()) is None
    assert opens(village.folder, "wang", PASSPHRASE)
    backend.broken = False
    people.add("lin", SECOND)  # from now on the system cannot tell who sits there
    assert users.open_from_keyring(village.folder, user="wang", clock=clock()) is None
    assert not people.can_remember()
