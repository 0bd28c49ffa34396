"""Slots: passphrases around one data key, two copies, repaired from each other."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from forms.errors import Fault, Kind
from sync import crypto
from sync.vault import files, slots
from sync.vault.keys import DataKey
from sync.vault.slots import COPIES, Slots

SECRET = "松树 石桥 清水 稻田"


@pytest.fixture(scope="module")
def made(full_cost: None) -> tuple[Slots, DataKey]:
    return slots.new("w1", "王秀兰", SECRET, entropy=os.urandom)


def test_the_passphrase_opens_and_another_does_not(made: tuple[Slots, DataKey]) -> None:
    found, key = made
    assert found.unlock("王秀兰", SECRET).secret() == key.secret()
    assert found.unlock("王秀兰", f" {SECRET.replace(' ', '　')} ").secret() == key.secret()  # an input method's width
    with pytest.raises(Fault) as caught:
        found.unlock("王秀兰", "松树 石桥 清水 稻草")
    assert (caught.value.code, caught.value.kind) == ("vault.wrong_passphrase", Kind.DENIED)
    with pytest.raises(Fault) as caught:
        found.unlock("林晓", SECRET)
    assert (caught.value.code, caught.value.kind) == ("vault.no_user", Kind.DENIED)


def test_parameters_are_at_least_those_required(made: tuple[Slots, DataKey]) -> None:
    for slot in made[0].slots:
        assert slot.memory_kib >= 64 * 1024
        assert slot.passes >= 3


def test_users_come_and_go_around_the_same_key(made: tuple[Slots, DataKey]) -> None:
    found, key = made
    two = found.with_user("林晓", "longenough12", key, entropy=os.urandom)
    assert two.users == ("王秀兰", "林晓")
    assert two.unlock("林晓", "longenough12").secret() == key.secret()
    one = two.without_user("王秀兰")
    with pytest.raises(Fault, match="no_user"):
        one.unlock("王秀兰", SECRET)
    with pytest.raises(Fault, match="last_user"):
        one.without_user("林晓")
    with pytest.raises(Fault, match="no_user"):
        one.without_user("王秀兰")
    changed = two.with_user("王秀兰", "another-passphrase", key, entropy=os.urandom)
    with pytest.raises(Fault, match="wrong_passphrase"):
        changed.unlock("王秀兰", SECRET)


@pytest.mark.parametrize("weak", ["", "short", "一二三四五六七八", "a a a a", "one two 3", "elevenchars"])
def test_a_weak_passphrase_is_refused(weak: str, made: tuple[Slots, DataKey]) -> None:
    with pytest.raises(Fault, match="weak_passphrase"):
        slots.new("w2", "x", weak, entropy=os.urandom)


@pytest.mark.parametrize("name", ["user", "kind", "salt", "memory_kib", "passes", "lanes"])
def test_a_slots_parameters_are_authenticated(name: str, made: tuple[Slots, DataKey]) -> None:
    import dataclasses

    slot = made[0].slots[0]
    value = {"user": "林晓", "kind": "pin", "salt": slot.salt[::-1], "memory_kib": 65544, "passes": 4, "lanes": 3}[name]
    if name == "salt":
        value = "AAAAAAAAAAAAAAAAAAAAAA=="
    other = dataclasses.replace(slot, **{name: value})
    assert other.open(SECRET, id="w1") is None
    assert slot.open(SECRET, id="w2") is None


def test_parameters_that_would_exhaust_the_machine_are_not_tried(made: tuple[Slots, DataKey]) -> None:
    import dataclasses

    slot = dataclasses.replace(made[0].slots[0], memory_kib=1 << 40)
    assert slot.open(SECRET, id="w1") is None


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


def clear(path: Path) -> None:
    path.write_bytes(b"")


def other_json(path: Path) -> None:
    path.write_text("[1, 2]")


def deep(path: Path) -> None:
    path.write_text(json.dumps({"format": 1, "check": "x"}))


@pytest.mark.parametrize("spoil", [flip, cut, clear, other_json, deep, Path.unlink])
@pytest.mark.parametrize("which", [0, 1])
def test_a_spoilt_copy_is_repaired_from_the_other(
    spoil: Callable[[Path], None], which: int, tmp_path: Path, made: tuple[Slots, DataKey]
) -> None:
    slots.save(tmp_path, made[0])
    spoil(tmp_path / COPIES[which])
    assert slots.load(tmp_path) == made[0]
    assert (tmp_path / COPIES[0]).read_bytes() == (tmp_path / COPIES[1]).read_bytes()


def test_two_spoilt_copies_are_refused_and_left_alone(tmp_path: Path, made: tuple[Slots, DataKey]) -> None:
    slots.save(tmp_path, made[0])
    for name in COPIES:
        flip(tmp_path / name)
    before = [(tmp_path / name).read_bytes() for name in COPIES]
    with pytest.raises(Fault, match="slots_damaged"):
        slots.load(tmp_path)
    assert [(tmp_path / name).read_bytes() for name in COPIES] == before


def test_no_slots_and_slots_of_a_newer_program(tmp_path: Path, made: tuple[Slots, DataKey]) -> None:
    with pytest.raises(Fault, match="no_slots"):
        slots.load(tmp_path)
    slots.save(tmp_path, made[0])
    body = json.loads((tmp_path / COPIES[0]).read_text("utf-8"))
    body.pop("check")
    body["format"] = 2
    body["check"] = crypto.digest(json.dumps(body, ensure_ascii=False, sort_keys=True).encode()).hex()
    (tmp_path / COPIES[0]).write_text(json.dumps(body), "utf-8")
    with pytest.raises(Fault, match="newer"):
        slots.load(tmp_path)


@pytest.mark.parametrize("step", range(8))
def test_a_kill_at_any_step_of_saving_leaves_a_sound_copy(
    step: int, tmp_path: Path, made: tuple[Slots, DataKey], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Steps: making, flushing, renaming each copy, flushing the folder."""
    old, _ = made
    slots.save(tmp_path, old)
    new = Slots(old.id, old.generation + 1, (*old.slots, *old.slots))
    done = 0

    def counted(action: Callable[..., object]) -> Callable[..., object]:
        def act(*args: object, **more: object) -> object:
            nonlocal done
            if done == step:
                raise KeyboardInterrupt
            done += 1
            return action(*args, **more)

        return act

    with monkeypatch.context() as broken:
        broken.setattr(files, "_fresh", counted(files._fresh))
        broken.setattr(os, "fsync", counted(os.fsync))
        broken.setattr(Path, "replace", counted(Path.replace))
        with pytest.raises(KeyboardInterrupt):
            slots.save(tmp_path, new)
    assert slots.load(tmp_path) in (old, new)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(COPIES)


def test_the_data_key_is_never_shown(made: tuple[Slots, DataKey]) -> None:
    _, key = made
    assert key.secret().hex() not in f"{key!r} {key}"
    with pytest.raises(ValueError):
        DataKey(b"short")
    assert len({key.database(), key.file_names(), key.purpose("a"), key.purpose("b"), key.secret()}) == 5
